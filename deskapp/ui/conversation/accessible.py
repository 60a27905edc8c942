"""The messages for screen readers: a list whose every item reads as one text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from deskapp.ui.conversation.view import MessagesView

_installed = False


class _Node(QAccessibleInterface):
    """What list and items have in common."""

    def __init__(self, view: MessagesView) -> None:
        super().__init__()
        self._view = view

    def isValid(self) -> bool:
        return True

    def window(self) -> QWindow | None:
        return self._view.window().windowHandle()

    def relations(self, _match: object = None) -> list:
        return []

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """Nothing here can be edited."""


class MessageItem(_Node):
    """The block at a place in the column, whichever it is by now: items are never taken away."""

    def __init__(self, view: MessagesView, index: int) -> None:
        super().__init__(view)
        self._index = index

    def object(self) -> QObject | None:
        return None

    def isValid(self) -> bool:
        return self._index < len(self._view.blocks)

    def parent(self) -> QAccessibleInterface | None:
        return QAccessible.queryAccessibleInterface(self._view)

    def child(self, _index: int) -> QAccessibleInterface | None:
        return None

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface | None:
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def text(self, kind: QAccessible.Text) -> str:
        if kind != QAccessible.Text.Name or not self.isValid():
            return ""
        return self._view.blocks[self._index].speech()

    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        inside = self._view.rect_of(self._index).toRect()
        return inside.translated(self._view.viewport().mapToGlobal(QPoint(0, 0)))

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = True
        state.readOnly = True
        state.focused = self._view.current_index() == self._index and self._view.hasFocus()
        return state


class MessageList(_Node):
    """The view itself."""

    def __init__(self, view: MessagesView) -> None:
        super().__init__(view)
        self._items: list[MessageItem] = []

    def object(self) -> QObject | None:
        return self._view

    def parent(self) -> QAccessibleInterface | None:
        above = self._view.parentWidget()
        return QAccessible.queryAccessibleInterface(above) if above is not None else None

    def child(self, index: int) -> QAccessibleInterface | None:
        if not 0 <= index < self.childCount():
            return None
        while len(self._items) <= index:
            self._items.append(MessageItem(self._view, len(self._items)))
        return self._items[index]

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        inside = self._view.viewport().mapFromGlobal(QPoint(x, y))
        for index in range(self.childCount()):
            if self._view.rect_of(index).contains(inside):
                return self.child(index)
        return None

    def childCount(self) -> int:
        return len(self._view.blocks)

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return next((i for i, item in enumerate(self._items) if item is child), -1)

    def focusChild(self) -> QAccessibleInterface | None:
        return self.child(self._view.current_index())

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.List

    def text(self, kind: QAccessible.Text) -> str:
        return self._view.accessibleName() if kind == QAccessible.Text.Name else ""

    def rect(self) -> QRect:
        return QRect(self._view.mapToGlobal(QPoint(0, 0)), self._view.size())

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = True
        state.focused = self._view.hasFocus()
        return state


def install() -> None:
    """Let Qt find these for every `MessagesView`. Any number of times."""
    global _installed
    if not _installed:
        _installed = True
        QAccessible.installFactory(_make)


def say(view: QWidget, index: int) -> None:
    """Tell screen readers that the keyboard is on the item at `index` now."""
    event = QAccessibleEvent(view, QAccessible.Event.Focus)
    event.setChild(index)
    QAccessible.updateAccessibility(event)


def _make(_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    make = getattr(thing, "make_accessible", None)
    return make() if make is not None else None
