"""The line over a conversation: what it is about, whose it is, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from deskapp.core.policies.display import safe_name
from deskapp.models.dto import AgentInfo, TicketDetail, TicketRow
from deskapp.ui.conversation.phrases import STATUS_KINDS
from deskapp.ui.i18n import Retranslates
from deskapp.ui.inbox.sentence import channel_name, status_name
from deskapp.ui.when import until
from deskapp.ui.widgets import (
    Button,
    ElidedLabel,
    Frame,
    IconButton,
    Pill,
    hbox,
    paint_avatar,
    restyle,
    vbox,
)

HEIGHT = 64

_FACE, _GAP = 18, 4  # px


class ConversationHeader(Retranslates, Frame):
    """Signals say what a person wants; pop-ups open at the widget they carry."""

    assign_wanted = Signal(QWidget)
    snooze_wanted = Signal(QWidget)
    more_wanted = Signal(QWidget)
    resolve_wanted = Signal()
    renamed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bar", parent)
        self.setStyleSheet(
            f"QFrame[frame=bar] {{ min-height: {HEIGHT}px; max-height: {HEIGHT}px; }}"
        )
        self._row: TicketRow | None = None
        self._assignee: AgentInfo | None = None
        self._account = ""
        self._dress: tuple[str, ...] = ()
        self._now = 0
        self.title = ElidedLabel("", "title")
        self.title.installEventFilter(self)
        self.rename_field = QLineEdit()
        self.rename_field.setMaxLength(500)
        self.rename_field.hide()
        self.rename_field.installEventFilter(self)
        self.rename_field.editingFinished.connect(self._finish_rename)
        self.place = ElidedLabel("", "small")
        self.place.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.pill = Pill()
        self.snoozed = Pill()
        for pill in (self.pill, self.snoozed):  # where it is tight the mailbox's name gives way
            pill.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.assign = Button(on_click=lambda: self.assign_wanted.emit(self.assign))
        self.assign.setIconSize(QSize(_FACE + _GAP, _FACE))
        self.snooze = IconButton("snooze", on_click=lambda: self.snooze_wanted.emit(self.snooze))
        self.more = IconButton("more", on_click=lambda: self.more_wanted.emit(self.more))
        self.resolve = Button("", "primary", on_click=self.resolve_wanted.emit)
        self._build()
        self.retranslate()

    def _build(self) -> None:
        small = hbox(spacing=6)
        small.addWidget(self.place)
        small.addWidget(self.pill)
        small.addWidget(self.snoozed)
        small.addStretch(1)
        words = vbox(spacing=1)
        words.addStretch(1)
        words.addWidget(self.title)
        words.addWidget(self.rename_field)
        words.addLayout(small)
        words.addStretch(1)
        row = hbox(self, (18, 0, 18, 0), 10)
        row.addLayout(words, 1)
        for widget in (self.assign, self.snooze, self.more, self.resolve):
            row.addWidget(widget)

    def show_row(self, row: TicketRow, now: int) -> None:
        """What the list knows; the rest follows by `show_detail`."""
        if self._row is None or self._row.id != row.id:
            self._assignee, self._account = None, ""
            self.rename_field.hide()
            self.title.show()
        self._row, self._now = row, now
        self.retranslate()

    def show_detail(self, detail: TicketDetail, now: int) -> None:
        """The whole of it, with the people's names."""
        self._row, self._now = detail.row, now
        self._assignee = detail.assignee
        self._account = detail.account.name if detail.account is not None else ""
        self.retranslate()

    def start_rename(self) -> None:
        """Edit the subject in place."""
        if self._row is not None:
            self.rename_field.setText(self._row.subject)
            self.title.hide()
            self.rename_field.show()
            self.rename_field.setFocus()
            self.rename_field.selectAll()

    def retranslate(self) -> None:
        self.snooze.set_name(self.tr("Snooze"), "S")
        self.more.set_name(self.tr("More"))
        self.rename_field.setAccessibleName(self.tr("Subject"))
        row = self._row
        if row is None:
            return
        subject = safe_name(row.subject, 300) or self.tr("(no subject)")
        self.title.setText(subject)
        parts = [f"#{row.number}", channel_name(row.channel), safe_name(self._account)]
        self.place.setText(" · ".join(part for part in parts if part))
        self.pill.set(status_name(row.status), STATUS_KINDS[row.status])
        self.snoozed.setVisible(row.snoozed_until is not None)
        if row.snoozed_until is not None:
            self.snoozed.set(until(row.snoozed_until, self._now), "warn", "snooze")
        self._show_assignee(row)
        self._show_resolve(row)

    def _show_assignee(self, row: TicketRow) -> None:
        agent = self._assignee
        if not row.assignee_id:
            self._dress_assign(None, self.tr("Assign"), self.tr("Assigned to nobody"))
        elif agent is not None and agent.id == row.assignee_id:
            name = safe_name(agent.name)
            first = name.split(" ")[0][:24].replace("&", "&&")
            self._dress_assign(agent, first, self.tr("Assigned to %1").replace("%1", name))

    def _dress_assign(self, agent: AgentInfo | None, text: str, spoken: str) -> None:
        dress = (agent.id if agent is not None else "", text, spoken)
        if dress != self._dress:  # an icon that is set again lays out the whole line again
            self._dress = dress
            ratio = self.devicePixelRatioF()
            self.assign.setIcon(_face(agent, ratio) if agent is not None else QIcon())
            self.assign.setText(text)
            self.assign.setAccessibleName(spoken)

    def _show_resolve(self, row: TicketRow) -> None:
        active = row.status.is_active
        self.resolve.setText(self.tr("Resolve") if active else self.tr("Reopen"))
        kind = "primary" if active else ""
        if self.resolve.property("kind") != kind:
            self.resolve.setProperty("kind", kind)
            restyle(self.resolve)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.title and isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonDblClick:
                self.start_rename()
        elif watched is self.rename_field and isinstance(event, QKeyEvent):
            pressed = event.type() == QEvent.Type.KeyPress
            if pressed and event.key() == Qt.Key.Key_Escape:
                self.rename_field.hide()
                self.title.show()
                return True
        return False

    def _finish_rename(self) -> None:
        if self.rename_field.isHidden():
            return
        text = self.rename_field.text().strip()
        self.rename_field.hide()
        self.title.show()
        if text and self._row is not None and text != self._row.subject:
            self.renamed.emit(text)


def _face(agent: AgentInfo, ratio: float) -> QIcon:
    pixmap = QPixmap(round((_FACE + _GAP) * ratio), round(_FACE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_avatar(painter, QRectF(0, 0, _FACE, _FACE), agent.name, agent.id)
    painter.end()
    return QIcon(pixmap)
