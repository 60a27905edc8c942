"""A colleague's devices: when each was last heard of, and shutting one out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from deskapp.core.api import Outcome
from deskapp.core.commands.team import RevokeDevice
from deskapp.core.policies.display import safe_name
from deskapp.core.queries.team import GetDevices
from deskapp.models.team_dto import DeviceInfo
from deskapp.ui import messages
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.when import relative_time
from deskapp.ui.widgets import Button, PlainLabel, hbox, vbox


class DevicesPart(QWidget):
    """`connected` are the ids of devices that are connected now."""

    def __init__(self, context: UiContext, shell: Shell, agent_id: str) -> None:
        super().__init__()
        self._context, self._shell, self._agent_id = context, shell, agent_id
        self._devices: tuple[DeviceInfo, ...] = ()
        self._connected: frozenset[str] = frozenset()
        self.list = ItemList(self.tr("Devices"), row=40)
        self.list.fit(5)
        self.list.deleted.connect(lambda _key: self._ask())
        self.list.chosen.connect(lambda _key: self._close())
        self._empty = PlainLabel(self.tr("No device has joined yet."), "small")
        self.revoke = Button(self.tr("Revoke…"), on_click=self._ask)
        self.sure = Button(self.tr("Revoke it"), "danger", on_click=self._revoke)
        self._error = PlainLabel(role="error")
        self._error.setWordWrap(True)
        self._question = self._make_question()
        first = hbox()
        first.addWidget(self.revoke)
        first.addStretch()
        column = vbox(self, spacing=8)
        column.addWidget(self._empty)
        column.addWidget(self.list)
        column.addLayout(first)
        column.addWidget(self._question)
        column.addWidget(self._error)
        self._close()
        self.read()

    def _make_question(self) -> QWidget:
        box = QWidget()
        text = PlainLabel(
            self.tr(
                "Within seconds it is disconnected and the team's conversations are removed from it."
                " What was not sent yet stays there to be copied. To come back, it has to be invited"
                " again."
            )
        )
        text.setWordWrap(True)
        column = vbox(box, spacing=6)
        column.addWidget(text)
        row = hbox()
        row.addWidget(self.sure)
        row.addWidget(Button(self.tr("Keep it"), "ghost", on_click=self._close))
        row.addStretch()
        column.addLayout(row)
        return box

    def read(self) -> None:
        """Read them again."""
        query = GetDevices(self._agent_id)
        self._context.bridge.ask(query, self._have, self)

    def show_connected(self, devices: Sequence[str]) -> None:
        self._connected = frozenset(devices)
        self._show()

    def _have(self, devices: tuple[DeviceInfo, ...]) -> None:
        self._devices = tuple(d for d in devices if d.agent_id == self._agent_id)
        self._show()

    def _show(self) -> None:
        before = self.list.current()
        self.list.show_items([self._item(one) for one in self._devices])
        self.list.setVisible(bool(self._devices))
        self._empty.setVisible(not self._devices)
        if self.list.current() != before:
            self._close()
        self._enable()

    def _item(self, one: DeviceInfo) -> Item:
        now = self._context.clock.now()
        joined = self.tr("joined %1").replace("%1", relative_time(one.created_at, now))
        seen = self.tr("never seen since")
        if one.seen_at is not None:
            seen = self.tr("last seen %1").replace("%1", relative_time(one.seen_at, now))
        pill = ("", "")
        if one.revoked:
            pill = (self.tr("Revoked"), "bad")
        elif one.id in self._connected:
            pill = (self.tr("Connected"), "ok")
        name = safe_name(one.name) or self.tr("A device")
        return Item(one.id, name, f"{joined} · {seen}", "key", pill=pill)

    def _current(self) -> DeviceInfo | None:
        key = self.list.current()
        return next((d for d in self._devices if d.id == key and not d.revoked), None)

    def _enable(self) -> None:
        self.revoke.setEnabled(self._current() is not None)
        self.revoke.setVisible(bool(self._devices) and self._question.isHidden())

    def _close(self) -> None:
        self._question.hide()
        self._error.hide()
        self._enable()

    def _ask(self) -> None:
        if self._current() is not None:
            self._question.show()
            self._enable()
            self.sure.setFocus()

    def _revoke(self) -> None:
        current = self._current()
        if current is None:
            return

        def answered(outcome: Outcome) -> None:
            self._close()
            if outcome.rejected is not None:
                self._error.setText(messages.rejection(outcome.rejected))
                self._error.show()
            else:
                said = self.tr("“%1” is shut out").replace("%1", safe_name(current.name))
                self._shell.toast(said)
            self.read()

        self._context.bridge.send(RevokeDevice(device_id=current.id), answered, self)
