"""Kill -9 at every point of the way in and of the way out: nothing is lost, nothing is doubled."""

import signal
import subprocess
from collections import Counter
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from random import Random

import pytest

from deskapp.channels.email import delivery, intake
from deskapp.core.commands.messages import SendReply
from deskapp.models.dto import Address
from deskapp.models.enums import Delivery
from deskapp.system.paths import Profile
from tests.support.faults import program
from tests.support.looking import change_in, rows_in
from tests.support.mail_desk import MailDesk, open_mail_desk
from tests.support.mail_servers import MailServers
from tests.support.waiting import wait_for

pytestmark = pytest.mark.real

SHOP = "shop@tienda.test"
CARMEN = "carmen@cliente.test"
HELD_MS = 3_600_000
"""A reply waits so long, so that the next run sends it."""
ENDS = {Delivery.SENT, Delivery.UNCERTAIN}


def _mail(number: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Carmen <carmen@cliente.test>"
    mail["To"] = SHOP
    mail["Subject"] = f"Pregunta {number}"
    mail["Message-ID"] = f"<{number}@cliente.test>"
    mail.set_content(f"Texto {number}\n")
    mail.add_attachment(b"x" * 100, "application", "pdf", filename="a.pdf")
    return mail


def _start(folder: Path, point: str, fault: str = "") -> "subprocess.Popen[bytes]":
    """The desk in a process of its own, which dies at `point`."""
    return subprocess.Popen(
        [*program("tests.support.mail_desk", fault), str(folder), point],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()


def _run_until_dead(folder: Path, point: str, fault: str = "") -> None:
    process = _start(folder, point, fault)
    try:
        assert process.wait(60) == -signal.SIGKILL, f"it never came to {point}"
    finally:
        _kill(process)


# -- the way in -------------------------------------------------------------------------------


Found = list[tuple[str, list[str]]]
"""Of every ticket the subject and the names of the files."""


def _taken_and_killed(
    servers: MailServers, folder: Path, point: str, fault: str = ""
) -> tuple[int, Found, int]:
    """How many mails were marked as seen and not in the desk at a kill; what was there in the end.

    Three mails wait before the kill, a fourth comes after it. The last answer is the number of
    marks on the server in the end.
    """
    with open_mail_desk(folder) as desk:
        desk.connect_and_wait(servers, mark_seen=True)
    for number in range(3):
        servers.send(_mail(number))
    servers.wait_for_mail(SHOP, 3)
    _run_until_dead(folder, point, fault)
    early = len(_seen(servers)) - _messages(folder)
    servers.send(_mail(3))
    servers.wait_for_mail(SHOP, 4)
    with open_mail_desk(folder) as desk:
        # The last to come is the last to be read.
        wait_for(lambda: "Pregunta 3" in [row.subject for row in desk.everything()], "the last")
        wait_for(lambda: any(b"Texto 3" in raw for raw in _seen(servers)), "its mark")
        found = [
            (row.subject, [a.filename for m in desk.messages(row.id) for a in m.attachments])
            for row in desk.everything()
        ]
    return early, sorted(found), len(_seen(servers))


@pytest.mark.parametrize("point", intake.POINTS)
def test_a_mail_survives_on_its_way_in(
    mail_servers: MailServers, tmp_path: Path, point: str
) -> None:
    early, found, marks = _taken_and_killed(mail_servers, tmp_path / "desk", point)
    assert early <= 0
    assert found == [(f"Pregunta {n}", ["a.pdf"]) for n in range(4)]
    assert marks == 4


def test_a_mail_that_is_marked_before_it_is_kept_is_found(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    folder = tmp_path / "desk"
    early, _found, _marks = _taken_and_killed(mail_servers, folder, "fetched", "seen_before_commit")
    assert early == 3


def test_a_mail_that_counts_as_read_before_it_is_kept_is_found_missing(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    folder = tmp_path / "desk"
    outcome = _taken_and_killed(mail_servers, folder, "fetched", "folder_before_commit")
    assert outcome == (0, [("Pregunta 3", ["a.pdf"])], 1)


def test_many_mails_survive_kills_at_any_moment(mail_servers: MailServers, tmp_path: Path) -> None:
    folder, count, chance = tmp_path / "desk", 120, Random(7)
    with open_mail_desk(folder) as desk:
        desk.connect_and_wait(mail_servers)
    for number in range(count):
        name = f"{1_700_000_000 + number}.M1P1.host"
        (mail_servers.dovecot.maildir(SHOP) / "new" / name).write_bytes(_mail(number).as_bytes())
    for _ in range(8):
        process = _start(folder, "never")
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.1, 2.5))
        finally:
            _kill(process)
    with open_mail_desk(folder) as desk:
        wait_for(lambda: len(desk.rows("needs_reply")) >= count, "all mails", 90)
        rows = desk.everything()
        assert sorted(row.subject for row in rows) == sorted(f"Pregunta {n}" for n in range(count))


def _seen(servers: MailServers) -> list[bytes]:
    mails = servers.dovecot.messages_with_flags(SHOP)
    return [raw for raw, flags in mails if b"\\Seen" in flags]


def _messages(folder: Path) -> int:
    ((count,),) = rows_in(folder, "SELECT count(*) FROM message")
    return int(count)


# -- the way out ------------------------------------------------------------------------------


def _sent_and_killed(
    servers: MailServers, folder: Path, point: str, fault: str = ""
) -> tuple[Delivery, int]:
    """What the desk says of a reply after a kill and another start, and how often it arrived."""
    with open_mail_desk(folder) as desk:
        desk.connect_and_wait(servers, copy_to_sent=False)
        servers.send(_mail(1))
        (row,) = desk.wait_for_tickets()
        message_id = _reply(desk, row.id, "Sí", hold_ms=HELD_MS)
    _make_due(folder)
    _run_until_dead(folder, point, fault)
    _make_due(folder)
    with open_mail_desk(folder) as desk:
        wait_for(lambda: _state(desk, row.id, message_id) in ENDS, "the end of the sending")
        state = _state(desk, row.id, message_id)
        # A mail to ourselves, sent after it, says that whatever was sent has arrived.
        servers.send(_mail(2), recipients=(CARMEN,))
    wait_for(lambda: len(_arrived(servers, "Pregunta 2")) == 1, "the mail after it")
    return state, len(_arrived(servers, "Re: Pregunta 1"))


@pytest.mark.parametrize("point", delivery.POINTS)
def test_a_reply_survives_on_its_way_out(
    mail_servers: MailServers, tmp_path: Path, point: str
) -> None:
    """Sent once; or, when the end came between the last line and the answer, a person is told so."""
    expected = {
        "sending_told": (Delivery.UNCERTAIN, 0),
        "accepted": (Delivery.UNCERTAIN, 1),
    }
    outcome = _sent_and_killed(mail_servers, tmp_path / "desk", point)
    assert outcome == expected.get(point, (Delivery.SENT, 1))


@pytest.mark.parametrize(
    ("fault", "point", "outcome"),
    [
        ("sent_before_sending", "sending_told", (Delivery.SENT, 0)),
        ("sending_untold", "accepted", (Delivery.SENT, 2)),
    ],
)
def test_a_reply_that_is_lost_or_doubled_is_found(
    mail_servers: MailServers,
    tmp_path: Path,
    fault: str,
    point: str,
    outcome: tuple[Delivery, int],
) -> None:
    assert _sent_and_killed(mail_servers, tmp_path / "desk", point, fault) == outcome


def test_many_replies_survive_kills_at_any_moment(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    """Each arrives once, or the desk says that it does not know."""
    folder, count, chance = tmp_path / "desk", 40, Random(7)
    with open_mail_desk(folder) as desk:
        desk.connect_and_wait(mail_servers, copy_to_sent=False)
        mail_servers.send(_mail(1))
        (row,) = desk.wait_for_tickets()
        replies = {
            f"Respuesta {n}.": _reply(desk, row.id, f"Respuesta {n}.", HELD_MS)
            for n in range(count)
        }
    for _ in range(8):
        _make_due(folder)
        goal = _ended(folder) + chance.randrange(4)
        process = _start(folder, "never")
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            wait_for(lambda g=goal: _ended(folder) >= g, f"{goal} replies")
        finally:
            _kill(process)
    assert _ended(folder) < count, "all was sent before the last kill"
    _make_due(folder)
    with open_mail_desk(folder) as desk:
        wait_for(lambda: _ended(folder) == count, "the end of the sending", 150)
        states = {body: _state(desk, row.id, message_id) for body, message_id in replies.items()}
    sure = [body for body, state in states.items() if state is Delivery.SENT]
    wait_for(lambda: len(_arrived(mail_servers)) >= len(sure), "the replies at Carmen's")
    arrived = Counter(
        body for raw in _arrived(mail_servers) for body in replies if body.encode() in raw
    )
    assert max(arrived.values()) == 1
    assert set(sure) <= set(arrived)
    assert set(states.values()) <= ENDS
    assert len(sure) >= count - 8 * 4  # at most what four threads were sending at each kill


def _reply(desk: MailDesk, ticket_id: str, body: str, hold_ms: int = 0) -> str:
    message_id = desk.new()
    desk.do(
        SendReply(
            ticket_id=ticket_id,
            message_id=message_id,
            body=body,
            seen_order=0,
            hold_ms=hold_ms,
            to=(Address("", CARMEN),),
        )
    )
    return message_id


def _state(desk: MailDesk, ticket_id: str, message_id: str) -> Delivery:
    return next(m for m in desk.messages(ticket_id) if m.id == message_id).delivery


def _arrived(servers: MailServers, subject: str = "Re: Pregunta 1") -> list[bytes]:
    mails = servers.dovecot.messages(CARMEN)
    return [raw for raw in mails if f"Subject: {subject}".encode() in raw]


def _ended(folder: Path) -> int:
    """Replies of which the desk says how they ended."""
    said = "SELECT count(*) FROM message WHERE delivery IN ('sent', 'uncertain')"
    ((count,),) = rows_in(folder, said)
    return int(count)


def _make_due(folder: Path) -> None:
    """As if the wait before the next try were over."""
    change_in(folder, "UPDATE effect SET due_at = 0 WHERE state = 'waiting'")
    if Profile(folder).server.is_file():  # and over for what the last process had begun
        change_in(folder, "UPDATE effect_lease SET at = 0")
