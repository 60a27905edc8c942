"""The inbox room's panes side by side: sized by hand, folded where there is no room, remembered."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from deskapp.core.ports import UiState
from deskapp.ui.theme.tokens import CUSTOMER_WIDTH, LIST_WIDTH, VIEWS_WIDTH

VIEWS, LIST, CONVERSATION, CUSTOMER = range(4)
_SIZES = (VIEWS_WIDTH, LIST_WIDTH, 576, CUSTOMER_WIDTH)
_LEAST = (140, 220, 400, 200)
CUSTOMER_FROM = 1120
VIEWS_FROM = 860
_KEY = "inbox.panes"


class Panes(QSplitter):
    """Views, list, conversation, customer. The conversation takes what is left."""

    def __init__(self, state: UiState, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._state = state
        self._hidden: set[int] = set()
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._remember)

    def set_panes(self, panes: tuple[QWidget, QWidget, QWidget, QWidget]) -> None:
        for place, pane in enumerate(panes):
            pane.setMinimumWidth(_LEAST[place])
            self.addWidget(pane)
            self.setStretchFactor(place, 1 if place == CONVERSATION else 0)
        saved = self._state.get(_KEY)
        known: dict[str, object] = saved if isinstance(saved, dict) else {}
        sizes = _whole_numbers(known.get("sizes"))
        self.setSizes(sizes if len(sizes) == len(_SIZES) else list(_SIZES))
        self._hidden = set(_whole_numbers(known.get("hidden")))
        self._fold()

    def replace(self, place: int, pane: QWidget) -> None:
        """Put another widget at `place`, at the same size."""
        sizes = self.sizes()
        pane.setMinimumWidth(_LEAST[place])
        old = self.replaceWidget(place, pane)
        if old is not None:
            old.deleteLater()
        self.setSizes(sizes)
        self._fold()

    def toggle(self, place: int) -> None:
        """Fold a pane away, or bring it back even where it is tight."""
        pane = self.widget(place)
        if pane is None:
            return
        if pane.isHidden():
            self._hidden.discard(place)
        else:
            self._hidden.add(place)
        pane.setVisible(pane.isHidden())
        self._remember()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fold()

    def _fold(self) -> None:
        """What has no room goes: first the customer, then the views."""
        for place, least in ((CUSTOMER, CUSTOMER_FROM), (VIEWS, VIEWS_FROM)):
            pane = self.widget(place)
            if pane is not None:
                pane.setVisible(self.width() >= least and place not in self._hidden)

    def _remember(self) -> None:
        sizes = [size or _SIZES[place] for place, size in enumerate(self.sizes())]
        self._state.set(_KEY, {"sizes": sizes, "hidden": sorted(self._hidden)})


def _whole_numbers(saved: object) -> list[int]:
    """What is a list of numbers; empty for anything else that a damaged file may hold."""
    values = saved if isinstance(saved, list) else []
    return [value for value in values if isinstance(value, int) and value >= 0]
