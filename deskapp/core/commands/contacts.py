"""Commands on contacts."""

from dataclasses import dataclass
from typing import ClassVar

from deskapp.core.api import Command, Offline
from deskapp.core.commands.registry import command
from deskapp.models.enums import PointKind


@dataclass(frozen=True, slots=True)
class NewPoint:
    id: str
    kind: PointKind
    value: str  # as typed; the handler normalises it


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class CreateContact(Command):
    """Rejected: name_empty, point_invalid(value), point_taken(value, contact_id)."""

    TYPE: ClassVar[str] = "contact.create"
    contact_id: str
    name: str
    organisation: str = ""
    language: str = ""
    points: tuple[NewPoint, ...] = ()


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateContact(Command):
    """None leaves a value as it is. Undo: UpdateContact of what it was."""

    TYPE: ClassVar[str] = "contact.update"
    contact_id: str
    name: str | None = None
    organisation: str | None = None
    language: str | None = None


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class AddContactPoint(Command):
    """Rejected: point_invalid, point_taken(contact_id) — then a merge may be what is wanted."""

    TYPE: ClassVar[str] = "contact.add_point"
    contact_id: str
    point: NewPoint
    primary: bool = False


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveContactPoint(Command):
    TYPE: ClassVar[str] = "contact.remove_point"
    point_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeContactPoint(Command):
    """Another value, as typed, of the same kind. Undo: ChangeContactPoint of what it was.

    Rejected: point_invalid, point_taken(contact_id).
    """

    TYPE: ClassVar[str] = "contact.change_point"
    point_id: str
    value: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class MakePointPrimary(Command):
    """The one of its kind that is used first for this person. Undo: the same for the one before it."""

    TYPE: ClassVar[str] = "contact.make_primary"
    point_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactField(Command):
    """`key` is a custom field's. Empty value clears it. Rejected: value_invalid(kind)."""

    TYPE: ClassVar[str] = "contact.set_field"
    contact_id: str
    key: str
    value: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class AddContactNote(Command):
    TYPE: ClassVar[str] = "contact.add_note"
    contact_id: str
    note_id: str
    body: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveContactNote(Command):
    TYPE: ClassVar[str] = "contact.remove_note"
    note_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class TagContact(Command):
    TYPE: ClassVar[str] = "contact.tag"
    contact_id: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class MergeContacts(Command):
    """Link `contact_id` into `into_id`; nothing is overwritten. Undo: UnmergeContact."""

    TYPE: ClassVar[str] = "contact.merge"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    contact_id: str
    into_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergeContact(Command):
    TYPE: ClassVar[str] = "contact.unmerge"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    contact_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class DismissMergeSuggestion(Command):
    TYPE: ClassVar[str] = "contact.dismiss_merge"
    contact_id: str
    other_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSender(Command):
    """New mail from this address or domain goes to spam, silently. Undo: UnblockSender."""

    TYPE: ClassVar[str] = "contact.block"
    rule_id: str
    kind: str  # sender, domain
    value: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class UnblockSender(Command):
    TYPE: ClassVar[str] = "contact.unblock"
    rule_id: str
