"""Several processes on one database: commits in order, told to all; effects and tickets to one of them."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from deskapp.core.api import ChangeSet, Command, Outcome
from deskapp.core.authority.effects import Effect
from deskapp.core.authority.genesis import identity
from deskapp.core.authority.peers import GRACE_MS
from deskapp.core.authority.workspace import SYSTEM, Authority, LocalWorkspace
from deskapp.core.commands.desk import SaveAgent
from deskapp.core.commands.mail import IncomingMail, RawRef, ReceiveMail, SettleEffect, StoreRawMail
from deskapp.core.commands.messages import AddNote
from deskapp.core.commands.team import (
    DisableAgent,
    MoveTicket,
    SaveDepartment,
    SetMembership,
    SetRole,
)
from deskapp.core.commands.tickets import AssignTicket, SetSubject, SnoozeTicket
from deskapp.models.database import PostgresDatabase
from deskapp.models.dto import Address
from deskapp.models.enums import Role
from deskapp.system.blobs import FileBlobs
from tests.conftest import ExpectLog
from tests.support.desk import DeskRig, HandClock, SeededIds
from tests.support.postgres import Server, server
from tests.support.waiting import wait_for

WAIT_S = 90


@dataclass
class Process:
    """What stands for one: an authority of its own on the same database."""

    rig: DeskRig
    told: list[ChangeSet] = field(default_factory=list)

    @property
    def authority(self) -> Authority:
        return self.rig.authority


@contextmanager
def processes(url: str, folder: Path, count: int = 2) -> Iterator[list[Process]]:
    clock, made = HandClock(), list[Process]()
    for n in range(count):
        database, ids = PostgresDatabase(url), SeededIds(clock, n)
        engine = database.writer()
        who = identity(engine, clock=clock, ids=ids, agent_name="Lucía Marín")
        engine.dispose()
        authority = Authority(database, clock=clock, ids=ids, blobs=FileBlobs(folder / "blobs"))
        authority.start()
        workspace = LocalWorkspace(authority, who.agent_id, who.device)
        process = Process(DeskRig(authority, workspace, clock, folder, mails=n * 1_000))
        authority.subscribe(process.told.append)
        made.append(process)
    try:
        yield made
    finally:
        for process in made:
            process.authority.close()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[list[Process]]:
    with server().desk() as url, processes(url, tmp_path) as made:
        yield made


def test_each_hears_of_the_others_commits_in_their_order(two: list[Process]) -> None:
    for n in range(20):
        two[n % 2].rig.contact(f"Contacto {n}", "")
    last = max(process.authority.seq for process in two)
    for process in two:
        wait_for(lambda p=process: len(p.told) == last - 1, "all of them")
    told = [sorted(process.told, key=attrgetter("seq")) for process in two]
    assert told[0] == told[1]
    assert [c.seq for c in told[0]] == list(range(2, last + 1))
    assert [c.scopes["desk"] for c in told[0]] == list(range(2, last + 1))
    for n, process in enumerate(two):
        heard = [c.seq for c in process.told if c.seq % 2 != n]
        assert heard == sorted(heard)
    one, other = (process.rig.sql("SELECT count(*) FROM contact") for process in two)
    assert one == other == [(20,)]


def test_what_an_agent_may_do_is_what_any_process_said_last(two: list[Process]) -> None:
    """Each process keeps who its agents are; what another process says of them counts from its commit on."""
    here, there = (process.rig for process in two)
    agent, home, away = here.new(), here.new(), here.new()
    here.do(SaveAgent(agent_id=agent, name="Iria Souto"))
    here.do(SetRole(agent_id=agent, role=Role.AGENT))
    here.do(SaveDepartment(department_id=home, name="Taller"))
    here.do(SaveDepartment(department_id=away, name="Ventas"))
    here.do(SetMembership(agent_id=agent, department_ids=(home,)))
    ticket = here.ticket(here.contact())
    here.do(MoveTicket(ticket_id=ticket, department_id=home))

    def answer() -> str:
        """To what the agent does by way of the other process."""
        subject: Command = SetSubject(ticket_id=ticket, subject=there.new())
        outcome = there.authority.submit(subject, agent, "", None).result(WAIT_S)
        return outcome.rejected.code if outcome.rejected else ""

    for said, then in (
        (SetRole(agent_id=agent, role=Role.LIGHT), "not_allowed"),
        (SetRole(agent_id=agent, role=Role.AGENT), ""),
        (SetMembership(agent_id=agent, department_ids=(away,)), "ticket_not_found"),
        (SetMembership(agent_id=agent, department_ids=(home,)), ""),
        (DisableAgent(agent_id=agent), "agent_disabled"),
        (DisableAgent(agent_id=agent, disabled=False), ""),
    ):
        here.do(said)
        assert answer() == then, said


def test_a_ticket_is_claimed_by_one_of_sixty_four(two: list[Process]) -> None:
    rig = two[0].rig
    agents = [rig.new() for _ in range(64)]
    for n, uid in enumerate(agents):
        rig.do(SaveAgent(agent_id=uid, name=f"Agente {n}"))
    contact = rig.contact()
    tickets = [rig.ticket(contact) for _ in range(6)]
    rig.do(AssignTicket(ticket_ids=tuple(tickets), agent_id=""))
    said = "SELECT count(*) FROM ticket_event WHERE kind = 'assigned'"
    ((before,),) = rig.sql(said)
    won: Counter[str] = Counter()
    lock = threading.Lock()

    def claim(n: int) -> None:
        authority, agent = two[n % 2].authority, agents[n]
        order = list(tickets)
        Random(n).shuffle(order)
        for ticket in order:
            command = AssignTicket(ticket_ids=(ticket,), agent_id=agent, expected="")
            outcome = authority.submit(command, agent, "", None).result(WAIT_S)
            with lock:
                won[ticket] += outcome.ok

    with ThreadPoolExecutor(64) as pool:
        list(pool.map(claim, range(64)))
    assert won == dict.fromkeys(tickets, 1)
    assert rig.sql(said) == [(int(str(before)) + len(tickets),)]


def test_an_effect_is_carried_out_by_one(two: list[Process]) -> None:
    done: Counter[str] = Counter()
    by: Counter[int] = Counter()
    lock = threading.Lock()

    def worker(n: int, effect: Effect) -> None:
        with lock:
            done[effect.id] += 1
            by[n] += 1
        settled = SettleEffect(effect_id=effect.id, ok=True)
        two[n].authority.submit_as_desk(settled).result(WAIT_S)

    for n, process in enumerate(two):
        process.authority.effects.register("email.send", lambda e, n=n: worker(n, e))
    put = text(
        "INSERT INTO effect(uid, kind, key, payload, state, due_at, created_at) "
        "SELECT md5(n::text), 'email.send', 'send:' || n, '{}', 'waiting', 1, 1 "
        "FROM generate_series(1, 60) n"
    )
    with two[0].authority.engine.begin() as connection:
        connection.execute(put)
    for process in two:
        process.authority.effects.wake()
    rig = two[0].rig
    wait_for(lambda: rig.sql("SELECT count(*) FROM effect WHERE state = 'done'") == [(60,)], "all")
    assert set(done.values()) == {1}
    assert sum(by.values()) == 60
    wait_for(lambda: rig.sql("SELECT count(*) FROM effect_lease") == [(0,)], "no lease")


def test_what_a_process_had_begun_is_taken_over_when_it_is_gone(two: list[Process]) -> None:
    rig = two[0].rig
    alive = two[1].authority._relay._process  # type: ignore[union-attr]
    gone = 12345
    with two[0].authority.engine.begin() as connection:
        for n, (process, state) in enumerate(((alive, "running"), (gone, "running"))):
            connection.execute(
                text(
                    "INSERT INTO effect(id, uid, kind, key, payload, state, due_at, created_at) "
                    "VALUES (:id, :uid, 'none', :uid, '{}', :state, 1, 1)"
                ),
                {"id": n + 1, "uid": str(n), "state": state},
            )
            connection.execute(
                text("INSERT INTO effect_lease VALUES (:id, :process, :at)"),
                {"id": n + 1, "process": process, "at": rig.clock.now()},
            )
    two[0].authority.effects.wake()
    states = "SELECT state FROM effect ORDER BY id"
    assert rig.sql(states) == [("running",), ("running",)]  # its line may only have been cut
    rig.clock.advance(GRACE_MS + 1)
    two[0].authority.effects.wake()
    wait_for(lambda: rig.sql(states) == [("running",), ("waiting",)], "taken over")


def test_a_timer_ends_a_snooze_once(two: list[Process]) -> None:
    rig = two[0].rig
    ticket = rig.ticket(rig.contact())
    until = rig.clock.now() + 60_000
    rig.do(SnoozeTicket(ticket_ids=(ticket,), until=until))
    rig.clock.advance(60_001)
    for process in two:
        process.authority.effects.wake()
    awake = "SELECT bucket FROM ticket"
    wait_for(lambda: rig.sql(awake) == [("active",)], "awake")
    assert rig.sql("SELECT count(*) FROM ticket_event WHERE kind = 'woken'") in ([(1,)], [(0,)])


def test_one_mail_from_twenty_workers_is_one_message(two: list[Process]) -> None:
    account = two[0].rig.account()
    mails = [
        IncomingMail(
            raw_sha256=f"{n:064x}",
            subject="Falta una taza",
            rfc_message_id=f"<m{n}@correo.test>",
            sender=Address("Carmen Villalobos", "carmen@correo.test"),
            text="Hola, falta una taza.",
            to=(Address("", "tienda@taller.test"),),
        )
        for n in range(5)
    ]

    def deliver(n: int) -> list[Outcome]:
        rig, outcomes = two[n % 2].rig, []
        for mail in Random(n).sample(mails, len(mails)):
            raw = RawRef(mail.raw_sha256, 100, account, "INBOX", 1, int(mail.raw_sha256, 16))
            rig.authority.submit_as_desk(StoreRawMail(items=(raw,))).result(WAIT_S)
            receive = ReceiveMail(
                mail=mail, account_id=account, ticket_id=rig.new(), message_id=rig.new(),
                contact_id=rig.new(), history=False,
            )  # fmt: skip
            outcomes.append(rig.authority.submit_as_desk(receive).result(WAIT_S))
        return outcomes

    with ThreadPoolExecutor(20) as pool:
        for outcomes in pool.map(deliver, range(20)):
            assert all(outcome.ok for outcome in outcomes)
    counted = "SELECT count(*), count(DISTINCT rfc_message_id) FROM message WHERE kind = 'inbound'"
    assert two[0].rig.sql(counted) == [(5, 5)]
    assert two[0].rig.sql("SELECT count(*) FROM raw_mail") == [(5,)]
    assert two[0].rig.sql("SELECT count(*) FROM contact") == [(1,)]


def test_who_missed_more_than_the_feed_keeps_looks_at_everything(two: list[Process]) -> None:
    first, second = two
    relay = second.authority._relay
    assert relay is not None
    first.rig.contact("Una", "")
    wait_for(lambda: len(second.told) == 1, "the first")
    with first.authority.engine.begin() as connection:
        connection.execute(text("DELETE FROM commit_feed"))
        connection.execute(
            text(
                "INSERT INTO commit_feed VALUES "
                "(1000001, 1000000, 0, true, '{}'), (1000002, 1000001, 0, true, '{}')"
            )
        )
        connection.execute(text("UPDATE desk SET value = '1000002' WHERE key = 'seq'"))
        connection.execute(text("NOTIFY deskapp"))
    wait_for(lambda: second.told[-1].whole, "everything")
    assert second.told[-1].seq == 1_000_002
    assert second.told[-1].scopes == {"desk": 2}


def test_what_was_acknowledged_survives_the_servers_end_and_nothing_is_doubled(
    tmp_path: Path, expect_log: ExpectLog
) -> None:
    expect_log("does not answer", required=False)
    expect_log("the connection is lost", required=False)  # the driver's own word of it
    expect_log("could not be looked at", required=False)
    own = Server("shared_buffers = 32MB\nlisten_addresses = ''\nlog_min_messages = fatal")
    try:
        url = own.create()
        PostgresDatabase(url).upgrade()
        with processes(url, tmp_path) as two:
            said = write_while_it_is_killed(own, two)
            assert max(process.authority.seq for process in two) > 0
            rig = two[0].rig
            found = Counter(str(body) for (body,) in rig.sql("SELECT body FROM message"))
        assert said <= set(found), "lost"
        assert set(found.values()) == {1}, "doubled"
    finally:
        own.remove()


def write_while_it_is_killed(own: Server, two: list[Process]) -> set[str]:
    """Four write notes through both processes until the server has been killed and is back; what was acknowledged."""
    rig = two[0].rig
    ticket = rig.ticket(rig.contact(), body="Hola")
    acknowledged: set[str] = {"Hola"}
    back = threading.Event()
    lock = threading.Lock()

    def write(n: int) -> None:
        process = two[n % 2]
        after, count = 0, 0
        while after < 5:
            after += back.is_set()
            count += 1
            body = f"{n}.{count}"
            note = AddNote(ticket_id=ticket, message_id=process.rig.new(), body=body)
            sent = process.rig.new()
            agent = process.rig.workspace.agent_id
            outcome = process.authority.submit(note, agent, SYSTEM, sent).result(WAIT_S)
            again = process.authority.submit(note, agent, SYSTEM, sent).result(WAIT_S)
            assert outcome.ok
            assert again == outcome
            with lock:
                acknowledged.add(body)

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, n) for n in range(4)]
        wait_for(lambda: len(acknowledged) > 20, "some were written")
        own.stop("immediate")
        own.start()
        back.set()
        for one in writing:
            one.result(WAIT_S)
    return acknowledged
