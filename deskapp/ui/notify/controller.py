"""Turns new notifications into sound, toasts and desktop notifications, and stops them in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QDateTime, QObject, QTimer, Signal

from deskapp.core.api import ChangeSet
from deskapp.core.commands.notifications import MarkNotificationsSeen, MarkPlayed
from deskapp.core.policies import alerts
from deskapp.core.policies.alerts import Alert, Announced, Moment
from deskapp.core.ports import Services
from deskapp.core.queries.desk import GetAgents, GetNotifications
from deskapp.core.queries.tickets import GetTicket
from deskapp.core.queries.views import TicketRows
from deskapp.models.dto import AgentInfo, NotificationInfo, TicketDetail, TicketRow
from deskapp.models.enums import AgentState, NotificationKind
from deskapp.ui.notify.words import body, headline, target
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.shell.context import UiContext

_READ = 100
_APART = 3
"""More than this at once are announced in one."""
_MINUTE_MS = 60_000
_CHECK_MS = 60
"""What is new is heard and painted first; of many who wait, all that moved are looked at together."""
_GATHER_MS = 50
"""The first news is told at once, what comes in so short a time after it together."""
_RUSH_MS = 400
"""The same, when it was too much to be told one by one."""


class AlertController(QObject):
    """Rings for what is new since it was made; what waited before stays in the notification centre.

    `announced` carries a headline, a line of text and where it leads (`words.target`), for a toast
    inside the window. `called` carries the same of a visitor who waits for somebody, `answered` the
    ticket when nobody waits there any more: looking at it is not taking it. `open_wanted` carries
    where a desktop notification leads that was pressed. `unseen` carries how many nobody has looked at.
    `in_front` tells whether the current ticket can be seen now.
    """

    announced = Signal(str, str, str)
    called = Signal(str, str, str)
    answered = Signal(str)
    open_wanted = Signal(str)
    unseen = Signal(int)

    def __init__(
        self,
        context: UiContext,
        services: Services,
        preferences: Preferences,
        in_front: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._services, self._preferences = context, services, preferences
        self._since = context.clock.now()
        self._state = AgentState.ONLINE
        self._ticket_id, self._in_front = "", in_front
        self._handled: set[str] = set()
        self._latest: tuple[NotificationInfo, ...] = ()
        self._ringing: dict[str, tuple[NotificationInfo, str]] = {}  # id: what, its sound's handle
        self._calls: dict[str, str] = {}  # id of a chat's first ring: its ticket
        self._calling = ""  # the one of them that rings on and on: two at once would be noise
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._read_gathered)
        self._pending = self._rush = False
        self._doubtful: dict[str, int | None] = {}  # tickets, with their keys where known
        self._checking = QTimer(self, singleShot=True, interval=_CHECK_MS)
        self._checking.timeout.connect(self._check_now)
        context.bridge.changed.connect(self._on_change)
        preferences.changed.connect(self._hush)
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._minute.timeout.connect(self._hush)
        self._minute.start()
        self._read_me()
        self._read()

    def set_current(self, ticket_id: str) -> None:
        """This ticket is being looked at: its sounds stop now, its notifications are seen."""
        self._ticket_id = ticket_id
        self.look()

    def look(self) -> None:
        """The window came to the front, or another room did."""
        if not (self._ticket_id and self._in_front()):
            return
        mine = [
            item.id
            for item in self._latest
            if item.ticket_id == self._ticket_id and item.id not in self._calls
        ]
        for item_id in mine:
            self._stop(item_id)
        if mine:
            self._latest = tuple(item for item in self._latest if item.id not in mine)
            command = MarkNotificationsSeen(notification_ids=tuple(mine))
            self._context.bridge.send(command, None, self)

    def silence(self) -> None:
        """Stop everything that sounds; nothing repeats any more."""
        self._ringing.clear()
        self._services.sounds.stop()

    # -- following the desk ------------------------------------------------------------------

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("agent"):
            self._read_me()
        if change.touches("notification"):
            self._pending = True
            if not self._soon.isActive():
                self._read_gathered()
        keys = {item.id: item.key for item in change.changes if item.entity == "ticket"}
        for ticket_id in {i.ticket_id for i, _ in self._ringing.values()} | {*self._calls.values()}:
            if ticket_id in change.tickets:
                self._check(ticket_id, keys.get(ticket_id))

    def _read_me(self) -> None:
        self._context.bridge.ask(GetAgents(), self._show_me, self)

    def _show_me(self, agents: tuple[AgentInfo, ...]) -> None:
        me = self._context.workspace.agent_id
        self._state = next((agent.state for agent in agents if agent.id == me), self._state)
        self._hush()

    def _read_gathered(self) -> None:
        if self._pending:
            self._pending = False
            self._soon.start(_RUSH_MS if self._rush else _GATHER_MS)
            self._read()

    def _read(self) -> None:
        query = GetNotifications(limit=_READ, unseen_only=True)
        self._context.bridge.ask(query, self._show, self)

    def _show(self, items: tuple[NotificationInfo, ...]) -> None:
        self._latest = items
        self.unseen.emit(len(items))
        there = {item.id for item in items}
        for gone in self._ringing.keys() - there - self._calls.keys():
            self._stop(gone)
        fresh = [
            item
            for item in reversed(items)
            if item.played_at is None and item.at >= self._since and item.id not in self._handled
        ]
        self._rush = len(fresh) > _APART
        self._handled.update(item.id for item in fresh)
        self._calls.update(
            (item.id, item.ticket_id)
            for item in fresh
            if item.kind is NotificationKind.NEW_CHAT and item.ticket_id
        )
        for item_id in self._calls.keys() - there if len(items) < _READ else ():
            self._end_call(item_id)
        if fresh:
            self._announce([(item, self._decide(item)) for item in fresh])
        self.look()

    def _check(self, ticket_id: str, key: int | None = None) -> None:
        """Soon, and once for all that happens until then: does it still have to ring there?"""
        self._doubtful[ticket_id] = key or self._doubtful.get(ticket_id)
        if not self._checking.isActive():
            self._checking.start()

    def _check_now(self) -> None:
        doubtful, self._doubtful = self._doubtful, {}
        bridge = self._context.bridge
        keys = {key: ticket_id for ticket_id, key in doubtful.items() if key is not None}
        if keys:
            bridge.ask(TicketRows(tuple(keys)), partial(self._judge_rows, keys), self)
        for ticket_id in doubtful.keys() - keys.values():
            bridge.ask(
                GetTicket(ticket_id),
                partial(self._judge_detail, ticket_id),
                self,
                partial(self._judge_detail, ticket_id),
            )

    def _judge_rows(self, asked: Mapping[int, str], rows: tuple[TicketRow, ...]) -> None:
        found = {row.id: row for row in rows}
        for ticket_id in asked.values():
            self._judge(ticket_id, found.get(ticket_id))

    def _judge_detail(self, ticket_id: str, answer: TicketDetail | Exception) -> None:
        self._judge(ticket_id, answer.row if isinstance(answer, TicketDetail) else None)

    def _judge(self, ticket_id: str, row: TicketRow | None) -> None:
        me = self._context.workspace.agent_id
        for item in [
            item for item, _handle in self._ringing.values() if item.id not in self._calls
        ]:
            if item.ticket_id == ticket_id and not alerts.keeps_ringing(item, row, me):
                self._stop(item.id)
        waiting = [i for i in self._latest if i.ticket_id == ticket_id and i.id in self._calls]
        for item in waiting:
            if not alerts.keeps_ringing(item, row, me):
                self._end_call(item.id)
        self.look()

    def _end_call(self, item_id: str) -> None:
        """Somebody took the chat, or it is over."""
        ticket_id, rang = self._calls.pop(item_id), item_id == self._calling
        self._stop(item_id)
        self.answered.emit(ticket_id)
        if rang:
            self._call_again()

    def _call_again(self) -> None:
        """Others wait too: one of them rings on."""
        for item in self._latest:
            if item.id in self._calls and (alert := self._decide(item)).sound:
                self._ring(item, alert)
                return

    # -- announcing --------------------------------------------------------------------------

    def _decide(self, item: NotificationInfo) -> Alert:
        looking = bool(item.ticket_id) and item.ticket_id == self._ticket_id and self._in_front()
        looking = looking and item.kind is not NotificationKind.NEW_CHAT
        moment = Moment(self._minute_of_day(), self._state, looking)
        return alerts.decide(item.kind, self._preferences.values(), moment)

    def _minute_of_day(self) -> int:
        time = QDateTime.fromMSecsSinceEpoch(self._context.clock.now()).time()
        return time.hour() * 60 + time.minute()

    def _announce(self, fresh: Sequence[Announced]) -> None:
        told = [item.id for item, alert in fresh if not alert.silent]
        loudest = alerts.loudest(fresh)
        if loudest is not None:
            self._ring(*loudest)
        self._toast([item for item, alert in fresh if alert.toast])
        if not self._in_front():
            self._show_on_desktop([item for item, alert in fresh if alert.desktop])
        if told:
            self._context.bridge.send(MarkPlayed(notification_ids=tuple(told)), None, self)

    def _ring(self, item: NotificationInfo, alert: Alert) -> None:
        device = self._preferences.text("alerts.device")
        repeat = alert.repeat
        if repeat and item.id in self._calls:
            repeat = self._calling in ("", item.id)
            self._calling = self._calling or item.id
        handle = self._services.sounds.play(alert.sound, alert.volume, device, repeat)
        if handle:
            self._ringing[item.id] = (item, handle)
        if item.ticket_id:  # somebody may have taken it while the news was under way
            self._check(item.ticket_id)

    def _toast(self, items: Sequence[NotificationInfo]) -> None:
        if len(items) > _APART:
            self.announced.emit(self._many(items), headline(items[-1]), "")
            return
        for item in items:
            call = item.id in self._calls
            (self.called if call else self.announced).emit(headline(item), body(item), target(item))
            if call:  # somebody may have taken it while the news was under way
                self._check(item.ticket_id)

    def _show_on_desktop(self, items: Sequence[NotificationInfo]) -> None:
        if len(items) > _APART:
            self._notify(self._many(items), headline(items[-1]), "")
            return
        for item in items:
            self._notify(headline(item), body(item), target(item))

    def _notify(self, title: str, text: str, leads_to: str) -> None:
        self._services.notifier.show(title, text, lambda: self.open_wanted.emit(leads_to))

    def _many(self, items: Sequence[NotificationInfo]) -> str:
        return self.tr("%n new notification(s)", "", len(items))

    # -- stopping ----------------------------------------------------------------------------

    def _stop(self, item_id: str) -> None:
        if item_id == self._calling:
            self._calling = ""
        _item, handle = self._ringing.pop(item_id, (None, ""))
        if handle:
            self._services.sounds.stop(handle)

    def _hush(self) -> None:
        """Stop when sounds were switched off, a break begins or the quiet hours do."""
        for item, _handle in list(self._ringing.values()):
            if not self._decide(item).sound:
                self._stop(item.id)
