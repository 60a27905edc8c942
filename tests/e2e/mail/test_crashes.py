"""Kill -9 at every point of the way in and of the way out: nothing is lost, nothing is doubled."""

import subprocess
import sys
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from random import Random

import pytest

from deskapp.channels.email import delivery, intake
from deskapp.core.commands.messages import SendReply
from deskapp.models.dto import Address
from deskapp.models.enums import Delivery
from tests.support.mail_desk import MailDesk, open_mail_desk
from tests.support.mail_servers import MailServers
from tests.support.waiting import wait_for

pytestmark = pytest.mark.real

SHOP = "shop@tienda.test"
CARMEN = "carmen@cliente.test"


def _mail(number: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Carmen <carmen@cliente.test>"
    mail["To"] = SHOP
    mail["Subject"] = f"Pregunta {number}"
    mail["Message-ID"] = f"<{number}@cliente.test>"
    mail.set_content(f"Texto {number}\n")
    mail.add_attachment(b"x" * 100, "application", "pdf", filename="a.pdf")
    return mail


def _run_until_dead(folder: Path, point: str) -> None:
    """The desk in a process of its own, which must die at `point`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.mail_desk", str(folder), point],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.wait(60) == -9, f"it never came to {point}"
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()


@pytest.mark.parametrize("point", intake.POINTS)
def test_a_mail_survives_on_its_way_in(
    mail_servers: MailServers, tmp_path: Path, point: str
) -> None:
    folder = tmp_path / "desk"
    with open_mail_desk(folder) as desk:
        desk.connect_and_wait(mail_servers, mark_seen=True)
    for number in range(3):
        mail_servers.send(_mail(number))
    mail_servers.wait_for_mail(SHOP, 3)
    _run_until_dead(folder, point)
    mail_servers.send(_mail(3))
    mail_servers.wait_for_mail(SHOP, 4)
    with open_mail_desk(folder) as desk:
        desk.wait_for_tickets(4)
        wait_for(lambda: _all_seen(mail_servers), "the marks on the server")
        rows = desk.everything()
        assert sorted(row.subject for row in rows) == [f"Pregunta {n}" for n in range(4)]
        for row in rows:
            (message,) = desk.messages(row.id)
            assert [a.filename for a in message.attachments] == ["a.pdf"]


def test_many_mails_survive_kills_at_any_moment(mail_servers: MailServers, tmp_path: Path) -> None:
    folder, count, chance = tmp_path / "desk", 120, Random(7)
    with open_mail_desk(folder) as desk:
        desk.connect_and_wait(mail_servers)
    for number in range(count):
        name = f"{1_700_000_000 + number}.M1P1.host"
        (mail_servers.dovecot.maildir(SHOP) / "new" / name).write_bytes(_mail(number).as_bytes())
    for _ in range(8):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.mail_desk", str(folder), "never"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.1, 2.5))
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
    with open_mail_desk(folder) as desk:
        wait_for(lambda: len(desk.rows("needs_reply")) >= count, "all mails", 90)
        rows = desk.everything()
        assert sorted(row.subject for row in rows) == sorted(f"Pregunta {n}" for n in range(count))


def _all_seen(servers: MailServers) -> bool:
    return all(b"\\Seen" in flags for _raw, flags in servers.dovecot.messages_with_flags(SHOP))


@pytest.mark.parametrize("point", delivery.POINTS)
def test_a_reply_survives_on_its_way_out(
    mail_servers: MailServers, tmp_path: Path, point: str
) -> None:
    """Sent once; or, when the end came between the last line and the answer, a person is told so."""
    folder = tmp_path / "desk"
    with open_mail_desk(folder) as desk:
        desk.connect_and_wait(mail_servers, copy_to_sent=False)
        mail_servers.send(_mail(1))
        (row,) = desk.wait_for_tickets()
        mail_servers.postfix.stop()  # so that the reply waits for the next run
        message_id = _reply(desk, row.id)
        wait_for(lambda: _state(desk, row.id, message_id)[1] != "", "a failed try")
        assert _state(desk, row.id, message_id) == (Delivery.QUEUED, "refused")
    mail_servers.postfix.start()
    _make_due(folder)
    _run_until_dead(folder, point)
    _make_due(folder)
    with open_mail_desk(folder) as desk:
        wait_for(lambda: _settled(desk, row.id, message_id), "the end of the sending")
        state, _error = _state(desk, row.id, message_id)
    expected = {"sending_told": Delivery.UNCERTAIN, "accepted": Delivery.UNCERTAIN}
    assert state is expected.get(point, Delivery.SENT)
    arrived = 0 if point == "sending_told" else 1
    assert len(mail_servers.wait_for_mail(CARMEN, arrived)) == arrived


def _reply(desk: MailDesk, ticket_id: str) -> str:
    message_id = desk.new()
    to = (Address("", CARMEN),)
    desk.do(
        SendReply(
            ticket_id=ticket_id, message_id=message_id, body="Sí", seen_order=0, hold_ms=0, to=to
        )
    )
    return message_id


def _state(desk: MailDesk, ticket_id: str, message_id: str) -> tuple[Delivery, str]:
    message = next(m for m in desk.messages(ticket_id) if m.id == message_id)
    return message.delivery, message.delivery_error.partition(":")[0]


def _settled(desk: MailDesk, ticket_id: str, message_id: str) -> bool:
    return _state(desk, ticket_id, message_id)[0] in (Delivery.SENT, Delivery.UNCERTAIN)


def _make_due(folder: Path) -> None:
    """As if the wait before the next try were over."""
    from pysqlite3 import dbapi2

    connection = dbapi2.connect(str(folder / "desk.sqlite"))
    with connection:
        connection.execute("UPDATE effect SET due_at = 0 WHERE state = 'waiting'")
    connection.close()
