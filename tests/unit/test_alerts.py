"""What rings, and until when."""

import pytest

from deskapp.core.policies import alerts
from deskapp.core.policies.alerts import Alert, Moment, decide, keeps_ringing, loudest
from deskapp.core.policies.settings import CATALOGUE
from deskapp.models.dto import NotificationInfo, TicketRow
from deskapp.models.enums import (
    AgentState,
    Channel,
    Delivery,
    MessageKind,
    NotificationKind,
    TicketStatus,
)
from deskapp.models.ids import TicketKey

NOON = 12 * 60


def notification(kind: NotificationKind, **changes: object) -> NotificationInfo:
    values: dict[str, object] = {
        "id": "n1",
        "kind": kind,
        "ticket_id": "t1",
        "ticket_number": 7,
        "title": "Carmen",
        "body": "Hello",
        "at": 1,
        "played_at": None,
        "seen_at": None,
    }
    return NotificationInfo(**(values | changes))  # type: ignore[arg-type]


def row(**changes: object) -> TicketRow:
    values: dict[str, object] = {
        "key": TicketKey(1),
        "id": "t1",
        "number": 7,
        "subject": "Order",
        "status": TicketStatus.NEW,
        "channel": Channel.EMAIL,
        "contact_id": "c1",
        "contact_name": "Carmen",
        "assignee_id": "",
        "account_id": "a1",
        "snippet": "",
        "snippet_kind": MessageKind.INBOUND,
        "snippet_author": "",
        "updated_at": 1,
        "unread": 1,
        "needs_reply": True,
        "snoozed_until": None,
        "held": 0,
        "delivery": Delivery.NONE,
        "tags": (),
        "spam": False,
        "deleted": False,
    }
    return TicketRow(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(NotificationKind))
def test_every_kind_is_announced_by_its_own_settings(kind: NotificationKind) -> None:
    assert decide(kind, {}, Moment(NOON)).sound == CATALOGUE[f"alerts.{kind.value}.sound"].default
    custom = {
        f"alerts.{kind.value}.sound": "colleague",
        f"alerts.{kind.value}.volume": 25,
        f"alerts.{kind.value}.repeat": True,
        f"alerts.{kind.value}.desktop": False,
    }
    assert decide(kind, custom, Moment(NOON)) == Alert(
        "colleague", 0.25, repeat=True, toast=True, desktop=False
    )


@pytest.mark.parametrize(
    "values", [{"alerts.new_ticket.sound": "none"}, {"alerts.new_ticket.volume": 0}]
)
def test_without_a_sound_there_is_still_a_toast_and_nothing_repeats(
    values: dict[str, object],
) -> None:
    alert = decide(
        NotificationKind.NEW_TICKET, values | {"alerts.new_ticket.repeat": True}, Moment(NOON)
    )
    assert (alert.sound, alert.volume, alert.repeat, alert.toast) == ("", 0.0, False, True)


@pytest.mark.parametrize(
    ("values", "moment", "why"),
    [
        ({"alerts.enabled": False}, Moment(NOON), "muted"),
        ({"alerts.quiet": True}, Moment(23 * 60), "quiet_hours"),
        ({}, Moment(NOON, state=AgentState.PAUSED), "paused"),
        ({}, Moment(NOON, looking=True), "looking"),
    ],
)
def test_reasons_for_silence(values: dict[str, object], moment: Moment, why: str) -> None:
    alert = decide(NotificationKind.NEW_TICKET, values, moment)
    assert alert.silent
    assert alert.why == why


@pytest.mark.parametrize(
    ("start", "end", "quiet", "loud"),
    [
        (22 * 60, 8 * 60, (22 * 60, 23 * 60, 0, 8 * 60 - 1), (8 * 60, NOON, 22 * 60 - 1)),
        (13 * 60, 15 * 60, (13 * 60, 15 * 60 - 1), (15 * 60, 13 * 60 - 1, 0)),
        (0, 0, (0, NOON, 1439), ()),
    ],
)
def test_quiet_hours(start: int, end: int, quiet: tuple[int, ...], loud: tuple[int, ...]) -> None:
    values = {"alerts.quiet": True, "alerts.quiet_from": start, "alerts.quiet_until": end}
    assert all(alerts.is_quiet(values, minute) for minute in quiet)
    assert not any(alerts.is_quiet(values, minute) for minute in loud)
    assert not any(alerts.is_quiet(values | {"alerts.quiet": False}, m) for m in quiet)


def test_of_many_at_once_the_most_urgent_that_is_heard_rings() -> None:
    new = notification(NotificationKind.NEW_TICKET, id="new")
    failed = notification(NotificationKind.SEND_FAILED, id="failed")
    heard, unheard = Alert("customer", 0.5, toast=True), Alert(toast=True)
    assert loudest([(new, heard), (failed, Alert("failure", 0.5))]) == (
        failed,
        Alert("failure", 0.5),
    )
    assert loudest([(new, heard), (failed, unheard)]) == (new, heard)
    assert loudest([(new, unheard)]) is None


@pytest.mark.parametrize(
    ("kind", "changes", "rings"),
    [
        (NotificationKind.NEW_TICKET, {}, True),
        (NotificationKind.NEW_TICKET, {"assignee_id": "a1"}, True),
        (NotificationKind.NEW_TICKET, {"assignee_id": "a2"}, False),
        (NotificationKind.NEW_TICKET, {"unread": 0}, False),
        (NotificationKind.NEW_TICKET, {"status": TicketStatus.SOLVED}, False),
        (NotificationKind.NEW_TICKET, {"spam": True}, False),
        (NotificationKind.NEW_TICKET, {"deleted": True}, False),
        (NotificationKind.NEW_TICKET, {"snoozed_until": 5}, False),
        (NotificationKind.CUSTOMER_REPLY, {"assignee_id": "a1"}, True),
        (NotificationKind.CUSTOMER_REPLY, {"needs_reply": False}, False),
        (NotificationKind.SEND_FAILED, {"delivery": Delivery.FAILED, "unread": 0}, True),
        (NotificationKind.SEND_FAILED, {"delivery": Delivery.QUEUED, "unread": 0}, False),
    ],
)
def test_a_repeating_alert_stops_when_somebody_takes_it(
    kind: NotificationKind, changes: dict[str, object], rings: bool
) -> None:
    assert keeps_ringing(notification(kind), row(**changes), "a1") is rings


def test_a_repeating_alert_stops_when_it_was_seen_or_its_ticket_is_gone() -> None:
    new = NotificationKind.NEW_TICKET
    assert not keeps_ringing(notification(new, seen_at=2), row(), "a1")
    assert not keeps_ringing(notification(new), None, "a1")
    assert keeps_ringing(notification(NotificationKind.ACCOUNT_PROBLEM, ticket_id=""), None, "a1")
