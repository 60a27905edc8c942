"""Keeps the list true: which tickets a view holds, what a search found, what a commit changed.

New arrivals never move what the pointer or the keyboard is on: they are counted and held until the
list may move, or until somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from deskapp.core.api import ChangeSet
from deskapp.core.queries.search import Search
from deskapp.core.queries.views import TicketIds, TicketKeysOf, TicketRows
from deskapp.models.dto import SearchPage, TicketIdPage, TicketRow
from deskapp.models.enums import SortOrder
from deskapp.ui.bridge import Bridge, Latest, merge_changes
from deskapp.ui.inbox.model import CHUNK, TicketListModel
from deskapp.ui.when import zone_name

FIRST_PAGE = 4 * CHUNK
REFRESH_MS = 300
HITS = 50
_AFTER_MESSAGES_MS = 24
"""What was said is read and painted first."""
_TOGETHER_MS = 100
"""The first commit is followed soon, those in so short a time after it together."""
_MOST_HITS = 800
_MANY = 400


class ListFeed(QObject):
    """Fills a `TicketListModel`.

    `opened`: another view or search is on screen, from its top. `held`: how many new tickets wait
    to be shown. `loaded`: the list is as complete as it gets.
    """

    opened = Signal()
    loaded = Signal()
    held = Signal(int)

    def __init__(
        self,
        bridge: Bridge,
        model: TicketListModel,
        may_move: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._model = model
        self._may_move = may_move
        self._latest = Latest(bridge, self)
        self._pending: set[int] = set()
        self._leaving: set[int] = set()
        self._expected: set[int] = set()
        self._dirty = False
        self._current: int | None = None
        self._news: list[ChangeSet] = []
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._read_news)
        self._again = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._again.timeout.connect(self.refresh)
        self.view = ""
        self.order = SortOrder.NEWEST
        self.searching = ""
        self._before: int | None = None
        bridge.changed.connect(self._on_change)

    # -- what is on screen -------------------------------------------------------------------

    def open_view(self, view: str, order: SortOrder = SortOrder.NEWEST) -> None:
        """Show a view from its top: its first rows at once, the rest when it is known."""
        self.view, self.order, self.searching = view, order, ""
        self._settle_down()
        self._latest.ask(TicketIds(view, order, FIRST_PAGE), self._show_first)

    def search(self, text: str) -> None:
        """Show what is found for `text`; an empty text goes back to the view."""
        if not text.strip():
            if self.searching:
                self.open_view(self.view, self.order)
            return
        self.searching, self._before = text, None
        self._settle_down()
        self._latest.ask(Search(text, limit=HITS, zone=zone_name()), self._show_hits)

    def search_more(self) -> None:
        """The end of what was found is in sight: find more, if there is more."""
        shown, before = self._model.rowCount(), self._before
        if self.searching and before is not None and shown < _MOST_HITS:
            self._before = None  # asked for
            more = Search(self.searching, limit=max(HITS, shown), before=before, zone=zone_name())
            self._latest.ask(more, self._show_more)

    def refresh(self) -> None:
        """Read the view's order again and show it, held arrivals included."""
        self._again.stop()
        if self.view and not self.searching:
            self._settle_down()
            self._latest.ask(TicketIds(self.view, self.order), self._show_again)

    def settle(self) -> None:
        """The pointer and the keyboard have left the list: what waited may move now."""
        if self._dirty and self._may_move():
            self.refresh()

    def set_current(self, key: int | None) -> None:
        """What is being read stays in the list, whatever becomes of it, until something else is."""
        left, self._current = self._current, key
        if left is not None and left != key and left in self._leaving:
            self._leaving.discard(left)
            self._model.remove([left])

    def expect(self, keys: Iterable[int]) -> None:
        """The user is putting these away, or back: what becomes of them shows at once."""
        self._expected |= set(keys)

    # -- answers -----------------------------------------------------------------------------

    def _show_first(self, page: TicketIdPage) -> None:
        """Wait for the rows of the first screen, so that it is painted once and whole."""
        screen = page.keys[:CHUNK]
        if not screen:
            self._show_page(page, ())
            return
        self._latest.ask(TicketRows(screen), lambda rows: self._show_page(page, rows))

    def _show_page(self, page: TicketIdPage, rows: tuple[TicketRow, ...]) -> None:
        self._model.show_keys(page.keys, rows)
        self.opened.emit()
        if page.total > len(page.keys):
            self._latest.ask(TicketIds(self.view, self.order), self._show_rest)
        else:
            self.loaded.emit()

    def _show_rest(self, page: TicketIdPage) -> None:
        self._model.extend(page.keys)
        self.loaded.emit()

    def _show_again(self, page: TicketIdPage) -> None:
        keys = list(page.keys)
        place = self._model.position(self._current)
        if self._current is not None and place >= 0 and self._current not in set(keys):
            keys.insert(min(place, len(keys)), self._current)
            self._leaving.add(self._current)
        if keys != list(self._model.keys()):
            self._model.show_keys(keys)
        self.loaded.emit()

    def _show_hits(self, page: SearchPage) -> None:
        self._before = page.before
        self._model.show_hits(page.hits)
        self.opened.emit()
        self.loaded.emit()

    def _show_more(self, page: SearchPage) -> None:
        self._before = page.before
        self._model.add_hits(page.hits)
        self.loaded.emit()

    # -- commits -----------------------------------------------------------------------------

    def _on_change(self, change: ChangeSet) -> None:
        if change.whole and self.view:
            self._news.clear()
            self._model.forget_all()
            self.open_view(self.view, self.order)
            return
        if not self.view or not change.tickets:
            return
        self._news.append(change)
        if self._expected:  # somebody looks at what becomes of it
            self._read_news()
        elif not self._soon.isActive():
            self._soon.start(_AFTER_MESSAGES_MS)

    def _read_news(self) -> None:
        news, self._news = self._news, []
        if news:
            self._soon.start(_TOGETHER_MS)
            self._follow(merge_changes(news))

    def _follow(self, change: ChangeSet) -> None:
        touched = {item.key for item in change.changes if item.entity == "ticket"}
        touched |= self._model.keys_of(change.tickets)
        if len(change.tickets) > _MANY:
            self._model.forget(touched)
            self._move(())
            return
        # What is not on the list now may come back to it: never as it was.
        self._model.forget([key for key in touched if self._model.position(key) < 0])
        if self.searching:
            self._patch([key for key in touched if self._model.position(key) >= 0])
            return

        def sort_out(inside: tuple[int, ...]) -> None:
            self._sort_out(touched | set(inside), set(inside))

        query = TicketKeysOf(self.view, tuple(change.tickets))
        self._bridge.ask(query, sort_out, self)

    def _sort_out(self, touched: set[int], inside: set[int]) -> None:
        here = {key for key in touched if self._model.position(key) >= 0}
        self._patch([key for key in here if self._model.cached(key) is not None])
        left, arrivals = here - inside, inside - here
        # What else happens to a ticket meanwhile (its answer was sent) is not what is waited for.
        mine = (left | arrivals) & self._expected
        self._expected -= mine
        self._leave(left, mine)
        if arrivals & mine:
            self.refresh()
        elif arrivals:
            self._move(arrivals)

    def _leave(self, keys: set[int], mine: set[int]) -> None:
        stay = keys - mine if not self._may_move() else (keys - mine) & {self._current}
        self._leaving |= stay
        self._leaving -= keys - stay  # or what is current would be taken out twice
        self._dirty = self._dirty or bool(stay)
        self._model.remove(keys - stay)

    def _patch(self, keys: list[int]) -> None:
        if keys:
            before = {key: self._model.cached(key) for key in keys}
            self._bridge.ask(
                TicketRows(tuple(keys)), lambda rows: self._patched(rows, before), self
            )

    def _patched(self, rows: tuple[TicketRow, ...], before: dict[int, TicketRow | None]) -> None:
        self._model.patch(rows)
        moved, spoken = False, set()
        for row in rows:
            old = before[row.key]
            if old is not None and old.updated_at != row.updated_at:
                moved = True
                if row.unread > old.unread and self._model.position(row.key) > 0:
                    spoken.add(row.key)
        if moved:
            self._move(spoken)

    def _move(self, news: Iterable[int]) -> None:
        """The order is no longer right: soon, if nothing would be pulled away under a hand."""
        self._dirty = True
        self._pending.update(news)
        if self.searching:
            return
        if self._may_move():
            self._again.start()
        elif self._pending:
            self.held.emit(len(self._pending))

    def _settle_down(self) -> None:
        self._dirty = False
        self._pending.clear()
        self._leaving.clear()
        self._again.stop()
        self.held.emit(0)
