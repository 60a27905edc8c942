"""Who is blocked: their new mail goes to spam, silently."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from deskapp.core.api import ChangeSet, Outcome
from deskapp.core.commands.contacts import BlockSender, UnblockSender
from deskapp.core.queries.contacts import GetBlockRules
from deskapp.core.queries.views import SPAM
from deskapp.models.dto import BlockRule
from deskapp.ui import messages
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.settings.rows import Sheet
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.when import relative_time
from deskapp.ui.widgets import Button, PlainLabel, PrimaryButton, hbox


class BlockedSheet(Sheet):
    def __init__(self, context: UiContext, shell: Shell) -> None:
        super().__init__()
        self.set_head(
            self.tr("Spam and blocked senders"),
            self.tr("New mail from them goes to spam and never rings. Nothing is deleted."),
        )
        self._context, self._shell = context, shell
        self.value = QLineEdit()
        hint = self.tr("name@example.com, or a whole domain: example.com")
        self.value.setPlaceholderText(hint)
        self.value.setAccessibleName(hint)
        self.value.returnPressed.connect(self._block)
        self._error = PlainLabel(role="error")
        self._error.setWordWrap(True)
        self._error.hide()
        top = QWidget()
        row = hbox(top)
        row.addWidget(self.value, 1)
        row.addWidget(PrimaryButton(self.tr("Block"), on_click=self._block))
        self.list = ItemList(self.tr("Blocked senders"))
        self.list.fit(8)
        self.list.deleted.connect(self._unblock)
        self._empty = PlainLabel(self.tr("Nobody is blocked."), "small")
        foot = QWidget()
        buttons = hbox(foot)
        self.unblock = Button(
            self.tr("Unblock"), on_click=lambda: self._unblock(self.list.current())
        )
        buttons.addWidget(self.unblock)
        buttons.addWidget(
            Button(self.tr("See what is in spam"), "link", on_click=lambda: shell.open_view(SPAM))
        )
        buttons.addStretch()
        self.add(top, self._error)
        self.body.addSpacing(12)
        self.add(self._empty, self.list, foot)
        self.finish()
        self.list.chosen.connect(lambda _key: self.unblock.setEnabled(True))
        context.bridge.changed.connect(self._on_change)
        self._read()

    def is_dirty(self) -> bool:
        return bool(self.value.text())

    def _read(self) -> None:
        self._context.bridge.ask(GetBlockRules(), self._show, self)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("block_rule"):
            self._read()

    def _show(self, rules: tuple[BlockRule, ...]) -> None:
        now = self._context.clock.now()
        kinds = {"sender": self.tr("Sender"), "domain": self.tr("Domain")}
        self.list.show_items(
            [
                Item(
                    rule.id,
                    rule.value,
                    f"{kinds.get(rule.kind, rule.kind)} · {relative_time(rule.at, now)}",
                    "ban",
                )
                for rule in rules
            ]
        )
        self._empty.setVisible(not rules)
        self.list.setVisible(bool(rules))
        self.unblock.setVisible(bool(rules))
        self.unblock.setEnabled(bool(self.list.current()))

    def _block(self) -> None:
        value = self.value.text().strip().lstrip("@")
        kind = "sender" if "@" in value else "domain"
        rule_id = self._context.workspace.new_id()
        command = BlockSender(rule_id=rule_id, kind=kind, value=value)
        self._context.bridge.send(command, self._answered, self)

    def _answered(self, outcome: Outcome) -> None:
        self._error.setVisible(not outcome.ok)
        if outcome.rejected is not None:
            self._error.setText(messages.rejection(outcome.rejected))
        else:
            self.value.clear()

    def _unblock(self, rule_id: str) -> None:
        if rule_id:
            self._shell.do(UnblockSender(rule_id=rule_id), self.tr("No longer blocked"))
