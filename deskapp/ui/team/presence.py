"""Who else is at the ticket on screen, and telling the others that I am."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.policies.display import safe_name
from deskapp.core.ports import Seen
from deskapp.core.queries.desk import GetAgents
from deskapp.models.dto import AgentInfo, TicketRow
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.i18n import Retranslates
from deskapp.ui.team.live import TeamLive
from deskapp.ui.theme import tokens
from deskapp.ui.widgets import ElidedLabel, hbox, paint_avatar

TELL_AGAIN_MS = 3_000
"""How often colleagues are told anew that somebody types."""
IDLE_MS = 5_000
"""Nothing typed for so long: nobody types."""
PASSING_MS = 200
"""Tickets that are walked past more quickly are not told of: a host cuts off who says too much."""
_FACE, _STEP, _MOST = 18, 13, 5


class Faces(QWidget):
    """Small avatars that lie over each other, as far as five."""

    def __init__(self) -> None:
        super().__init__()
        self._people: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_people(self, people: Sequence[tuple[str, str]]) -> None:
        """(name, id) of each."""
        self._people = tuple(people[:_MOST])
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_FACE + _STEP * max(0, len(self._people) - 1) + 2, _FACE + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, (name, key) in enumerate(self._people):
            face = QRectF(1 + place * _STEP, 1, _FACE, _FACE)
            paint_avatar(painter, face, name, key)
            painter.setPen(QPen(QColor(tokens().surface), 1.5))
            painter.drawEllipse(face)


class Presence(Retranslates, QWidget):
    """The line above the composer; it takes no room while nobody else is there."""

    def __init__(self, pane: ConversationPane, live: TeamLive) -> None:
        super().__init__()
        self._pane, self._live = pane, live
        self._bridge = pane.context.bridge
        self._me = pane.context.workspace.agent_id
        self._names: dict[str, str] = {}
        self._ticket_id = ""
        self._typing = False
        self.faces, self.text = Faces(), ElidedLabel(role="small")
        row = hbox(self, (20, 4, 20, 0), 8)
        row.addWidget(self.faces)
        row.addWidget(self.text, 1)
        self.hide()
        self._again = QTimer(self, singleShot=True, interval=TELL_AGAIN_MS)
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self.stop_typing)
        self._passing = QTimer(self, singleShot=True, interval=PASSING_MS)
        self._passing.timeout.connect(self._arrived)
        self._told = ""
        pane.put_above_composer(self)
        editor = pane.composer.editor
        editor.textChanged.connect(self._on_typed)
        editor.left.connect(self.stop_typing)
        live.seen.connect(self.refresh)
        self._bridge.changed.connect(self._on_change)
        self._read_names()
        self.show_ticket(pane.row)

    def show_ticket(self, row: TicketRow | None) -> None:
        """Another ticket is on screen; None: no ticket."""
        ticket_id = row.id if row is not None else ""
        if ticket_id == self._ticket_id:
            return
        self._ticket_id, self._typing = ticket_id, False
        self._idle.stop()
        self._again.stop()
        if not self._passing.isActive():
            self._arrived()
        self.refresh()

    def _arrived(self) -> None:
        """Tell of the ticket on screen, unless that was done; at once, and then not again for a moment."""
        if self._told != self._ticket_id:
            self._told = self._ticket_id
            self._live.look_at(self._ticket_id)
            self._passing.start()

    def leave(self) -> None:
        """The window is closed: nothing is looked at."""
        self._passing.stop()
        self.show_ticket(None)

    def refresh(self) -> None:
        """Colleagues came or left, began or ended typing."""
        here = self._live.at(self._ticket_id) if self._ticket_id else ()
        others = {one.agent_id: one for one in here if one.agent_id != self._me}
        people = [(self._name(key), key) for key in others]
        self.faces.show_people(people)
        words = self._sentence(tuple(others.values()))
        self.text.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(others) and self._pane.row is not None)

    def retranslate(self) -> None:
        self.refresh()

    def _sentence(self, others: Sequence[Seen]) -> str:
        typing = [self._name(one.agent_id) for one in others if one.typing]
        looking = [self._name(one.agent_id) for one in others if not one.typing]
        parts = []
        if typing:
            names = self.tr("%1 is typing") if len(typing) == 1 else self.tr("%1 are typing")
            parts.append(names.replace("%1", ", ".join(typing)))
        if looking:
            names = self.tr("%1 is looking") if len(looking) == 1 else self.tr("%1 are looking")
            parts.append(names.replace("%1", ", ".join(looking)))
        return " · ".join(parts)

    def _name(self, agent_id: str) -> str:
        return self._names.get(agent_id) or self.tr("A colleague")

    # -- telling the others --------------------------------------------------------------------

    def _on_typed(self) -> None:
        composer = self._pane.composer
        if not composer.editor.text().strip():
            self.stop_typing()
        elif self._ticket_id and not composer.loading:
            self._idle.start()
            if not (self._typing and self._again.isActive()):
                self._typing = True
                self._told = self._ticket_id
                self._again.start()
                self._live.look_at(self._ticket_id, typing=True)

    def stop_typing(self) -> None:
        """Sent, emptied, left, or nothing typed for a while."""
        self._idle.stop()
        self._again.stop()
        if self._typing:
            self._typing = False
            self._live.look_at(self._ticket_id)

    # -- names ---------------------------------------------------------------------------------

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("agent"):
            self._read_names()

    def _read_names(self) -> None:
        self._bridge.ask(GetAgents(), self._have_names, self)

    def _have_names(self, agents: tuple[AgentInfo, ...]) -> None:
        self._names = {agent.id: safe_name(agent.name) for agent in agents}
        self.refresh()
