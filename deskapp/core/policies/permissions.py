"""Who may do what. One function for commands, queries, search and export."""

from deskapp.core.api import Command
from deskapp.models.enums import ActorKind

SYSTEM_ONLY_PREFIXES = ("mail.", "effect.", "chat.")
SYSTEM_ONLY = frozenset({"account.report", "account.record_folder", "ticket.wake"})


def may(actor: ActorKind, command: Command) -> bool:
    """Whether an actor of this kind may submit `command`.

    What reports from outside (fetched mail, deliveries, timers) comes from the desk's own channels only.
    """
    reports = command.TYPE in SYSTEM_ONLY or command.TYPE.startswith(SYSTEM_ONLY_PREFIXES)
    return actor is ActorKind.SYSTEM if reports else True
