"""The rows of the design's picture, for comparing the window with it."""

from __future__ import annotations

from typing import Any

from deskapp.models.dto import TicketRow
from deskapp.models.enums import Channel, MessageKind, TicketStatus
from tests.support.fake_workspace import MINUTE, row

DAY = 24 * 60 * MINUTE


def picture_rows(now: int) -> list[TicketRow]:
    """Ten tickets in the order, and with the ages, that the picture shows. `now` is in ms."""
    waiting: dict[str, Any] = {"status": TicketStatus.WAITING, "needs_reply": False}
    ours = MessageKind.OUTBOUND
    lines: list[tuple[str, str, str, int, dict[str, Any]]] = [
        ("Carmen Villalobos", "Pedido #48213 llegó incompleto",
         "¿Me lo pueden reenviar hoy? Es un regalo…", 0, {"unread": 2}),
        ("Jorge Olmedo", "Factura con RFC equivocado",
         "Adjunto la constancia de situación fiscal", 3 * MINUTE, {"unread": 1}),
        ("Norte Textil S.A.", "Re: Cotización 2.000 uniformes",
         "Les comparto la propuesta actualizada…", 26 * MINUTE,
         {**waiting, "snippet_kind": ours}),
        ("Rosa Beltrán", "No puedo entrar a mi cuenta",
         "Me pide un código que nunca llega al…", 37 * MINUTE, {"unread": 1}),
        ("Daniel Arce", "Cambio de talla", "Perfecto, muchas gracias 🙌", 55 * MINUTE, waiting),
        ("Paula Lagos", "Devolución de pago duplicado", "banco confirma 48 h", DAY,
         {"snippet_kind": MessageKind.NOTE, "snippet_author": "Iván Peña",
          "channel": Channel.PHONE}),
        ("Esteban Solís", "Integración con su API de inventario",
         "¿Tienen documentación del webhook de…", DAY, {}),
        ("Mariana Gil", "¿Hacen envíos a Tenerife?", "Sí, de 3 a 5 días hábiles.", 3 * DAY,
         {**waiting, "snippet_kind": ours, "channel": Channel.COUNTER}),
        ("Hotel Quintana", "Pedido recurrente mensual",
         "Necesitamos adelantar la entrega al día 3", 3 * DAY, {}),
        ("Tomás Rivero", "Garantía de cafetera", "Ya probé reiniciarla y sigue igual",
         3 * DAY, {"status": TicketStatus.NEW, "channel": Channel.OTHER}),
    ]  # fmt: skip
    return [
        row(key, name, subject=subject, snippet=words, updated_at=now - age - key, **more)
        for key, (name, subject, words, age, more) in enumerate(lines, start=1)
    ]
