"""Commands by which the effect queue claims its work."""

from dataclasses import dataclass
from typing import ClassVar

from deskapp.core.api import Command, Offline
from deskapp.core.commands.registry import command


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class StartEffect(Command):
    """Claim a waiting effect. Rejected: effect_not_waiting. `result`: kind, key, payload, attempts, created_at."""

    TYPE: ClassVar[str] = "effect.start"
    OFFLINE: ClassVar[Offline] = Offline.LOCAL
    effect_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverEffects(Command):
    """After a start: effects that were running when the program ended wait again."""

    TYPE: ClassVar[str] = "effect.recover"
    OFFLINE: ClassVar[Offline] = Offline.LOCAL


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RetryEffect(Command):
    """A person tries a failed effect again."""

    TYPE: ClassVar[str] = "outbox.retry"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    effect_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class DropEffect(Command):
    """A person gives a failed effect up; a message it carried stays visible as not sent."""

    TYPE: ClassVar[str] = "outbox.drop"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    effect_id: str
