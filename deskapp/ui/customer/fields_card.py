"""The desk's own fields of a customer, each with the editor of its kind."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QWidget,
    QWidgetAction,
)

from deskapp.core.api import Outcome
from deskapp.core.commands.contacts import SetContactField
from deskapp.models.dto import ContactDetail, CustomFieldInfo
from deskapp.models.enums import FieldKind
from deskapp.ui import messages
from deskapp.ui.bridge import Bridge
from deskapp.ui.customer.section import Section
from deskapp.ui.theme import base_font
from deskapp.ui.widgets import ElidedLabel, IconButton, PlainLabel, hbox, restyle

YES, NO = "yes", "no"
_WIDEST_LABEL = 124  # px


class FieldsCard(Section):
    """One line a field. A value is stored when its editor is left."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("fields", parent)
        self._bridge = bridge
        self._contact_id = ""
        self._fields: tuple[CustomFieldInfo, ...] = ()
        self._editors: dict[str, FieldEditor] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(5, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._error = PlainLabel(role="error")
        self._error.setWordWrap(True)
        self._error.hide()
        self.body.addLayout(self._grid)
        self.body.addWidget(self._error)
        self.show_if(False)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Details"))

    def show_fields(self, fields: Sequence[CustomFieldInfo]) -> None:
        """The desk's fields; called when they change."""
        fields = tuple(sorted(fields, key=lambda field: field.position))
        if fields == self._fields:
            return
        self._fields = fields
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._editors = {field.key: make_editor(field) for field in fields}
        labels = QFontMetrics(base_font(12))
        widths = [labels.horizontalAdvance(field.label) + 2 for field in fields]
        self._grid.setColumnMinimumWidth(0, min(_WIDEST_LABEL, max(widths, default=0)))
        for row, field in enumerate(fields):
            label = ElidedLabel(field.label, "small")
            editor = self._editors[field.key]
            editor.stored.connect(partial(self._store, field.key))
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(editor, row, 1)
        self.show_if(bool(fields))

    def show_contact(self, detail: ContactDetail) -> None:
        other = detail.info.id != self._contact_id
        self._contact_id = detail.info.id
        if other:
            self._error.hide()
        self._show_values(detail.fields, force=other)

    def _show_values(self, values: Mapping[str, str], force: bool) -> None:
        for key, editor in self._editors.items():
            if force or not editor.is_being_edited():
                editor.show_value(values.get(key, ""))

    def _store(self, key: str, value: str) -> None:
        command = SetContactField(contact_id=self._contact_id, key=key, value=value)
        self._bridge.send(command, self._answered, self)

    def _answered(self, outcome: Outcome) -> None:
        self._error.setVisible(not outcome.ok)
        if outcome.rejected is not None:
            self._error.setText(messages.rejection(outcome.rejected))


class FieldEditor(QWidget):
    """`stored` carries a new value in the form the desk keeps: ISO dates, plain numbers, yes or no."""

    stored = Signal(str)

    @abstractmethod
    def show_value(self, value: str) -> None:
        """Show what the desk keeps; empty for nothing."""

    def is_being_edited(self) -> bool:
        inner = self.focusProxy()
        return inner is not None and inner.hasFocus()


def make_editor(field: CustomFieldInfo) -> FieldEditor:
    """The editor for a field's kind."""
    if field.kind is FieldKind.BOOLEAN:
        return _BooleanEditor(field)
    if field.kind is FieldKind.CHOICE:
        return _ChoiceEditor(field)
    return _LineEditor(field)


class _InPlace(QLineEdit):
    """Looks like text until it has the focus."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("quiet", True)
        self.setAccessibleName(name)
        self.setPlaceholderText("—")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.undo()
            return
        super().keyPressEvent(event)


class _LineEditor(FieldEditor):
    """Texts, numbers and dates: written as the language writes them."""

    def __init__(self, field: CustomFieldInfo) -> None:
        super().__init__()
        self._kind, self._value = field.kind, ""
        self.line = _InPlace(field.label)
        self.line.editingFinished.connect(self._finish)
        row = _alone(self, self.line)
        if field.kind is FieldKind.DATE:
            name = self.tr("Calendar: %1").replace("%1", field.label)
            button = IconButton("calendar", name, self._open_calendar, token="text3", size=13)  # noqa: S106
            row.addWidget(button)

    def show_value(self, value: str) -> None:
        self._value = value
        self.line.setText(shown(self._kind, value))
        self._mark(True)

    def _finish(self) -> None:
        value = kept(self._kind, self.line.text())
        self._mark(value is not None)
        if value is not None and value != self._value:
            self._value = value
            self.line.setText(shown(self._kind, value))
            self.stored.emit(value)

    def _mark(self, good: bool) -> None:
        if self.line.property("invalid") != (not good):
            self.line.setProperty("invalid", not good)
            restyle(self.line)
        hints = {
            FieldKind.NUMBER: self.tr("Write a number"),
            FieldKind.DATE: self.tr("Write a date such as %1").replace(
                "%1", QLocale().toString(QDate(2026, 12, 31), QLocale.FormatType.ShortFormat)
            ),
        }
        self.line.setToolTip("" if good else hints.get(self._kind, ""))

    def _open_calendar(self) -> None:
        menu = QMenu(self)
        calendar = QCalendarWidget()
        date = QDate.fromString(self._value, Qt.DateFormat.ISODate)
        calendar.setSelectedDate(date if date.isValid() else QDate.currentDate())
        entry = QWidgetAction(menu)
        entry.setDefaultWidget(calendar)
        menu.addAction(entry)

        def choose(day: QDate) -> None:
            menu.close()
            self.line.setText(shown(FieldKind.DATE, day.toString(Qt.DateFormat.ISODate)))
            self._finish()

        calendar.activated.connect(choose)
        calendar.clicked.connect(choose)
        menu.popup(self.line.mapToGlobal(self.line.rect().bottomLeft()))


class _ChoiceEditor(FieldEditor):
    def __init__(self, field: CustomFieldInfo) -> None:
        super().__init__()
        self.box = QComboBox()
        self.box.setAccessibleName(field.label)
        self.box.setProperty("quiet", True)
        self.box.addItem("—", "")
        for option in field.options:
            self.box.addItem(option, option)
        self.box.activated.connect(lambda _row: self.stored.emit(self.box.currentData()))
        _alone(self, self.box)

    def show_value(self, value: str) -> None:
        if self.box.findData(value) < 0:
            self.box.addItem(value, value)  # an option that was taken out since
        self.box.setCurrentIndex(self.box.findData(value))
        if self.box.property("unset") != (not value):
            self.box.setProperty("unset", not value)
            restyle(self.box)


class _BooleanEditor(_ChoiceEditor):
    """Yes, no, or not known."""

    def __init__(self, field: CustomFieldInfo) -> None:
        super().__init__(field)
        self.box.addItem(self.tr("Yes"), YES)
        self.box.addItem(self.tr("No"), NO)


def _alone(outer: QWidget, inner: QWidget) -> QHBoxLayout:
    row = hbox(outer, spacing=2)
    row.addWidget(inner, 1)
    outer.setFocusProxy(inner)
    return row


def shown(kind: FieldKind, value: str) -> str:
    """A stored value as the language writes it."""
    if kind is FieldKind.DATE:
        date = QDate.fromString(value, Qt.DateFormat.ISODate)
        return QLocale().toString(date, QLocale.FormatType.ShortFormat) if date.isValid() else value
    if kind is FieldKind.NUMBER and value:
        locale = QLocale()
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        number, ok = QLocale.c().toDouble(value)
        precision = len(value.partition(".")[2])
        return locale.toString(number, "f", precision) if ok else value
    return value


def kept(kind: FieldKind, text: str) -> str | None:
    """What was typed in the form the desk keeps; None when it is none of that kind."""
    text = text.strip()
    if not text or kind is FieldKind.TEXT:
        return text
    if kind is FieldKind.DATE:
        return _kept_date(text)
    for locale in (QLocale(), QLocale.c()):
        _number, ok = locale.toDouble(text)
        if ok:
            plain = text.replace(locale.groupSeparator(), "")
            return plain.replace(locale.decimalPoint(), ".")
    return None


def _kept_date(text: str) -> str | None:
    short = QLocale().dateFormat(QLocale.FormatType.ShortFormat)
    long_year = short if "yyyy" in short else short.replace("yy", "yyyy")
    for form in (long_year, short, "yyyy-MM-dd"):
        date = QLocale().toDate(text, form, 2000)
        if date.isValid():
            return date.toString(Qt.DateFormat.ISODate)
    return None
