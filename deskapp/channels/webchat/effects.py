"""The effects of web chat."""

from collections.abc import Callable
from typing import Protocol

from deskapp.core.api import Workspace
from deskapp.core.authority.effects import Effect
from deskapp.core.commands.mail import SettleEffect
from deskapp.core.commands.webchat import ChatUnanswered


class Effects(Protocol):
    """The authority's effect queue, as far as a channel needs it."""

    def register(self, kind: str, worker: Callable[[Effect], None]) -> None: ...


def register(effects: Effects, desk: Workspace) -> None:
    """Take over the timer of chats that nobody takes."""

    def unanswered(effect: Effect) -> None:
        desk.submit(ChatUnanswered(ticket_id=str(effect.payload["ticket_id"]))).result()
        desk.submit(SettleEffect(effect_id=effect.id, ok=True)).result()

    effects.register("timer.chat_unanswered", unanswered)
