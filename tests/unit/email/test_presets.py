"""Which servers an address leads to, and how the name servers are asked."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deskapp.channels.email.mx import mail_exchangers
from deskapp.channels.email.presets import PRESETS, guess, keeps_sent
from deskapp.channels.email.settings import MailSettings


def _nobody(_domain: str) -> tuple[str, ...]:
    return ()


@pytest.mark.parametrize(
    ("address", "provider", "needs"),
    [
        ("tienda@gmail.com", "Gmail", "app_password"),
        ("Tienda@GMAIL.com", "Gmail", "app_password"),
        ("tienda@hotmail.es", "Outlook.com", "oauth"),
        ("tienda@yahoo.es", "Yahoo", "app_password"),
        ("tienda@icloud.com", "iCloud", "app_password"),
        ("tienda@gmx.es", "GMX", "password"),
    ],
)
def test_known_domains(address: str, provider: str, needs: str) -> None:
    found = guess(address, exchangers=_nobody, exists=lambda _: False)
    assert (found.provider, found.needs) == (provider, needs)
    assert found.settings["username"] == address


@pytest.mark.parametrize(
    ("exchanger", "provider"),
    [
        ("aspmx.l.google.com", "Gmail"),
        ("tienda-test.mail.protection.outlook.com", "Microsoft 365"),
        ("mx00.ionos.es", "IONOS"),
        ("mx1.mail.ovh.net", "OVHcloud"),
        ("mx.serviciodecorreo.es", "Arsys"),
        ("smtpin.rzone.de", "STRATO"),
        ("mx.zoho.eu", "Zoho (EU)"),
        ("in1-smtp.messagingengine.com", "Fastmail"),
    ],
)
def test_domains_that_a_provider_hosts(exchanger: str, provider: str) -> None:
    found = guess("hola@tienda.test", exchangers=lambda _: (exchanger,), exists=lambda _: False)
    assert found.provider == provider


def test_a_look_alike_exchanger_is_nobody() -> None:
    found = guess("a@b.test", exchangers=lambda _: ("evilgoogle.com",), exists=lambda _: False)
    assert found.provider == ""


def test_usual_names() -> None:
    found = guess("a@b.test", exchangers=_nobody, exists=lambda host: host == "mail.b.test")
    assert found.settings["imap_host"] == found.settings["smtp_host"] == "mail.b.test"
    settings = MailSettings.of(found.settings)
    assert (settings.imap.port, settings.imap.security) == (993, "tls")
    assert (settings.smtp.port, settings.smtp.security) == (587, "starttls")


def test_every_preset_makes_settings_that_can_be_used() -> None:
    for preset in PRESETS:
        settings = MailSettings.of(preset.settings(), "a@b.test")
        assert settings.imap.host
        assert settings.smtp.host
        assert settings.imap.security != "none"
        assert settings.smtp.security != "none"
        assert bool(settings.oauth_provider) == (preset.needs == "oauth")


def test_gmail_keeps_what_it_sends() -> None:
    assert keeps_sent("smtp.gmail.com")
    assert not keeps_sent("smtp.ionos.es")


@contextmanager
def _name_server(answer: bytes) -> Iterator[tuple[str, int]]:
    """Answers one question with `answer` after the question's own id."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)

        def serve() -> None:
            question, asker = server.recvfrom(4096)
            server.sendto(question[:2] + answer, asker)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()
        thread.join()


QUESTION = b"\6tienda\4test\0" + struct.pack("!2H", 15, 1)
HEAD = struct.pack("!5H", 0x8180, 1, 2, 0, 0)


def _record(preference: int, name: bytes) -> bytes:
    data = struct.pack("!H", preference) + name
    return b"\xc0\x0c" + struct.pack("!2HIH", 15, 1, 300, len(data)) + data


def test_exchangers_come_preferred_first() -> None:
    answer = HEAD + QUESTION + _record(20, b"\3mx2\xc0\x0c") + _record(10, b"\3mx1\5Other\xc0\x13")
    with _name_server(answer) as server:
        assert mail_exchangers("tienda.test", [server]) == ("mx1.other.test", "mx2.tienda.test")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        HEAD,
        HEAD + QUESTION,
        HEAD + QUESTION + _record(1, b"\xc0\x2f"),  # a pointer to itself
        HEAD + QUESTION + _record(1, b"\xff\xff"),
        HEAD + QUESTION[:5],
        struct.pack("!5H", 0x8183, 1, 0, 0, 0) + QUESTION,  # no such name
        struct.pack("!5H", 0x8180, 0, 65535, 0, 0),
    ],
)
def test_a_broken_answer_is_no_answer(answer: bytes) -> None:
    with _name_server(answer) as server:
        assert mail_exchangers("tienda.test", [server]) == ()


@pytest.mark.parametrize(
    "domain", ["", "localhost", "a..b", "x" * 64 + ".test", "a b.test", "\0.test"]
)
def test_what_is_no_domain_is_not_asked_for(domain: str) -> None:
    assert mail_exchangers(domain, [("192.0.2.1", 53)]) == ()
