"""An export holds everything, says what it is, and is never half there."""

import hashlib
import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from deskapp.app.bootstrap import Desk
from deskapp.app.export import run as export
from deskapp.app.export_sheets import SHEETS
from deskapp.app.import_mail import run as import_mail
from deskapp.app.task import Task
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.canned import SaveCannedReply
from deskapp.core.commands.contacts import AddContactNote, SetContactField, TagContact
from deskapp.core.commands.desk import SaveCustomField
from deskapp.core.commands.messages import AttachmentRef, SaveDraft
from deskapp.core.commands.tickets import AddTags, SetStatus
from deskapp.core.queries.contacts import FindContacts
from deskapp.core.queries.views import TicketIds, TicketRows
from deskapp.models import tables
from deskapp.models.enums import FieldKind, TicketStatus
from deskapp.system.errors import KnownError
from tests.conftest import ExpectLog
from tests.unit.app.conftest import make_ticket, submit

MAIL = (
    b"From: =?utf-8?q?Luc=C3=ADa?= <lucia@example.com>\r\nTo: shop@example.org\r\n"
    b"Subject: The photograph\r\nDate: Mon, 02 Nov 2026 09:30:00 +0100\r\n"
    b"Message-ID: <photo@example.com>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>It is <b>broken</b>.</p>\r\n"
    b"--b\r\nContent-Type: image/png\r\n"
    b'Content-Disposition: attachment; filename="../../=HYPERLINK.png"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nYSBwaG90b2dyYXBo\r\n--b--\r\n"
)
PHOTO = hashlib.sha256(b"a photograph").hexdigest()


@pytest.fixture
def full(desk: Desk, tmp_path: Path) -> Desk:
    """A desk with a little of everything."""
    new = desk.workspace.new_id
    make_ticket(desk, "shelf")
    submit(desk, SaveAccount(account_id=new(), name="Shop", address="shop@example.org"))
    desk.secrets.put("mail.x.password", "hunter2-hunter2")
    (tmp_path / "mail.eml").write_bytes(MAIL)
    import_mail(
        desk, {"paths": [str(tmp_path / "mail.eml")], "account": "shop@example.org"}, Task()
    )
    keys = desk.workspace.query(TicketIds("all")).result().keys
    ids = tuple(row.id for row in desk.workspace.query(TicketRows(keys)).result())
    submit(desk, AddTags(ticket_ids=ids, tags=("urgent", "¡ñ!")))
    submit(desk, SetStatus(ticket_ids=ids[:1], status=TicketStatus.SOLVED))
    contact = desk.workspace.query(FindContacts("Lucía")).result()[0].id
    submit(desk, AddContactNote(contact_id=contact, note_id=new(), body="Speaks fast."))
    submit(desk, TagContact(contact_id=contact, add=("vip",)))
    submit(desk, SaveCustomField(field_id=new(), label="Size", kind=FieldKind.TEXT))
    submit(desk, SetContactField(contact_id=contact, key="size", value="42"))
    blob = desk.blobs.put(b"a leaflet")
    leaflet = AttachmentRef(new(), "leaflet.pdf", "application/pdf", 9, blob)
    canned = SaveCannedReply(canned_id=new(), shortcut="hi", title="Hi", body="Hi!")
    submit(desk, canned)
    draft = SaveDraft(ticket_id=ids[0], mode="reply", body="Dear", attachments=(leaflet,))
    submit(desk, draft)
    return desk


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    text = (folder / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_everything_is_there(full: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    result = export(full, {"folder": str(folder)}, Task())
    assert (result["tickets"], result["messages"], result["damaged"]) == (2, 2, 0)
    by_subject = {ticket["subject"]: ticket for ticket in lines(folder, "tickets")}
    ticket = by_subject["The photograph"]
    assert set(ticket["tags"]) == {"urgent", "¡ñ!"}
    assert {each["status"] for each in by_subject.values()} >= {"solved"}
    assert re.fullmatch(r"2026-11-02T08:30:00\.000Z", ticket["created_at"])

    (message,) = [each for each in lines(folder, "messages") if each["ticket_id"] == ticket["id"]]
    assert message["rfc_message_id"] == "<photo@example.com>"
    assert message["raw_sha256"] == hashlib.sha256(MAIL).hexdigest()
    assert (folder / "raw" / f"{message['raw_sha256']}.eml").read_bytes() == MAIL
    assert "broken" in message["text"]
    assert "<b>broken</b>" in message["html"]
    (attachment,) = message["attachments"]
    assert attachment["sha256"] == PHOTO
    assert attachment["inline"] is False
    assert (folder / "attachments" / PHOTO).read_bytes() == b"a photograph"

    (contact,) = [each for each in lines(folder, "contacts") if each["name"] == "Lucía"]
    assert contact["id"] == ticket["contact_id"]
    assert contact["points"][0]["value"] == "lucia@example.com"
    assert contact["fields"] == {"size": "42"}
    assert contact["tags"] == ["vip"]
    assert contact["notes"][0]["body"] == "Speaks fast."
    events = lines(folder, "events")
    assert {event["ticket_id"] for event in events} <= {each["id"] for each in by_subject.values()}
    assert len(events) >= 3
    assert lines(folder, "canned")[0]["shortcut"] == "hi"
    draft = lines(folder, "drafts")[0]
    assert (folder / "attachments" / draft["attachments"][0]["sha256"]).read_bytes() == b"a leaflet"
    assert lines(folder, "accounts")[0]["address"] == "shop@example.org"


def test_no_name_from_outside_names_a_file(full: Desk, tmp_path: Path) -> None:
    export(full, {"folder": str(tmp_path / "out")}, Task())
    names = {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()}
    wanted = re.compile(r"[0-9a-f]{64}(\.eml)?|[a-z_]+\.jsonl|README\.md")
    assert all(wanted.fullmatch(name) for name in names), names


def test_no_secret_is_in_it(full: Desk, tmp_path: Path) -> None:
    export(full, {"folder": str(tmp_path / "out")}, Task())
    for path in (tmp_path / "out").rglob("*"):
        assert path.is_dir() or b"hunter2" not in path.read_bytes()


def test_the_readme_names_every_file_and_field(full: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export(full, {"folder": str(folder)}, Task())
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for file in folder.glob("*.jsonl"):
        section = readme.partition(f"## {file.name}\n")[2].partition("\n## ")[0]
        documented = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
        for line in lines(folder, file.stem):
            assert set(line) == documented
        assert documented


def test_every_table_is_exported_or_has_a_reason() -> None:
    """A new table must be thought of here."""
    queries = " ".join(sheet.query for sheet in SHEETS)
    working = {
        "desk": "told in README.md",
        "scope": "how far desks have followed each other",
        "credential": "hashes of passwords",
        "second_factor": "hashes of codes",
        "invitation": "hashes of secrets that expire",
        "sync_log": "pointers",
        "device": "the machine's own",
        "command_result": "answers to devices",
        "counter": "a recount",
        "effect": "what is yet to be done outside",
        "mail_folder": "how far a mailbox was read",
        "mail_seen": "how far a mailbox was read",
        "raw_mail": "the files in raw/",
        "participant": "the addresses of a ticket's messages",
        "read_mark": "what an agent has seen",
        "automatic_mail": "the memory of the loop limits",
        "merge_dismissal": "a suggestion that was turned down",
        "notification": "what rang",
        "chat_received": "which of a browser's messages are here",
    }
    exported = {name for name in tables.metadata.tables if re.search(rf"\b{name}\b", queries)}
    assert set(tables.metadata.tables) - exported - set(working) == set()


NOT_EXPORTED = {
    # made anew from what is exported
    "ticket.access_count",
    "ticket.bucket",
    "ticket.visible",
    "ticket.inbound_count",
    "ticket.held_count",
    "ticket.delivery",
    "ticket.snippet",
    "ticket.snippet_kind",
    "ticket.snippet_author",
    "message.has_html",
    "message.remote_images",
    "message.attachment_count",
    # of the moment
    "agent.state",
    "agent.state_reason",
    "agent.state_automatic",
    "account.authserv_id",
    "account.problem",
    "account.problem_detail",
    "account.checked_at",
    "message.deliver_at",
    "message.options",
    "draft.account_uid",
    "draft.in_reply_to",
    "draft.seen_order",
    "room.last_position",
    "saved_view.position",
    "custom_field.position",
    "visitor.token_hash",  # what a browser is known by
    "visitor.refused",
}


def test_every_column_is_exported_or_has_a_reason() -> None:
    left = set()
    for sheet in SHEETS:
        table = tables.metadata.tables[sheet.source.split()[0]]
        for column in table.columns:
            used = re.search(rf"\bx\.{column.name}\b", sheet.query)
            if not used and column.name not in ("id", "seq", "uid"):
                left.add(f"{table.name}.{column.name}")
    assert left == NOT_EXPORTED


def test_one_moment(desk: Desk, tmp_path: Path) -> None:
    """While the desk is written to, every file tells of the same moment."""
    for number in range(20):
        make_ticket(desk, str(number))
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            make_ticket(desk, "later")

    writer = threading.Thread(target=write)
    writer.start()
    results = [export(desk, {"folder": str(tmp_path / str(n))}, Task()) for n in range(4)]
    stop.set()
    writer.join()
    for number, result in enumerate(results):
        folder = tmp_path / str(number)
        tickets = {ticket["id"] for ticket in lines(folder, "tickets")}
        assert {message["ticket_id"] for message in lines(folder, "messages")} == tickets
        assert len(tickets) == result["tickets"]


def test_a_damaged_file_is_told_and_left_out(
    full: Desk, tmp_path: Path, expect_log: ExpectLog
) -> None:
    expect_log("missing or damaged")
    full.blobs.path(PHOTO).write_bytes(b"another one!")
    result = export(full, {"folder": str(tmp_path / "out")}, Task())
    assert result["damaged"] == 1
    assert not (tmp_path / "out" / "attachments" / PHOTO).exists()


def test_cancelled_leaves_nothing(full: Desk, tmp_path: Path) -> None:
    task = Task()
    task.cancel()
    place = tmp_path / "place"
    place.mkdir()
    with pytest.raises(KnownError) as caught:
        export(full, {"folder": str(place / "out")}, task)
    assert caught.value.code == "cancelled"
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "code"),
    [("full", "folder_not_empty"), ("desk/out", "target_inside_desk"), ("no/out", "file_missing")],
)
def test_a_place_that_will_not_do(place: str, code: str, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    with pytest.raises(KnownError) as caught:
        export(desk, {"folder": str(tmp_path / place)}, Task())
    assert caught.value.code == code


def test_an_empty_folder_will_do(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    export(desk, {"folder": str(tmp_path / "empty")}, Task())
    assert (tmp_path / "empty" / "README.md").is_file()
