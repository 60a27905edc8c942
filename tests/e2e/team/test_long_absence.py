"""A month without the host, real programs and a clock that goes on: everything is done once, or told as a conflict.

DESKAPP_ABSENCE says how many commands wait (5,000 are worth a month), DESKAPP_SEED which.
"""

import json
import os
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from deskapp.app.bootstrap import open_desk
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.mail import IncomingMail, RawRef, ReceiveMail, StoreRawMail
from deskapp.core.commands.messages import AddNote, RecordInbound
from deskapp.core.commands.tags import DeleteTag
from deskapp.core.commands.team import MoveTicket, SaveDepartment, SetMembership
from deskapp.core.commands.tickets import (
    AddTags,
    AssignTicket,
    DeleteTickets,
    MergeTickets,
    SetStatus,
)
from deskapp.core.queries.team import GetTeam
from deskapp.models.dto import Address
from deskapp.models.enums import TicketStatus
from deskapp.system.clock import SystemClock
from tests.support.faults import program
from tests.support.looking import rows_in
from tests.support.machines import DESK, Machines, Server
from tests.support.postgres import comes_back
from tests.support.team_rig import do
from tests.support.waiting import wait_for

pytestmark = pytest.mark.real
COMMANDS = int(os.environ.get("DESKAPP_ABSENCE", "200"))
SEED = int(os.environ.get("DESKAPP_SEED", "7"))
DAYS = 30
DAY_MS = 86_400_000
LEGS = 30 if COMMANDS >= 1_000 else 3
TICKETS = 60 if COMMANDS >= 1_000 else 24
FASTER = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
PATIENCE_S = 90 + COMMANDS * 0.1
AGENT = "Ana Ruiz"


@dataclass
class Later:
    """The desk's own clock, while the machine is away."""

    days: float

    def now(self) -> int:
        return SystemClock().now() + int(self.days * DAY_MS)


@dataclass
class Away:
    """The machine. Its clock is what stands in `calendar`; the server has another, which is right."""

    machines: Machines
    fault: str = ""
    told: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.given = self.machines.folder / "given.jsonl"
        self.calendar = self.machines.folder / "calendar"
        self.is_late(0)
        keys = (str(self.machines.folder / "ana"), str(self.machines.folder / "ana.keys"))
        command = (
            *program("tests.support.long_absence", self.fault),
            *keys,
            str(self.given),
            str(SEED),
        )
        self.process = self.machines.start(
            "ana", *command, stdin=subprocess.PIPE, env=clock_of(self.calendar)
        )

    def is_late(self, days: float) -> None:
        """Its clock is so many days ahead of now."""
        self.calendar.write_text(f"+{int(days * 86_400)}\n")

    def asks(self, line: str) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        heard = self.process.stdout.readline()
        assert heard, "the machine ended"
        return json.loads(heard)

    def stands(self) -> dict[str, Any]:
        self.told = self.asks("tell")
        return self.told

    def works(self, count: int, days: float) -> int:
        """At a time so many days from now."""
        self.is_late(days)
        due = SystemClock().now() + int((days - 0.5) * DAY_MS)
        wait_for(lambda: self.asks("clock") >= due, "the new day")
        return int(self.asks(f"work {count}"))

    def is_done(self) -> bool:
        now = self.stands()
        return now["online"] and not now["unsent"] and now["first_sync"] is None

    def ends(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        assert self.process.wait(60) == 0
        self.process.stdout.close()


def clock_of(calendar: Path) -> dict[str, str]:
    """An environment in which every program's time is what that file says, and waiting takes as long as ever."""
    return os.environ | {
        "LD_PRELOAD": FASTER,
        "FAKETIME_TIMESTAMP_FILE": str(calendar),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }


def mail(desk: Any, account: str, number: int) -> str:
    """A customer writes; the ticket."""
    new, sha = desk.workspace.new_id, f"{number:064x}"
    raw = RawRef(sha, 100, account, "INBOX", 1, number)
    incoming = IncomingMail(
        raw_sha256=sha,
        subject=f"Pedido {number}",
        rfc_message_id=f"<{number}@correo.test>",
        sender=Address(f"Carmen {number}", f"carmen{number}@correo.test"),
        text="Hola, falta una taza.",
        to=(Address("", "tienda@taller.test"),),
    )
    arrived = ReceiveMail(
        mail=incoming, account_id=account, ticket_id=new(), message_id=new(), contact_id=new()
    )
    for command in (StoreRawMail(items=(raw,)), arrived):
        outcome = desk.authority.submit_as_desk(command).result(60)
        assert outcome.ok, outcome
    return str(outcome.result["ticket_id"])


@dataclass
class Shop:
    account: str
    agent: str
    departments: list[str]
    tickets: list[str]


def settle(machines: Machines) -> Shop:
    machines.settle(AGENT)
    with open_desk(machines.profile(DESK), machines.keys(DESK)) as desk:
        workspace, new = desk.workspace, desk.workspace.new_id
        account, departments = new(), [new(), new()]
        do(
            workspace,
            SaveAccount(account_id=account, name="T", address="tienda@taller.test", settings={}),
        )
        for uid, name in zip(departments, ("Ventas", "Taller"), strict=True):
            do(workspace, SaveDepartment(department_id=uid, name=name))
        people = workspace.query(GetTeam()).result(60)
        agent = next(one.id for one in people if one.name == AGENT)
        do(workspace, SetMembership(agent_id=agent, department_ids=tuple(departments)))
        tickets = [mail(desk, account, n) for n in range(1, TICKETS + 1)]
        for n, ticket in enumerate(tickets):
            if n % 3:
                do(workspace, MoveTicket(ticket_id=ticket, department_id=departments[n % 3 - 1]))
    return Shop(account, agent, departments, tickets)


def meanwhile(machines: Machines, shop: Shop) -> None:
    """What others do in that month: customers write, tickets go, a department is taken away, a backup comes back."""
    chance = Random(SEED)
    profile = machines.profile(DESK)
    with open_desk(profile, machines.keys(DESK), clock=Later(DAYS / 2)) as desk:
        workspace, new = desk.workspace, desk.workspace.new_id
        for n, ticket in enumerate(shop.tickets):
            what = n % 8
            if what == 0:
                heard = RecordInbound(ticket_id=ticket, message_id=new(), body="¿Y mi taza?")
                do(workspace, heard)
            elif what == 1:
                do(workspace, DeleteTickets(ticket_ids=(ticket,)))
            elif what == 2:
                do(workspace, MergeTickets(ticket_ids=(ticket,), into_id=shop.tickets[n - 2]))
            elif what == 3:
                do(workspace, AssignTicket(ticket_ids=(ticket,), agent_id=workspace.agent_id))
                do(workspace, SetStatus(ticket_ids=(ticket,), status=TicketStatus.SOLVED))
            elif what == 4:
                body = "otra cosa " + str(chance.random())
                do(workspace, AddNote(ticket_id=ticket, message_id=new(), body=body))
                do(workspace, AddTags(ticket_ids=(ticket,), tags=("VIP",)))
        do(workspace, DeleteTag(tag="VIP"))
        do(workspace, SetMembership(agent_id=shop.agent, department_ids=(shop.departments[0],)))
    comes_back(profile)


@dataclass
class Verdict:
    lost: list[str]
    doubled: list[str]
    untold: list[str]
    done: int
    conflicts: Counter[str]


def judge(machines: Machines, away: Away) -> Verdict:
    """What became of everything that the machine had acknowledged, by what stands at the desk."""
    given = [json.loads(line) for line in away.given.read_text("utf-8").splitlines()]
    refused: dict[str, str] = away.told["refused"]
    desk = machines.profile(DESK).folder
    answered = rows_in(desk, "SELECT command_id, outcome FROM command_result")
    outcomes = {uid: json.loads(outcome).get("rejected") for uid, outcome in answered}
    said = " ".join(
        text
        for sql in (
            "SELECT body FROM message",
            "SELECT name FROM contact",
            "SELECT body FROM contact_note",
        )
        for (text,) in rows_in(desk, sql)
    ).split()
    times = Counter(said)
    awaited = [one for one in given if one["waits"]]
    done = {one["id"] for one in awaited if one["id"] in outcomes and outcomes[one["id"]] is None}
    marked = [one for one in awaited if one["mark"]]
    return Verdict(
        lost=[one["kind"] for one in awaited if one["id"] not in done and one["id"] not in refused]
        + [one["mark"] for one in marked if one["id"] in done and not times[one["mark"]]],
        doubled=[one["mark"] for one in marked if times[one["mark"]] > 1]
        + [one["kind"] for one in awaited if one["id"] in done and one["id"] in refused],
        untold=[u for u, rejected in outcomes.items() if rejected is not None and u not in refused],
        done=len(done),
        conflicts=Counter(refused.values()),
    )


def gone_for_a_month(folder: Path, fault: str = "") -> tuple[Verdict, str]:
    """The verdict, and the figures."""
    folder.mkdir()
    ahead = folder / "ahead"
    ahead.write_text("+0\n")
    machines = Machines(folder, env=clock_of(ahead))
    shop = settle(machines)
    with machines.serving(AGENT) as server:
        machines.pair(server, {"ana": AGENT})
    server = machines.serve()
    away = Away(machines, fault)
    wait_for(away.is_done, "the first copy")
    server.stop()
    wait_for(lambda: not away.stands()["online"], "no host")
    kept = sum(away.works(COMMANDS // LEGS, DAYS * leg / LEGS) for leg in range(1, LEGS + 1))
    meanwhile(machines, shop)
    ahead.write_text(f"+{DAYS * 86_400}\n")
    away.is_late(DAYS + 3)  # its clock is wrong, too
    began = time.monotonic()
    server = _killed_in_the_middle(machines)
    try:
        wait_for(away.is_done, "all that waited to be answered", PATIENCE_S)
    except AssertionError:
        raise AssertionError(f"stuck: {away.told}") from None
    took = time.monotonic() - began
    away.ends()
    server.stop()
    verdict = judge(machines, away)
    figures = (
        f"{kept} kept in {DAYS} days, {verdict.done} done, {sum(verdict.conflicts.values())} conflicts "
        f"{dict(verdict.conflicts)}; drained in {took:.1f} s, {away.told['mib']} MiB; "
        f"lost {len(verdict.lost)}, doubled {len(verdict.doubled)}, stuck 0"
    )
    return verdict, figures


def _killed_in_the_middle(machines: Machines) -> Server:
    """The server comes back, is killed while it takes what waited, and comes back."""

    def taken() -> int:
        ((count,),) = rows_in(machines.profile(DESK).folder, "SELECT count(*) FROM command_result")
        return int(count)

    before = taken()
    server = machines.serve()
    wait_for(lambda: taken() > before + COMMANDS // 4, "the server at work", PATIENCE_S)
    server.kill()
    return machines.serve()


def test_a_month_away_loses_doubles_and_sticks_nothing(tmp_path: Path) -> None:
    verdict, figures = gone_for_a_month(tmp_path / "team")
    print("\n" + figures)
    assert verdict.lost == []
    assert verdict.doubled == []
    assert verdict.untold == []
    assert verdict.conflicts.keys() >= {"ticket_not_found", "newer_message"}, (
        "the rig shows too little"
    )
    assert verdict.done > COMMANDS // 3


if os.environ.get("DESKAPP_PLANTED") == "all":

    def test_the_rig_finds_what_is_not_told(tmp_path: Path) -> None:
        verdict, _ = gone_for_a_month(tmp_path / "team", "conflicts_untold")
        assert verdict.lost
