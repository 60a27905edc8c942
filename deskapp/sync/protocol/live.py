"""The frames of the live line, `GET /v1/live`: what passes and is not kept. One JSON text each.

The client's first frame is `LiveHello`. The host answers `Ready`, or closes with one of the codes below.
"""

from typing import Any, Final

import msgspec

REVOKED: Final = 4401
VERSION: Final = 4426
"""Close codes; any other is a dropped line, to be tried again."""
PING_S: Final = 4.0
"""Each side pings so often; a line that is silent twice as long is dead."""


class LiveHello(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    token: str
    version: int


class Look(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="look"):
    """Client: what its agent looks at; an empty ticket: nothing."""

    ticket: str
    typing: bool = False


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="ready"):
    """Host: the line stands. What colleagues look at follows as `SeenFrame`s."""

    server_at: int = 0


class Poke(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="poke"):
    """Host: there is something new in a scope that this client follows."""

    scopes: tuple[str, ...] = ()


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


HostFrame = Ready | Poke | SeenFrame | ChatNews
ClientFrame = Look | ChatTyping
