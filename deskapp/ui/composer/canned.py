"""Canned replies while one is typed: which fit, what they would say, what they may be told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from deskapp.core.policies import placeholders
from deskapp.models.dto import (
    AccountInfo,
    AgentInfo,
    CannedReplyInfo,
    ContactDetail,
    TicketRow,
)
from deskapp.models.enums import PointKind

translate = QCoreApplication.translate

MOST = 8
_FITS = 55.0
_NAME = re.compile(r"\{\{-?\s*([\w.]+)[^{}]*\}\}")
_TAG = re.compile(r"\{%[^%]*%\}")


def rank(
    replies: Sequence[CannedReplyInfo], query: str, language: str = "", most: int = MOST
) -> list[CannedReplyInfo]:
    """Those that fit what was typed, best first: by shortcut, then by likeness, language and use."""
    order = sorted(
        replies, key=lambda reply: (reply.language not in ("", language), -reply.uses, reply.title)
    )
    wanted = query.casefold().strip()
    if not wanted:
        return order[:most]
    from rapidfuzz import fuzz, utils  # loaded by the first search

    def likeness(reply: CannedReplyInfo) -> float:
        shortcut = reply.shortcut.casefold()
        if shortcut.startswith(wanted):
            return 300.0 if shortcut == wanted else 200.0
        names = f"{shortcut} {reply.title} {reply.folder}"
        close = fuzz.WRatio(wanted, names, processor=utils.default_process)
        if len(wanted) > 2 and wanted in reply.body.casefold():
            close = max(close, 60.0)
        return close

    scored = [(likeness(reply), reply) for reply in order]
    fitting = [pair for pair in scored if pair[0] >= _FITS]
    fitting.sort(
        key=lambda pair: -_rounded(pair[0])
    )  # stable: language and use decide what is near
    return [reply for _, reply in fitting[:most]]


def _rounded(score: float) -> float:
    return score if score > 100 else score // 10


def values(
    row: TicketRow,
    agent: AgentInfo,
    account: AccountInfo | None,
    contact: ContactDetail | None,
    desk_name: str,
    today: QDate,
) -> dict[str, str]:
    """What placeholders stand for in this ticket; the name of each is in `placeholders.VARIABLES`."""
    name = contact.info.name if contact is not None else row.contact_name
    found = {
        "contact.name": name,
        "contact.first_name": _first(name),
        "ticket.number": str(row.number),
        "ticket.subject": row.subject,
        "agent.name": agent.name,
        "agent.first_name": _first(agent.name),
        "account.name": account.name if account is not None else "",
        "desk.name": desk_name or (account.name if account is not None else ""),
        "today": QLocale().toString(today, QLocale.FormatType.LongFormat),
    }
    if contact is not None:
        found["contact.organisation"] = contact.info.organisation
        found["contact.email"] = _point(contact, PointKind.EMAIL)
        found["contact.phone"] = _point(contact, PointKind.PHONE)
        for key, value in contact.fields.items():
            found[f"{placeholders.FIELD_PREFIX}{key}"] = value
    return found


def _first(name: str) -> str:
    return "" if "@" in name else name.split(" ")[0]


def _point(contact: ContactDetail, kind: PointKind) -> str:
    points = sorted((p for p in contact.info.points if p.kind is kind), key=lambda p: not p.primary)
    return (points[0].display or points[0].value) if points else ""


def preview(template: str, known: Mapping[str, str]) -> str:
    """What a template would say, roughly and at once; what is missing stands in ‹…›."""

    def fill(match: re.Match[str]) -> str:
        return placeholders.as_value(known.get(match[1], "")) or f"‹{label(match[1])}›"

    return _TAG.sub("", _NAME.sub(fill, template)).strip()


def label(name: str) -> str:
    """A variable in the agent's language."""
    labels = {
        "contact.name": translate("placeholder", "customer's name"),
        "contact.first_name": translate("placeholder", "customer's first name"),
        "contact.email": translate("placeholder", "customer's e-mail"),
        "contact.phone": translate("placeholder", "customer's phone"),
        "contact.organisation": translate("placeholder", "customer's organisation"),
        "ticket.number": translate("placeholder", "ticket number"),
        "ticket.subject": translate("placeholder", "subject"),
        "agent.name": translate("placeholder", "my name"),
        "agent.first_name": translate("placeholder", "my first name"),
        "account.name": translate("placeholder", "account's name"),
        "desk.name": translate("placeholder", "desk's name"),
        "today": translate("placeholder", "today's date"),
    }
    return labels.get(name, name.removeprefix(placeholders.FIELD_PREFIX).replace("_", " "))


def as_template(text: str, known: Mapping[str, str]) -> str:
    """A sent text as a draft of a canned reply: the customer's name and such become placeholders."""
    for name in ("contact.name", "contact.first_name", "ticket.number", "agent.name"):
        value = known.get(name, "").strip()
        if len(value) > 1:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", f"{{{{ {name} }}}}", text)
    return text
