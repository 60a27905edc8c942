"""The live side of web chat at a colleague's machine: what the host tells of visitors, over the live line."""

from typing import Final

import msgspec

from deskapp.core.ports import (
    ChatServerChanged,
    LiveNews,
    VisitorPresence,
    VisitorsMoved,
    VisitorTyping,
)
from deskapp.sync.protocol.live import ChatNews

_KINDS: Final[dict[str, type[LiveNews]]] = {
    kind.__name__: kind
    for kind in (VisitorTyping, VisitorPresence, VisitorsMoved, ChatServerChanged)
}


def frame_of(news: LiveNews) -> ChatNews:
    return ChatNews(kind=type(news).__name__, body=msgspec.to_builtins(news))


def news_of(frame: ChatNews) -> LiveNews | None:
    """None for a kind that this program does not know."""
    kind = _KINDS.get(frame.kind)
    if kind is None:
        return None
    try:
        return msgspec.convert(frame.body, kind)
    except msgspec.ValidationError:
        return None
