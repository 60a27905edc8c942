"""Ctrl K: type a few letters of an action, a conversation or a customer, and Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QWidget

from deskapp.core.queries.search import Search
from deskapp.models.dto import ContactInfo, SearchHit, SearchPage
from deskapp.ui.bridge import Latest
from deskapp.ui.inbox.sentence import CHANNEL_ICONS, subject, who
from deskapp.ui.shell.actions import Action, shown
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.when import relative_time, zone_name
from deskapp.ui.widgets import Choice, Popup, PopupList, SearchBox, vbox

WIDTH = 600
TYPING_MS = 40
_ACTIONS = 7
_HITS = 8
_CONTACTS = 3
_GOOD = 80.0
_FUZZY_FROM = 4


class Palette(Popup):
    """One box for everything. Closes when something is picked, or with Esc."""

    def __init__(self, context: UiContext, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._shell = context, shell
        self._actions = [a for a in context.actions if a.palette and a.enabled()]
        self._hits: tuple[SearchHit, ...] = ()
        self._contacts: tuple[ContactInfo, ...] = ()
        self._calls: dict[str, Callable[[], object]] = {}
        self._latest = Latest(context.bridge, self)
        self.box = SearchBox()
        self.box.set_texts(self.tr("Find actions and conversations"))
        self.list = PopupList()
        self.list.setAccessibleName(self.tr("Found"))
        column = vbox(self, (8, 8, 8, 8), 6)
        column.addWidget(self.box)
        column.addWidget(self.list)
        self.setFixedWidth(WIDTH)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._search)
        self.box.changed.connect(self._on_typed)
        self.box.moved.connect(self.list.move)
        self.box.accepted.connect(self.list.accept)
        self.box.left.connect(self.close)
        self.list.picked.connect(self._pick)
        self._show()

    def open_over(self, window: QWidget) -> None:
        """In the upper middle of `window`."""
        corner = QPoint(max(0, (window.width() - WIDTH) // 2), max(40, window.height() // 8))
        self.move(window.mapToGlobal(corner))
        self.show()
        self.box.field.setFocus()

    def _on_typed(self, text: str) -> None:
        if not text.strip():
            self._hits, self._contacts = (), ()
            self._latest.cancel()
        self._show()
        self._typing.start()

    def _search(self) -> None:
        text = self.box.text().strip()
        if text:
            self._latest.ask(Search(text, limit=_HITS, zone=zone_name()), self._found)

    def _found(self, page: SearchPage) -> None:
        self._hits, self._contacts = page.hits, page.contacts[:_CONTACTS]
        self._show()

    def _show(self) -> None:
        text = self.box.text().strip()
        found = best(text, self._actions)
        self._calls = {action.id: action.callback for action in found}
        choices = [
            Choice(
                action.id,
                action.text(),
                hint=shown(action.shortcut),
                icon=action.icon or "chevron-right",
                group=self.tr("Actions"),
            )
            for action in found
        ]
        now = self._context.clock.now()
        for hit in self._hits:
            row = hit.row
            self._calls[row.id] = partial(self._shell.open_ticket, row.id)
            choices.append(
                Choice(
                    row.id,
                    who(row),
                    detail=subject(row),
                    hint=relative_time(row.updated_at, now),
                    icon=CHANNEL_ICONS[row.channel],
                    group=self.tr("Conversations"),
                )
            )
        choices += self._customers()
        if text:
            self._calls["search"] = partial(self._shell.search, text)
            line = self.tr("Search the list for “%1”").replace("%1", text)
            choices.append(Choice("search", line, icon="search", group=self.tr("Search")))
        self._keep_current(choices)

    def _customers(self) -> list[Choice]:
        """The customers found; picking one shows their tickets."""
        choices = []
        for contact in self._contacts:
            self._calls[contact.id] = partial(self._shell.open_view, f"contact:{contact.id}")
            detail = contact.points[0].display if contact.points else contact.organisation
            choices.append(
                Choice(contact.id, contact.name, detail, icon="user", group=self.tr("Customers"))
            )
        return choices

    def _keep_current(self, choices: Sequence[Choice]) -> None:
        """What the arrows went to stays current when slower finds come in below."""
        current, moved = self.list.current(), self.list.currentIndex().row() > 0
        self.list.show_choices(choices)
        keys = [choice.key for choice in choices]
        if current is not None and moved and current.key in keys:
            self.list.move(keys.index(current.key))
        self.list.setFixedHeight(self.list.height_for(12))
        self.adjustSize()

    def _pick(self, key: str) -> None:
        call = self._calls[key]
        self.close()
        call()


def best(text: str, actions: Sequence[Action]) -> list[Action]:
    """The actions that `text` fits, best first; without a text the first few."""
    if not text:
        return list(actions[:_ACTIONS])
    scored = [(_fit(text.casefold(), action.text().casefold()), action) for action in actions]
    scored = [(score, action) for score, action in scored if score >= _GOOD]
    scored.sort(key=lambda pair: -pair[0])
    return [action for _score, action in scored[:_ACTIONS]]


def _fit(typed: str, name: str) -> float:
    """How well `typed` fits: the beginning, a word's beginning, anywhere, or nearly (0 to 100)."""
    if name.startswith(typed):
        return 100
    if any(word.startswith(typed) for word in name.split()):
        return 95
    if typed in name:
        return 85
    if len(typed) < _FUZZY_FROM:
        return 0
    from rapidfuzz import fuzz  # only once somebody types something unusual

    return fuzz.WRatio(typed, name)
