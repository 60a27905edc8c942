"""Who may do and see what, over every way into a host: each cell has its expectation, made by a rule of its own."""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deskapp.core.commands.messages import AddNote, AttachmentRef, SaveDraft
from deskapp.core.commands.registry import encode_command
from deskapp.core.commands.team import DisableAgent, MoveTicket, RevokeDevice
from deskapp.core.commands.tickets import (
    AddTags,
    AssignTicket,
    DeleteTickets,
    MarkRead,
    SetSubject,
    SnoozeTicket,
)
from deskapp.models.enums import Role
from deskapp.sync.server import limits
from deskapp.sync.server.host import THREADS
from tests.support.desk import WAIT_SECONDS, DeskRig, open_rig
from tests.support.team_desk import make_team
from tests.support.team_host import Served, serving

PEOPLE = ("Lucía", "Sara", "Vera", "Luz", "Tomás", "Nadie", "Baja", "Robado", "nobody")
TICKETS = ("ventas", "taller", "shared", "lent", "moved", "missing")
QUERIES = ("GetTicket", "GetConversation", "GetTicketPeople", "Search")
BLOBS = ("GET", "HEAD")
DEEDS = ("note", "draft", "read", "tag", "subject", "snooze", "assign", "delete", "move")
SHUT_OUT = ("Baja", "Robado", "nobody")
OPEN_TO_LIGHT = ("note", "draft", "read")

SEEN = {
    "Lucía": {"ventas", "taller", "shared", "lent", "moved"},
    "Sara": {"ventas", "shared"},
    "Vera": {"ventas", "shared"},
    "Luz": {"ventas", "shared"},
    "Tomás": {"taller", "shared", "lent", "moved"},
    "Nadie": {"shared", "lent"},
}
"""Said by hand: `lent` is of Taller and Nadie was asked about it, `moved` was of Ventas and is of Taller."""


@dataclass
class World:
    served: Served
    tickets: dict[str, str]
    files: dict[str, str]
    numbers: Iterator[int]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("roles")
    rig = open_rig(folder)
    desk = next(rig)
    patch = pytest.MonkeyPatch()
    for name in ("STRANGERS", "EXCHANGES", "QUERIES", "BLOBS", "COPIES"):
        patch.setattr(limits, name, (1e6, 1e6))
    try:
        yield from _world(desk, folder)
    finally:
        patch.undo()
        rig.close()


def _world(desk: DeskRig, folder: Path) -> Iterator[World]:
    team = make_team(desk)
    for name in ("Baja", "Robado"):
        team.person(name, Role.ADMIN)
    tickets = {
        "ventas": team.ticket("Ventas"), "taller": team.ticket("Taller"), "shared": team.ticket(),
        "lent": team.ticket("Taller"), "moved": team.ticket("Ventas"), "missing": desk.new(),
    }  # fmt: skip
    files = {name: _attach(desk, uid, name) for name, uid in tickets.items() if name != "missing"}
    files["missing"] = "0" * 64
    asked = (team.people["Nadie"],)
    desk.do(
        AddNote(ticket_id=tickets["lent"], message_id=desk.new(), body="@Nadie", mentions=asked)
    )
    team.move(tickets["moved"], "Taller")
    with serving(team, folder / "incoming") as served:
        for name in team.people:
            served.join(name)
        served.tokens["nobody"] = "nobody's"
        _start_all_threads(served)
        desk.do(DisableAgent(agent_id=team.people["Baja"]))
        desk.do(RevokeDevice(device_id=served.devices["Robado"]))
        yield World(served, tickets, files, itertools.count(1))
    team.exchange.close()


def _start_all_threads(served: Served) -> None:
    """Before the first test, which would be asked whose they are."""
    together = threading.Barrier(THREADS)
    list(served.host._pool.map(lambda _: together.wait(WAIT_SECONDS), range(THREADS)))


def _attach(desk: DeskRig, ticket: str, name: str) -> str:
    sha256 = desk.authority.blobs.put(f"the file of {name}".encode())
    file = AttachmentRef(desk.new(), "a.txt", "text/plain", 20, sha256)
    desk.do(AddNote(ticket_id=ticket, message_id=desk.new(), body="", attachments=(file,)))
    return sha256


def sees(person: str, ticket: str) -> bool:
    return ticket in SEEN.get(person, ())


@pytest.mark.parametrize("ticket", TICKETS)
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("query", QUERIES)
def test_queries(world: World, person: str, ticket: str, query: str) -> None:
    uid = world.tickets[ticket]
    body: dict[str, Any] = {"ticket_id": uid}
    if query == "Search":
        numbers = world.served.team.desk.sql(f"SELECT number FROM ticket WHERE uid = '{uid}'")
        body = {"text": f"#{numbers[0][0] if numbers else 10**6}"}
    answer = world.served.as_(person, "POST", "/v1/query", {"type": query, "body": body})
    if person in SHUT_OUT:
        assert (answer.status, answer.code) == (401, "revoked")
    elif query == "Search":
        found = answer.json()["answer"]["hits"]
        assert [hit["row"]["id"] for hit in found] == [uid] * sees(person, ticket)
        assert not any(hit["row"]["key"] for hit in found)
    elif sees(person, ticket):
        assert answer.status == 200
    else:
        assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize("ticket", TICKETS)
@pytest.mark.parametrize("person", PEOPLE)
def test_threads(world: World, person: str, ticket: str) -> None:
    path = f"/v1/bootstrap?scope=ticket:{world.tickets[ticket]}"
    answer = world.served.as_(person, "GET", path)
    shut_out = 401 if person in SHUT_OUT else 404
    assert answer.status == (200 if sees(person, ticket) else shut_out)


@pytest.mark.parametrize("ticket", TICKETS)
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("method", BLOBS)
def test_files(world: World, person: str, ticket: str, method: str) -> None:
    answer = world.served.as_(person, method, f"/v1/blobs/{world.files[ticket]}")
    shut_out = 401 if person in SHUT_OUT else 404
    assert answer.status == (200 if sees(person, ticket) else shut_out)


@pytest.mark.parametrize("ticket", TICKETS)
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("deed", DEEDS)
def test_commands(world: World, person: str, ticket: str, deed: str) -> None:
    team = world.served.team
    command = encode_command(_command(world, deed, ticket))
    wire = {"id": team.desk.new(), "n": next(world.numbers), **command}
    body = {"epoch": team.epoch, "commands": [wire]}
    answer = world.served.as_(person, "POST", "/v1/sync", body)
    if person in SHUT_OUT:
        assert (answer.status, answer.code) == (401, "revoked")
        return
    rejected = answer.json()["results"][0]["rejected"]
    if person == "Luz" and deed not in OPEN_TO_LIGHT:
        assert rejected["code"] == "not_allowed"
    elif sees(person, ticket):
        assert rejected is None
    else:
        assert rejected["code"] == "ticket_not_found"


def _command(world: World, deed: str, ticket: str) -> Any:
    """What changes nothing that another cell looks at."""
    team, uid = world.served.team, world.tickets[ticket]
    home = {"ventas": "Ventas", "shared": ""}.get(ticket, "Taller")
    made: dict[str, Any] = {
        "note": lambda: AddNote(ticket_id=uid, message_id=team.desk.new(), body="Una nota"),
        "draft": lambda: SaveDraft(ticket_id=uid, mode="note", body="Un borrador"),
        "read": lambda: MarkRead(ticket_ids=(uid,)),
        "tag": lambda: AddTags(ticket_ids=(uid,), tags=("vip",)),
        "subject": lambda: SetSubject(ticket_id=uid, subject="Asunto"),
        "snooze": lambda: SnoozeTicket(ticket_ids=(uid,), until=team.desk.clock.now() + 60_000),
        "assign": lambda: AssignTicket(ticket_ids=(uid,), agent_id=team.people["Lucía"]),
        "delete": lambda: DeleteTickets(ticket_ids=(uid,), deleted=False),
        "move": lambda: MoveTicket(
            ticket_id=uid, department_id=team.departments[home] if home else ""
        ),
    }
    return made[deed]()


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("scope", ["desk", "ventas", "taller", "own", "other"])
def test_scopes(world: World, person: str, scope: str) -> None:
    team = world.served.team
    me = team.people.get(person, "0" * 32)
    uid = {
        "desk": "desk",
        "ventas": f"department:{team.departments['Ventas']}",
        "taller": f"department:{team.departments['Taller']}",
        "own": f"person:{me}",
        "other": f"person:{team.people['Tomás' if person != 'Tomás' else 'Vera']}",
    }[scope]
    mine = {
        "Lucía": {"ventas", "taller"},
        "Sara": {"ventas"},
        "Vera": {"ventas"},
        "Luz": {"ventas"},
        "Tomás": {"taller"},
    }.get(person, set()) | {"desk", "own"}
    answer = world.served.as_(person, "GET", f"/v1/bootstrap?scope={uid}")
    if person in SHUT_OUT:
        assert answer.status == 401
    else:
        assert answer.status == (200 if scope in mine else 404)


@pytest.mark.parametrize("person", PEOPLE)
def test_search_finds_what_is_seen(world: World, person: str) -> None:
    asked = {"type": "Search", "body": {"text": "Hola"}}
    answer = world.served.as_(person, "POST", "/v1/query", asked)
    if person in SHUT_OUT:
        assert answer.code == "revoked"
        return
    found = {hit["row"]["id"] for hit in answer.json()["answer"]["hits"]}
    assert found == {world.tickets[name] for name in SEEN[person]}


ADMINS = (
    ("department.save", {"department_id": "f" * 32, "name": "Nueva"}),
    ("team.set_role", {"agent_id": "", "role": "admin"}),
    ("team.set_membership", {"agent_id": "", "department_ids": []}),
    ("team.disable_agent", {"agent_id": ""}),
    ("device.revoke", {"device_id": "f" * 32}),
    ("desk.set_setting", {"key": "team.enabled", "value": False}),
    ("agent.save", {"agent_id": "", "name": "Yo"}),
    ("account.set_department", {"account_id": "f" * 32, "department_id": ""}),
)
NOBODYS = (
    ("device.register", {"device_id": "e" * 32, "agent_id": "", "name": "x", "key_hash": "0" * 64}),
    ("device.seen", {"device_id": "e" * 32, "at": 1}),
    ("ticket.wake", {"ticket_id": ""}),
)
"""What is the host's own, whoever asks."""


@pytest.mark.parametrize("person", PEOPLE[1:6])
@pytest.mark.parametrize(("kind", "body"), [*ADMINS, *NOBODYS])
def test_what_is_an_admins(world: World, person: str, kind: str, body: dict[str, Any]) -> None:
    _is_refused(world, person, kind, body)


@pytest.mark.parametrize(("kind", "body"), NOBODYS)
def test_what_is_the_hosts_own(world: World, kind: str, body: dict[str, Any]) -> None:
    _is_refused(world, "Lucía", kind, body)


def _is_refused(world: World, person: str, kind: str, body: dict[str, Any]) -> None:
    team = world.served.team
    given = {k: v or team.people[person] if k == "agent_id" else v for k, v in body.items()}
    given = {k: v or world.tickets["shared"] if k == "ticket_id" else v for k, v in given.items()}
    wire = {"id": team.desk.new(), "n": 1, "type": kind, "version": 1, "body": given}
    asked = {"epoch": team.epoch, "commands": [wire]}
    answer = world.served.as_(person, "POST", "/v1/sync", asked)
    assert answer.json()["results"][0]["rejected"]["code"] in ("not_allowed", "command_unknown")


def test_there_are_enough_cells() -> None:
    people, tickets = len(PEOPLE), len(TICKETS)
    by_ticket = people * tickets * (len(QUERIES) + len(BLOBS) + len(DEEDS) + 1)
    assert by_ticket + people * 6 + len(ADMINS + NOBODYS) * 5 >= 900
