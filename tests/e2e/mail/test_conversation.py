"""A customer's mail, its answer and what follows, over real servers."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from deskapp.core.commands.messages import AddNote, AttachmentRef, SendReply
from deskapp.core.commands.tickets import SetStatus
from deskapp.core.queries.search import Search
from deskapp.core.queries.tickets import GetMessageHtml, GetMessageSource
from deskapp.models.dto import Address
from deskapp.models.enums import Delivery, MessageKind, TicketStatus
from tests.support.mail_desk import MailDesk, open_mail_desk
from tests.support.mail_servers import MailServers
from tests.support.waiting import wait_for

pytestmark = pytest.mark.real

CARMEN = "carmen@cliente.test"
SHOP = "shop@tienda.test"
LONG_LINES = email.policy.SMTP.clone(max_line_length=998)
"""Python encodes a Message-ID that does not fit into a line, as no mail program does."""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def _mail(
    subject: str = "Pedido 1234", body: str = "¿Dónde está mi pedido?", **headers: str
) -> EmailMessage:
    mail = EmailMessage(LONG_LINES)
    mail["From"] = "Carmen Ruiz <carmen@cliente.test>"
    mail["To"] = SHOP
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{abs(hash((subject, body)))}@cliente.test>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"{body}\n")
    return mail


def _parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def _reply(desk: MailDesk, ticket_id: str, body: str, **fields: object) -> str:
    message_id = desk.new()
    desk.do(
        SendReply(
            ticket_id=ticket_id,
            message_id=message_id,
            body=body,
            seen_order=0,
            hold_ms=0,
            **{"to": (Address("Carmen Ruiz", CARMEN),), **fields},  # type: ignore[arg-type]
        )
    )
    return message_id


def _wait_sent(desk: MailDesk, ticket_id: str, message_id: str) -> None:
    def delivery() -> Delivery:
        return next(m.delivery for m in desk.messages(ticket_id) if m.id == message_id)

    wait_for(lambda: delivery() is Delivery.SENT, "the reply's way out")


def test_from_a_mail_to_a_reopened_ticket(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers)
        mail_servers.send(_mail())
        (row,) = desk.wait_for_tickets()
        assert (row.subject, row.contact_name) == ("Pedido 1234", "Carmen Ruiz")
        assert row.status is TicketStatus.NEW
        (message,) = desk.messages(row.id)
        assert message.text.strip() == "¿Dónde está mi pedido?"
        assert desk.desk.blobs.get(desk.ask(GetMessageSource(message.id))).startswith(
            b"Return-Path: <carmen@cliente.test>"
        )

        reply_id = _reply(desk, row.id, "Sale **hoy**.\n\n.\nUn saludo")
        _wait_sent(desk, row.id, reply_id)
        (raw,) = mail_servers.wait_for_mail(CARMEN)
        reply = _parsed(raw)
        assert reply["Subject"] == "Re: Pedido 1234"
        assert reply["In-Reply-To"] == _mail()["Message-ID"]
        assert _mail()["Message-ID"] in reply["References"]
        assert reply["From"] == f"Tienda <{SHOP}>"
        plain, rich = reply.get_body(("plain",)), reply.get_body(("html",))
        assert plain is not None
        assert rich is not None
        assert "\r\n.\r\nUn saludo" in plain.get_content()
        assert "> ¿Dónde está mi pedido?" in plain.get_content()
        assert "<strong>hoy</strong>" in rich.get_content() or "<b>hoy</b>" in rich.get_content()

        desk.do(SetStatus(ticket_ids=(row.id,), status=TicketStatus.SOLVED))
        answer = _mail("Re: Pedido 1234", "¡Gracias!", In_Reply_To=reply["Message-ID"])
        mail_servers.send(answer)
        messages = desk.wait_for_messages(row.id, 3)
        assert [m.kind for m in messages] == [
            MessageKind.INBOUND,
            MessageKind.OUTBOUND,
            MessageKind.INBOUND,
        ]
        assert desk.detail(row.id).row.status is TicketStatus.OPEN
        assert len(desk.everything()) == 1
        page = desk.ask(Search("gracias"))
        assert [hit.row.id for hit in page.hits] == [row.id]


def test_the_reply_is_copied_to_sent(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers)
        mail_servers.send(_mail())
        (row,) = desk.wait_for_tickets()
        _wait_sent(desk, row.id, _reply(desk, row.id, "Hola"))
        (copy,) = mail_servers.wait_for_mail(SHOP, folder="Sent")
        (arrived,) = mail_servers.wait_for_mail(CARMEN)
        assert _parsed(copy)["Message-ID"] == _parsed(arrived)["Message-ID"]


def test_files_and_pictures_go_both_ways(mail_servers: MailServers, tmp_path: Path) -> None:
    mail = _mail()
    mail.add_alternative('<p>Mire: <img src="cid:foto@x"></p>', subtype="html")
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<foto@x>")  # type: ignore[union-attr,index]
    mail.add_attachment(b"%PDF-1.4 x", "application", "pdf", filename="factura ñ.pdf")
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers)
        mail_servers.send(mail)
        (row,) = desk.wait_for_tickets()
        (message,) = desk.messages(row.id)
        by_name = {a.filename: a for a in message.attachments}
        assert desk.desk.blobs.get(by_name["factura ñ.pdf"].sha256) == b"%PDF-1.4 x"
        html = desk.ask(GetMessageHtml(message.id))
        assert PNG in [desk.desk.blobs.get(sha) for sha in html.images.values()]

        blobs = desk.desk.blobs
        picture = AttachmentRef(
            desk.new(), "foto.png", "image/png", len(PNG), blobs.put(PNG), "pic1@tienda.test", True
        )
        paper = AttachmentRef(
            desk.new(), "presupuesto año.pdf", "application/pdf", 4, blobs.put(b"%PDF")
        )
        _reply(desk, row.id, "Así: ![foto](cid:pic1@tienda.test)", attachments=(picture, paper))
        (raw,) = mail_servers.wait_for_mail(CARMEN)
        reply = _parsed(raw)
        parts = {part.get_content_type(): part for part in reply.walk()}
        assert parts["image/png"]["Content-ID"] == "<pic1@tienda.test>"
        assert parts["image/png"].get_payload(decode=True) == PNG
        assert parts["application/pdf"].get_filename() == "presupuesto año.pdf"
        assert 'src="cid:pic1@tienda.test"' in parts["text/html"].get_content()


def test_a_stranger_who_quotes_the_thread_is_held(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers)
        mail_servers.send(_mail())
        (row,) = desk.wait_for_tickets()
        _reply(desk, row.id, "Hola")
        (raw,) = mail_servers.wait_for_mail(CARMEN)
        ours = _parsed(raw)["Message-ID"]
        stranger = EmailMessage(LONG_LINES)
        stranger["From"] = "Mallory <mallory@ajeno.test>"
        stranger["To"] = SHOP
        stranger["Subject"] = "Re: Pedido 1234"
        stranger["Message-ID"] = "<m@ajeno.test>"
        stranger["In-Reply-To"] = ours
        stranger["References"] = f"{_mail()['Message-ID']} {ours}"
        stranger.set_content("Envíenlo a otra dirección.\n")
        mail_servers.send(stranger, "mallory@ajeno.test")
        messages = desk.wait_for_messages(row.id, 3)
        assert [m.held for m in messages] == [False, False, True]
        assert desk.detail(row.id).row.held == 1
        assert "mallory@ajeno.test" not in [
            a.address for a in (*desk.detail(row.id).reply_to, *desk.detail(row.id).reply_all_cc)
        ]


def test_blind_copies_are_blind(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers)
        mail_servers.send(_mail())
        (row,) = desk.wait_for_tickets()
        _reply(desk, row.id, "Hola", bcc=(Address("", "luis@cliente.test"),))
        (seen,) = mail_servers.wait_for_mail("luis@cliente.test")
        assert _parsed(seen)["Bcc"] is None
        (other,) = mail_servers.wait_for_mail(CARMEN)
        assert b"luis" not in other


def test_a_forwarded_mail_brings_its_words_and_files(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    mail = _mail("Roto", "Llegó roto.")
    mail.add_attachment(PNG, "image", "png", filename="foto.png")
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers)
        mail_servers.send(mail)
        (row,) = desk.wait_for_tickets()
        luis = Address("Luis", "luis@cliente.test")
        _reply(desk, row.id, "¿Lo miras?", to=(luis,), forward=True, subject="Rv: Roto")
        (raw,) = mail_servers.wait_for_mail("luis@cliente.test")
        forwarded = _parsed(raw)
        assert forwarded["In-Reply-To"] is None
        assert forwarded["References"] is None
        plain = forwarded.get_body(("plain",))
        assert plain is not None
        text = plain.get_content()
        assert text.index("¿Lo miras?") < text.index("Carmen Ruiz <carmen@cliente.test>")
        assert "> Llegó roto." in text
        (file,) = forwarded.iter_attachments()
        assert file.get_filename() == "foto.png"
        assert file.get_payload(decode=True) == PNG


def test_a_note_never_leaves(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers)
        mail_servers.send(_mail())
        (row,) = desk.wait_for_tickets()
        note_id = desk.new()
        desk.do(AddNote(ticket_id=row.id, message_id=note_id, body="SECRETO interno"))
        _reply(desk, row.id, "Hola", in_reply_to=note_id)
        _reply(desk, row.id, "Otra vez")
        for raw in mail_servers.wait_for_mail(CARMEN, 2):
            assert b"SECRETO" not in raw
            assert "SECRETO" not in str(_parsed(raw).get_body(("plain",)))
