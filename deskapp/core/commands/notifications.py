"""Commands of the notification centre."""

from dataclasses import dataclass
from typing import ClassVar

from deskapp.core.api import Command, Offline
from deskapp.core.commands.registry import command


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPlayed(Command):
    """These were heard (or shown) now."""

    TYPE: ClassVar[str] = "notification.mark_played"
    OFFLINE: ClassVar[Offline] = Offline.LOCAL
    notification_ids: tuple[str, ...]


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class MarkNotificationsSeen(Command):
    """Empty: all of them."""

    TYPE: ClassVar[str] = "notification.mark_seen"
    OFFLINE: ClassVar[Offline] = Offline.LOCAL
    notification_ids: tuple[str, ...] = ()
