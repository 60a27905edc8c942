"""Mail of machines, as real programs write it: never acknowledged, and told from what people write.

Notices of absence in the words of many languages, bounces of the usual servers, lists, newsletters,
calls that want silence. Each comes by way of the parser into a desk that acknowledges every person.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hostile_mail import word
from tests.support.intake_rig import IntakeRig, open_intake

OURS = "mx.tienda.test"
TRUSTED = f"Authentication-Results: {OURS}; dmarc=pass header.from=correo.test\r\n"
RECEIVED = "Received: from x by mx.tienda.test; Sat, 21 Nov 2026 21:00:00 +0000\r\n"
PERSON = "Ana <{n}@correo.test>"

# Subjects of programs that say nothing else of themselves.
ABSENCES = (
    "Automatic reply: Pedido", "Auto: Pedido", "Autoreply: Pedido", "Auto-Reply: Pedido", "Auto Reply: Pedido",
    "Automated response: x", "Auto Response: x", "Out of Office: Pedido", "Out of the office until Monday",
    "OOO: back on Monday", "On vacation until August", "Away from the office", "Vacation reply",
    "Respuesta automática: Pedido", "Respuesta automatica", "Contestación automática", "Autorespuesta: x",
    "Auto-respuesta: x", "Fuera de la oficina", "Fuera de oficina: Pedido", "Ausente de la oficina",
    "De vacaciones hasta septiembre", "Ausencia temporal", "Resposta automàtica: Comanda",
    "Resposta automática: Pedido", "Fora do escritório", "Ausente do escritório", "Réponse automatique : x",
    "Réponse automatique: x", "Absence du bureau", "Absent du bureau", "Message d’absence",
    "Automatische Antwort: Bestellung", "Abwesenheitsnotiz: x", "Abwesend bis Montag", "Risposta automatica: x",
    "Fuori sede", "Fuori ufficio: x",
)  # fmt: skip
# Headers by which programs tell.
TELLING = (
    "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "Auto-Submitted: auto-notified",
    "Auto-Submitted: auto-replied; owner-email=\"a@b.test\"", "auto-submitted: AUTO-REPLIED",
    "Auto-Submitted: auto-replied (vacation)", "X-Auto-Response-Suppress: All", "X-Auto-Response-Suppress: OOF",
    "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", "Precedence: bulk", "Precedence: junk",
    "Precedence: list", "Precedence: auto_reply", "PRECEDENCE: BULK", "List-Id: <l.correo.test>",
    "List-Unsubscribe: <https://correo.test/u>", "List-Post: <mailto:l@correo.test>", "Mailing-List: contact x",
    "Feedback-ID: 1:2:3:x", "X-Autoreply: yes", "X-Autorespond: Pedido", "X-Auto-Reply: yes",
    "Return-Path: <>", "Return-Path: < >",
)  # fmt: skip
MACHINES = (
    "MAILER-DAEMON@correo.test", "Mail Delivery System <mailer-daemon@correo.test>", "postmaster@correo.test",
    "Mail Delivery Subsystem <MAILER-DAEMON@correo.test>", "no-reply@correo.test", "noreply@correo.test",
    "do-not-reply@correo.test", "donotreply@correo.test", "no-responder@correo.test", "noresponder@correo.test",
    "bounces@correo.test", "bounce+123-ana=tienda.test@correo.test", "notifications@correo.test",
)  # fmt: skip
UNDELIVERED = (
    "Undelivered Mail Returned to Sender", "Undeliverable: Pedido", "Delivery Status Notification (Failure)",
    "Mail delivery failed: returning message to sender", "failure notice", "Returned mail: see transcript",
    "No se puede entregar: Pedido", "Unzustellbar: x", "Mail System Error - Returned Mail",
)  # fmt: skip
REPORT = (
    "Content-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain\r\n\r\nNo such user\r\n"
    "--b\r\nContent-Type: message/{kind}\r\n\r\nReporting-MTA: dns; mx.correo.test\r\n\r\n"
    "Final-Recipient: rfc822; ana@correo.test\r\nAction: {action}\r\nStatus: 5.1.1\r\n--b--\r\n"
)
ACTIONS = ("failed", "delayed", "relayed", "expanded")


def _fixtures() -> Iterator[tuple[str, str, str]]:
    """(sender, further headers, body with its own headers) of each mail of a machine."""
    plain = "\r\nHola"
    yield from ((PERSON, f"Subject: {word(subject)}\r\n", plain) for subject in ABSENCES)
    yield from ((PERSON, f"Subject: x\r\n{header}\r\n", plain) for header in TELLING)
    yield from ((sender, "Subject: x\r\n", plain) for sender in MACHINES)
    empty = "Return-Path: <>\r\n"
    yield from ((PERSON, f"{empty}Subject: {word(text)}\r\n", plain) for text in UNDELIVERED)
    for action in ACTIONS:
        body = REPORT.format(kind="delivery-status", action=action)
        yield PERSON, "Subject: Aviso\r\n", body


FIXTURES = list(_fixtures())


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[IntakeRig]:
    with open_intake(tmp_path, authserv_id=OURS, acknowledge=True) as rig:
        yield rig


def _take(rig: IntakeRig, sender: str, headers: str, body: str) -> None:
    name = f"p{rig.uid}"
    head = (
        f"{TRUSTED}{RECEIVED}From: {sender.format(n=name)}\r\nMessage-ID: <{name}@correo.test>\r\n"
    )
    rig.take((head + headers + body).encode())


def _acknowledged(rig: IntakeRig) -> list[str]:
    rows = rig.desk.sql("SELECT payload FROM effect WHERE kind = 'email.acknowledge' ORDER BY id")
    return [json.loads(str(payload))["address"] for (payload,) in rows]


def test_no_machine_is_acknowledged(rig: IntakeRig) -> None:
    assert len(FIXTURES) >= 80
    for fixture in FIXTURES:
        before = _acknowledged(rig)
        _take(rig, *fixture)
        assert _acknowledged(rig) == before, fixture
    _take(rig, PERSON, "Subject: Mi pedido\r\n", "\r\nHola")  # a person is, so none was held back
    assert len(_acknowledged(rig)) == 1


@pytest.mark.parametrize(
    "subject",
    [
        "Mi pedido", "Re: Mi pedido", "Vacaciones: ¿abren en agosto?", "¿Respuesta?", "Office chair out of stock",
        "Automatic door does not open", "Autobús turístico", "Delivery of my order", "Fuera de plazo",
        "Absolutamente encantada", "Oficina de Madrid", "Return of a mailbox I bought", "Auto usado en venta",
    ],
)  # fmt: skip
def test_people_are(rig: IntakeRig, subject: str) -> None:
    _take(rig, PERSON, f"Subject: {word(subject)}\r\n", "\r\nHola")
    assert len(_acknowledged(rig)) == 1
