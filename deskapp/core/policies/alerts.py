"""What rings, how, and until when. Pure: the hour, the settings and the ticket are given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from deskapp.core.policies.settings import SILENT, flag, number, text
from deskapp.models.dto import NotificationInfo, TicketRow
from deskapp.models.enums import AgentState, Delivery, NotificationKind, TicketStatus

_URGENT_FIRST = (
    NotificationKind.SEND_FAILED,
    NotificationKind.ACCOUNT_PROBLEM,
    NotificationKind.NEW_CHAT,
    NotificationKind.CHAT_MESSAGE,
    NotificationKind.NEW_TICKET,
    NotificationKind.CUSTOMER_REPLY,
    NotificationKind.MENTION,
    NotificationKind.HELD_MESSAGE,
    NotificationKind.SNOOZE_ENDED,
)
_QUIET_STATES = (AgentState.PAUSED,)


@dataclass(frozen=True, slots=True)
class Moment:
    """When and to whom it happens."""

    minute: int  # of the local day, 0 to 1439
    state: AgentState = AgentState.ONLINE
    looking: bool = False  # the window is in front and shows that very ticket


@dataclass(frozen=True, slots=True)
class Alert:
    """What to do about one notification. `why` is a code for the notification centre."""

    sound: str = ""  # empty: no sound
    volume: float = 0.0  # 0 to 1
    repeat: bool = False
    toast: bool = False  # inside the window
    desktop: bool = False
    why: str = ""  # "", muted, quiet_hours, paused, looking

    @property
    def silent(self) -> bool:
        """Whether nobody hears or sees anything outside the notification centre."""
        return not (self.sound or self.toast or self.desktop)


Announced = tuple[NotificationInfo, Alert]


def decide(kind: NotificationKind, values: Mapping[str, object], moment: Moment) -> Alert:
    """How a notification of `kind` is announced at `moment`, with the desk's settings `values`."""
    if not flag(values, "alerts.enabled"):
        return Alert(why="muted")
    if is_quiet(values, moment.minute):
        return Alert(why="quiet_hours")
    if moment.state in _QUIET_STATES:
        return Alert(why="paused")
    if moment.looking:
        return Alert(why="looking")
    prefix = f"alerts.{kind.value}"
    sound = text(values, f"{prefix}.sound")
    volume = number(values, f"{prefix}.volume") / 100
    audible = sound != SILENT and volume > 0
    return Alert(
        sound=sound if audible else "",
        volume=volume if audible else 0.0,
        repeat=audible and flag(values, f"{prefix}.repeat"),
        toast=True,
        desktop=flag(values, f"{prefix}.desktop"),
    )


def is_quiet(values: Mapping[str, object], minute: int) -> bool:
    """Whether `minute` of the local day lies in the quiet hours. They may run over midnight.

    The first minute is quiet, the last is not; equal ends mean the whole day.
    """
    if not flag(values, "alerts.quiet"):
        return False
    start, end = number(values, "alerts.quiet_from"), number(values, "alerts.quiet_until")
    if start < end:
        return start <= minute < end
    return minute >= start or minute < end


def loudest(alerts: Iterable[Announced]) -> Announced | None:
    """Of many that came at once, the one that is played: the most urgent kind that is heard."""
    heard = [(item, alert) for item, alert in alerts if alert.sound]
    return min(heard, key=lambda pair: _URGENT_FIRST.index(pair[0].kind), default=None)


def keeps_ringing(item: NotificationInfo, ticket: TicketRow | None, me: str) -> bool:
    """Whether a repeating alert goes on, given the ticket as it is now (None: it is gone).

    It ends when anyone opened or answered the ticket, closed it, snoozed it or threw it away; a new
    ticket's also when a colleague took it (`me`: the id of the agent who hears it; what the desk
    gave to me by itself still wants to be looked at).
    """
    if item.seen_at is not None:
        return False
    if not item.ticket_id or item.kind is NotificationKind.MENTION:  # a colleague asked me
        return True
    if ticket is None or ticket.spam or ticket.deleted or ticket.snoozed_until is not None:
        return False
    if item.kind is NotificationKind.SEND_FAILED:
        return ticket.delivery in (Delivery.FAILED, Delivery.UNCERTAIN)
    if not ticket.status.is_active:
        return False
    if item.kind is NotificationKind.NEW_CHAT:  # looking is not taking: somebody sits and waits
        return ticket.status is TicketStatus.NEW
    if ticket.unread == 0:
        return False
    if item.kind in (NotificationKind.CUSTOMER_REPLY, NotificationKind.CHAT_MESSAGE):
        return ticket.needs_reply
    return not (item.kind is NotificationKind.NEW_TICKET and ticket.assignee_id not in ("", me))
