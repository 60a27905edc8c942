"""Below what a search found on this computer: what only the host has. It is fetched before it is read."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import shiboken6
from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from deskapp.core.api import Elsewhere, Unavailable
from deskapp.core.queries.search import Search
from deskapp.models.dto import SearchHit, SearchPage
from deskapp.models.ids import TicketKey
from deskapp.ui.i18n import Retranslates
from deskapp.ui.inbox.delegate import TicketDelegate
from deskapp.ui.inbox.model import TicketListModel
from deskapp.ui.shell.context import UiContext
from deskapp.ui.theme.tokens import ROW_HEIGHT
from deskapp.ui.when import zone_name
from deskapp.ui.widgets import Button, Frame, Line, PlainLabel, hbox, vbox
from deskapp.ui.widgets.uniform_list import UniformList

PAUSE_MS = 300
"""The host is asked when the typing pauses, not at each letter."""
SHORTEST = 2
HITS = 50
ROWS = 4

ASKING, FOUND, NOTHING, OFFLINE, FETCHING, FAILED = range(6)


class OlderPart(Retranslates, Frame):
    """Hidden while there is no search, and where all of the desk is on this computer.

    `fetched` carries the id of a ticket that was chosen here, once its thread has come.
    """

    fetched = Signal(str)
    _share = Signal(str, float)  # from the link's thread

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__("pane", parent)
        self._context = context
        self._text = ""
        self._before: int | None = None
        self._turn = 0
        self._fetching = ""
        self._state, self._percent = FOUND, 0
        self._keys = count(1)
        self.model = TicketListModel(context.bridge, self)
        self.list = _List(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(TicketDelegate(self.model, context.clock.now, self))
        self.list.chosen.connect(self._fetch)
        self.heading, self.words = PlainLabel(role="group"), PlainLabel(role="small")
        self.words.setWordWrap(True)
        self.more = Button("", "link", on_click=self._ask_more)
        self._build()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._share.connect(self._on_share, Qt.ConnectionType.QueuedConnection)
        self.hide()
        self.retranslate()

    def _build(self) -> None:
        head = hbox(margins=(14, 8, 10, 4), spacing=8)
        head.addWidget(self.heading)
        head.addWidget(self.words, 1)
        head.addWidget(self.more)
        column = vbox(self, spacing=0)
        column.addWidget(Line())
        column.addLayout(head)
        column.addWidget(self.list)

    def retranslate(self) -> None:
        self.heading.setText(self.tr("Older, at the host"))
        self.list.setAccessibleName(self.tr("Older, at the host"))
        self.more.setText(self.tr("Show more"))
        self._show_words()

    def search(self, text: str) -> None:
        """Look for `text` at the host, too; an empty one ends it."""
        text = text.strip()
        if text == self._text:
            return
        self._turn += 1
        self._text, self._before = text, None
        wanted = len(text) >= SHORTEST and self._elsewhere() is not None
        if wanted:
            self._become(ASKING)
            self._pause.start()
        else:
            self._pause.stop()
        self.model.show_hits(())
        self._fit()
        self.setVisible(wanted)

    def _elsewhere(self) -> Elsewhere | None:
        return self._context.workspace.elsewhere

    # -- asking ------------------------------------------------------------------------------

    def _ask(self) -> None:
        elsewhere, turn = self._elsewhere(), self._turn
        if elsewhere is None:
            return

        def found(page: SearchPage) -> None:
            if turn == self._turn:
                self._show_page(page)

        def failed(error: Exception) -> None:
            if turn == self._turn:
                self._become(OFFLINE if isinstance(error, Unavailable) else FAILED)

        search = Search(self._text, limit=HITS, before=self._before, zone=zone_name())
        self._context.bridge.watch(elsewhere.older(search), found, self, failed)

    def _ask_more(self) -> None:
        self._become(ASKING)
        self._ask()

    def _show_page(self, page: SearchPage) -> None:
        hits = [_with_key(hit, -next(self._keys)) for hit in page.hits]
        if self.model.rowCount():
            self.model.add_hits(hits)
        else:
            self.model.show_hits(hits)
        self._before = page.before
        self._become(FOUND if self.model.rowCount() else NOTHING)
        self._fit()

    def _fit(self) -> None:
        rows = min(self.model.rowCount(), ROWS)
        self.list.setFixedHeight(rows * ROW_HEIGHT)
        self.list.setVisible(rows > 0)

    # -- fetching ----------------------------------------------------------------------------

    def _fetch(self, position: int) -> None:
        """Bring the thread here, then have it read."""
        row, elsewhere = self.model.row_at(position), self._elsewhere()
        if row is None or elsewhere is None or self._fetching == row.id:
            return
        ticket_id = self._fetching = row.id
        self._become(FETCHING)

        def done(_: None) -> None:
            if self._fetching == ticket_id:
                self._fetching = ""
                self._become(FOUND)
                self.fetched.emit(ticket_id)

        def failed(error: Exception) -> None:
            if self._fetching == ticket_id:
                self._fetching = ""
                self._become(OFFLINE if isinstance(error, Unavailable) else FAILED)

        def tell(share: float) -> None:
            if shiboken6.isValid(self):
                self._share.emit(ticket_id, share)

        self._context.bridge.watch(elsewhere.fetch(ticket_id, tell), done, self, failed)

    def _on_share(self, ticket_id: str, share: float) -> None:
        if ticket_id == self._fetching:
            self._percent = round(100 * share)
            self._show_words()

    # -- saying how it stands ----------------------------------------------------------------

    def _become(self, state: int) -> None:
        self._state, self._percent = state, 0
        self._show_words()

    def _show_words(self) -> None:
        fetching = self.tr("Fetching the conversation: %1 %").replace("%1", str(self._percent))
        texts = {
            ASKING: self.tr("Looking…"),
            FOUND: "",
            NOTHING: self.tr("Nothing older was found."),
            OFFLINE: self.tr("The host cannot be reached: only this computer was searched."),
            FETCHING: fetching,
            FAILED: self.tr("That did not work. Try again."),
        }
        self.words.setText(texts[self._state])
        self.more.setVisible(self._state == FOUND and self._before is not None)


class _List(UniformList):
    """`chosen` carries the position of a row that was clicked, or on which Return was pressed."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(ROW_HEIGHT, parent)
        self.clicked.connect(self._choose)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.row_count():
            self.setCurrentIndex(self.model().index(0, 0))


def _with_key(hit: SearchHit, key: int) -> SearchHit:
    """Below 0: no row of this computer's has such a one."""
    return replace(hit, row=replace(hit.row, key=TicketKey(key)))
