"""A look into synchronising, for whoever has to find out: states, numbers and ids, never what anybody wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from deskapp.core.api import Command, Connection
from deskapp.core.ports import Inspection, Unsent
from deskapp.ui.bridge import Latest
from deskapp.ui.shell.context import UiContext
from deskapp.ui.team.live import TeamLive
from deskapp.ui.widgets import Button, hbox, vbox

_SIZE = (760, 560)
_EVERY_MS = 1_000
_ROWS = 200


class Inspector(QDialog):
    """Stays beside the window and follows; what is selected is left alone while somebody reads it."""

    def __init__(self, context: UiContext, live: TeamLive, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Synchronising"))
        self.resize(*_SIZE)
        self._context, self._live = context, live
        self._slot = Latest(context.bridge, self)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(self.windowTitle())
        self.copy = Button(self.tr("Copy"), icon_name="copy", on_click=self._copy)
        row = hbox()
        row.addWidget(self.copy)
        row.addStretch()
        row.addWidget(Button(self.tr("Close"), on_click=self.accept))
        column = vbox(self, (16, 14, 16, 12), 10)
        column.addWidget(self.text, 1)
        column.addLayout(row)
        self._again = QTimer(self, interval=_EVERY_MS)
        self._again.timeout.connect(self.refresh)
        self._again.start()
        live.moved.connect(self.refresh)
        live.seen.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Ask again."""
        self._context.bridge.watch(self._live.inspect(), self._show, self)

    def _show(self, found: Inspection) -> None:
        if self.text.textCursor().hasSelection():
            return
        connection, now = self._context.workspace.connection, self._context.clock.now()
        text = report(connection, found, self._live.unsent(), now)
        if text != self.text.toPlainText():
            bar = self.text.verticalScrollBar()
            place = bar.value()
            self.text.setPlainText(text)
            bar.setValue(place)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())


def report(connection: Connection, found: Inspection, unsent: Sequence[Unsent], now: int) -> str:
    """In the protocol's own words, whatever the window's language: it is sent to whoever can read it."""
    parts = (
        ("connection", _connection(connection, found, now)),
        ("cursors", (f"{count:>10}  {name}" for name, count in found.cursors)),
        ("exchanges (age, ms, sent, received, bytes)", _exchanges(found, now)),
        ("outbox (state, age, command, ticket)", _outbox(unsent, now)),
        ("presence (agent, ticket)", _presence(found)),
    )
    return "\n\n".join("\n".join((f"# {title}", *lines)) for title, lines in parts) + "\n"


def _connection(connection: Connection, found: Inspection, now: int) -> Iterable[str]:
    yield f"mode        {connection.mode}"
    yield f"online      {connection.online}"
    yield f"problem     {connection.problem or '-'}"
    yield f"host        {connection.host or '-'}"
    yield f"certificate {connection.fingerprint or '-'}"
    yield f"epoch       {found.epoch or '-'}"
    if connection.mode == "team" and connection.complete_to:
        yield f"complete to {_age(connection.complete_to, now)} ago"
    if connection.first_sync is not None:
        yield f"first copy  {connection.first_sync:.0%}"
    yield f"unsent      {connection.unsent}, refused {connection.refused}"


def _exchanges(found: Inspection, now: int) -> Iterable[str]:
    for one in found.exchanges:
        numbers = f"{one.ms:>7}{one.sent:>7}{one.received:>8}{one.bytes:>10}"
        yield f"{_age(one.at, now):>10}{numbers}  {one.problem}".rstrip()


def _outbox(unsent: Sequence[Unsent], now: int) -> Iterable[str]:
    for one in unsent[:_ROWS]:
        kind = one.command.TYPE if isinstance(one.command, Command) else "?"
        ticket = str(getattr(one.command, "ticket_id", "") or "-")[-8:]
        state = f"refused {one.refusal}" if one.refusal else "waiting"
        yield f"{state:<24}{_age(one.at, now):>9}  {kind:<28}{ticket}"
    if len(unsent) > _ROWS:
        yield f"and {len(unsent) - _ROWS} more"


def _presence(found: Inspection) -> Iterable[str]:
    for one in found.there:
        yield f"{one.agent_id[-8:]}  {one.ticket_id[-8:]}{'  types' if one.typing else ''}"


def _age(at: int, now: int) -> str:
    seconds = max(0, now - at) / 1000
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3600:.0f} h"
