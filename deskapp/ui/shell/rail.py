"""The rail: rooms at the top, Settings and me at the foot."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QMenu, QToolButton, QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.commands.desk import SetAgentState
from deskapp.core.queries.desk import GetAgents
from deskapp.models.dto import AgentInfo
from deskapp.models.enums import AgentState
from deskapp.ui.i18n import Retranslates
from deskapp.ui.shell.actions import shown
from deskapp.ui.shell.context import Room, Shell, UiContext
from deskapp.ui.theme import base_font, icon, tokens
from deskapp.ui.theme.tokens import RAIL_WIDTH
from deskapp.ui.widgets import Frame, plain_tip, vbox
from deskapp.ui.widgets.avatar import paint_avatar, paint_dot

FOOT = 100
_DOTS = {
    AgentState.ONLINE: "online",
    AgentState.AWAY: "warn",
    AgentState.EMAIL_ONLY: "accent",
    AgentState.INVISIBLE: "text3",
    AgentState.PAUSED: "danger",
}


class _RailButton(QToolButton):
    """A room's outline with a red badge when something waits there."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.room = room
        self.badge = 0
        self.setCheckable(True)
        self.setIcon(icon(room.icon, size=19))
        self.setIconSize(QSize(19, 19))
        self.setFixedSize(36, 36)
        self.setProperty("rail", True)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.badge:
            return
        text = str(self.badge) if self.badge < 100 else "99+"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(base_font(10, 600))
        width = max(15, painter.fontMetrics().horizontalAdvance(text) + 8)
        box = QRectF(self.width() - 4 - width, 3, width, 15)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().danger))
        painter.drawRoundedRect(box, 7.5, 7.5)
        painter.setPen(QColor(tokens().on_accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class _MeButton(QAbstractButton):
    """My avatar with the dot of my state; opens the state menu."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._key, self._dot = "", "", "online"
        self.setFixedSize(36, 36)

    def show_agent(self, agent: AgentInfo) -> None:
        self._name, self._key, self._dot = agent.name, agent.id, _DOTS[agent.state]
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        face = QRectF(2, 2, 32, 32)
        paint_avatar(painter, face, self._name, self._key)
        paint_dot(painter, face, self._dot)
        if self.hasFocus():
            painter.setPen(QColor(tokens().accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(0.5, 0.5, 35, 35))


class Rail(Retranslates, Frame):
    """`chosen` carries the name of the room that was clicked."""

    chosen = Signal(str)

    def __init__(self, context: UiContext, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__("rail", parent)
        self._context, self._shell = context, shell
        self._agent: AgentInfo | None = None
        self.setFixedWidth(RAIL_WIDTH)
        self._buttons: dict[str, _RailButton] = {}
        self._group = QButtonGroup(self)
        self._me = _MeButton()
        self._me.clicked.connect(self._open_menu)
        self._rooms = vbox(spacing=4)
        self._foot = vbox(spacing=4)
        column = vbox(self, (8, 10, 7, 10), 4)
        column.addLayout(self._rooms)
        column.addStretch(1)
        column.addLayout(self._foot)
        column.addSpacing(2)
        column.addWidget(self._me)
        self.retranslate()
        context.bridge.changed.connect(self._on_change)

    def add(self, room: Room) -> None:
        """Enter a room at its place."""
        button = _RailButton(room)
        button.clicked.connect(lambda: self.chosen.emit(room.name))
        self._buttons[room.name] = button
        self._group.addButton(button)
        part = self._foot if room.order >= FOOT else self._rooms
        same = [b for b in self._buttons.values() if (b.room.order >= FOOT) == (room.order >= FOOT)]
        part.insertWidget(sorted(same, key=lambda b: b.room.order).index(button), button)
        self.retranslate()

    def show_room(self, name: str) -> None:
        if name in self._buttons:
            self._buttons[name].setChecked(True)

    def set_badge(self, name: str, number: int) -> None:
        """How many wait in that room; 0 shows nothing."""
        button = self._buttons.get(name)
        if button is not None and button.badge != number:
            button.badge = number
            button.update()

    def retranslate(self) -> None:
        for button in self._buttons.values():
            title, key = button.room.title(), shown(button.room.shortcut)
            button.setAccessibleName(title)
            button.setToolTip(plain_tip(f"{title} ({key})" if key else title))
        self._name_me()

    def _name_me(self) -> None:
        who = self._agent.name if self._agent else ""
        state = state_name(self._agent.state) if self._agent else ""
        text = self.tr("Me and my state: %1, %2").replace("%1", who).replace("%2", state)
        self._me.setAccessibleName(text)
        self._me.setToolTip(plain_tip(text))

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("agent"):
            self.reload()

    def reload(self) -> None:
        """Read my name and state again."""
        self._context.bridge.ask(GetAgents(), self._show_agents, self)

    def _show_agents(self, agents: tuple[AgentInfo, ...]) -> None:
        me = self._context.workspace.agent_id
        self._agent = next((agent for agent in agents if agent.id == me), None)
        if self._agent is not None:
            self._me.show_agent(self._agent)
            self._name_me()

    def state_menu(self, parent: QWidget) -> QMenu:
        """My states, the present one ticked; for here and for the tray."""
        menu = QMenu(parent)
        group = QActionGroup(menu)
        for state in AgentState:
            entry = menu.addAction(state_name(state))
            entry.setCheckable(True)
            entry.setChecked(self._agent is not None and self._agent.state is state)
            entry.triggered.connect(lambda _on, s=state: self._shell.do(SetAgentState(state=s)))
            group.addAction(entry)
        return menu

    def _open_menu(self) -> None:
        self.state_menu(self).popup(self._me.mapToGlobal(QPoint(self._me.width() + 6, -120)))


def state_name(state: AgentState) -> str:
    """A state as people say it."""

    names = {
        AgentState.ONLINE: QCoreApplication.translate("words", "Online"),
        AgentState.AWAY: QCoreApplication.translate("words", "Away"),
        AgentState.EMAIL_ONLY: QCoreApplication.translate("words", "E-mail only"),
        AgentState.INVISIBLE: QCoreApplication.translate("words", "Invisible"),
        AgentState.PAUSED: QCoreApplication.translate("words", "On a break"),
    }
    return names[state]
