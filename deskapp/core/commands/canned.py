"""Commands on canned replies."""

from dataclasses import dataclass
from typing import ClassVar

from deskapp.core.api import Command
from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.commands.registry import command


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SaveCannedReply(Command):
    """Make or change one. Rejected: shortcut_invalid, shortcut_taken, template_invalid(detail),
    unknown_placeholder(name), title_empty."""

    TYPE: ClassVar[str] = "canned.save"
    canned_id: str
    shortcut: str  # without the slash: letters, digits, - and _
    title: str
    body: str
    language: str = ""  # empty: any
    folder: str = ""
    attachments: tuple[AttachmentRef, ...] = ()


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteCannedReply(Command):
    """Undo: SaveCannedReply of what it was."""

    TYPE: ClassVar[str] = "canned.delete"
    canned_id: str
