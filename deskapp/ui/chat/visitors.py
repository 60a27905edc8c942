"""The room of the visitors: who is on the site now, and who waits."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QMenu, QStackedWidget, QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.policies import chat_box
from deskapp.core.policies.display import display_host, safe_name
from deskapp.core.ports import ChatServer, SiteVisitor
from deskapp.core.queries.desk import GetAccounts
from deskapp.models.dto import AccountInfo
from deskapp.models.enums import Channel
from deskapp.ui.chat.live import Live
from deskapp.ui.chat.pages import is_own, open_page, shown_page, shown_url
from deskapp.ui.chat.visitor_list import ROW, Columns, VisitorModel, VisitorPainter
from deskapp.ui.chat.waiting import ChatStrip
from deskapp.ui.conversation.banners import Banners, Notice
from deskapp.ui.i18n import Retranslates, number
from deskapp.ui.settings.ways import show_page
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.theme import base_font, colour, icon, theme
from deskapp.ui.when import clock, duration, relative_time
from deskapp.ui.widgets import Button, EmptyState, Frame, OverlayBar, PlainLabel, hbox, vbox
from deskapp.ui.widgets.uniform_list import UniformList

RENEW_MS = 1_000
_TIMES_MS = 10_000
_QUEUE_MS = 1_000
Nothing = tuple[str, str, str]


class VisitorsPage(Retranslates, Frame):
    """Renewed at most once a second, and never under the pointer."""

    def __init__(
        self,
        context: UiContext,
        shell: Shell,
        live: Live,
        strip: ChatStrip,
        to_longest: Callable[[], object],
    ) -> None:
        super().__init__("pane")
        self._context, self._shell, self._live, self._strip = context, shell, live, strip
        self._boxes: tuple[AccountInfo, ...] = ()
        self._total = 0
        self._pending = False
        self.heading = PlainLabel("", "page-title")
        self.lead = PlainLabel("", "muted")
        self.queue = Button("", "link", on_click=to_longest)
        self.model = VisitorModel(live.visitors, self.sentence, self)
        self.list = _VisitorList(self)
        self.head = _Head(self.list, self._titles)
        self.banners = Banners()
        self.empty = EmptyState("globe")
        self.empty.button.clicked.connect(self._set_up)
        self._build()
        self._soon = QTimer(self, singleShot=True, interval=RENEW_MS)
        self._soon.timeout.connect(self.renew_if_pending)
        self._times = QTimer(self, interval=_TIMES_MS)
        self._times.timeout.connect(self.list.viewport().update)
        self._queue_tick = QTimer(self, interval=_QUEUE_MS)
        self._queue_tick.timeout.connect(self._show_queue)
        live.moved.connect(self._on_moved)
        live.server.connect(self._on_server)
        context.bridge.changed.connect(self._on_change)
        theme().changed.connect(self.head.update)
        self._read_boxes()
        self.retranslate()

    def _build(self) -> None:
        texts = vbox(spacing=2)
        texts.addWidget(self.heading)
        texts.addWidget(self.lead)
        top = hbox(margins=(16, 20, 20, 10), spacing=12)
        top.addLayout(texts, 1)
        top.addWidget(self.queue, 0, Qt.AlignmentFlag.AlignBottom)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        column = vbox(self, spacing=0)
        column.addLayout(top)
        column.addWidget(self.banners)
        column.addWidget(self.head)
        column.addWidget(self._stack, 1)
        OverlayBar(self.list)
        self.home: QWidget = self.list
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def now(self) -> int:
        return self._context.clock.now()

    # -- who is there --------------------------------------------------------------------------

    def _on_moved(self, total: int) -> None:
        self._total = total
        self._show_lead()
        self._pending = True
        if not self._soon.isActive():
            self.renew_if_pending()

    def renew_if_pending(self) -> None:
        """Now, unless it would move what the pointer is on; then when the pointer has gone."""
        if self._pending and self.isVisible() and not self.list.underMouse():
            self.renew()

    def renew(self) -> None:
        """Read again what is looked at. The person in focus, or at the top, stays where it is."""
        self._pending = False
        self._soon.start()
        place = self._anchor()
        self.model.renew(self._total)
        if place is not None:
            self._put_back(*place)
        self._show_empty()

    def _anchor(self) -> tuple[str, int, bool] | None:
        """Who must not move: id, row, and whether it is the current one. At the top the newest come in."""
        current = self.list.currentIndex()
        by_key = self.list.hasFocus() and current.row() > 0
        offset = self.list.verticalOffset()
        row = current.row() if by_key else offset // ROW
        visitor = self.model.at(row) if by_key or offset else None
        return (visitor.id, row, by_key) if visitor is not None else None

    def _put_back(self, visitor_id: str, row: int, current: bool) -> None:
        now = self.model.find(visitor_id, row)
        if now < 0:
            return
        bar = self.list.verticalScrollBar()
        place = bar.value() + (now - row) * ROW
        if current:
            self.list.setCurrentIndex(self.model.index(now))
        bar.setValue(place)

    def _on_server(self, server: ChatServer) -> None:
        if not server.running:
            self._on_moved(0)
        self._show_empty()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._total = self._live.now().connected or self._total
        self.renew()
        self._times.start()
        self._queue_tick.start()
        self.retranslate()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._times.stop()
        self._queue_tick.stop()

    # -- boxes ---------------------------------------------------------------------------------

    def _read_boxes(self) -> None:
        self._context.bridge.ask(GetAccounts(), self._show_boxes, self)

    def _show_boxes(self, accounts: tuple[AccountInfo, ...]) -> None:
        self._boxes = tuple(a for a in accounts if a.channel is Channel.WEBCHAT)
        self._show_empty()
        self.list.viewport().update()

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("account"):
            self._read_boxes()

    def box_name(self, box_id: str) -> str:
        return next((safe_name(box.name, 60) for box in self._boxes if box.id == box_id), "")

    def _origins(self) -> list[str]:
        found: list[str] = []
        for box in self._boxes:
            found += chat_box.read(box.settings).origins
        return found

    # -- words ---------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.heading.setText(self.tr("Visitors on the site"))
        self.list.setAccessibleName(self.tr("Visitors on the site"))
        self._show_lead()
        self._show_queue()
        self._show_empty()
        self.head.update()
        self.list.viewport().update()

    def words(self) -> dict[str, str]:
        return {
            "visitor": self.tr("Visitor"),
            "in_chat": self.tr("In chat"),
            "direct": self.tr("Direct"),
        }

    def sentence(self, visitor: SiteVisitor) -> str:
        """A visitor as one sentence, for screen readers."""
        now, words = self._context.clock.now(), self.words()
        page = shown_page(visitor.page_title, visitor.page_url)
        parts = [
            safe_name(visitor.name, 60) or words["visitor"],
            words["in_chat"] if visitor.ticket_id else "",
            self.tr("on “%1” for %2")
            .replace("%2", relative_time(visitor.page_at, now))
            .replace("%1", page),
            self.tr("since %1").replace("%1", clock(visitor.came_at)),
            safe_name(display_host(visitor.referrer), 80) or words["direct"],
            self.box_name(visitor.box_id),
        ]
        return ", ".join(part for part in parts if part)

    def _titles(self) -> dict[str, str]:
        return {
            "who": self.tr("Visitor"),
            "page": self.tr("Page"),
            "source": self.tr("Came from"),
            "since": self.tr("Since"),
            "now": self.tr("On the page"),
        }

    def _show_lead(self) -> None:
        words = self.tr(
            "%n person(s) there now. Nothing of them is kept until they write.", "", self._total
        )
        self.lead.setText(words.replace(str(self._total), number(self._total), 1))
        self.lead.setVisible(self._total > 0)

    def _show_queue(self) -> None:
        waiting, since = self._strip.waiting()
        self.queue.setVisible(waiting > 0)
        if waiting:
            waited = duration(max(0, self._context.clock.now() - since) // 1000)
            words = self.tr("%n chat(s) waiting, the longest for %1", "", waiting)
            self.queue.setText(words.replace("%1", waited))

    def _show_empty(self) -> None:
        empty = self.model.rowCount() == 0
        was_here = self.home.hasFocus()
        self.home = self if empty else self.list
        if was_here:
            self.home.setFocus()
        self._stack.setCurrentIndex(1 if empty else 0)
        self.head.setVisible(not empty)
        if empty:
            title, text, way = self._nothing()
            self.empty.set(title, text)
            self.empty.button.setText(way)
            self.empty.button.setVisible(bool(way))

    def _nothing(self) -> Nothing:
        boxes = [box for box in self._boxes if box.enabled]
        if not boxes:
            text = self.tr(
                "With a chat box on your site you see here who is on which page, and answer at once."
            )
            return self.tr("No chat box yet"), text, self.tr("Add a chat box")
        if not self._live.now().running:
            text = self.tr("The chat server is not running; Settings says why.")
            return self.tr("Nobody can be seen"), text, self.tr("Open the settings")
        return self.tr("Nobody is on the site now"), self.tr("They appear here by themselves."), ""

    def _set_up(self) -> None:
        show_page(self._context, self._shell, "webchat")

    # -- deeds ---------------------------------------------------------------------------------

    def open(self, visitor: SiteVisitor | None) -> None:
        """The conversation of a visitor who has one."""
        if visitor is not None and visitor.ticket_id:
            self._shell.open_ticket(visitor.ticket_id)

    def open_page(self, url: str) -> None:
        """In the browser; what is not on a site of ours only after a second look."""
        if is_own(url, self._origins()):
            open_page(url)
            return
        host = display_host(url)
        words = self.tr("This page is not on a site of yours. It leads to %1.").replace("%1", host)

        def go() -> None:
            self.banners.show_notices(())
            open_page(url)

        actions = (
            (self.tr("Open anyway"), go),
            (self.tr("Stay here"), lambda: self.banners.show_notices(())),
        )
        self.banners.show_notices([Notice(words, "alert", "warn", actions)])

    def menu(self, visitor: SiteVisitor) -> QMenu:
        menu = QMenu(self)
        if visitor.ticket_id:
            entry = menu.addAction(icon("chat"), self.tr("Open the conversation"))
            entry.triggered.connect(lambda _on=False: self.open(visitor))
        if shown_url(visitor.page_url):
            entry = menu.addAction(icon("external"), self.tr("Open the page"))
            entry.triggered.connect(lambda _on=False: self.open_page(visitor.page_url))
            entry = menu.addAction(icon("copy"), self.tr("Copy the page's address"))
            copy = QGuiApplication.clipboard().setText
            entry.triggered.connect(lambda _on=False: copy(shown_url(visitor.page_url, 2_000)))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu


class _VisitorList(UniformList):
    """Enter opens the conversation, or what can be done; the menu key the same."""

    def __init__(self, page: VisitorsPage) -> None:
        super().__init__(ROW)
        self._page = page
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setModel(page.model)
        self.setItemDelegate(VisitorPainter(page.now, page.box_name, page.words, self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.doubleClicked.connect(lambda index: page.open(index.data()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        visitor = self.currentIndex().data()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and visitor is not None:
            if visitor.ticket_id:
                self._page.open(visitor)
            else:
                self._open_menu(self.visualRect(self.currentIndex()).center())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.row_count():
            self.setCurrentIndex(self.model().index(0, 0))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        QTimer.singleShot(0, self._page, self._page.renew_if_pending)

    def _open_menu(self, at: QPoint) -> None:
        index: QModelIndex = self.indexAt(at)
        if not index.isValid():
            index = self.currentIndex()
        visitor = index.data() if index.isValid() else None
        if visitor is not None:
            self.setCurrentIndex(index)
            self._page.menu(visitor).popup(self.viewport().mapToGlobal(at))


class _Head(QWidget):
    """What the columns are."""

    def __init__(self, rows: QWidget, titles: Callable[[], dict[str, str]]) -> None:
        super().__init__()
        self._rows, self._titles = rows, titles
        self.setFixedHeight(28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(base_font(11, 600))
        painter.setPen(colour("text3"))
        titles = self._titles()
        for name, rect in Columns(self.width()).rects(self.rect()).items():
            if rect.width() > 0:
                side = Qt.AlignmentFlag.AlignRight if name == "now" else Qt.AlignmentFlag.AlignLeft
                fitting = painter.fontMetrics().elidedText(
                    titles[name], Qt.TextElideMode.ElideRight, rect.width()
                )
                painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | side, fitting)
        painter.fillRect(0, self.height() - 1, self.width(), 1, colour("border"))
