"""Machines are told from people: nothing automatic may be answered automatically."""

import pytest

from deskapp.channels.email.autoreply import Automation, classify, may_acknowledge
from deskapp.channels.email.parse import parse

AUTO, BOUNCE, LIST, BULK, PERSON = (
    Automation.AUTO_REPLY,
    Automation.BOUNCE,
    Automation.LIST,
    Automation.BULK,
    Automation.PERSON,
)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("Subject: Mi pedido", PERSON),
        ("Subject: Re: Mi pedido\nAuto-Submitted: no", PERSON),
        ("Subject: Vacaciones: ¿entregan en agosto?", PERSON),
        ("Subject: Office chair out of stock", PERSON),
        ("Subject: ¿Respuesta?", PERSON),
        ("Subject: Automatic door opener", PERSON),
        ("Precedence: first-class", PERSON),
        ("Return-Path: <ana@correo.example>", PERSON),
        ("Auto-Submitted: auto-replied", AUTO),
        ("Auto-Submitted: auto-replied; owner-email=x", AUTO),
        ("Auto-Submitted: Auto-Generated\nIn-Reply-To: <a@b>", AUTO),
        ("Auto-Submitted: auto-generated", BULK),
        ("Auto-Submitted: auto-notified", AUTO),
        ("X-Autoreply: yes", AUTO),
        ("X-Autorespond: x", AUTO),
        ("Return-Path: <>", AUTO),
        ("Return-Path: < >", AUTO),
        ("Precedence: auto_reply", AUTO),
        ("Precedence: bulk", BULK),
        ("Precedence: junk", BULK),
        ("Precedence: list", LIST),
        ("List-Id: <users.lists.example>", LIST),
        ("List-Unsubscribe: <mailto:x@y.example>", LIST),
        ("Mailing-List: contact x", LIST),
        ("Feedback-ID: 1:2:3:x", BULK),
        ("From: no-reply@shop.example", BULK),
        ("From: noreply+abc@shop.example", BULK),
        ("From: no-responder@tienda.example", BULK),
        ("From: bounces-123@shop.example", BULK),
        ("From: MAILER-DAEMON@mx.example", BOUNCE),
        ("From: Mail Delivery System <postmaster@mx.example>", BOUNCE),
        ("Return-Path: <>\nSubject: Undelivered Mail Returned to Sender", BOUNCE),
        ("Return-Path: <>\nSubject: No se pudo entregar: Pedido", BOUNCE),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", BOUNCE),
        ("Content-Type: multipart/report; report-type=disposition-notification", PERSON),
        ("Subject: Automatic reply: Order", AUTO),
        ("Subject: Out of Office Re: Order", AUTO),
        ("Subject: Out of the office", AUTO),
        ("Subject: =?utf-8?Q?Respuesta_autom=C3=A1tica:_Pedido?=", AUTO),
        ("Subject: Respuesta automatica: Pedido", AUTO),
        ("Subject: Fuera de la oficina", AUTO),
        ("Subject: Re: Fuera de oficina", AUTO),
        ("Subject: =?utf-8?Q?R=C3=A9ponse_automatique?= : commande", AUTO),
        ("Subject: Absence du bureau", AUTO),
        ("Subject: =?utf-8?Q?Resposta_autom=C3=A1tica?=: pedido", AUTO),
        ("Subject: Automatische Antwort: Bestellung", AUTO),
        ("Subject: Abwesenheitsnotiz", AUTO),
        ("Subject: Auto: hello", AUTO),
    ],
)
def test_who_wrote_it(headers: str, kind: Automation) -> None:
    sender = "" if "From:" in headers else "From: ana@correo.example\n"
    mail = parse(f"{sender}{headers}\n\n--b\n\nx\n--b--\n".encode())[0]

    assert classify(mail) is kind
    assert may_acknowledge(mail) is (kind is PERSON)


@pytest.mark.parametrize(
    "headers",
    [
        "From: ana@correo.example\nX-Auto-Response-Suppress: All",
        "From: ana@correo.example\nX-Auto-Response-Suppress: OOF, AutoReply",
        "From: ana@correo.example, luis@correo.example",
        "From: nobody",
        "Subject: x",
    ],
)
def test_people_who_must_not_be_answered_automatically(headers: str) -> None:
    mail = parse(f"{headers}\n\nx".encode())[0]

    assert classify(mail) is PERSON
    assert not may_acknowledge(mail)


def test_our_own_acknowledgement_is_never_acknowledged() -> None:
    from deskapp.channels.email.compose import Outgoing, compose
    from deskapp.models.dto import Address

    sent = compose(
        Outgoing(
            message_id="<a@sol.example>",
            sent_at=0,
            sender=Address("Sol", "hola@sol.example"),
            to=(Address("", "ana@correo.example"),),
            body="Recibido",
            automatic=True,
        )
    )

    assert not may_acknowledge(parse(sent.raw)[0])
