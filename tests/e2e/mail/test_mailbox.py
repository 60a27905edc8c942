"""A mailbox over time: the first look, restarts, broken connections, numbers that change."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from deskapp.channels.email import intake, reading
from deskapp.channels.email.worker import Pace
from deskapp.core.commands.accounts import ReportAccount, SaveAccount
from deskapp.core.queries.desk import GetNotifications
from deskapp.core.queries.mail import FolderMarks
from deskapp.core.queries.tickets import GetMessageSource
from deskapp.models.enums import NotificationKind, TicketStatus
from tests.support.certificates import self_signed
from tests.support.dovecot import PASSWORDS, Dovecot
from tests.support.mail_desk import MailDesk, open_mail_desk
from tests.support.mail_servers import AUTHSERV_ID, MailServers
from tests.support.waiting import free_port, wait_for

pytestmark = pytest.mark.real

SHOP = "shop@tienda.test"


def _mail(subject: str, days_ago: float = 0, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Carmen Ruiz <carmen@cliente.test>"
    mail["To"] = SHOP
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{subject.encode().hex()}@cliente.test>"
    mail["Date"] = format_datetime(datetime.now(UTC) - timedelta(days=days_ago))
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"{subject}\n")
    return mail.as_bytes()


def _newest_uid(servers: MailServers) -> int:
    client = servers.dovecot.login(SHOP)
    try:
        client.select("INBOX", readonly=True)
        _code, found = client.uid("SEARCH", "ALL")
        return int(found[0].split()[-1])
    finally:
        client.logout()


def _put_old(servers: MailServers, subject: str, days_ago: float) -> None:
    client = servers.dovecot.login(SHOP)
    at = datetime.now(UTC) - timedelta(days=days_ago)
    client.append("INBOX", "", at, _mail(subject, days_ago))
    client.logout()


def _rings(desk: MailDesk) -> int:
    return len(desk.ask(GetNotifications()))


def test_the_first_look_is_silent_and_bounded(mail_servers: MailServers, tmp_path: Path) -> None:
    for subject, days_ago in (("Muy viejo", 90), ("Viejo", 10), ("De ayer", 1)):
        _put_old(mail_servers, subject, days_ago)
    with open_mail_desk(tmp_path / "desk") as desk:
        account_id = desk.connect_and_wait(mail_servers, history_days=30)
        assert sorted(row.subject for row in desk.everything()) == ["De ayer", "Viejo"]
        assert {row.status for row in desk.everything()} == {TicketStatus.SOLVED}
        assert not desk.rows("needs_reply")
        assert _rings(desk) == 0
        assert desk.account(account_id).problem == ""
        mail_servers.dovecot.put(SHOP, _mail("Nuevo"))
        (row,) = desk.wait_for_tickets(view="needs_reply")
        assert row.subject == "Nuevo"
        wait_for(lambda: _rings(desk) == 1, "the ring")


def test_what_came_while_the_password_was_wrong_is_new(
    mail_servers: MailServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_LATE_MS", 0)
    with open_mail_desk(tmp_path / "desk") as desk:
        _put_old(mail_servers, "Viejo", 2)
        account_id = desk.connect(mail_servers, password="wrong")
        wait_for(lambda: desk.account(account_id).problem, "the problem")
        mail_servers.dovecot.put(SHOP, _mail("Entretanto"))
        desk.setup.store_password(account_id, PASSWORDS[SHOP]).result(90)
        (row,) = desk.wait_for_tickets(view="needs_reply")
        assert row.subject == "Entretanto"
        wait_for(lambda: len(desk.everything()) == 2, "the older mail")


def test_a_wrong_password_is_seen_and_mended(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        account_id = desk.connect(mail_servers, password="wrong")
        wait_for(lambda: desk.account(account_id).problem == "login_refused", "the problem")
        kinds = [note.kind for note in desk.ask(GetNotifications())]
        assert kinds == [NotificationKind.ACCOUNT_PROBLEM]
        desk.setup.store_password(account_id, PASSWORDS[SHOP]).result(90)
        wait_for(lambda: desk.account(account_id).problem == "", "the end of the problem")


@pytest.mark.parametrize("mark_seen", [False, True])
def test_marking_as_seen_is_a_setting(
    mail_servers: MailServers, tmp_path: Path, mark_seen: bool
) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        account_id = desk.connect_and_wait(mail_servers, mark_seen=mark_seen)
        mail_servers.dovecot.put(SHOP, _mail("Uno"))
        desk.wait_for_tickets()
        mail_servers.dovecot.put(SHOP, _mail("Dos"))
        desk.wait_for_tickets(2)
        newest = _newest_uid(mail_servers)
        # A folder is recorded after its marks are made, or would have been.
        wait_for(lambda: desk.ask(FolderMarks(account_id))[0].last_uid == newest, "the record")
        found = mail_servers.dovecot.messages_with_flags(SHOP)
        assert [b"\\Seen" in flags for _raw, flags in found] == [mark_seen] * 2


def test_a_server_restart_is_survived(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        account_id = desk.connect_and_wait(mail_servers)
        mail_servers.dovecot.restart()
        mail_servers.dovecot.put(SHOP, _mail("Tras el reinicio"))
        (row,) = desk.wait_for_tickets()
        assert row.subject == "Tras el reinicio"
        assert desk.account(account_id).problem == ""


def test_a_server_that_stays_away_is_told(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        account_id = desk.connect_and_wait(mail_servers)
        mail_servers.dovecot.stop()
        wait_for(lambda: desk.account(account_id).problem == "refused", "the problem")
        kinds = [note.kind for note in desk.ask(GetNotifications())]
        assert kinds == [NotificationKind.ACCOUNT_PROBLEM]
        mail_servers.dovecot.start()
        mail_servers.dovecot.put(SHOP, _mail("Entretanto"))
        (row,) = desk.wait_for_tickets()
        assert row.subject == "Entretanto"
        wait_for(lambda: desk.account(account_id).problem == "", "the end of the problem")


def test_new_numbers_double_nothing_and_lose_nothing(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    _put_old(mail_servers, "Viejo", 10)
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers)
        for number in range(3):
            mail_servers.dovecot.put(SHOP, _mail(f"Antes {number}"))
        desk.wait_for_tickets(3, "needs_reply")
        mail_servers.dovecot.stop()
        mail_servers.dovecot.rebuild_mailbox(SHOP)
        mail_servers.dovecot.start()
        for number in range(2):
            mail_servers.dovecot.put(SHOP, _mail(f"Después {number}"))
        desk.wait_for_tickets(5, "needs_reply")
        mail_servers.dovecot.put(SHOP, _mail("Al final"))
        desk.wait_for_tickets(6, "needs_reply")
        assert len(desk.everything()) == 7


def test_the_numbers_change_while_the_desk_is_closed(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    folder = tmp_path / "desk"
    with open_mail_desk(folder) as desk:
        desk.connect_and_wait(mail_servers)
        mail_servers.dovecot.put(SHOP, _mail("Antes"))
        desk.wait_for_tickets(1, "needs_reply")
    mail_servers.dovecot.stop()
    mail_servers.dovecot.rebuild_mailbox(SHOP)
    mail_servers.dovecot.start()
    mail_servers.dovecot.put(SHOP, _mail("Entretanto"))
    with open_mail_desk(folder) as desk:
        rows = desk.wait_for_tickets(2, "needs_reply")
        assert sorted(row.subject for row in rows) == ["Antes", "Entretanto"]
        assert len(desk.everything()) == 2


def test_folders_are_read_too(mail_servers: MailServers, tmp_path: Path) -> None:
    client = mail_servers.dovecot.login(SHOP)
    client.create("Pedidos")
    client.logout()
    with open_mail_desk(tmp_path / "desk") as desk:
        account_id = desk.connect_and_wait(
            mail_servers, folders=["INBOX", "Pedidos"], poll_seconds=3600
        )
        mail_servers.dovecot.put(SHOP, _mail("En pedidos"), "Pedidos")
        mail_servers.dovecot.put(SHOP, _mail("En la bandeja"))
        (row,) = desk.wait_for_tickets(1)
        assert row.subject == "En la bandeja"  # only the first folder says by itself what is new
        desk.channel.check_now(account_id)
        rows = desk.wait_for_tickets(2)
        assert sorted(row.subject for row in rows) == ["En la bandeja", "En pedidos"]


def test_a_mail_in_two_folders_is_one(mail_servers: MailServers, tmp_path: Path) -> None:
    client = mail_servers.dovecot.login(SHOP)
    client.create("Pedidos")
    client.logout()
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers, folders=["Pedidos", "INBOX"])
        mail_servers.dovecot.put(SHOP, _mail("Dos veces"), "INBOX")
        mail_servers.dovecot.put(SHOP, _mail("Dos veces"), "Pedidos")
        mail_servers.dovecot.put(SHOP, _mail("Otra"), "Pedidos")
        rows = desk.wait_for_tickets(2)
        assert sorted(row.subject for row in rows) == ["Dos veces", "Otra"]
        assert len(desk.everything()) == 2


def test_a_server_without_idle_is_polled(mail_servers: MailServers, tmp_path: Path) -> None:
    certificate = mail_servers.dovecot.certificate
    server = Dovecot(mail_servers.root / f"poll{free_port()}", certificate)
    server.capability = "IMAP4rev1 SASL-IR LITERAL+ ID ENABLE UIDPLUS"
    server.start()
    try:
        with open_mail_desk(tmp_path / "desk") as desk:
            account_id = desk.connect_and_wait(
                mail_servers, imap_port=server.imaps_port, poll_seconds=3600
            )
            server.put(SHOP, _mail("Sin IDLE"))
            # A worker that idles reads what came; this one sleeps until its time, or until it is asked.
            client = server.login(SHOP)
            assert "IDLE" not in client.capabilities
            client.logout()
            assert not desk.rows()
            desk.channel.check_now(account_id)
            (row,) = desk.wait_for_tickets()
            assert row.subject == "Sin IDLE"
    finally:
        server.stop()


def test_a_dead_connection_is_noticed(mail_servers: MailServers, tmp_path: Path) -> None:
    """Packets vanish without a word: the next renewal of IDLE finds out and connects anew."""
    with (
        _swallowing_proxy(mail_servers.dovecot.imaps_port) as proxy,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("deskapp.channels.email.imap.PROBE_SECONDS", 0.5)
        pace = Pace(idle=0.5, first_backoff=0.1)
        with open_mail_desk(tmp_path / "desk", pace=pace) as desk:
            desk.connect_and_wait(mail_servers, imap_port=proxy.port)
            proxy.swallow()
            before = proxy.connections
            mail_servers.dovecot.put(SHOP, _mail("Tras el silencio"))
            (row,) = desk.wait_for_tickets()
            assert row.subject == "Tras el silencio"
            assert proxy.connections == before + 1


def test_a_self_signed_server_works_once_it_is_trusted(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    certificate = self_signed(mail_servers.root)
    server = Dovecot(mail_servers.root / f"self{free_port()}", certificate)
    server.start()
    server.put(SHOP, _mail("Hola"))
    try:
        with open_mail_desk(tmp_path / "desk") as desk:
            account_id = desk.connect(mail_servers, imap_port=server.imaps_port)
            wait_for(lambda: desk.account(account_id).problem == "tls_untrusted", "the refusal")
            assert not desk.everything(), "nothing is read before it is trusted"
            info = desk.account(account_id)
            desk.do(
                SaveAccount(
                    account_id=account_id,
                    name=info.name,
                    address=info.address,
                    settings={**info.settings, "trusted_certificate": certificate.fingerprint},
                )
            )
            wait_for(lambda: desk.account(account_id).problem == "", "the end of the problem")
            wait_for(lambda: len(desk.everything()) == 1, "the mail")
            assert desk.everything()[0].subject == "Hola"
    finally:
        server.stop()


def test_where_the_server_signs_is_remembered_until_the_mailbox_is_saved(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    folder = tmp_path / "desk"

    def place(desk: MailDesk) -> object:
        return desk.account(account_id).settings.get("authserv_hops")

    with open_mail_desk(folder) as desk:
        account_id = desk.connect_and_wait(mail_servers)
        report = ReportAccount(account_id=account_id, authserv_id=AUTHSERV_ID)
        assert desk.desk.authority.submit_as_desk(report).result(90).ok
        mail_servers.send(_mail("Uno"))
        wait_for(lambda: place(desk) is not None, "the place")
        learned = place(desk)
    with open_mail_desk(folder) as desk:
        assert place(desk) == learned
        wait_for(lambda: desk.channel._workers, "the worker")
        (worker,) = desk.channel._workers.values()
        info = desk.account(account_id)
        desk.do(
            SaveAccount(
                account_id=account_id, name="Otra", address=SHOP, settings=dict(info.settings)
            )
        )
        assert place(desk) is None
        wait_for(lambda: worker not in [*desk.channel._workers.values(), None], "a new worker")
        mail_servers.send(_mail("Dos"))
        wait_for(lambda: place(desk) == learned, "the place again")


def test_a_mail_that_is_too_large_is_shown(
    mail_servers: MailServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (intake, reading):
        monkeypatch.setattr(module, "MAX_RAW_BYTES", 100_000)
    raw = _mail("Enorme") + b"x" * 300_000
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers)
        mail_servers.dovecot.put(SHOP, raw.replace(b"\n", b"\r\n"))
        mail_servers.dovecot.put(SHOP, _mail("Normal"))
        rows = desk.wait_for_tickets(2)
        large = next(row for row in rows if row.subject != "Normal")
        (message,) = desk.messages(large.id)
        head = desk.desk.blobs.get(desk.ask(GetMessageSource(message.id)))
        assert b"Subject: Enorme" in head


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 100,
        b"\xff\xfe" * 500,
        b"From: a@b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 3000,
        b"From: " + b"(" * 5000 + b"\r\n\r\nx",
    ],
    ids=["empty", "nul", "binary", "parts", "comments"],
)
def test_a_broken_mail_is_shown_with_its_source(
    mail_servers: MailServers, tmp_path: Path, raw: bytes
) -> None:
    folder = mail_servers.dovecot.maildir(SHOP) / "new"
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers)
        (folder / f"{free_port()}.M1P1.host").write_bytes(raw)
        (row,) = desk.wait_for_tickets()
        (message,) = desk.messages(row.id)
        kept = desk.desk.blobs.get(desk.ask(GetMessageSource(message.id)))
        served = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        assert kept == served.replace(b"\0", b"\x80")  # IMAP knows no NUL; Dovecot sends 0x80


class _Proxy:
    """Passes bytes on until it is told to swallow them on the connections there are."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._silent: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    @property
    def connections(self) -> int:
        return len(self._sockets) // 2

    def swallow(self) -> None:
        self._silent.update(self._sockets)

    def serve(self) -> None:
        while True:
            try:
                client, _address = self._server.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            self._sockets += [client, server]
            for source, sink in ((client, server), (server, client)):
                thread = threading.Thread(target=self._pass_on, args=(source, sink))
                self._threads.append(thread)
                thread.start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if source not in self._silent:
                    sink.sendall(data)
        except OSError:
            return

    def close(self) -> None:
        for one in (self._server, *self._sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join()


@contextmanager
def _swallowing_proxy(target: int) -> Iterator[_Proxy]:
    proxy = _Proxy(target)
    thread = threading.Thread(target=proxy.serve)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()
