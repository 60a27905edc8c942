"""What becomes of a mail on its way out: refusals, delays, broken connections, hostile text."""

import email
import email.policy
import select
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path

import pytest

from deskapp.channels.email import delivery
from deskapp.channels.email.imap import Mailbox
from deskapp.channels.email.problems import MailProblem
from deskapp.channels.email.settings import PLAIN, Server
from deskapp.channels.email.smtp import Submission
from deskapp.channels.email.transport import Line
from deskapp.core.commands.messages import RetrySend, SendReply
from deskapp.core.queries.tickets import GetOutbox
from deskapp.models.dto import Address, MessageView
from deskapp.models.enums import Delivery
from tests.support.dovecot import PASSWORDS
from tests.support.mail_desk import MailDesk, open_mail_desk
from tests.support.mail_servers import DEFERRED, REFUSED, MailServers
from tests.support.waiting import wait_for

pytestmark = pytest.mark.real

CARMEN = "carmen@cliente.test"
SHOP = "shop@tienda.test"


def _question() -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Carmen <{CARMEN}>"
    mail["To"] = SHOP
    mail["Subject"] = "Pregunta"
    mail["Message-ID"] = "<1@cliente.test>"
    mail.set_content("¿Sí?\n")
    return mail.as_bytes()


@pytest.fixture
def talk(mail_servers: MailServers, tmp_path: Path) -> Iterator[tuple[MailDesk, str]]:
    """A desk with one ticket of Carmen's."""
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers, copy_to_sent=False)
        mail_servers.dovecot.put(SHOP, _question())
        (row,) = desk.wait_for_tickets()
        yield desk, row.id


def _reply(desk: MailDesk, ticket_id: str, body: str = "Sí", *people: str) -> str:
    message_id = desk.new()
    to = tuple(Address("", one) for one in people or (CARMEN,))
    desk.do(
        SendReply(
            ticket_id=ticket_id, message_id=message_id, body=body, seen_order=0, hold_ms=0, to=to
        )
    )
    return message_id


def _message(desk: MailDesk, ticket_id: str, message_id: str) -> MessageView:
    return next(m for m in desk.messages(ticket_id) if m.id == message_id)


def _wait_for(desk: MailDesk, ticket_id: str, message_id: str, delivery: Delivery) -> MessageView:
    wait_for(
        lambda: _message(desk, ticket_id, message_id).delivery is delivery, f"{delivery} reply"
    )
    return _message(desk, ticket_id, message_id)


def test_one_refused_recipient_stops_the_mail(
    mail_servers: MailServers, talk: tuple[MailDesk, str]
) -> None:
    desk, ticket_id = talk
    message_id = _reply(desk, ticket_id, "Sí", CARMEN, REFUSED)
    failed = _wait_for(desk, ticket_id, message_id, Delivery.FAILED)
    assert failed.delivery_error.startswith("address_refused: 550 5.1.1")
    assert "no such person here" in failed.delivery_error
    assert desk.rows("to_send")[0].id == ticket_id
    assert mail_servers.dovecot.messages(CARMEN) == []


def test_a_busy_server_is_tried_again_later(talk: tuple[MailDesk, str]) -> None:
    desk, ticket_id = talk
    message_id = _reply(desk, ticket_id, "Sí", DEFERRED)
    wait_for(lambda: _message(desk, ticket_id, message_id).delivery_error, "the first try")
    message = _message(desk, ticket_id, message_id)
    assert message.delivery is Delivery.QUEUED
    assert message.delivery_error.startswith("server_busy: 450 4.2.0")
    (item,) = desk.ask(GetOutbox())
    assert item.due_at > message.at


def test_a_wrong_password_fails_and_is_mended(
    mail_servers: MailServers, talk: tuple[MailDesk, str]
) -> None:
    desk, ticket_id = talk
    account_id = desk.detail(ticket_id).row.account_id
    desk.setup.store_password(account_id, "wrong").result(90)
    message_id = _reply(desk, ticket_id)
    failed = _wait_for(desk, ticket_id, message_id, Delivery.FAILED)
    assert failed.delivery_error.startswith("login_refused")
    desk.setup.store_password(account_id, PASSWORDS[SHOP]).result(90)
    desk.do(RetrySend(message_id=message_id))
    _wait_for(desk, ticket_id, message_id, Delivery.SENT)
    assert len(mail_servers.wait_for_mail(CARMEN)) == 1


def test_nobody_knows_and_so_it_is_said(mail_servers: MailServers, tmp_path: Path) -> None:
    """The connection breaks between the last line and the answer; a second try has the same id."""
    with (
        _cutting_proxy(mail_servers.postfix.submission_port, b"250 2.0.0 Ok: queued") as port,
        open_mail_desk(tmp_path / "desk") as desk,
    ):
        desk.connect_and_wait(
            mail_servers, copy_to_sent=False, smtp_security="none", smtp_port=port
        )
        mail_servers.dovecot.put(
            SHOP, f"From: {CARMEN}\r\nMessage-ID: <1@x>\r\nSubject: a\r\n\r\nb".encode()
        )
        (row,) = desk.wait_for_tickets()
        message_id = _reply(desk, row.id)
        _wait_for(desk, row.id, message_id, Delivery.UNCERTAIN)
        mail_servers.wait_for_mail(CARMEN)
        desk.do(RetrySend(message_id=message_id))
        first, second = mail_servers.wait_for_mail(CARMEN, 2)
        ids = {email.message_from_bytes(raw)["Message-ID"] for raw in (first, second)}
        assert len(ids) == 1


def test_a_server_that_hangs_keeps_nobody_from_leaving(
    mail_servers: MailServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "GRACE_SECONDS", 0.3)
    folder = tmp_path / "desk"
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_greet_and_hang, args=(server,))
        thread.start()
        with open_mail_desk(folder) as desk:
            desk.connect_and_wait(
                mail_servers, smtp_security="none", smtp_port=server.getsockname()[1]
            )
            mail_servers.dovecot.put(SHOP, f"From: {CARMEN}\r\nSubject: a\r\n\r\nb".encode())
            (row,) = desk.wait_for_tickets()
            message_id = _reply(desk, row.id)
            wait_for(desk.channel._courier._at_work._sending.copy, "the way out")
            begin = time.monotonic()
        assert time.monotonic() - begin < 5
        thread.join()
    with open_mail_desk(folder) as desk:
        assert _message(desk, row.id, message_id).delivery is Delivery.QUEUED


def _greet_and_hang(server: socket.socket) -> None:
    """An SMTP server that answers EHLO, and then nothing more."""
    connection, _address = server.accept()
    with connection:
        connection.sendall(b"220 hi\r\n")
        connection.recv(4096)
        connection.sendall(b"250 hi\r\n")
        while connection.recv(4096):
            continue


@contextmanager
def _cutting_proxy(target: int, words: bytes) -> Iterator[int]:
    """Passes bytes on, and cuts the connection instead of passing on `words`."""
    server = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def pass_on(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if words in data:
                    break
                sink.sendall(data)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _address = server.accept()
                upstream = socket.create_connection(("127.0.0.1", target))
                pairs = ((client, upstream), (upstream, client))
                mine = [threading.Thread(target=pass_on, args=pair) for pair in pairs]
                threads.extend(mine)
                for thread in mine:
                    thread.start()
                for thread in mine:
                    thread.join()
                client.close()
                upstream.close()

    acceptor = threading.Thread(target=serve)
    acceptor.start()
    try:
        yield server.getsockname()[1]
    finally:
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        acceptor.join()


@contextmanager
def _mute(*, full: bool) -> Iterator[int]:
    """The port of a server that says nothing; with `full`, one that does not even take a connection."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port: int = server.getsockname()[1]
        while full:
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
            if not select.select([], [waiting], [], 0.2)[1]:
                break
        yield port


@pytest.mark.parametrize("full", [False, True], ids=["greeting", "connecting"])
@pytest.mark.parametrize("kind", [Submission, Mailbox])
def test_a_line_is_broken_off_while_it_is_being_made(
    kind: type[Submission | Mailbox], full: bool
) -> None:
    begun = threading.Event()

    class Watched(Line):
        def opened(self, connecting: socket.socket) -> None:
            super().opened(connecting)
            begun.set()

    with _mute(full=full) as port, Watched() as line, ThreadPoolExecutor() as pool:
        made = pool.submit(kind.connect, Server("127.0.0.1", port, PLAIN), "", line)
        assert begun.wait(90)
        assert not wait([made], 0.2).done, "it was to wait for the server"
        line.interrupt()
        problem = made.exception(2)
        assert isinstance(problem, MailProblem)
        assert problem.passing
        with pytest.raises(MailProblem, match="disconnected"):
            kind.connect(Server("127.0.0.1", port, PLAIN), "", line)


def test_the_end_of_the_app_waits_for_no_mute_server(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    with _mute(full=False) as port:
        with open_mail_desk(tmp_path / "desk") as desk:
            desk.connect_and_wait(mail_servers, smtp_port=port)
            mail_servers.dovecot.put(SHOP, _question())
            (row,) = desk.wait_for_tickets()
            message_id = _reply(desk, row.id)
            lines = desk.channel._courier._at_work._lines
            wait_for(lambda: any(line._copies for line in lines), "the connection")
            begun = time.monotonic()
        assert time.monotonic() - begun < 3
    with open_mail_desk(tmp_path / "desk") as desk:
        assert _message(desk, row.id, message_id).delivery is Delivery.QUEUED


LINE_ENDS = (b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r", b"\x00\n", b"\r\n\x00", b"\x85")
SMUGGLED = b"MAIL FROM:<a@evil.test>%sRCPT TO:<luis@cliente.test>%sDATA%sSubject: x%s%sy"


class TestSmuggling:
    """Text that means "end of mail, new mail" to some server on the way (T23)."""

    @pytest.mark.parametrize("before", LINE_ENDS, ids=repr)
    @pytest.mark.parametrize("after", LINE_ENDS, ids=repr)
    def test_raw_bytes_stay_one_mail(
        self, mail_servers: MailServers, before: bytes, after: bytes
    ) -> None:
        second = SMUGGLED.replace(b"%s", after)
        raw = b"Subject: a\r\n\r\nhola" + before + b"." + after + second + before + b"." + after
        server = Server("localhost", mail_servers.postfix.submission_port, PLAIN)
        with Submission.connect(server) as submission:
            submission.login(SHOP, PASSWORDS[SHOP])
            submission.submit(SHOP, [CARMEN], raw)
        (arrived,) = mail_servers.wait_for_mail(CARMEN)
        assert b"RCPT TO" in arrived
        assert mail_servers.dovecot.messages("luis@cliente.test") == []

    def test_the_rig_sees_a_smuggled_mail(self, mail_servers: MailServers) -> None:
        """Without the doubled full stop and clean line ends the second mail does go out."""
        second = SMUGGLED.replace(b"%s", b"\r\n").replace(b"a@evil.test", SHOP.encode())
        raw = b"Subject: a\r\n\r\nhola\r\n.\r\n" + second + b"\r\n.\r\nQUIT\r\n"
        server = Server("localhost", mail_servers.postfix.submission_port, PLAIN)
        with Submission.connect(server) as submission:
            submission.login(SHOP, PASSWORDS[SHOP])
            client = submission._client
            client.mail(SHOP)
            client.rcpt(CARMEN)
            client.docmd("DATA")
            client.send(raw)
            client.getreply()
        assert mail_servers.wait_for_mail("luis@cliente.test")

    def test_typed_text_arrives_as_typed(
        self, mail_servers: MailServers, talk: tuple[MailDesk, str]
    ) -> None:
        desk, ticket_id = talk
        body = "a\n.\nMAIL FROM:<x@y>\n..\n.b\nFrom el mar\n-- \n\n.\n"
        message_id = _reply(desk, ticket_id, body)
        _wait_for(desk, ticket_id, message_id, Delivery.SENT)
        (raw,) = mail_servers.wait_for_mail(CARMEN)
        part = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain",))
        assert part is not None
        assert part.get_content().replace("\r\n", "\n").startswith(body.rstrip("\n"))

    @pytest.mark.parametrize(
        "address",
        [
            "a@b.test\r\nRCPT TO:<luis@cliente.test>",
            "a@b.test>\r\nDATA",
            "a@b.test> NOTIFY=SUCCESS",
            "<a@b.test>",
            "a b@c.test",
            "a@b@c.test",
            "a\x00@b.test",
            "a\t@b.test",
            "@b.test",
            "a@",
            "",
            "a" * 400 + "@b.test",
        ],
    )
    def test_nothing_but_addresses_reaches_the_envelope(
        self, mail_servers: MailServers, address: str
    ) -> None:
        server = Server("localhost", mail_servers.postfix.submission_port, PLAIN)
        with Submission.connect(server) as submission:
            submission.login(SHOP, PASSWORDS[SHOP])
            for sender, recipient in ((SHOP, address), (address or "\n", CARMEN)):
                with pytest.raises(MailProblem) as refused:
                    submission.submit(sender, [recipient], b"Subject: a\r\n\r\nb")
                assert refused.value.code == "address_invalid"
        assert mail_servers.dovecot.messages("luis@cliente.test") == []
