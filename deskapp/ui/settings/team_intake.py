"""Whose the conversations are that come in: a department for each mailbox and chat box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.commands.team import SetAccountDepartment
from deskapp.core.policies.display import safe_name
from deskapp.core.queries.desk import GetAccounts
from deskapp.models.dto import AccountInfo
from deskapp.models.team_dto import DepartmentInfo
from deskapp.ui.settings.rows import Row
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import PlainLabel, clear, vbox


class IntakePart(QWidget):
    """Takes no room while there is no department, or nothing comes in."""

    def __init__(self, context: UiContext, shell: Shell) -> None:
        super().__init__()
        self._context, self._shell = context, shell
        self._accounts: tuple[AccountInfo, ...] = ()
        self._departments: tuple[DepartmentInfo, ...] = ()
        self._locked = False
        self.choices: dict[str, QComboBox] = {}
        self._column = vbox(self, spacing=0)
        context.bridge.changed.connect(self._on_change)
        self._read()

    def show_departments(self, departments: Sequence[DepartmentInfo]) -> None:
        self._departments = tuple(departments)
        self._show()

    def set_locked(self, locked: bool) -> None:
        """Whether only an administrator may change it, and this is none."""
        self._locked = locked
        for choice in self.choices.values():
            choice.setEnabled(not locked)

    def _read(self) -> None:
        self._context.bridge.ask(GetAccounts(), self._have, self)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("account"):
            self._read()

    def _have(self, accounts: tuple[AccountInfo, ...]) -> None:
        self._accounts = accounts
        self._show()

    def _show(self) -> None:
        """Anew only when there are other mailboxes or departments: somebody may be choosing."""
        known = [(one.id, one.name) for one in self._departments]
        ids = [one.id for one in self._accounts]
        if self.property("shows") != repr((known, ids)):
            self.setProperty("shows", repr((known, ids)))
            self._rebuild()
        for account_id, choice in self.choices.items():
            mine = next((d.id for d in self._departments if account_id in d.account_ids), "")
            choice.setCurrentIndex(max(0, choice.findData(mine)))

    def _rebuild(self) -> None:
        clear(self._column)
        self.choices = {}
        self.setVisible(bool(self._accounts and self._departments))
        if not self._accounts or not self._departments:
            return
        self._column.addWidget(PlainLabel(self.tr("New conversations go to"), "strong"))
        for account in self._accounts:
            choice = self.choices[account.id] = QComboBox()
            choice.setObjectName(f"intake.{account.id}")
            choice.addItem(self.tr("Everybody"), "")
            for one in self._departments:
                choice.addItem(safe_name(one.name), one.id)
            choice.setMinimumWidth(220)
            choice.setEnabled(not self._locked)
            choice.activated.connect(lambda _row, key=account.id: self._set(key))
            first = len(self.choices) == 1
            name = safe_name(account.address or account.name)
            self._column.addWidget(Row(name, "", choice, first=first))

    def _set(self, account_id: str) -> None:
        wanted = str(self.choices[account_id].currentData() or "")
        command = SetAccountDepartment(account_id=account_id, department_id=wanted)
        self._shell.do(command, self.tr("From now on, for what is new"))
