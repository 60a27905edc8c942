"""The rig itself: what the other tests take for granted of the two servers."""

from email.message import EmailMessage

import pytest

from tests.support.mail_servers import AUTHSERV_ID, BOUNCING_DOMAIN, MailServers

pytestmark = pytest.mark.real


def _mail(subject: str = "Hola", to: str = "shop@tienda.test") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Carmen <carmen@cliente.test>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = "<1@cliente.test>"
    mail.set_content("¿Dónde está mi pedido?\n")
    return mail


def test_a_mail_goes_from_one_person_to_the_other(mail_servers: MailServers) -> None:
    mail_servers.send(_mail())
    (raw,) = mail_servers.wait_for_mail("shop@tienda.test")
    assert f"Authentication-Results: {AUTHSERV_ID}; spf=pass".encode() in raw
    assert raw.index(b"Authentication-Results") < raw.index(b"Received:")


def test_a_spoof_is_marked_and_the_forged_mark_is_taken_away(mail_servers: MailServers) -> None:
    mail = _mail()
    mail["Authentication-Results"] = f"{AUTHSERV_ID}; dmarc=pass header.from=cliente.test"
    mail_servers.spoof(mail, "carmen@cliente.test")
    (raw,) = mail_servers.wait_for_mail("shop@tienda.test")
    assert b"dmarc=fail" in raw
    assert b"dmarc=pass" not in raw


def test_an_unknown_recipient_bounces(mail_servers: MailServers) -> None:
    mail_servers.send(_mail(), recipients=(f"x@{BOUNCING_DOMAIN}",))
    (raw,) = mail_servers.wait_for_mail("carmen@cliente.test")
    assert b"multipart/report" in raw


def test_uidvalidity_changes_when_a_mailbox_is_rebuilt(mail_servers: MailServers) -> None:
    def validity() -> bytes:
        client = mail_servers.dovecot.login("shop@tienda.test")
        client.select("INBOX")
        _name, values = client.response("UIDVALIDITY")
        client.logout()
        return values[0] or b""

    before = validity()
    mail_servers.dovecot.stop()
    mail_servers.dovecot.rebuild_mailbox("shop@tienda.test")
    mail_servers.dovecot.start()
    assert validity() != before
