"""Who may do what. One function for commands, wherever they come from; what may be seen is `authority.scopes`."""

from deskapp.core.api import Command
from deskapp.models.enums import ActorKind, Role

SYSTEM_ONLY_PREFIXES = ("mail.", "effect.", "chat.")
SYSTEM_ONLY = frozenset(
    {
        "account.record_folder",
        "account.report",
        "device.register",
        "device.seen",
        "ticket.wake",
    }
)

LIGHT = (
    "agent.set_state",
    "draft.",
    "message.add_note",
    "notification.",
    "preference.",
    "room.",
    "ticket.mark_read",
    "view.",
)
"""What an agent may do who reads and notes but never answers a customer."""
ADMIN = ("account.", "agent.save", "department.", "desk.", "device.", "field.", "team.")
SUPERVISOR = ("contact.merge", "contact.unmerge", "tag.rename", "tag.delete")
"""What an agent may not do, but a supervisor may."""


def may(actor: ActorKind, role: Role, command: Command) -> bool:
    """Whether an actor of this kind and role may submit `command`.

    What reports from outside (fetched mail, deliveries, timers) comes from the desk's own channels only.
    """
    if actor is ActorKind.SYSTEM:
        return True
    name = command.TYPE
    if name in SYSTEM_ONLY or name.startswith(SYSTEM_ONLY_PREFIXES):
        return False
    if role is Role.LIGHT:
        return name.startswith(LIGHT)
    if role is Role.AGENT:
        return not name.startswith(ADMIN + SUPERVISOR)
    return role is Role.ADMIN or not name.startswith(ADMIN)
