"""The frames of the live line, `GET /v1/live`: what passes and is not kept. One JSON text each, or such a text
packed by zlib as a binary message.

The client's first frame is `LiveHello`. The host answers `Ready`, or closes with one of the codes below.
"""

from typing import Any, Final

import msgspec

from deskapp.sync.protocol.messages import Removal, Rows

REVOKED: Final = 4401
VERSION: Final = 4426
"""Close codes; any other is a dropped line, to be tried again."""
PING_S: Final = 4.0
"""Each side pings so often; a line that is silent twice as long is dead."""
NEWS_BYTES: Final = 4 * 1024 * 1024
"""At most so many in a frame of news, unpacked."""


class LiveHello(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    token: str
    version: int


class Look(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="look"):
    """Client: what its agent looks at; an empty ticket: nothing."""

    ticket: str
    typing: bool = False


class Follow(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="follow"):
    """Client, to a host that offers it: send what is new along with the poke, as `News`."""


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="ready"):
    """Host: the line stands. What colleagues look at follows as `SeenFrame`s. `news`: it may be asked to `Follow`."""

    server_at: int = 0
    news: bool = False


class Poke(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="poke"):
    """Host: there is something new in a scope that this client follows."""

    scopes: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What a scope's commits after `since`, up to and with `cursor`, brought to all who follow it."""

    scope: str
    since: int
    cursor: int
    removals: tuple[Removal, ...] = ()
    tables: tuple[Rows, ...] = ()


class News(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="news"):
    """Host: what is new in scopes that this client follows, of one snapshot; a poke that carries its answer.

    A client whose cursor is before a part's `since` has missed something and pulls.
    """

    epoch: str
    parts: tuple[Part, ...]
    server_at: int = 0


class SeenFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="seen"):
    """Host: a colleague looks at, or types in, a ticket that this client may see; empty: nothing now."""

    agent: str
    ticket: str
    typing: bool = False


class ChatNews(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="chat"):
    """Host: a `core.ports.LiveNews` of web chat. `kind` is its class's name, `body` its fields."""

    kind: str
    body: dict[str, Any]


class ChatTyping(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="chat_typing"):
    """Client: its agent types (or no longer) to the visitor of that chat."""

    ticket: str
    typing: bool


class AskVisitors(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="ask_visitors"):
    """Client: who is on the shop's site? Asked again now and then, for as long as somebody wants to know."""


class Visitors(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="visitors"):
    """Host: `core.ports.SiteVisitor`s that this agent may see, the newest first, now and when they move.

    `stale`: nobody asked for a while and others are there now; ask again.
    """

    visitors: tuple[dict[str, Any], ...] = ()
    running: bool = True
    stale: bool = False


HostFrame = Visitors | Ready | Poke | News | SeenFrame | ChatNews
ClientFrame = Look | ChatTyping | Follow | AskVisitors
