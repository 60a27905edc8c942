"""Mail that no person wrote: acknowledged never, and never answered in a circle."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from deskapp.core.commands.accounts import ReportAccount
from deskapp.core.commands.messages import SendReply
from deskapp.core.commands.tickets import SetStatus
from deskapp.models.dto import Address
from deskapp.models.enums import TicketStatus
from tests.support.mail_desk import MailDesk, open_mail_desk
from tests.support.mail_servers import AUTHSERV_ID, BOUNCING_DOMAIN, MailServers
from tests.support.waiting import wait_for

pytestmark = pytest.mark.real

CARMEN = "carmen@cliente.test"
SHOP = "shop@tienda.test"
LONG_LINES = email.policy.SMTP.clone(max_line_length=998)


def _mail(subject: str, sender: str = CARMEN, **headers: str) -> EmailMessage:
    mail = EmailMessage(LONG_LINES)
    mail["From"] = sender
    mail["To"] = SHOP
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{subject.encode().hex()}@cliente.test>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Texto SECRETO del cliente\n")
    return mail


def _knowing_its_server(desk: MailDesk, account_id: str) -> None:
    """As after some mails: the mailbox's own server is known by name."""
    report = ReportAccount(account_id=account_id, authserv_id=AUTHSERV_ID)
    assert desk.desk.authority.submit_as_desk(report).result(90).ok


def _acknowledging(desk: MailDesk, servers: MailServers, address: str = SHOP) -> None:
    account_id = desk.connect_and_wait(servers, address, copy_to_sent=False, acknowledge=True)
    _knowing_its_server(desk, account_id)


def _settled(desk: MailDesk) -> bool:
    """Whether nothing is left to be sent."""
    with desk.desk.authority.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT count(*) FROM effect WHERE state IN ('waiting', 'running')"
        )
        return int(found.scalar_one()) == 0


def test_an_acknowledgement_goes_once(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        _acknowledging(desk, mail_servers)
        mail_servers.send(_mail("Hola SUBJECT"))
        (row,) = desk.wait_for_tickets()
        (raw,) = mail_servers.wait_for_mail(CARMEN)
        ack = email.message_from_bytes(raw, policy=email.policy.default)
        assert ack["Return-Path"] == "<>"
        assert ack["Auto-Submitted"] == "auto-replied"
        assert ack["In-Reply-To"] == _mail("Hola SUBJECT")["Message-ID"]
        assert f"#{row.number}" in ack["Subject"]
        assert b"SECRETO" not in raw
        assert b"SUBJECT" not in raw
        assert b"Texto" not in raw

        mail_servers.send(_mail("Re: recibido", In_Reply_To=ack["Message-ID"]))
        desk.wait_for_messages(row.id, 2)  # an answer to it joins its ticket
        mail_servers.send(_mail("Otra cosa"))
        desk.wait_for_tickets(2)
        wait_for(lambda: _settled(desk), "the queue's end")
        assert len(mail_servers.dovecot.messages(CARMEN)) == 1


def test_it_is_off_until_switched_on(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        account_id = desk.connect_and_wait(mail_servers)
        _knowing_its_server(desk, account_id)
        mail_servers.send(_mail("Hola"))
        desk.wait_for_tickets()
        wait_for(lambda: _settled(desk), "the queue's end")
        assert mail_servers.dovecot.messages(CARMEN) == []


AUTOMATIC = {
    "vacation": {"Auto_Submitted": "auto-replied"},
    "vacation of a person": {"Auto_Submitted": "auto-replied (vacation)", "Precedence": "bulk"},
    "generated": {"Auto_Submitted": "auto-generated"},
    "suppressed": {"X_Auto_Response_Suppress": "All"},
    "bulk": {"Precedence": "bulk"},
    "junk": {"Precedence": "junk"},
    "list": {"List_Id": "<l.cliente.test>"},
    "list precedence": {"Precedence": "list"},
    "newsletter": {"List_Unsubscribe": "<mailto:x@cliente.test>"},
    "autoreply": {"X_Autoreply": "yes"},
    "autorespond": {"X_Autorespond": "yes"},
    "spanish": {"Subject": "Respuesta automática: no estoy"},
    "english": {"Subject": "Out of office: back on Monday"},
    "german": {"Subject": "Automatische Antwort: Urlaub"},
    "french": {"Subject": "Réponse automatique : absence"},
    "no reply": {"From": "no-reply@cliente.test"},
    "daemon": {"From": "MAILER-DAEMON@cliente.test"},
    "postmaster": {"From": "postmaster@cliente.test"},
    "bounces": {"From": "bounces+123@cliente.test"},
    "null path": {"Return_Path": "<>"},
}


def test_machines_are_not_acknowledged(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        _acknowledging(desk, mail_servers)
        for name, headers in AUTOMATIC.items():
            mail = _mail(name)
            for header, value in headers.items():
                del mail[header.replace("_", "-")]
                mail[header.replace("_", "-")] = value
            verdict = f"Authentication-Results: {AUTHSERV_ID}; dmarc=pass header.from=cliente.test"
            mail_servers.dovecot.put(SHOP, f"{verdict}\r\n".encode() + mail.as_bytes())
        desk.wait_for_tickets(len(AUTOMATIC))
        # The rig: a person's mail among them is acknowledged.
        mail_servers.send(_mail("De una persona", "luis@cliente.test"), "luis@cliente.test")
        mail_servers.wait_for_mail("luis@cliente.test")
        wait_for(lambda: _settled(desk), "the queue's end")
        acknowledged = [
            email.message_from_bytes(raw)["In-Reply-To"]
            for raw in mail_servers.dovecot.messages(CARMEN)
        ]
        assert [name for name in AUTOMATIC if _mail(name)["Message-ID"] in acknowledged] == []


def test_a_forged_sender_gets_nothing(mail_servers: MailServers, tmp_path: Path) -> None:
    """The desk is no relay: whoever is named in a forged From is not written to (T7)."""
    with open_mail_desk(tmp_path / "desk") as desk:
        _acknowledging(desk, mail_servers)
        for number in range(15):
            mail = _mail(f"Compre {number} http://evil.test")
            mail["Authentication-Results"] = f"{AUTHSERV_ID}; dmarc=pass header.from=cliente.test"
            mail_servers.spoof(mail, "carmen@cliente.test")
        desk.wait_for_tickets(15)
        wait_for(lambda: _settled(desk), "the queue's end")
        assert mail_servers.dovecot.messages(CARMEN) == []


def test_a_known_victim_gets_one_a_day(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        _acknowledging(desk, mail_servers)
        mail_servers.send(_mail("De verdad"))
        mail_servers.wait_for_mail(CARMEN)
        for number in range(15):
            mail_servers.spoof(_mail(f"Forjado {number}"), "carmen@cliente.test")
        desk.wait_for_tickets(16)
        wait_for(lambda: _settled(desk), "the queue's end")
        assert len(mail_servers.dovecot.messages(CARMEN)) == 1


def test_a_vacation_notice_joins_and_wakes_nobody(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        _acknowledging(desk, mail_servers)
        mail_servers.send(_mail("Pregunta"))
        (row,) = desk.wait_for_tickets()
        _reply(desk, row.id, CARMEN)
        ours = _wait_for_reply(mail_servers)
        desk.do(SetStatus(ticket_ids=(row.id,), status=TicketStatus.SOLVED))
        mail_servers.send(
            _mail("Fuera de la oficina", In_Reply_To=ours, Auto_Submitted="auto-replied")
        )
        messages = desk.wait_for_messages(row.id, 3)
        assert messages[-1].automatic
        assert desk.detail(row.id).row.status is TicketStatus.SOLVED
        wait_for(lambda: _settled(desk), "the queue's end")
        assert len(mail_servers.dovecot.messages(CARMEN)) == 2  # acknowledgement, reply


def test_a_bounce_joins_the_ticket_of_the_mail(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        _acknowledging(desk, mail_servers)
        mail_servers.send(_mail("Pregunta"))
        (row,) = desk.wait_for_tickets()
        _reply(desk, row.id, f"mal@{BOUNCING_DOMAIN}")
        messages = desk.wait_for_messages(row.id, 3)
        assert messages[-1].automatic
        assert not messages[-1].held
        assert len(desk.everything()) == 1
        wait_for(lambda: _settled(desk), "the queue's end")


def test_two_desks_that_acknowledge_come_to_rest(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "one") as one, open_mail_desk(tmp_path / "two") as two:
        _acknowledging(one, mail_servers, SHOP)
        _acknowledging(two, mail_servers, "otra@otra.test")
        mail = _mail("Hola", SHOP)
        del mail["To"]
        mail["To"] = "otra@otra.test"
        mail_servers.send(mail, SHOP, ("otra@otra.test",))
        two.wait_for_tickets()
        (row,) = one.wait_for_tickets()  # the other desk's acknowledgement
        assert one.messages(row.id)[0].automatic
        wait_for(lambda: _settled(one) and _settled(two), "both queues' end")
        assert len(mail_servers.dovecot.messages(SHOP)) == 1
        assert len(mail_servers.dovecot.messages("otra@otra.test")) == 1


def _reply(desk: MailDesk, ticket_id: str, address: str) -> None:
    desk.do(
        SendReply(
            ticket_id=ticket_id,
            message_id=desk.new(),
            body="Sí",
            seen_order=0,
            hold_ms=0,
            to=(Address("", address),),
        )
    )


def _wait_for_reply(servers: MailServers) -> str:
    for raw in servers.wait_for_mail(CARMEN, 2):
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        if mail["Auto-Submitted"] is None:
            return str(mail["Message-ID"])
    raise AssertionError("no reply among the mails")
