"""Desks that announce themselves on this network: a convenience for typing an address."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import shiboken6
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from deskapp.core.policies.display import safe_name
from deskapp.core.ports import Joiner, Nearby
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.widgets import PlainLabel, vbox


class NearbyList(QWidget):
    """Takes no room while nothing was found, and looks until `stop`. `chosen` carries an address."""

    chosen = Signal(str)
    _woken = Signal()

    def __init__(self, joiner: Joiner) -> None:
        super().__init__()
        self._joiner = joiner
        self._found: tuple[Nearby, ...] = ()
        self._looking: list[Callable[[], None]] = []
        self._woken.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self.list = ItemList(self.tr("Found nearby"), row=40)
        self.list.fit(3)
        self.list.clicked.connect(lambda _index: self._choose())
        self.list.activated.connect(lambda _index: self._choose())
        words = PlainLabel(
            self.tr("Anybody can announce a desk: the code or link shows that it is yours."),
            "small",
        )
        words.setWordWrap(True)
        column = vbox(self, spacing=4)
        column.addWidget(PlainLabel(self.tr("Found nearby"), "small"))
        column.addWidget(self.list)
        column.addWidget(words)
        self.hide()
        self.destroyed.connect(partial(_stop, self._looking))
        self._looking.append(joiner.nearby(self._on_found))

    def stop(self) -> None:
        """Look no more."""
        _stop(self._looking)

    def _on_found(self, found: tuple[Nearby, ...]) -> None:
        """On the finder's thread."""
        self._found = found
        if self._looking and shiboken6.isValid(self):
            self._woken.emit()

    @Slot()
    def _show(self) -> None:
        items = [
            Item(one.address, safe_name(one.name), one.address, "users") for one in self._found
        ]
        self.list.show_items(items)
        self.setVisible(bool(items))

    def _choose(self) -> None:
        if self.list.current():
            self.chosen.emit(self.list.current())


def _stop(looking: list[Callable[[], None]], *_gone: object) -> None:
    while looking:
        looking.pop()()
