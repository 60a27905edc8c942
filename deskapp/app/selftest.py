"""`--self-test`: a desk of its own lives through a short story; one line a check.

It is also what proves a frozen program complete, so each check uses parts that could be missing.
"""

import os
import socket
import tempfile
import time
import traceback
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.errors import Exit, as_known, sentence
from deskapp.app.task import Task
from deskapp.core.api import Command, Outcome, Workspace
from deskapp.core.commands.contacts import CreateContact, NewPoint
from deskapp.core.commands.desk import SetSetting
from deskapp.core.commands.messages import AddNote, SendReply
from deskapp.core.commands.tickets import CreateTicket, SetStatus
from deskapp.core.commands.webchat import SaveChatBox
from deskapp.core.ports import TestStep
from deskapp.core.queries.search import Search
from deskapp.core.queries.tickets import GetConversation, GetMessageSource, GetTicket
from deskapp.models.dto import MessageView
from deskapp.models.enums import Channel, PointKind, TicketStatus
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile

_MAIL = (
    "From: =?utf-8?q?Luc=C3=ADa_Pe=C3=B1a?= <lucia@example.com>\r\n"
    "To: shop@example.org\r\nSubject: =?utf-8?q?Env=C3=ADo_de_la_estanter=C3=ADa?=\r\n"
    "Date: Mon, 02 Nov 2026 09:30:00 +0100\r\nMessage-ID: <self-test@example.com>\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    "<p>¿Dónde está el camión?</p><script>alert(1)</script>\r\n"
    "--b\r\nContent-Type: application/pdf; name=invoice.pdf\r\n"
    "Content-Disposition: attachment; filename=invoice.pdf\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n"
).encode()


class _Wrong(Exception):
    """A check found something other than it should."""


@dataclass(slots=True)
class _Story:
    """What the checks share. They run in order; each may use what the ones before it made."""

    folder: Path
    desk: Desk
    keys: MemoryKey
    ticket_id: str = ""
    mail_ticket_id: str = ""

    def submit(self, command: Command) -> Outcome:
        outcome = self.desk.workspace.submit(command).result(30)
        if outcome.rejected is not None:
            raise _Wrong(f"{command.TYPE} was refused: {outcome.rejected.code}")
        return outcome


def run(say: Callable[[str], None]) -> int:
    """Run every check; `say` is given a line each. Returns an exit code."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="deskapp-self-test-") as name:
        folder, keys = Path(name), MemoryKey()
        begin = time.monotonic()
        with open_desk(Profile.at(folder / "desk"), keys) as desk:
            say(_line("open", True, "a new desk", begin))
            story = _Story(folder, desk, keys)
            for check in _CHECKS:
                failed += not _run_one(check, story, say)
    say("All checks passed." if not failed else f"{failed} checks failed.")
    return Exit.OK if not failed else Exit.FAILED


def _run_one(check: Callable[[_Story], str], story: _Story, say: Callable[[str], None]) -> bool:
    begin = time.monotonic()
    name = check.__name__.removeprefix("_").replace("_", " ")
    try:
        detail = check(story)
    except Exception as error:  # noqa: BLE001 - any failure is what this looks for
        known = as_known(error)
        said = sentence(known)[1] if known else "".join(traceback.format_exception(error))
        say(_line(name, False, str(error) if isinstance(error, _Wrong) else said, begin))
        return False
    say(_line(name, True, detail, begin))
    return True


def _line(name: str, good: bool, detail: str, begin: float) -> str:
    took = (time.monotonic() - begin) * 1000
    return f"{'ok    ' if good else 'FAILED'} {name:<13} {detail} ({took:.0f} ms)"


def _expect(condition: bool, said: str) -> None:
    if not condition:
        raise _Wrong(said)


def _secrets(story: _Story) -> str:
    story.desk.secrets.put("self-test", "secret value")
    _expect(story.desk.secrets.get("self-test") == "secret value", "a secret was not kept")
    sealed = story.desk.profile.secrets.read_bytes()
    _expect(b"secret value" not in sealed, "a secret can be read on the disk")
    return f"kept encrypted, signing key of {len(story.desk.secrets.signing_key()) * 8} bits"


def _ticket(story: _Story) -> str:
    new = story.desk.workspace.new_id
    contact, story.ticket_id = new(), new()
    point = NewPoint(new(), PointKind.EMAIL, "Jose@Example.com")
    story.submit(CreateContact(contact_id=contact, name="José Núñez", points=(point,)))
    outcome = story.submit(
        CreateTicket(
            ticket_id=story.ticket_id,
            subject="The shelf wobbles",
            channel=Channel.PHONE,
            contact_id=contact,
            body="It leans to the left.",
            message_id=new(),
        )
    )
    return f"number {outcome.result['number']}"


def _mail(story: _Story) -> str:
    from deskapp.app.import_mail import run as import_mail

    source = story.folder / "mail.eml"
    source.write_bytes(_MAIL)
    result = import_mail(story.desk, {"paths": [str(source)]}, Task())
    _expect(result["imported"] == 1, f"the mail was not read: {dict(result)}")
    again = import_mail(story.desk, {"paths": [str(source)]}, Task())
    _expect(again["imported"] == 0, "the same mail came twice")
    return "parsed in a process of its own, once"


def _search(story: _Story) -> str:
    page = story.desk.workspace.query(Search("camion")).result(30)
    _expect(len(page.hits) == 1, f"{len(page.hits)} hits where there is one")
    story.mail_ticket_id = page.hits[0].row.id
    _expect(page.hits[0].row.contact_name == "Lucía Peña", "the name came out wrong")
    return "finds 'camión' by 'camion'"


def _source(story: _Story) -> str:
    workspace = story.desk.workspace
    page = workspace.query(GetConversation(story.mail_ticket_id)).result(30)
    message = next(item for item in page.items if isinstance(item, MessageView))
    sha256 = workspace.query(GetMessageSource(message.id)).result(30)
    _expect(workspace.blobs.get(sha256) == _MAIL, "the mail's source is not what came")
    (attachment,) = message.attachments
    _expect(workspace.blobs.get(attachment.sha256) == b"%PDF-1.4\n", "the attachment changed")
    _expect("alert" not in message.text, "a script is in the text")
    return "byte for byte, with its attachment"


def _reply(story: _Story) -> str:
    new = story.desk.workspace.new_id
    page = story.desk.workspace.query(GetConversation(story.ticket_id)).result(30)
    note = AddNote(ticket_id=story.ticket_id, message_id=new(), body="Ask the workshop.")
    story.submit(note)
    story.submit(
        SendReply(
            ticket_id=story.ticket_id,
            message_id=new(),
            body="We send a new foot today.",
            seen_order=page.last_order,
        )
    )
    page = story.desk.workspace.query(GetConversation(story.ticket_id)).result(30)
    texts = [item.text for item in page.items if isinstance(item, MessageView)]
    _expect(len(texts) == 3, f"{len(texts)} messages where there are three")
    return "and a private note"


def _solve_and_undo(story: _Story) -> str:
    workspace = story.desk.workspace
    solve = SetStatus(ticket_ids=(story.ticket_id,), status=TicketStatus.SOLVED)
    outcome = story.submit(solve)
    found = workspace.query(GetTicket(story.ticket_id)).result(30).row.status
    _expect(found is TicketStatus.SOLVED, f"it is {found}")
    _expect(outcome.undo is not None, "it cannot be undone")
    if outcome.undo is not None:
        story.submit(outcome.undo)
    found = workspace.query(GetTicket(story.ticket_id)).result(30).row.status
    _expect(found is not TicketStatus.SOLVED, "undo changed nothing")
    return "and back"


def _export(story: _Story) -> str:
    from deskapp.app.export import run as export

    result = export(story.desk, {"folder": str(story.folder / "export")}, Task())
    _expect(result["tickets"] == 2 and not result["damaged"], f"incomplete: {dict(result)}")
    return f"{result['messages']} messages, {result['files']} files"


def _backup_and_restore(story: _Story) -> str:
    from deskapp.app.backup import run as backup
    from deskapp.app.restore import restore

    target, elsewhere = story.folder / "a.deskbackup", Profile.at(story.folder / "elsewhere")
    backup(story.desk, {"target": str(target), "passphrase": "self test"}, Task())
    keys = MemoryKey()  # another machine
    restore(elsewhere, target, keys, lambda: "self test", Task())
    with open_desk(elsewhere, keys) as restored:
        page = restored.workspace.query(GetConversation(story.mail_ticket_id)).result(30)
        _expect(len(page.items) > 0, "the mail is not in the restored desk")
        _expect(restored.secrets.get("self-test") == "secret value", "a secret was lost")
        _expect(restored.who.epoch != story.desk.who.epoch, "the epoch is the old one")
    return "complete, on a desk of a new epoch"


def _doctor(story: _Story) -> str:
    from deskapp.app.doctor_desk import FAILED, desk_checks

    found = list(desk_checks(story.desk.profile, story.desk.secrets, online=False))
    bad = [f"{check.name}: {check.detail}" for check in found if check.state == FAILED]
    _expect(not bad, "; ".join(bad))
    return f"{len(found)} checks of the desk"


def _web_chat(story: _Story) -> str:
    from deskapp.app.webchat import WebChat

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    story.submit(SetSetting(key="chat.port", value=port))
    box = story.desk.workspace.new_id()
    story.submit(SaveChatBox(account_id=box, name="Self test"))
    chat = WebChat(story.desk)
    told: list[TestStep] = []
    try:
        _until(lambda: bool(chat.test_page(box)), lambda: f"it does not run: {chat.server()}")
        page = chat.test_page(box)
        steps = chat.test_reach(chat.server().url, told.append).result(30)
        with urllib.request.urlopen(page, timeout=30) as answer:  # noqa: S310 - our own address
            _expect(box in answer.read().decode(), "the test page is not the box's")
        widget = page.partition("/try/")[0] + "/widget.js"
        with urllib.request.urlopen(widget, timeout=30) as answer:  # noqa: S310
            size = len(answer.read())
    finally:
        chat.close()
    _expect(all(step.ok for step in steps), f"it cannot be reached: {steps}")
    return f"answers on port {port}, widget of {size} bytes"


def _team(story: _Story) -> str:
    """A colleague's machine joins over TLS and has the conversation that was made before."""
    from deskapp.app.joining import join
    from deskapp.app.team import open_team_desk
    from deskapp.app.team_host import make_host
    from deskapp.sync.server.host import Place

    profile = Profile.at(story.folder / "colleague")
    host = make_host(story.desk, place=Place("127.0.0.1"))
    host.start()
    try:
        _until(lambda: host.state().running, lambda: f"it does not run: {host.state()}")
        invitation = host.invite(story.desk.who.agent_id).result(30)
        join(profile, invitation.link, name="self-test", keys=story.keys)
        with open_team_desk(profile, story.keys) as colleague:
            there = colleague.workspace
            _until(
                lambda: _has(there, story.ticket_id), lambda: f"nothing came: {there.connection}"
            )
            number = there.query(GetTicket(story.ticket_id)).result(30).row.number
    finally:
        host.stop()
    return f"joined, and has ticket {number}"


def _has(workspace: Workspace, ticket_id: str) -> bool:
    try:
        return workspace.query(GetTicket(ticket_id)).result(30).row.id == ticket_id
    except LookupError:
        return False


def _until(done: Callable[[], bool], said: Callable[[], str]) -> None:
    end = time.monotonic() + 30
    while not done():
        _expect(time.monotonic() < end, said())
        time.sleep(0.02)


def _keyring(_: _Story) -> str:
    from deskapp.system.keys import keyring_name

    return keyring_name()


def _window(_: _Story) -> str:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication, QLabel

    from deskapp.system.resources import resource

    app = QApplication.instance() or QApplication([])
    label = QLabel("deskapp")
    _expect(not label.grab().isNull(), "nothing was painted")
    icons = sorted(resource("icons").glob("*.svg"))
    _expect(bool(icons) and not QIcon(str(icons[0])).pixmap(16, 16).isNull(), "icons are missing")
    _expect(resource("sounds", "customer.wav").is_file(), "sounds are missing")
    del app
    return f"paints, {len(icons)} icons, sounds"


_CHECKS = (
    _secrets,
    _ticket,
    _mail,
    _search,
    _source,
    _reply,
    _solve_and_undo,
    _export,
    _backup_and_restore,
    _doctor,
    _web_chat,
    _team,
    _keyring,
    _window,
)
