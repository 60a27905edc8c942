"""Departments: units of who sees what. Add, rename and remove them, in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from deskapp.core.api import Command, Outcome
from deskapp.core.commands.team import RemoveDepartment, SaveDepartment
from deskapp.core.policies.display import safe_name
from deskapp.models.team_dto import DepartmentInfo
from deskapp.ui import messages
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import Button, PlainLabel, PrimaryButton, hbox, vbox


class DepartmentsPart(QWidget):
    """`show_departments` whenever the desk has told of them."""

    def __init__(self, context: UiContext, shell: Shell) -> None:
        super().__init__()
        self._context, self._shell = context, shell
        self._departments: tuple[DepartmentInfo, ...] = ()
        self._editing, self._locked = "", False
        self.list = ItemList(self.tr("Departments"), row=40)
        self.list.fit(8)
        self.list.activated.connect(lambda _index: self._rename())
        self.list.deleted.connect(lambda _key: self._ask())
        self.list.chosen.connect(lambda _key: self._close())
        self._empty = PlainLabel(
            self.tr("No departments: everybody sees every conversation."), "small"
        )
        self._buttons, self._naming, self._removing = (
            self._make_buttons(),
            self._make_naming(),
            self._make_removing(),
        )
        self._error = PlainLabel(role="error")
        self._error.setWordWrap(True)
        column = vbox(self, spacing=8)
        for widget in (
            self._empty, self.list, self._buttons, self._naming, self._removing, self._error,
        ):  # fmt: skip
            column.addWidget(widget)
        self._close()

    def _make_buttons(self) -> QWidget:
        box = QWidget()
        self.add = Button(self.tr("Add a department"), icon_name="plus", on_click=self._new)
        self.rename = Button(self.tr("Rename…"), on_click=self._rename)
        self.remove = Button(self.tr("Remove…"), on_click=self._ask)
        row = hbox(box)
        for button in (self.add, self.rename, self.remove):
            row.addWidget(button)
        row.addStretch()
        return box

    def _make_naming(self) -> QWidget:
        box = QWidget()
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.name.setPlaceholderText(self.tr("Shipping"))
        self.name.setAccessibleName(self.tr("The department's name"))
        self.name.returnPressed.connect(self._save)
        row = hbox(box)
        row.addWidget(self.name, 1)
        row.addWidget(PrimaryButton(self.tr("Save"), on_click=self._save))
        row.addWidget(Button(self.tr("Cancel"), "ghost", on_click=self._close))
        return box

    def _make_removing(self) -> QWidget:
        box = QWidget()
        self._question = PlainLabel()
        self._question.setWordWrap(True)
        self.move_to = QComboBox()
        self.move_to.setAccessibleName(self.tr("Where its conversations go"))
        self.sure = Button(self.tr("Remove it"), "danger", on_click=self._remove)
        column = vbox(box, spacing=6)
        column.addWidget(self._question)
        row = hbox()
        row.addWidget(self.move_to)
        row.addWidget(self.sure)
        row.addWidget(Button(self.tr("Keep it"), "ghost", on_click=self._close))
        row.addStretch()
        column.addLayout(row)
        return box

    def is_dirty(self) -> bool:
        return not self._naming.isHidden() and bool(self.name.text().strip())

    def set_locked(self, locked: bool) -> None:
        """Whether only an administrator may change them, and this is none."""
        self._locked = locked
        if locked:
            self._close()
        self._enable()

    def show_departments(self, departments: Sequence[DepartmentInfo]) -> None:
        self._departments = tuple(departments)
        before = self.list.current()
        self.list.show_items([self._item(one) for one in departments])
        self.list.setVisible(bool(departments))
        self._empty.setVisible(not departments)
        if self.list.current() != before:
            self._close()
        self._enable()

    def _item(self, one: DepartmentInfo) -> Item:
        people = self.tr("%n colleague(s)", "", len(one.member_ids))
        tickets = self.tr("%n conversation(s)", "", one.tickets)
        return Item(one.id, safe_name(one.name), f"{people} · {tickets}", "layers")

    def _current(self) -> DepartmentInfo | None:
        key = self.list.current()
        return next((one for one in self._departments if one.id == key), None)

    # -- changing them -------------------------------------------------------------------------

    def _close(self) -> None:
        """Back to the buttons; nothing is being changed."""
        self._step(self._buttons)
        self._enable()

    def _step(self, shown: QWidget) -> None:
        for box in (self._buttons, self._naming, self._removing):
            box.setVisible(box is shown)
        self._error.hide()

    def _enable(self) -> None:
        self.add.setEnabled(not self._locked)
        for button in (self.rename, self.remove):
            button.setEnabled(self._current() is not None and not self._locked)

    def _new(self) -> None:
        self._name("", "")

    def _rename(self) -> None:
        current = self._current()
        if current is not None and not self._locked:
            self._name(current.id, current.name)

    def _name(self, department_id: str, name: str) -> None:
        self._editing = department_id
        self.name.setText(name)
        self._step(self._naming)
        self.name.selectAll()
        self.name.setFocus()

    def _save(self) -> None:
        known = next((one for one in self._departments if one.id == self._editing), None)
        last = max((one.position for one in self._departments), default=-1)
        self._send(
            SaveDepartment(
                department_id=self._editing or self._context.workspace.new_id(),
                name=self.name.text().strip(),
                position=known.position if known is not None else last + 1,
            )
        )

    def _ask(self) -> None:
        current = self._current()
        if current is None or self._locked:
            return
        full = bool(current.tickets or current.member_ids or current.account_ids)
        others = [one for one in self._departments if one.id != current.id]
        self.move_to.clear()
        for one in others:
            self.move_to.addItem(safe_name(one.name), one.id)
        self.move_to.setVisible(full and bool(others))
        self.sure.setEnabled(bool(others) or not full)
        if full and not others:
            text = self.tr(
                "“%1” still has conversations, colleagues or mailboxes. Add another department first:"
                " they go there."
            )
        elif full:
            text = self.tr("Conversations, colleagues and mailboxes of “%1” go to:")
        else:
            text = self.tr("“%1” is empty. Remove it?")
        self._question.setText(text.replace("%1", safe_name(current.name)))
        self._step(self._removing)
        (self.sure if self.sure.isEnabled() else self.list).setFocus()

    def _remove(self) -> None:
        current = self._current()
        if current is not None:
            full = bool(current.tickets or current.member_ids or current.account_ids)
            target = str(self.move_to.currentData() or "") if full else ""
            self._send(RemoveDepartment(department_id=current.id, move_to=target))

    def _send(self, command: Command) -> None:
        def answered(outcome: Outcome) -> None:
            if outcome.rejected is not None:
                self._error.setText(messages.rejection(outcome.rejected))
                self._error.show()
                return
            self._close()
            undo = outcome.undo
            if isinstance(command, RemoveDepartment):
                back = (lambda: self._shell.do(undo)) if undo is not None else None
                self._shell.toast(self.tr("Department removed"), back)

        self._context.bridge.send(command, answered, self)
