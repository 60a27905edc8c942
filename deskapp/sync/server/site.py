"""Who is on the shop's site, as far as a colleague may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, select

from deskapp.core.ports import LiveChat, SiteVisitor
from deskapp.core.readers.statements import Statement
from deskapp.models import tables as t
from deskapp.sync.server.homes import Home
from deskapp.sync.server.viewer import Viewer

MOST: Final = 200
"""Of those who came last."""
WATCH_S: Final = 60.0
"""How long a line is told of them after it asked."""

_BOXES: Final = Statement(
    select(t.account.c.uid, t.account.c.department_id).where(t.account.c.department_id.is_not(None))
)


@dataclass(frozen=True, slots=True)
class Site:
    """`departments`: of the boxes that are one's, by the box's id."""

    visitors: tuple[SiteVisitor, ...] = ()
    departments: Mapping[str, int] = field(default_factory=dict)
    running: bool = False

    def tickets(self) -> frozenset[str]:
        return frozenset(one.ticket_id for one in self.visitors if one.ticket_id)

    def shown_to(self, viewer: Viewer, homes: Mapping[str, Home]) -> tuple[SiteVisitor, ...]:
        """Whoever talks is seen by those who see the talk, who only looks by those whose box it is."""

        def sees(one: SiteVisitor) -> bool:
            if one.ticket_id:
                return homes[one.ticket_id].shows_to(viewer)
            home = self.departments.get(one.box_id)
            return home is None or home in viewer.departments

        return tuple(filter(sees, self.visitors))


def site_of(connection: Connection, chat: LiveChat | None) -> Site:
    if chat is None:
        return Site()
    boxes = dict(_BOXES.run(connection).fetchall())
    return Site(chat.visitors(0, MOST), boxes, chat.server().running)
