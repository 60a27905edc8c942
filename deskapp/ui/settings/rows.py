"""What a Settings page is made of: a heading and rows with one control each, bound to a setting."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QLocale, Qt, QTime
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QTimeEdit,
    QWidget,
)

from deskapp.core.policies.settings import CATALOGUE, LOCAL
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.widgets import Line, PlainLabel, Segmented, Switch, hbox, vbox

WIDTH = 700
Options = Sequence[tuple[str, str]]


class Sheet(QScrollArea):
    """One page. It is built anew when the language changes, unless something unsaved is on it.

    Subclasses call `set_head` first, then `add`, and `finish` at the end.
    """

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        outer = hbox(inside, (32, 22, 32, 24), 0)
        column = QWidget()
        column.setMaximumWidth(width)
        column.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        outer.addWidget(column, 10)
        outer.addStretch(1)
        self.body = vbox(column, spacing=0)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def set_head(self, title: str, lead: str) -> None:
        """What the page is called, and one sentence of what it is for."""
        text = PlainLabel(lead, "muted")
        text.setWordWrap(True)
        self.body.addWidget(PlainLabel(title, "page-title"))
        self.body.addSpacing(2)
        self.body.addWidget(text)
        self.body.addSpacing(14)
        self.setAccessibleName(title)

    def is_dirty(self) -> bool:
        """Whether something was typed that is not stored yet."""
        return False

    def add(self, *widgets: QWidget) -> None:
        for widget in widgets:
            self.body.addWidget(widget)

    def add_left(self, widget: QWidget) -> None:
        """At its own width, not the page's."""
        row = hbox()
        row.addWidget(widget)
        row.addStretch()
        self.body.addLayout(row)

    def section(self, title: str) -> None:
        """A heading inside the page."""
        self.body.addSpacing(18)
        self.body.addWidget(PlainLabel(title, "strong"))
        self.body.addSpacing(6)

    def finish(self) -> None:
        """Nothing more comes; the rest of the page stays empty."""
        self.body.addStretch(1)


class Row(QWidget):
    """A label with a few words under it, and a control at the right."""

    def __init__(self, title: str, help_text: str, control: QWidget, first: bool = False) -> None:
        super().__init__()
        self.title, self.control = title, control
        label = PlainLabel(title)
        label.setWordWrap(True)
        label.setBuddy(control)
        texts = vbox(spacing=0)
        texts.addStretch(1)
        texts.addWidget(label)
        if help_text:
            small = PlainLabel(help_text, "small")
            small.setWordWrap(True)
            texts.addWidget(small)
        texts.addStretch(1)
        row = hbox(margins=(0, 8, 2, 8), spacing=12)
        row.addLayout(texts, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        column = vbox(self, spacing=0)
        if not first:
            column.addWidget(Line())
        column.addLayout(row)
        if not control.accessibleName():
            control.setAccessibleName(title)
        control.setAccessibleDescription(help_text)


class Binder:
    """Makes controls that show a setting, follow it, and change it."""

    def __init__(self, preferences: Preferences, owner: QWidget) -> None:
        self._preferences, self._owner = preferences, owner
        self._shows: list[Callable[[], None]] = []
        preferences.changed.connect(self._show_all)
        owner.destroyed.connect(self._shows.clear)

    def _show_all(self) -> None:
        for show in self._shows:
            show()

    def _follow(self, show: Callable[[], None]) -> None:
        self._shows.append(show)
        show()

    def switch(self, key: str, name: str = "") -> Switch:
        control = Switch(name)
        control.setObjectName(key)
        control.toggled.connect(lambda on: self._preferences.set(key, on))
        self._follow(lambda: control.setChecked(self._preferences.flag(key)))
        return control

    def number(self, key: str, suffix: str = "", zero: str = "") -> QSpinBox:
        """`suffix` follows the number (a unit); `zero` is what 0 reads as."""
        setting = CATALOGUE.get(key) or LOCAL[key]
        control = QSpinBox()
        control.setObjectName(key)
        control.setAlignment(Qt.AlignmentFlag.AlignCenter)
        control.setRange(setting.low or 0, setting.high or 1_000_000)
        control.setSuffix(f" {suffix}" if suffix else "")
        control.setSpecialValueText(zero)
        control.setKeyboardTracking(False)
        control.setMinimumWidth(84)
        control.valueChanged.connect(lambda value: self._preferences.set(key, value))
        self._follow(lambda: control.setValue(self._preferences.number(key)))
        return control

    def volume(self, key: str, name: str) -> QSlider:
        control = QSlider(Qt.Orientation.Horizontal)
        control.setObjectName(key)
        control.setRange(0, 100)
        control.setPageStep(10)
        control.setTracking(False)
        control.setAccessibleName(name)
        control.valueChanged.connect(lambda value: self._preferences.set(key, value))
        self._follow(lambda: control.setValue(self._preferences.number(key)))
        return control

    def choice(self, key: str, options: Options, name: str = "") -> QComboBox:
        control = QComboBox()
        control.setObjectName(key)
        control.setAccessibleName(name)
        for value, text in options:
            control.addItem(text, value)
        control.activated.connect(lambda _row: self._preferences.set(key, control.currentData()))
        self._follow(
            lambda: control.setCurrentIndex(max(0, control.findData(self._preferences.text(key))))
        )
        return control

    def segmented(self, key: str, options: Options) -> Segmented:
        control = Segmented(options)
        control.setObjectName(key)
        control.chosen.connect(lambda value: self._preferences.set(key, value))
        self._follow(lambda: control.choose(self._preferences.text(key)))
        return control

    def line(self, key: str, placeholder: str = "") -> QLineEdit:
        control = QLineEdit()
        control.setObjectName(key)
        control.setPlaceholderText(placeholder)
        control.setMinimumWidth(240)
        control.setMaxLength((CATALOGUE.get(key) or LOCAL[key]).max_length)
        control.editingFinished.connect(lambda: self._preferences.set(key, control.text().strip()))

        def show() -> None:
            if not (control.hasFocus() and control.isModified()):
                control.setText(self._preferences.text(key))

        self._follow(show)
        return control

    def time(self, key: str, name: str) -> QTimeEdit:
        """A time of day, kept as minutes after midnight."""
        control = QTimeEdit()
        control.setObjectName(key)
        control.setAccessibleName(name)
        control.setAlignment(Qt.AlignmentFlag.AlignCenter)
        control.setDisplayFormat(QLocale().timeFormat(QLocale.FormatType.ShortFormat))
        control.setKeyboardTracking(False)
        control.timeChanged.connect(
            lambda time: self._preferences.set(key, time.hour() * 60 + time.minute())
        )

        def show() -> None:
            minutes = self._preferences.number(key)
            control.setTime(QTime(minutes // 60, minutes % 60))

        self._follow(show)
        return control
