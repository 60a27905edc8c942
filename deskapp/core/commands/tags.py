"""Commands on the desk's tags themselves. A tag is known by its name; using a new one makes it."""

from dataclasses import dataclass
from typing import ClassVar

from deskapp.core.api import Command, Offline
from deskapp.core.commands.registry import command


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RenameTag(Command):
    """Everywhere: on tickets, on contacts and in saved views. Undo: RenameTag back.

    Rejected: tag_not_found, tag_invalid(tag), tag_taken(tag).
    """

    TYPE: ClassVar[str] = "tag.rename"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    tag: str
    name: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTag(Command):
    """Take a tag off every ticket and contact, for good: there is no undo. `result`: tickets, contacts.

    Rejected: tag_not_found.
    """

    TYPE: ClassVar[str] = "tag.delete"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    tag: str
