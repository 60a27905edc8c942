"""Who is on the shop's site, at a colleague's machine: asked while somebody looks, told when they move."""

import pytest

from deskapp.core.ports import ChatServerChanged, LiveNews, VisitorsMoved
from deskapp.sync.client import chat
from deskapp.sync.client.chat import SiteWatch
from deskapp.sync.protocol.live import Visitors

ONE = {
    "id": "v1", "name": "", "page_url": "https://shop.test/", "page_title": "Tienda", "referrer": "",
    "came_at": 1, "page_at": 2, "ticket_id": "", "box_id": "b",
}  # fmt: skip


class Watch:
    def __init__(self) -> None:
        self.asked = 0
        self.told: list[LiveNews] = []
        self.watch = SiteWatch(self._ask, self.told.append)

    def _ask(self) -> None:
        self.asked += 1


def test_the_host_is_asked_while_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(chat, "monotonic", lambda: now)
    made = Watch()
    assert made.asked == 0
    assert not made.watch.server().running
    assert made.watch.visitors() == ()
    assert made.asked == 1
    made.watch.told(Visitors(visitors=(ONE,)))
    assert [one.id for one in made.watch.visitors()] == ["v1"]
    assert made.watch.server().connected == 1
    assert [type(one) for one in made.told] == [ChatServerChanged, VisitorsMoved]
    assert made.asked == 1
    now += chat.ASK_S + 1
    made.watch.visitors()
    assert made.asked == 2
    made.watch.told(Visitors(stale=True))
    assert made.told[-1] == VisitorsMoved(1)  # whoever looks asks again by that
    made.watch.visitors()
    assert made.asked == 3


def test_what_is_no_visitor_is_left_out() -> None:
    made = Watch()
    made.watch.told(Visitors(visitors=(ONE,)))
    made.watch.told(Visitors(visitors=({"id": 7},)))
    assert [one.id for one in made.watch.visitors()] == ["v1"]
