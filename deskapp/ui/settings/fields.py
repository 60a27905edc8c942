"""The desk's own fields of a customer: name, kind, choices and order."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from deskapp.core.api import ChangeSet, Outcome
from deskapp.core.commands.desk import DeleteCustomField, SaveCustomField
from deskapp.core.queries.desk import GetCustomFields
from deskapp.models.dto import CustomFieldInfo
from deskapp.models.enums import FieldKind
from deskapp.ui import messages
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.settings.rows import Row, Sheet
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import Button, Frame, PlainLabel, PrimaryButton, hbox, vbox


class FieldsSheet(Sheet):
    def __init__(self, context: UiContext, shell: Shell) -> None:
        super().__init__(width=860)
        self.set_head(
            self.tr("Customer fields"),
            self.tr("They show beside every conversation, are edited there, and fill replies."),
        )
        self._context, self._shell = context, shell
        self._fields: tuple[CustomFieldInfo, ...] = ()
        self._editing = ""  # id; empty while a new one is written
        self.list = ItemList(self.tr("Customer fields"))
        self.list.chosen.connect(self._open)
        self.list.deleted.connect(self._delete)
        sides = QWidget()
        row = hbox(sides, spacing=20)
        row.addWidget(self._left(), 4)
        row.addWidget(self._right(), 6)
        self.add(sides)
        self.finish()
        context.bridge.changed.connect(self._on_change)
        self._begin()
        self._read()

    def _left(self) -> QWidget:
        side = QWidget()
        column = vbox(side, spacing=6)
        self.list.setMinimumHeight(320)
        column.addWidget(self.list, 1)
        buttons = hbox(spacing=6)
        buttons.addWidget(Button(self.tr("New field"), icon_name="plus", on_click=self._begin))
        self.up = Button(self.tr("Up"), on_click=lambda: self._move(-1))
        self.down = Button(self.tr("Down"), on_click=lambda: self._move(1))
        buttons.addWidget(self.up)
        buttons.addWidget(self.down)
        buttons.addStretch()
        column.addLayout(buttons)
        return side

    def _right(self) -> QWidget:
        card = Frame("card")
        column = vbox(card, (16, 12, 16, 14), 0)
        self.label, self.kind, self.options = QLineEdit(), QComboBox(), QPlainTextEdit()
        self.label.setMinimumWidth(200)
        self.options.setFixedHeight(110)
        self.options.setTabChangesFocus(True)
        self.options.setMinimumWidth(200)
        self._heading = PlainLabel(role="strong")
        self._placeholder = PlainLabel(role="small")
        self._error = PlainLabel(role="error")
        self._error.setWordWrap(True)
        for kind, name in self._kind_names().items():
            self.kind.addItem(name, kind)
        self._options_row = Row(self.tr("Choices"), self.tr("One a line"), self.options)
        column.addWidget(self._heading)
        column.addSpacing(4)
        for part in (
            Row(self.tr("Name"), "", self.label, first=True),
            Row(self.tr("Kind"), "", self.kind),
            self._options_row,
            self._placeholder,
            self._error,
        ):
            column.addWidget(part)
        column.addSpacing(8)
        buttons = hbox()
        buttons.addWidget(PrimaryButton(self.tr("Save"), on_click=self._save))
        self.remove = Button(self.tr("Remove"), "danger", on_click=self._remove_current)
        buttons.addWidget(self.remove)
        buttons.addStretch()
        column.addLayout(buttons)
        column.addStretch(1)
        self.kind.currentIndexChanged.connect(lambda _row: self._show_options())
        self.label.returnPressed.connect(self._save)
        return card

    def _kind_names(self) -> dict[FieldKind, str]:
        return {
            FieldKind.TEXT: self.tr("Text"),
            FieldKind.NUMBER: self.tr("Number"),
            FieldKind.DATE: self.tr("Date"),
            FieldKind.BOOLEAN: self.tr("Yes or no"),
            FieldKind.CHOICE: self.tr("One of several"),
        }

    def is_dirty(self) -> bool:
        field = self._field()
        known = field.label if field else ""
        return self.label.text().strip() != known

    # -- list --------------------------------------------------------------------------------

    def _read(self) -> None:
        self._context.bridge.ask(GetCustomFields(), self._show, self)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("custom_field"):
            self._read()

    def _show(self, fields: tuple[CustomFieldInfo, ...]) -> None:
        self._fields = tuple(sorted(fields, key=lambda field: field.position))
        names = self._kind_names()
        self.list.show_items([Item(f.id, f.label, names[f.kind]) for f in self._fields])
        if self._editing:
            self.list.select(self._editing, silent=True)
        self._show_buttons()

    def _show_buttons(self) -> None:
        ids = [field.id for field in self._fields]
        at = ids.index(self._editing) if self._editing in ids else -1
        self.up.setEnabled(at > 0)
        self.down.setEnabled(0 <= at < len(ids) - 1)
        self.remove.setVisible(at >= 0)

    def _field(self) -> CustomFieldInfo | None:
        return next((field for field in self._fields if field.id == self._editing), None)

    # -- form --------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._editing = ""
        self.list.select("", silent=True)
        self._heading.setText(self.tr("New field"))
        self._placeholder.hide()
        self._error.hide()
        self.label.clear()
        self.options.clear()
        self.kind.setCurrentIndex(0)
        self.kind.setEnabled(True)
        self._show_options()
        self._show_buttons()

    def _open(self, field_id: str) -> None:
        self._editing = field_id
        field = self._field()
        if field is None:
            return
        self._heading.setText(field.label)
        self._error.hide()
        self.label.setText(field.label)
        self.kind.setCurrentIndex(self.kind.findData(field.kind))
        self.kind.setEnabled(False)  # values of customers are of that kind
        self.options.setPlainText("\n".join(field.options))
        text = self.tr("In canned replies: %1").replace(
            "%1", "{{ contact.field." + field.key + " }}"
        )
        self._placeholder.setText(text)
        self._placeholder.show()
        self._show_options()
        self._show_buttons()

    def _show_options(self) -> None:
        self._options_row.setVisible(self.kind.currentData() == FieldKind.CHOICE)

    def _save(self) -> None:
        field = self._field()
        last = max((f.position for f in self._fields), default=-1)
        field_id = field.id if field else self._context.workspace.new_id()
        command = SaveCustomField(
            field_id=field_id,
            label=self.label.text().strip(),
            kind=FieldKind(self.kind.currentData()),
            options=tuple(
                line.strip() for line in self.options.toPlainText().splitlines() if line.strip()
            ),
            position=field.position if field else last + 1,
        )
        self._context.bridge.send(command, lambda o: self._answered(o, field is None), self)

    def _answered(self, outcome: Outcome, was_new: bool) -> None:
        self._error.setVisible(not outcome.ok)
        if outcome.rejected is not None:
            self._error.setText(messages.rejection(outcome.rejected))
        elif was_new:
            self._begin()
            self.label.setFocus()

    def _move(self, step: int) -> None:
        ids = [field.id for field in self._fields]
        at = ids.index(self._editing)
        order = list(self._fields)
        order.insert(at + step, order.pop(at))
        for position, field in enumerate(order):
            if field.position != position:
                command = SaveCustomField(
                    field_id=field.id,
                    label=field.label,
                    kind=field.kind,
                    options=field.options,
                    position=position,
                )
                self._context.bridge.send(command, None, self)

    def _remove_current(self) -> None:
        self._delete(self._editing)

    def _delete(self, field_id: str) -> None:
        if field_id:
            done = self.tr("Field hidden. What customers have in it is kept.")
            self._shell.do(DeleteCustomField(field_id=field_id), done)
            self._begin()
