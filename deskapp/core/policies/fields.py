"""Typed values of custom fields, kept as text in one normal form. Pure."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from deskapp.core.api import Rejected
from deskapp.models.enums import FieldKind

LENGTH = 1000


def normal_value(kind: FieldKind, value: str, options: tuple[str, ...]) -> str:
    """The value as it is stored; empty stays empty. Rejects `value_invalid(kind)`.

    Numbers with a decimal point, dates as ISO 8601, booleans as `yes` and `no`.
    """
    text = value.strip()[:LENGTH]
    if not text or kind is FieldKind.TEXT:
        return text
    try:
        if kind is FieldKind.NUMBER:
            number = Decimal(text.replace(",", "."))
            if not number.is_finite():
                raise InvalidOperation
            return format(number, "f")
        if kind is FieldKind.DATE:
            return date.fromisoformat(text).isoformat()
    except (InvalidOperation, ValueError) as error:
        raise Rejected("value_invalid", kind=kind) from error
    allowed = ("yes", "no") if kind is FieldKind.BOOLEAN else options
    if text not in allowed:
        raise Rejected("value_invalid", kind=kind)
    return text


def field_key(label: str) -> str:
    """An identifier for a label: `Fecha de alta` → `fecha_de_alta`."""
    return re.sub(r"\W+", "_", label.strip().lower()).strip("_")[:40]
