"""The connection test names what is wrong, against real servers that are wrong in each way."""

import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deskapp.channels.email.connection import check_connection
from deskapp.channels.email.credentials import Password
from deskapp.channels.email.problems import CODES
from deskapp.channels.email.settings import MailSettings
from deskapp.core.ports import TestStep as Step
from tests.support.certificates import Certificate, issued, self_signed
from tests.support.dovecot import PASSWORDS, Dovecot
from tests.support.mail_servers import MailServers
from tests.support.waiting import free_port

pytestmark = pytest.mark.real

SHOP = "shop@tienda.test"
IMAP = ["resolve", "connect", "tls", "login", "folder"]
SMTP = ["smtp_resolve", "smtp_connect", "smtp_tls", "smtp_login"]


def _check(servers: MailServers, password: str | None = None, **changes: object) -> list[Step]:
    told: list[Step] = []
    password = PASSWORDS[SHOP] if password is None else password
    settings = MailSettings.of(servers.settings(SHOP, **changes))
    answer = check_connection(settings, Password(SHOP, password), told.append)
    assert list(answer) == told
    assert {step.code for step in told if not step.ok} <= CODES
    return told


def _failed(steps: list[Step]) -> dict[str, str]:
    return {step.name: step.code for step in steps if not step.ok}


@contextmanager
def _dovecot(servers: MailServers, certificate: Certificate) -> Iterator[Dovecot]:
    root = servers.root / f"dovecot{free_port()}"
    server = Dovecot(root, certificate)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def test_every_step_passes(mail_servers: MailServers) -> None:
    steps = _check(mail_servers)
    assert [step.name for step in steps] == IMAP + SMTP
    assert not _failed(steps)


@pytest.mark.parametrize(
    ("imap", "smtp"), [("starttls", "tls"), ("none", "none"), ("tls", "starttls")]
)
def test_every_kind_of_encryption(mail_servers: MailServers, imap: str, smtp: str) -> None:
    dovecot, postfix = mail_servers.dovecot, mail_servers.postfix
    steps = _check(
        mail_servers,
        imap_security=imap,
        imap_port=dovecot.imaps_port if imap == "tls" else dovecot.imap_port,
        smtp_security=smtp,
        smtp_port=postfix.submissions_port if smtp == "tls" else postfix.submission_port,
    )
    assert not _failed(steps)


def test_unknown_names(mail_servers: MailServers) -> None:
    steps = _check(mail_servers, imap_host="nowhere.invalid", smtp_host="nowhere.invalid")
    assert _failed(steps) == {"resolve": "dns_failed", "smtp_resolve": "dns_failed"}


def test_nothing_listens(mail_servers: MailServers) -> None:
    steps = _check(mail_servers, imap_port=free_port(), smtp_port=free_port())
    assert _failed(steps) == {"connect": "refused", "smtp_connect": "refused"}


def test_a_server_that_never_answers(
    mail_servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskapp.channels.email.imap.CONNECT_SECONDS", 0.3)
    monkeypatch.setattr("deskapp.channels.email.smtp.CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        steps = _check(mail_servers, imap_port=port, smtp_port=port)
    assert _failed(steps) == {"connect": "timeout", "smtp_connect": "timeout"}


def test_plain_text_where_tls_was_expected(mail_servers: MailServers) -> None:
    steps = _check(
        mail_servers,
        imap_port=mail_servers.dovecot.imap_port,
        smtp_security="tls",
        smtp_port=mail_servers.postfix.submission_port,
    )
    assert _failed(steps) == {"tls": "tls_missing", "smtp_tls": "tls_missing"}


def test_wrong_password(mail_servers: MailServers) -> None:
    steps = _check(mail_servers, password="wrong")
    assert _failed(steps) == {"login": "login_refused", "smtp_login": "login_refused"}
    assert "wrong" not in " ".join(step.detail for step in steps)


def test_a_password_with_accents(mail_servers: MailServers) -> None:
    user = "inma@cliente.test"
    settings = MailSettings.of(mail_servers.settings(user))
    for password, codes in ((PASSWORDS[user], {""}), ("contraseña", {"", "login_refused"})):
        steps = check_connection(settings, Password(user, password), lambda _: None)
        assert {step.code for step in steps} == codes


def test_missing_password(mail_servers: MailServers) -> None:
    assert set(_failed(_check(mail_servers, password="")).values()) == {"password_missing"}


def test_missing_folder(mail_servers: MailServers) -> None:
    steps = _check(mail_servers, folders=["INBOX", "Nowhere"])
    assert _failed(steps) == {"folder": "folder_missing"}
    assert steps[-1].ok  # SMTP is still tried


def test_a_step_is_not_tried_when_nobody_wants_to_know(mail_servers: MailServers) -> None:
    told: list[Step] = []
    settings = MailSettings.of(mail_servers.settings(SHOP))
    check_connection(settings, Password(SHOP, "x"), told.append, lambda: not told)
    assert [step.name for step in told] == ["resolve"]


class TestCertificates:
    def test_self_signed_is_refused_until_it_is_trusted(
        self, mail_servers: MailServers, tmp_path: Path
    ) -> None:
        certificate = self_signed(mail_servers.root)
        with _dovecot(mail_servers, certificate) as server:
            for security, port in (("tls", server.imaps_port), ("starttls", server.imap_port)):
                changes: dict[str, object] = {"imap_port": port, "imap_security": security}
                refused = _check(mail_servers, None, **changes)
                assert _failed(refused) == {"tls": "tls_untrusted"}
                (shown,) = (step.fingerprint for step in refused if not step.ok)
                assert shown == certificate.fingerprint
                changes["trusted_certificate"] = shown
                assert not _failed(_check(mail_servers, None, **changes))

    def test_trust_in_one_certificate_is_no_trust_in_another(
        self, mail_servers: MailServers
    ) -> None:
        trusted, other = self_signed(mail_servers.root), self_signed(mail_servers.root)
        with _dovecot(mail_servers, other) as server:
            steps = _check(
                mail_servers,
                imap_port=server.imaps_port,
                trusted_certificate=trusted.fingerprint,
            )
        assert _failed(steps) == {"tls": "tls_untrusted"}
        assert next(s for s in steps if not s.ok).fingerprint == other.fingerprint

    def test_expired(self, mail_servers: MailServers) -> None:
        certificate = issued(mail_servers.root, mail_servers.authority, "localhost", expired=True)
        with _dovecot(mail_servers, certificate) as server:
            steps = _check(mail_servers, imap_port=server.imaps_port)
        assert _failed(steps) == {"tls": "tls_expired"}

    def test_wrong_host(self, mail_servers: MailServers) -> None:
        certificate = issued(mail_servers.root, mail_servers.authority, "mail.otra.test")
        with _dovecot(mail_servers, certificate) as server:
            steps = _check(mail_servers, imap_port=server.imaps_port)
        assert _failed(steps) == {"tls": "tls_wrong_host"}

    def test_too_old(self, mail_servers: MailServers) -> None:
        certificate = mail_servers.dovecot.certificate
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.maximum_version = ssl.TLSVersion.TLSv1_1
            context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.load_cert_chain(certificate.chain, certificate.key)
        with socket.create_server(("127.0.0.1", 0)) as server:
            thread = threading.Thread(target=_shake_hands, args=(server, context))
            thread.start()
            steps = _check(mail_servers, imap_port=server.getsockname()[1])
            thread.join()
        assert _failed(steps) == {"tls": "tls_too_old"}


def _shake_hands(server: socket.socket, context: ssl.SSLContext) -> None:
    connection, _address = server.accept()
    with connection:
        try:
            context.wrap_socket(connection, server_side=True)
        except OSError:
            return
