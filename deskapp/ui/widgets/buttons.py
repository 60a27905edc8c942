"""Buttons, in the few kinds there are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from deskapp.ui.theme import icon
from deskapp.ui.widgets.labels import plain_tip


class Button(QPushButton):
    """A text button. `kind`: "" (bordered), primary, danger, ghost, link or tab."""

    def __init__(
        self,
        text: str = "",
        kind: str = "",
        icon_name: str = "",
        on_click: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        if kind:
            self.setProperty("kind", kind)
        if icon_name:
            token = {"primary": "on_accent", "danger": "danger", "link": "accent"}.get(kind, "text")
            self.setIcon(icon(icon_name, token, 14))
            self.setIconSize(QSize(18, 14))  # the outline stands in the middle: room to the text
        if kind == "tab":
            self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor if kind == "link" else self.cursor())
        self._on_click = on_click
        self.clicked.connect(self._run)

    def _run(self) -> None:
        if self._on_click is not None:
            self._on_click()


class PrimaryButton(Button):
    """The one thing that a surface is for."""

    def __init__(
        self,
        text: str = "",
        icon_name: str = "",
        on_click: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, "primary", icon_name, on_click, parent)
        self.setAutoDefault(True)


class IconButton(QToolButton):
    """A square button, 28 px, with an outline only; `name` is its accessible name and tooltip."""

    def __init__(
        self,
        icon_name: str,
        name: str = "",
        on_click: Callable[[], object] | None = None,
        parent: QWidget | None = None,
        token: str = "text2",  # noqa: S107 - a colour token
        size: int = 16,
    ) -> None:
        super().__init__(parent)
        self.setIconSize(QSize(size, size))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._token, self._size = token, size
        self.set_icon(icon_name)
        self.set_name(name)
        self._on_click = on_click
        self.clicked.connect(self._run)

    def _run(self) -> None:
        if self._on_click is not None:
            self._on_click()

    def set_icon(self, icon_name: str) -> None:
        self.setIcon(icon(icon_name, self._token, self._size))

    def set_name(self, name: str, shortcut: str = "") -> None:
        """What it does, for the tooltip and for screen readers; `shortcut` as a person reads it."""
        tip = plain_tip(f"{name} ({shortcut})" if shortcut else name)
        if tip != self.toolTip() or name != self.accessibleName():
            self.setAccessibleName(name)
            self.setToolTip(tip)
