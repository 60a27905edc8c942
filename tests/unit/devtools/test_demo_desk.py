"""The demo desk that is built: everything of the story is in it, and nothing is left hanging."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta, timezone

import pytest

from deskapp.core.queries.contacts import FindContacts, GetContact, GetMergeSuggestions
from deskapp.core.queries.desk import GetAccounts, GetNotifications
from deskapp.core.queries.tickets import GetConversation, GetOutbox
from deskapp.core.queries.views import ALL, SNOOZED, SPAM, TRASH, GetSidebar, TicketIds, TicketRows
from deskapp.devtools.demo.builder import build_demo
from deskapp.devtools.demo.content import load
from deskapp.models.dto import MessageView, TicketRow
from deskapp.models.enums import Channel, Delivery, TicketStatus
from deskapp.system.errors import Cancelled
from deskapp.system.paths import Profile
from tests.support.demo_desk import DemoDesk, open_demo

NOW = 1_795_079_220_000
MADRID = timezone(timedelta(hours=1))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    profile = Profile(tmp_path_factory.mktemp("demo") / "desk")
    build_demo(profile, now=NOW, zone=MADRID)
    return profile


@pytest.fixture
def desk(built: Profile) -> Iterator[DemoDesk]:
    yield from open_demo(built, NOW)


def rows(desk: DemoDesk, view: str) -> list[TicketRow]:
    return list(desk.ask(TicketRows(desk.ask(TicketIds(view)).keys)))


def test_every_ticket_of_the_story_is_there_in_all_states(desk: DemoDesk) -> None:
    visible = rows(desk, ALL)
    aside = rows(desk, SPAM) + rows(desk, TRASH)
    merged = 2 - 1  # one of a pair shows in the other
    assert len(visible) + len(aside) + merged == len(load().tickets)
    assert {row.status for row in visible} == set(TicketStatus)
    assert {row.channel for row in visible} == set(Channel)
    assert {row.delivery for row in visible} >= {Delivery.FAILED, Delivery.UNCERTAIN}
    assert sum(row.held for row in visible) == 2
    assert any(row.unread for row in visible)
    assert all(row.snoozed_until and row.snoozed_until > NOW for row in rows(desk, SNOOZED))
    assert len(rows(desk, SPAM)) == 5
    assert len(rows(desk, TRASH)) == 2


def test_the_newest_stand_as_in_the_picture(desk: DemoDesk) -> None:
    first = rows(desk, "mine")[:4]
    assert [row.contact_name for row in first] == [
        "Carmen Villalobos",
        "Jorge Olmedo",
        "Norte Textil S.A.",
        "Rosa Beltrán",
    ]
    assert all(row.updated_at <= NOW for row in rows(desk, ALL))


def test_answers_thread_and_their_quotes_are_folded(desk: DemoDesk) -> None:
    carmen = next(r for r in rows(desk, "mine") if r.subject.startswith("Pedido #48213"))
    said = [
        item for item in desk.ask(GetConversation(carmen.id)).items if isinstance(item, MessageView)
    ]
    assert [item.kind for item in said] == ["inbound", "outbound", "note", "inbound"]
    assert "Ya estoy revisando" in said[-1].quoted
    assert "Ya estoy revisando" not in said[-1].text
    assert said[0].attachments[0].filename == "caja_abierta.png"
    assert all(item.has_source for item in said if item.kind != "note")


def test_customers_have_a_past_and_two_look_like_one(desk: DemoDesk) -> None:
    found = desk.ask(FindContacts("Carmen Villalobos"))
    carmen = next(person for person in found if person.name == "Carmen Villalobos")
    detail = desk.ask(GetContact(carmen.id))
    assert detail.satisfaction == pytest.approx(4.8 / 5)
    assert "VIP" in detail.info.tags
    assert detail.fields["tipo"] == "Particular"
    evidence = Counter(kind for s in desk.ask(GetMergeSuggestions()) for kind, _ in s.evidence)
    assert evidence["phone"] == 1
    assert evidence["organisation"] == 1
    shared = {kind: value for s in desk.ask(GetMergeSuggestions()) for kind, value in s.evidence}
    assert shared["organisation"] == "Hotel Quintana"


def test_nothing_waits_to_leave_and_no_mailbox_connects(desk: DemoDesk) -> None:
    assert {item.state for item in desk.ask(GetOutbox())} == {"failed"}
    mailboxes = [each for each in desk.ask(GetAccounts()) if each.channel is Channel.EMAIL]
    assert mailboxes
    assert not any(mailbox.enabled for mailbox in mailboxes)


def test_what_rang_was_played_and_the_last_is_new(desk: DemoDesk) -> None:
    news = desk.ask(GetNotifications())
    assert all(item.played_at for item in news if item.kind != "send_failed")
    assert 0 < sum(item.seen_at is None for item in news) < 6


def test_saved_views_hold_something(desk: DemoDesk) -> None:
    sidebar = desk.ask(GetSidebar())
    assert all(sidebar.counts[f"saved:{view.id}"] for view in sidebar.saved_views)


def test_it_can_be_stopped(tmp_path_factory: pytest.TempPathFactory) -> None:
    profile = Profile(tmp_path_factory.mktemp("stopped") / "desk")
    steps: list[int] = []
    with pytest.raises(Cancelled):
        build_demo(
            profile,
            now=NOW,
            on_progress=lambda progress: steps.append(progress.done),
            cancelled=lambda: len(steps) >= 5,
        )
    assert steps == [1, 2, 3, 4, 5]
