"""What each command does. Handlers authorise, load, decide by a policy, write through Tx and answer."""

from deskapp.core.handlers import (
    accounts,
    canned,
    contacts,
    desk,
    drafts,
    effects,
    mail,
    messages,
    notifications,
    rooms,
    tags,
    team,
    tickets,
    visitors,
    webchat,
)
from deskapp.core.handlers.base import HANDLERS

__all__ = [
    "HANDLERS",
    "accounts",
    "canned",
    "contacts",
    "desk",
    "drafts",
    "effects",
    "mail",
    "messages",
    "notifications",
    "rooms",
    "tags",
    "team",
    "tickets",
    "visitors",
    "webchat",
]
