"""A chat that goes on by mail: answers after the visitor has left, and transcripts, on real servers."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from deskapp.core.commands.messages import SendReply
from deskapp.core.commands.webchat import (
    AcceptIdentity,
    ReceiveChat,
    SaveChatBox,
    SendTranscript,
    VisitorClaim,
)
from deskapp.core.queries.webchat import ChatMessages
from deskapp.models.dto import Address
from deskapp.models.enums import Channel, MessageKind
from tests.support.mail_desk import MailDesk, open_mail_desk
from tests.support.mail_servers import MailServers

pytestmark = pytest.mark.real

CARMEN = "carmen@cliente.test"


def _chat(desk: MailDesk, text: str) -> str:
    box, new = desk.new(), desk.new
    desk.do(SaveChatBox(account_id=box, name="Casa <b>Talavera</b>"))
    command = ReceiveChat(
        account_id=box,
        visitor=VisitorClaim(token_hash="a" * 64, name="Carmen", email=CARMEN, language="es"),
        client_id="1" * 32,
        body=text,
        visitor_id=new(),
        contact_id=new(),
        ticket_id=new(),
        message_id=new(),
    )
    outcome = desk.desk.authority.submit_as_desk(command).result(90)
    return str(outcome.result["ticket_id"])


def _answer(desk: MailDesk, ticket: str, text: str, **fields: object) -> None:
    reply = SendReply(
        ticket_id=ticket,
        message_id=desk.new(),
        body=text,
        seen_order=0,
        hold_ms=0,
        **fields,  # type: ignore[arg-type]
    )
    desk.do(reply)


def test_a_chat_goes_on_by_mail_in_one_ticket(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers, copy_to_sent=False)
        ticket = _chat(desk, "Hola, falta una taza")
        desk.do(AcceptIdentity(ticket_id=ticket))
        _answer(desk, ticket, "Le escribo por correo.", to=(Address("Carmen", CARMEN),))
        (raw,) = mail_servers.wait_for_mail(CARMEN)
        sent = email.message_from_bytes(raw, policy=email.policy.default)

        back = EmailMessage(email.policy.SMTP)
        back["From"], back["To"], back["Subject"] = CARMEN, "shop@tienda.test", sent["Subject"]
        back["Message-ID"], back["In-Reply-To"] = "<vuelta@cliente.test>", sent["Message-ID"]
        back.set_content("Gracias, mejor así.\n")
        mail_servers.send(back)

        said = desk.wait_for_messages(ticket, 3)
        assert [(m.kind, m.channel) for m in said] == [
            (MessageKind.INBOUND, Channel.WEBCHAT),
            (MessageKind.OUTBOUND, Channel.EMAIL),
            (MessageKind.INBOUND, Channel.EMAIL),
        ]
        assert len(desk.rows()) == 1
        seen = desk.ask(ChatMessages(ticket))
        assert [m.text for m in seen] == ["Hola, falta una taza"]  # mail stays mail


def test_a_transcript_is_what_both_said_and_no_more(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers, copy_to_sent=False)
        ticket = _chat(desk, "Hola, <script>alert(1)</script> {{ contact.name }}")
        _answer(desk, ticket, "¡Hola, Carmen!")
        asked = SendTranscript(ticket_id=ticket, address=CARMEN)
        assert desk.desk.authority.submit_as_desk(asked).result(90).ok
        (raw,) = mail_servers.wait_for_mail(CARMEN)
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        assert mail["Return-Path"] == "<>"
        assert mail["Auto-Submitted"] == "auto-replied"
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None
        text = plain.get_content()
        assert "<script>alert(1)</script> {{ contact.name }}" in text
        assert "¡Hola, Carmen!" in text
        assert text.index("Usted") < text.index("¡Hola, Carmen!")
        assert html is None or "<script" not in html.get_content()
