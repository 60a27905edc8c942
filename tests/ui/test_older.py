"""What only the host has, in the window: below what was found here, and fetched before it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.api import Query, Unavailable
from deskapp.core.queries.search import Search
from deskapp.models.dto import ContactDetail, ContactInfo, ContactTicket, SearchHit, SearchPage
from deskapp.models.enums import Channel, TicketStatus
from deskapp.models.ids import TicketKey
from deskapp.ui.customer.panel import with_older
from deskapp.ui.shell.main_window import MainWindow
from tests.support.fake_workspace import FakeWorkspace, row
from tests.support.window import open_window

OLD = replace(row(7, "Carmen"), key=TicketKey(0), snippet="la tetera azul")


class Host:
    """A `core.api.Elsewhere` that answers when the test says so."""

    def __init__(self, desk: FakeWorkspace) -> None:
        self.desk = desk
        self.searches: list[Search] = []
        self.asked: list[Future[Any]] = []
        self.fetched: list[tuple[str, Callable[[float], None]]] = []

    def ask(self, query: Query[Any]) -> Future[Any]:
        return self._future()

    def older(self, search: Search) -> Future[SearchPage]:
        self.searches.append(search)
        return self._future()

    def fetch(self, ticket_id: str, on_progress: Callable[[float], None]) -> Future[None]:
        self.fetched.append((ticket_id, on_progress))
        return self._future()

    def _future(self) -> Future[Any]:
        future: Future[Any] = Future()
        self.asked.append(future)
        return future

    def arrive(self) -> None:
        """The thread is on this computer now."""
        self.desk.rows[TicketKey(7)] = replace(OLD, key=TicketKey(7))
        self.asked[-1].set_result(None)


class Rig:
    def __init__(self, qtbot: QtBot, window: MainWindow, desk: FakeWorkspace) -> None:
        self.qtbot, self.window, self.desk = qtbot, window, desk
        self.host = Host(desk)
        desk.elsewhere = self.host
        self.pane = window.inbox.pane
        self.older = self.pane.older

    def until(self, what: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(what()), timeout=60_000)

    def look_for(self, text: str) -> None:
        self.pane.search(text)
        self.until(lambda: self.host.searches and self.host.searches[-1].text == text)

    def find(self, *hits: SearchHit, before: int | None = None) -> None:
        self.host.asked[-1].set_result(SearchPage(hits, (), before is not None, before))
        self.until(lambda: self.older.words.text() != "Looking…")


@pytest.fixture
def rig(qtbot: QtBot, qapp: QApplication) -> Iterator[Rig]:
    with open_window(qapp, [row(1), row(2)]) as (window, desk):
        window.inbox.begin()
        yield Rig(qtbot, window, desk)


def hit(excerpt: str = "la tetera azul llegó rota") -> SearchHit:
    return SearchHit(OLD, excerpt, ((3, 9),), "m" * 32)


def test_older_hits_come_below_those_of_this_computer(rig: Rig) -> None:
    assert not rig.older.isVisible()
    rig.look_for("tetera")
    assert rig.older.isVisible()
    assert rig.older.words.text() == "Looking…"
    rig.find(hit(), before=5)
    assert rig.older.heading.text() == "Older, at the host"
    assert (rig.older.model.rowCount(), rig.older.words.text()) == (1, "")
    shown = rig.older.model.row_at(0)
    assert shown is not None
    assert (shown.id, shown.key < 0) == (OLD.id, True)
    rig.older.more.click()
    assert rig.host.searches[-1].before == 5
    other = replace(OLD, id="e" * 32, number=5)
    rig.find(replace(hit(), row=other))
    assert rig.older.model.rowCount() == 2
    rig.pane.leave_search()
    rig.until(lambda: not rig.older.isVisible())


def test_one_of_them_is_fetched_and_then_read(rig: Rig) -> None:
    rig.look_for("tetera")
    rig.find(hit())
    rig.older.list.setFocus()
    QTest.keyClick(rig.older.list, Qt.Key.Key_Return)
    ((ticket_id, tell),) = rig.host.fetched
    assert ticket_id == OLD.id
    tell(0.4)
    rig.until(lambda: rig.older.words.text() == "Fetching the conversation: 40 %")
    with rig.qtbot.waitSignal(rig.window.inbox.current_changed, timeout=60_000) as shown:
        rig.host.arrive()
    assert shown.args is not None
    assert shown.args[0].id == OLD.id


def test_without_the_host_it_says_so(rig: Rig) -> None:
    rig.look_for("tetera")
    rig.host.asked[-1].set_exception(Unavailable("unreachable"))
    said = "The host cannot be reached: only this computer was searched."
    rig.until(lambda: rig.older.words.text() == said)
    rig.look_for("taza")
    rig.find()
    assert rig.older.words.text() == "Nothing older was found."


def test_late_answers_of_an_earlier_search_are_not_shown(rig: Rig) -> None:
    rig.look_for("tetera")
    first = rig.host.asked[-1]
    rig.look_for("taza")
    first.set_result(SearchPage((hit(),), (), False))
    rig.find()
    assert rig.older.model.rowCount() == 0


def test_a_link_to_what_is_not_here_fetches_it(rig: Rig) -> None:
    rig.window.open_ticket(OLD.id)
    rig.until(lambda: rig.host.fetched)
    with rig.qtbot.waitSignal(rig.window.inbox.current_changed, timeout=60_000) as shown:
        rig.host.arrive()
    assert shown.args is not None
    assert shown.args[0].id == OLD.id


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unavailable("unreachable"), "at the host, which cannot be reached now"),
        (LookupError("gone"), "no longer here"),
    ],
)
def test_a_link_that_leads_nowhere_says_why(
    rig: Rig, error: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    toasts: list[str] = []
    monkeypatch.setattr(
        rig.window.inbox._shell, "toast", lambda text, undo=None: toasts.append(text)
    )
    rig.window.open_ticket(OLD.id)
    rig.until(lambda: rig.host.fetched)
    rig.host.asked[-1].set_exception(error)
    rig.until(lambda: any(said in text for text in toasts))


def test_a_solo_desk_asks_nobody(rig: Rig) -> None:
    rig.desk.elsewhere = None
    rig.pane.search("tetera")
    rig.until(lambda: rig.pane.feed.searching)
    assert not rig.older.isVisible()


def test_a_contact_has_its_older_conversations_too() -> None:
    info = ContactInfo("c" * 32, "Carmen", "", "es", 0, (), (), 1, 1)
    here = ContactTicket(TicketKey(1), "1", 1, "a", TicketStatus.OPEN, Channel.EMAIL, 20)
    old = ContactTicket(TicketKey(0), "2", 2, "b", TicketStatus.SOLVED, Channel.EMAIL, 10)
    stale = replace(here, status=TicketStatus.NEW)
    mine = ContactDetail(info, {}, (), (here,), False, None, 0, ())
    host = replace(mine, info=replace(info, tickets=2), tickets=(stale, old))
    both = with_older(mine, host)
    assert both.tickets == (here, old)
    assert both.info.tickets == 2
    assert with_older(mine, None) is mine
