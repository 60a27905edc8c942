"""What a colleague's machine does not keep: found at the host, fetched to be read, and said when it is out of reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deskapp.core.api import Elsewhere, Unavailable
from deskapp.core.commands.team import MoveTicket, SaveDepartment
from deskapp.core.commands.tickets import SetStatus
from deskapp.core.queries.contacts import GetContact
from deskapp.core.queries.search import Search
from deskapp.core.queries.tickets import GetTicket
from deskapp.core.queries.views import TicketIds
from deskapp.models.dto import SearchPage
from deskapp.models.enums import TicketStatus
from deskapp.sync.protocol.residency import DAY_MS
from tests.support.desk import HandClock
from tests.support.team_rig import Colleague, Team, ask, do, team, texts
from tests.support.waiting import wait_for

WAIT_S = 60


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@dataclass
class Shop:
    """`old` was solved long ago, `young` is open; both are the same customer's."""

    team: Team
    old: str
    young: str

    def colleague(self) -> Colleague:
        ana = self.team.colleague("Ana")
        wait_for(lambda: texts(ana.workspace, self.young), "the first copy")
        return ana


@pytest.fixture
def shop(tmp_path: Path, clock: HandClock) -> Iterator[Shop]:
    with team(tmp_path, clock) as made:
        host = made.host
        old = host.mail("La tetera azul llegó rota.")
        do(host.workspace, SetStatus(ticket_ids=(old,), status=TicketStatus.SOLVED))
        clock.advance(200 * DAY_MS)
        yield Shop(made, old, host.mail("La tetera verde, ¿cuándo llega?", "b@taller.test"))


def elsewhere(colleague: Colleague) -> Elsewhere:
    found = colleague.workspace.elsewhere
    assert found is not None
    return found


def older(colleague: Colleague, text: str) -> SearchPage:
    return elsewhere(colleague).older(Search(text)).result(WAIT_S)


def test_what_is_older_is_found_at_the_host_and_fetched_whole(shop: Shop) -> None:
    ana = shop.colleague()
    here = ask(ana.workspace, Search("tetera"))
    assert [hit.row.id for hit in here.hits] == [shop.young]
    (hit,) = older(ana, "tetera").hits
    assert (hit.row.id, hit.row.key) == (shop.old, 0)
    assert "azul" in hit.excerpt
    (by_number,) = older(ana, f"#{hit.row.number}").hits
    assert by_number.row.id == shop.old
    assert older(ana, "bicicleta").hits == ()

    shares: list[float] = []
    elsewhere(ana).fetch(hit.row.id, shares.append).result(WAIT_S)
    assert shares[-1] == 1.0
    assert texts(ana.workspace, hit.row.id) == ["La tetera azul llegó rota."]
    assert ask(ana.workspace, GetTicket(number=hit.row.number)).row.id == hit.row.id
    assert older(ana, "tetera").hits == ()  # it is here now
    assert ask(ana.workspace, TicketIds("done")).total == 1
    elsewhere(ana).fetch(hit.row.id, shares.append).result(WAIT_S)  # again: it is here


def test_the_customer_s_older_conversations_are_told(shop: Shop) -> None:
    ana = shop.colleague()
    contact = ask(ana.workspace, GetTicket(shop.young)).row.contact_id
    mine = ask(ana.workspace, GetContact(contact))
    all_of_it = elsewhere(ana).ask(GetContact(contact)).result(WAIT_S)
    assert len(mine.tickets) == 1
    assert {one.id for one in all_of_it.tickets} == {shop.old, shop.young}
    assert all_of_it.info.tickets == 2


def test_what_may_not_be_seen_is_neither_found_nor_fetched(shop: Shop) -> None:
    desk = shop.team.host.workspace
    home = desk.new_id()
    do(desk, SaveDepartment(department_id=home, name="Dirección"))
    do(desk, MoveTicket(ticket_id=shop.old, department_id=home))
    ana = shop.colleague()
    contact = ask(desk, GetTicket(shop.old)).row.contact_id
    assert older(ana, "tetera").hits == ()
    told = elsewhere(ana).ask(GetContact(contact)).result(WAIT_S)
    assert (len(told.tickets), told.info.tickets, told.info.open_tickets) == (1, 1, 1)
    for ticket in (shop.old, "f" * 32):
        with pytest.raises(LookupError):
            elsewhere(ana).fetch(ticket, lambda _share: None).result(WAIT_S)


def test_without_the_host_it_is_said_at_once(shop: Shop) -> None:
    ana = shop.colleague()
    shop.team.host.deafen()
    ana.wait_offline()
    for future in (
        elsewhere(ana).older(Search("tetera")),
        elsewhere(ana).ask(GetTicket(shop.old)),
        elsewhere(ana).fetch(shop.old, lambda _share: None),
    ):
        with pytest.raises(Unavailable) as refusal:
            future.result(WAIT_S)
        assert refusal.value.code == "unreachable"
    shop.team.host.listen()
    ana.desk.link.sync_now()
    ana.wait_online()
    elsewhere(ana).fetch(shop.old, lambda _share: None).result(WAIT_S)


def test_at_the_desk_itself_nothing_is_elsewhere(shop: Shop) -> None:
    assert shop.team.host.workspace.elsewhere is None
