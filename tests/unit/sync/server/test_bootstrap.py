"""A first copy, taken while others write, and then followed, is exactly what the agent may see."""

import random
import threading
import zlib
from collections.abc import Iterator

import pytest

from deskapp.core.commands.messages import AddNote
from deskapp.core.commands.tickets import AddTags, RemoveTags, SetStatus
from deskapp.models.enums import TicketStatus
from deskapp.sync.protocol.messages import BootstrapPage
from deskapp.sync.server.bootstrap import pages
from deskapp.sync.server.refusals import Refused
from tests.support.team_desk import TeamDesk, truth

DAY = 86_400_000


def all_pages(
    team: TeamDesk, name: str, scope: str, token: str = "", days: int = 90, size: int = 3
) -> Iterator[BootstrapPage]:
    return pages(team.exchange, team.people[name], scope, token, days, size=size)


def test_pages_add_up(team: TeamDesk) -> None:
    for n in range(4):
        team.ticket(body=f"Pedido {n}")
    found = list(all_pages(team, "Vera", "desk"))
    rows = [(t.entity, row[0]) for page in found for t in page.tables for row in t.rows]
    assert found[0].total == len(rows) == len(set(rows))
    assert all(len(table.rows) <= 3 for page in found for table in page.tables)
    checksum = 0
    for _entity, uid in rows:
        checksum = zlib.crc32(uid.encode(), checksum)
    assert found[-1].checksum == f"{checksum:08x}"
    assert sum(found[-1].counts.values()) == len(rows)


def test_from_every_token_the_rest_is_the_same(team: TeamDesk) -> None:
    for n in range(4):
        team.ticket(body=f"Pedido {n}")
    found = list(all_pages(team, "Vera", "desk"))
    for at, page in enumerate(found[:-1]):
        assert list(all_pages(team, "Vera", "desk", page.token)) == found[at + 1 :]


def test_old_tickets_stay_unless_they_are_open(team: TeamDesk) -> None:
    old, still_open = team.ticket(), team.ticket()
    team.desk.do(SetStatus(ticket_ids=(old,), status=TicketStatus.SOLVED))
    team.desk.clock.advance(100 * DAY)
    young = team.ticket()

    def kept(days: int) -> set[str]:
        found = all_pages(team, "Vera", "desk", days=days)
        tables = [t for page in found for t in page.tables]
        tickets = {row[0] for t in tables if t.entity == "ticket" for row in t.rows}
        place = 1
        for table in tables:
            if table.entity in ("message", "ticket_event"):
                place = table.columns.index("ticket_id") + 1
                assert {row[place] for row in table.rows} <= tickets
        return tickets

    assert kept(90) == {still_open, young}
    assert kept(0) == {still_open, young}
    assert kept(365) == {old, still_open, young}
    thread = list(all_pages(team, "Vera", f"ticket:{old}"))
    entities = {t.entity for page in thread for t in page.tables}
    assert {"ticket", "message", "ticket_event"} <= entities


@pytest.mark.parametrize("scope", ["", "desk:x", "department:x", "person:x", "ticket:x", "secret"])
def test_what_is_no_scope_of_this_agent_is_not_there(team: TeamDesk, scope: str) -> None:
    with pytest.raises(Refused, match="not_found"):
        list(all_pages(team, "Vera", scope))


def test_scopes_and_threads_of_others_are_not_there(team: TeamDesk) -> None:
    hidden = team.ticket("Taller")
    foreign = (f"department:{team.departments['Taller']}", f"person:{team.people['Tomás']}")
    for scope in (*foreign, f"ticket:{hidden}"):
        with pytest.raises(Refused, match="not_found"):
            list(all_pages(team, "Vera", scope))
    own = next(all_pages(team, "Vera", "desk")).token
    with pytest.raises(Refused, match="invalid"):
        list(all_pages(team, "Vera", foreign[0], own))


def test_a_copy_ends_when_its_agent_may_no_longer_have_it(team: TeamDesk) -> None:
    from deskapp.core.commands.team import SetMembership

    team.ticket("Ventas")
    found = all_pages(team, "Vera", f"department:{team.departments['Ventas']}")
    next(found)
    team.desk.do(SetMembership(agent_id=team.people["Vera"], department_ids=()))
    with pytest.raises(Refused, match="not_found"):
        list(found)


@pytest.mark.parametrize("seed", range(4))
def test_copies_while_others_write_end_up_as_the_desk_is(team: TeamDesk, seed: int) -> None:
    tickets = [team.ticket(["Ventas", "Taller", ""][n % 3]) for n in range(9)]
    chance, stop = random.Random(seed), threading.Event()

    def write() -> None:
        while not stop.is_set():
            _change(team, tickets, chance)

    writer = threading.Thread(target=write)
    writer.start()
    followers = [team.follower(name) for name in ("Vera", "Tomás", "Lucía", "Nadie")]
    try:
        for _round in range(3):
            for follower in followers:
                follower.follow()
    finally:
        stop.set()
        writer.join()
    for follower in followers:
        follower.follow()
        assert follower.rows == truth(team, follower.agent_id)


def _change(team: TeamDesk, tickets: list[str], chance: random.Random) -> None:
    desk, ticket = team.desk, chance.choice(tickets)
    what = chance.randrange(5)
    if what == 0:
        team.move(ticket, chance.choice(["Ventas", "Taller", ""]))
    elif what == 1:
        desk.do(AddTags(ticket_ids=(ticket,), tags=(chance.choice("abc"),)))
    elif what == 2:
        desk.do(RemoveTags(ticket_ids=(ticket,), tags=(chance.choice("abc"),)))
    elif what == 3:
        desk.do(AddNote(ticket_id=ticket, message_id=desk.new(), body="Una nota"))
    else:
        tickets.append(team.ticket(chance.choice(["Ventas", "Taller", ""])))
