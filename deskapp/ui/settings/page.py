"""The room of settings: groups at the left, found by searching; one page at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from deskapp.core.ports import Services
from deskapp.ui.settings import (
    accounts,
    appearance,
    backups,
    blocked,
    canned,
    chat_boxes,
    computer,
    desk,
    fields,
    profile,
    shortcuts,
    sound,
    tags,
    team,
)
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Sheet
from deskapp.ui.settings.ways import PAGE_KEY, page_title, register
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.theme import base_font, tokens
from deskapp.ui.widgets import Frame, PlainLabel, SearchBox, clear, hbox, vbox

NAV_WIDTH = 228


@dataclass(frozen=True, slots=True)
class Entry:
    """A page. `words` are more that a person may look for."""

    key: str
    group: str
    title: str
    words: str
    build: Callable[[], Sheet]


class SettingsPage(QWidget):
    """Pages are built when they are first opened, and anew when the language changes."""

    def __init__(
        self,
        context: UiContext,
        shell: Shell,
        services: Services,
        preferences: Preferences,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._shell = context, shell
        self._services, self._preferences = services, preferences
        self._entries: tuple[Entry, ...] = ()
        self._built: dict[str, Sheet] = {}
        self._current = ""
        self.search = SearchBox()
        self._nav = _Navigation()
        self._stack = QStackedWidget()
        self._build()
        self.search.changed.connect(lambda _text: self._show_nav())
        self.search.moved.connect(lambda _by: self._nav.focus_first())
        self.search.accepted.connect(self._open_first)
        self._nav.chosen.connect(self.open)
        preferences.refused.connect(self._shell.toast)
        register(context, shell, self.open)
        self._retranslate()
        self.open(str(context.state.get(PAGE_KEY, "profile")))

    def _build(self) -> None:
        side = Frame("rail")
        side.setFixedWidth(NAV_WIDTH)
        column = vbox(side, (8, 12, 8, 12), 6)
        column.addWidget(self.search)
        column.addWidget(self._nav, 1)
        pane = Frame("pane")
        vbox(pane).addWidget(self._stack)
        row = hbox(self, spacing=0)
        row.addWidget(side)
        row.addWidget(pane, 1)
        self.home = self._nav

    def open(self, key: str) -> None:
        """Show a page by its key; an unknown one shows the first."""
        entry = next((e for e in self._entries if e.key == key), self._entries[0])
        if entry.key not in self._built:
            sheet = entry.build()
            self._built[entry.key] = sheet
            self._stack.addWidget(sheet)
        self._current = entry.key
        self._stack.setCurrentWidget(self._built[entry.key])
        self._nav.mark(entry.key)
        self._context.state.set(PAGE_KEY, entry.key)

    def sheet(self) -> Sheet:
        """The page on screen."""
        return self._built[self._current]

    def keys(self) -> list[str]:
        return [entry.key for entry in self._entries]

    def showEvent(self, event: QShowEvent) -> None:
        """Another room may have asked for a page meanwhile."""
        wanted = str(self._context.state.get(PAGE_KEY, self._current))
        if wanted != self._current:
            self.open(wanted)
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._rebuild()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Slash:
            self.search.setFocus()
            return
        super().keyPressEvent(event)

    def _retranslate(self) -> None:
        self.search.set_texts(self.tr("Search settings"), clear=self.tr("Clear the search"))
        self._nav.setAccessibleName(self.tr("Settings"))
        self._entries = (*self._you(), *self._desk(), *self._data())
        self._show_nav()

    def _rebuild(self) -> None:
        """Throw away the pages that show the old language; what is being typed stays."""
        focused = self.focusWidget()
        name = focused.objectName() if focused is not None else ""
        for key, sheet in list(self._built.items()):
            if not sheet.is_dirty():
                self._stack.removeWidget(sheet)
                sheet.deleteLater()
                del self._built[key]
        if self._current:
            self.open(self._current)
            again = self.sheet().findChild(QWidget, name) if name else None
            if again is not None:
                again.setFocus()

    def _show_nav(self) -> None:
        words = self.search.text().casefold().split()
        shown = [
            entry
            for entry in self._entries
            if all(word in f"{entry.title} {entry.words}".casefold() for word in words)
        ]
        self._nav.show_entries(shown, self.tr("Nothing found"))
        self._nav.mark(self._current)

    def _open_first(self) -> None:
        first = self._nav.first()
        if first:
            self.open(first)

    # -- the pages ---------------------------------------------------------------------------

    def _you(self) -> Sequence[Entry]:
        you = self.tr("You")
        return (
            Entry(
                "profile", you, page_title("profile"),
                self.tr("name mail online away pause break"),
                lambda: profile.ProfileSheet(self._context, self._preferences),
            ),
            Entry(
                "sound", you, page_title("sound"),
                self.tr("ring volume repeat toast device quiet hours test"),
                lambda: sound.SoundSheet(self._services, self._preferences),
            ),
            Entry(
                "shortcuts", you, page_title("shortcuts"),
                self.tr("keys remap conflict reset"),
                lambda: shortcuts.ShortcutsSheet(self._context.actions, self._preferences),
            ),
            Entry(
                "appearance", you, page_title("appearance"),
                self.tr("dark light theme colours Spanish English undo send seconds"),
                lambda: appearance.AppearanceSheet(self._preferences),
            ),
            Entry(
                "computer", you, page_title("computer"),
                self.tr("start with the system tray close idle away minutes"),
                lambda: computer.ComputerSheet(
                    self._context, self._services, self._preferences
                ),
            ),
        )  # fmt: skip

    def _desk(self) -> Sequence[Entry]:
        group = self.tr("Desk")
        return (
            Entry(
                "desk", group, page_title("desk"),
                self.tr("shop name language country phones"),
                lambda: desk.DeskSheet(self._preferences),
            ),
            Entry(
                "team", group, page_title("team"),
                self.tr("share colleagues invite roles departments devices server network pair join"),
                lambda: team.TeamSheet(
                    self._context, self._shell, self._services, self._preferences
                ),
            ),
            Entry(
                "channels", group, page_title("channels"),
                self.tr("mail account mailbox IMAP SMTP password signature acknowledgement server"),
                lambda: accounts.AccountsSheet(self._context, self._shell, self._services),
            ),
            Entry(
                "webchat", group, page_title("webchat"),
                self.tr("chat box widget site colour greeting questions internet proxy tunnel port"),
                lambda: chat_boxes.ChatBoxesSheet(
                    self._context, self._shell, self._services, self._preferences
                ),
            ),
            Entry(
                "canned", group, page_title("canned"),
                self.tr("templates placeholders folders shortcuts"),
                lambda: canned.CannedSheet(self._context, self._shell),
            ),
            Entry(
                "fields", group, page_title("fields"),
                self.tr("custom fields number date choice"),
                lambda: fields.FieldsSheet(self._context, self._shell),
            ),
            Entry(
                "tags", group, page_title("tags"), self.tr("labels topics"),
                lambda: tags.TagsSheet(self._context, self._shell),
            ),
            Entry(
                "blocked", group, page_title("blocked"),
                self.tr("block domain unblock"),
                lambda: blocked.BlockedSheet(self._context, self._shell),
            ),
        )  # fmt: skip

    def _data(self) -> Sequence[Entry]:
        return (
            Entry(
                "backups", self.tr("Data"), page_title("backups"),
                self.tr("backup restore export import passphrase daily mbox sample data"),
                lambda: backups.BackupsSheet(self._context, self._services, self._preferences),
            ),
        )  # fmt: skip


class _Navigation(QScrollArea):
    """Groups of entries; the arrow keys walk them."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self._column = vbox(inside, spacing=1)
        self.setWidget(inside)
        self._group = QButtonGroup(self)
        self._buttons: list[_NavButton] = []

    def show_entries(self, entries: Sequence[Entry], nothing: str) -> None:
        clear(self._column)
        for button in self._buttons:
            self._group.removeButton(button)
        self._buttons = []
        group = ""
        for entry in entries:
            if entry.group != group:
                group = entry.group
                heading = PlainLabel(group, "group")
                heading.setContentsMargins(8, 10, 8, 4)
                self._column.addWidget(heading)
            self._column.addWidget(self._button(entry))
        if not entries:
            heading = PlainLabel(nothing, "small")
            heading.setContentsMargins(8, 10, 8, 4)
            self._column.addWidget(heading)
        self._column.addStretch(1)

    def _button(self, entry: Entry) -> _NavButton:
        button = _NavButton(entry)
        button.clicked.connect(lambda: self.chosen.emit(entry.key))
        self._group.addButton(button)
        self._buttons.append(button)
        return button

    def mark(self, key: str) -> None:
        for button in self._buttons:
            button.setChecked(button.entry.key == key)
            if button.isChecked():
                self.setFocusProxy(button)

    def first(self) -> str:
        return self._buttons[0].entry.key if self._buttons else ""

    def focus_first(self) -> None:
        if self._buttons:
            self._buttons[0].setFocus()


class _NavButton(QAbstractButton):
    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        self.setCheckable(True)
        self.setText(entry.title)
        self.setAccessibleName(entry.title)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(180, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        ground = t.accent_weak if on else t.hover if self.underMouse() else ""
        painter.setPen(QPen(QColor(t.accent)) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(QColor(t.accent if on else t.text2))
        painter.setFont(base_font(13, 600 if on else 400))
        area = self.rect().adjusted(8, 0, -8, 0)
        text = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
