"""How a customer is reached: mail addresses, phones and identity numbers, edited in place."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QWidget

from deskapp.core.api import Command, Outcome
from deskapp.core.commands.contacts import (
    AddContactPoint,
    ChangeContactPoint,
    MakePointPrimary,
    NewPoint,
    RemoveContactPoint,
    UpdateContact,
)
from deskapp.models.dto import ContactDetail, ContactPointInfo
from deskapp.models.enums import PointKind
from deskapp.ui import messages
from deskapp.ui.customer.rows import RowPool
from deskapp.ui.customer.section import Section, chain_tabs
from deskapp.ui.languages import NATIVE_NAMES, native_name
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import Button, IconButton, PlainLabel, clear, hbox, vbox

POINT_ICONS = {
    PointKind.EMAIL: "mail",
    PointKind.PHONE: "phone",
    PointKind.NATIONAL_ID: "key",
}


_KINDS = tuple(PointKind)


class ContactCard(Section):
    """Rows that copy when pressed; "Edit" turns them into fields."""

    def __init__(self, context: UiContext, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__("contact", parent)
        self._bridge, self._shell = context.bridge, shell
        self._detail: ContactDetail | None = None
        self._rows = RowPool(self.body, self._copy, self._open_menu)
        self._empty = PlainLabel(role="small")
        self._empty.setContentsMargins(5, 2, 5, 2)
        self._form = _ContactForm(context)
        self._form.hide()
        self.body.addWidget(self._empty)
        self.body.addWidget(self._form)
        self.action.clicked.connect(lambda: self.edit(not self._form.isVisibleTo(self)))
        self.retranslate()

    def retranslate(self) -> None:
        editing = self._form.isVisibleTo(self)
        self.set_title(self.tr("Contact"), self.tr("Done") if editing else self.tr("Edit"))
        self._empty.setText(self.tr("No mail address or phone yet"))

    def show_contact(self, detail: ContactDetail) -> None:
        other = self._detail is None or self._detail.info.id != detail.info.id
        points = sorted(detail.info.points, key=lambda p: (_KINDS.index(p.kind), not p.primary))
        detail = replace(detail, info=replace(detail.info, points=tuple(points)))
        self._detail = detail
        if other:
            self.edit(False)
        if self._form.isVisibleTo(self):
            self._form.show_contact(detail)
        else:
            self._show_rows()

    def edit(self, on: bool) -> None:
        """Fields, or rows to read."""
        self._form.setVisible(on)
        if on:
            self.fold(False)
        if self._detail is not None:
            if on:
                self._rows.take(0)
                self._empty.hide()
                self._form.show_contact(self._detail)
                self._form.setFocus()
            else:
                self._show_rows()
        self.retranslate()

    def _show_rows(self) -> None:
        points = self._detail.info.points if self._detail else ()
        for row, point in zip(self._rows.take(len(points)), points, strict=True):
            one_of_several = self._alike(point) > 1
            hint = self.tr("Primary") if point.primary and one_of_several else ""
            row.set(POINT_ICONS[point.kind], point.display, hint, whole=True)
            row.setAccessibleDescription(self.tr("Press to copy"))
        self._empty.setVisible(not points)

    def _alike(self, point: ContactPointInfo) -> int:
        """How many there are of its kind."""
        points = self._detail.info.points if self._detail else ()
        return sum(other.kind is point.kind for other in points)

    def _open_menu(self, number: int, where: QPoint) -> None:
        if self._detail is None:
            return
        point = self._detail.info.points[number]
        menu = QMenu(self)
        menu.addAction(self.tr("Copy"), lambda: self._copy_text(point))
        menu.addAction(self.tr("Edit"), lambda: self.edit(True))
        if self._alike(point) > 1 and not point.primary:
            done = self.tr("Used first: %1").replace("%1", point.display)
            command = MakePointPrimary(point_id=point.id)
            menu.addAction(self.tr("Use first"), lambda: self._shell.do(command, done))
        menu.addAction(
            self.tr("Remove"),
            lambda: self._shell.do(RemoveContactPoint(point_id=point.id), self.tr("Removed")),
        )
        menu.popup(where)

    def _copy(self, number: int) -> None:
        if self._detail is not None:
            self._copy_text(self._detail.info.points[number])

    def _copy_text(self, point: ContactPointInfo) -> None:
        QGuiApplication.clipboard().setText(point.display)
        self._shell.toast(self.tr("Copied: %1").replace("%1", point.display))


class _ContactForm(QWidget):
    """The same as fields. Each is stored when it is left or Return is pressed; Esc takes it back."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._bridge = context.bridge
        self._contact_id = ""
        self._shown: ContactDetail | None = None
        self._name = _Field()
        self._organisation = _Field()
        self._language = QComboBox()
        self._points = vbox(spacing=4)
        self._error = PlainLabel(role="error")
        self._error.setWordWrap(True)
        self._error.hide()
        self._adders = hbox(spacing=4)
        column = vbox(self, (5, 2, 5, 2), 4)
        for part in (self._name, self._organisation, self._language):
            column.addWidget(part)
        column.addLayout(self._points)
        column.addLayout(self._adders)
        column.addWidget(self._error)
        self.setFocusProxy(self._name)
        self._name.stored.connect(lambda text: self._update(name=text))
        self._organisation.stored.connect(lambda text: self._update(organisation=text))
        self._language.activated.connect(
            lambda _row: self._update(language=self._language.currentData())
        )

    def show_contact(self, detail: ContactDetail) -> None:
        if self._shown is not None and self._shown.info == detail.info:
            return
        self._shown, self._contact_id = detail, detail.info.id
        self._error.hide()
        self._name.show_text(detail.info.name, self.tr("Name"))
        self._organisation.show_text(detail.info.organisation, self.tr("Organisation"))
        self._fill_languages(detail.info.language)
        clear(self._points)
        for point in detail.info.points:
            self._add_row(point.kind, point)
        self._fill_adders()
        chain_tabs(self)

    def _fill_languages(self, current: str) -> None:
        self._language.clear()
        self._language.setAccessibleName(self.tr("Language"))
        self._language.addItem(self.tr("Language: not known"), "")
        for code in dict.fromkeys((*NATIVE_NAMES, current)):
            if code:
                self._language.addItem(native_name(code), code)
        self._language.setCurrentIndex(max(0, self._language.findData(current)))

    def _fill_adders(self) -> None:
        clear(self._adders)
        texts = {
            PointKind.EMAIL: self.tr("+ Mail"),
            PointKind.PHONE: self.tr("+ Phone"),
            PointKind.NATIONAL_ID: self.tr("+ ID number"),
        }
        for kind, text in texts.items():
            adder = Button(text, "link", on_click=partial(self._begin_row, kind))
            self._adders.addWidget(adder)
        self._adders.addStretch()

    def _begin_row(self, kind: PointKind) -> None:
        self._add_row(kind).begin()

    def _add_row(self, kind: PointKind, point: ContactPointInfo | None = None) -> _PointRow:
        names = {
            PointKind.EMAIL: self.tr("Mail address"),
            PointKind.PHONE: self.tr("Phone, with its country"),
            PointKind.NATIONAL_ID: self.tr("Identity or tax number"),
        }
        row = _PointRow(kind, point, names[kind], self.tr("Remove"))
        row.field.stored.connect(lambda text: self._store(row, text))
        row.removed.connect(lambda: self._remove(row))
        self._points.addWidget(row)
        chain_tabs(self)
        return row

    def _store(self, row: _PointRow, text: str) -> None:
        if not text:
            self._remove(row)
            return
        if row.point is not None:
            self._send(ChangeContactPoint(point_id=row.point.id, value=text))
            return
        new = NewPoint(self._bridge.workspace.new_id(), row.kind, text)
        self._send(AddContactPoint(contact_id=self._contact_id, point=new))

    def _remove(self, row: _PointRow) -> None:
        if row.point is not None:
            self._send(RemoveContactPoint(point_id=row.point.id))
        row.hide()
        row.deleteLater()

    def _update(self, **values: str) -> None:
        self._send(UpdateContact(contact_id=self._contact_id, **values))

    def _send(self, command: Command) -> None:
        self._bridge.send(command, self._answered, self)

    def _answered(self, outcome: Outcome) -> None:
        self._error.setVisible(not outcome.ok)
        if outcome.rejected is not None:
            self._error.setText(messages.rejection(outcome.rejected))


class _Field(QLineEdit):
    """`stored` carries a changed text once it is left or Return is pressed."""

    stored = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._kept = ""
        self.editingFinished.connect(self._finish)

    def show_text(self, text: str, name: str) -> None:
        if not (self.hasFocus() and self.isModified()):
            self._kept = text
            self.setText(text)
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != self._kept:
            self.setText(self._kept)
            return
        super().keyPressEvent(event)

    def _finish(self) -> None:
        text = self.text().strip()
        if text != self._kept:
            self._kept = text
            self.stored.emit(text)


class _PointRow(QWidget):
    removed = Signal()

    def __init__(
        self, kind: PointKind, point: ContactPointInfo | None, name: str, remove: str
    ) -> None:
        super().__init__()
        self.kind, self.point = kind, point
        self.field = _Field()
        self.field.show_text(point.display if point else "", name)
        row = hbox(self, spacing=4)
        row.addWidget(self.field, 1)
        row.addWidget(IconButton("trash", f"{remove}: {name}", self.removed.emit, size=14))

    def begin(self) -> None:
        self.field.setFocus()
