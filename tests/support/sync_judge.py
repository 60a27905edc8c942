"""What was promised to people, held against what a history has come to."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from deskapp.core.api import Command, Outcome
from deskapp.core.commands.messages import AddNote, DiscardDraft, SaveDraft
from deskapp.core.queries.search import Search
from deskapp.models.dto import SearchPage
from deskapp.sync.replica.cache import raw_of
from deskapp.sync.replica.replica import CACHE
from deskapp.sync.replica.submission import Job
from deskapp.sync.replica.undo import restore
from tests.support import sync_truth as truth
from tests.support.sync_desk import Desk
from tests.support.sync_work import CANARY
from tests.support.sync_world import Machine, undone_dump

_CANARIES = re.compile(rf"{CANARY}\d+".encode())
_OWNER = (
    "SELECT agent.uid FROM ticket LEFT JOIN agent ON agent.id = assignee_id WHERE ticket.uid = ?"
)
FEW = 12
"""What waits is carried out once more, to compare, when it is not more than this."""
_BY_UID = frozenset({"message", "ticket", "contact", "contact_point", "room", "room_message"})
"""Rows whose ids the commands carry; all others get one at random whenever they are made."""
_OF_THE_MOMENT = frozenset(
    {"at", "position", "last_position", "seen_to", "number", "tag_id"}
    | {"snippet", "snippet_kind", "snippet_author", "needs_reply"}  # of what was said last
)


@dataclass
class Pulled:
    """`whole`: all that the host had was written."""

    whole: bool = False
    revoked: bool = False


@dataclass
class Judge:
    """`refuse` is called with what does not hold; nothing when the list is empty."""

    desk: Desk
    refuse: Callable[[list[str]], None]
    notes: dict[str, tuple[Machine, str]] = field(default_factory=dict)
    """By message: where it was written, and its body. In the order in which they were given."""
    maybe: set[str] = field(default_factory=set)
    """Of them those whose machine crashed before it said that they are kept."""
    owed: dict[str, dict[str, Command]] = field(default_factory=dict)
    """By device: commands that were accepted and are not known to be answered."""

    # P3, P27: what was accepted is kept, and what is shown of it is so ------------------------------------------

    @contextmanager
    def giving(self, machine: Machine, jobs: Sequence[Job]) -> Iterator[list[Outcome]]:
        """The outcomes are put in; of what has none nobody was told that it is kept."""
        outcomes: list[Outcome] = []
        try:
            yield outcomes
        finally:
            owed = self.owed.setdefault(machine.device, {})
            for job, outcome in zip_longest(jobs, outcomes):
                self._given(machine, job.command, outcome)
                if outcome is not None and outcome.ok and not _is_draft(job.command):
                    owed[job.command_id] = job.command

    def _given(self, machine: Machine, command: Command, outcome: Outcome | None) -> None:
        if isinstance(command, AddNote) and (outcome is None or outcome.ok):
            self.notes[command.message_id] = machine, command.body
            if outcome is None:
                self.maybe.add(command.message_id)

    def outbox(self, machine: Machine) -> None:
        """What waits is on the disk, in full, and the window's line says so."""
        rows = machine.replica.outbox._db.execute(
            "SELECT id, state, quiet, at FROM command"
        ).fetchall()
        states = {uid: state for uid, state, _, _ in rows}
        faults: list[str] = []
        owed = self.owed.setdefault(machine.device, {})
        for uid, command in list(owed.items()):
            if uid not in states:
                faults.append(f"{command.TYPE} was accepted and is not in the outbox")
            elif states[uid] == "acked":
                del owed[uid]
        loud = [at for _, state, quiet, at in rows if state == "pending" and not quiet]
        refused = sum(state == "refused" for state in states.values())
        shown, true = machine.replica.status.waiting, (len(loud), min(loud, default=None), refused)
        if (shown.unsent, shown.oldest_at, shown.refused) != true:
            faults.append(f"the line says {shown}, the outbox {true}")
        self.refuse(faults)

    # P21: nobody takes what somebody has -------------------------------------------------------------------------

    @contextmanager
    def claiming(self, machine: Machine, ticket: str) -> Iterator[None]:
        before = self._owner(ticket)
        yield
        after = self._owner(ticket)
        me = machine.agent_id
        if after == me and before not in (None, me):
            self.refuse([f"{me} took the ticket {ticket}, which {before} had"])

    def _owner(self, ticket: str) -> str | None:
        rows = self.desk.rows_of(_OWNER, ticket)
        return rows[0][0] if rows else None

    # P23: nobody is answered, or keeps, what they may not see ----------------------------------------------------

    def answer(self, machine: Machine, query: Search) -> None:
        found = machine.transport.ask(query)  # type: ignore[attr-defined]
        assert isinstance(found, SearchPage)
        seen = self.desk.visible(machine.agent_id)["ticket"]
        hidden = {hit.row.id for hit in found.hits} - seen.keys()
        self.refuse(
            [f"the host answers {machine.agent_id} with the ticket {uid}" for uid in hidden]
        )

    def _no_word_left(self, machine: Machine) -> list[str]:
        seen = self.desk.visible(machine.agent_id)["message"].values()
        told = " ".join(str(dict(row)["body"]) for row in seen).encode()
        left = set(_CANARIES.findall(machine.files())) - set(_CANARIES.findall(told))
        return [f"{word.decode()} is left in the files" for word in sorted(left)]

    # P5, P7: a copy is what its agent may see, and what waits on top ---------------------------------------------

    @contextmanager
    def pulling(self, machine: Machine) -> Iterator[Pulled]:
        scopes, file, tickets = _departments(machine), _file(machine), set(machine.uids("ticket"))
        pulled = Pulled()
        yield pulled
        faults: list[str] = []
        if pulled.revoked:
            faults += self._no_word_left(machine)
        elif pulled.whole:
            faults += self.copy(machine)
            left = scopes - _departments(machine) or tickets - set(machine.uids("ticket"))
            if left and file == _file(machine):
                faults += self._no_word_left(machine)
        elif machine.replica.ready and 0 < len(machine.replica.outbox.pending) < FEW:
            faults += replayed(machine)
        self.refuse(faults)

    def copy(self, machine: Machine) -> list[str]:
        """After a pull: without what is local, the machine has what its agent may see; with it, that on top."""
        replica = machine.replica
        waiting = replica.outbox.pending or replica.outbox.drafts
        base, seen = undone_dump(replica), self.desk.visible(machine.agent_id)
        faults = truth.differences(base, seen)
        faults += _leaked(machine, seen)
        if waiting:
            faults += replayed(machine)
        elif machine.has_local():
            faults += truth.differences(machine.dump(), base)
        with machine.reading() as raw:
            faults += truth.derived_faults(raw)
        told = machine.transport.server_at  # type: ignore[attr-defined]
        if replica.status.complete_to < told:  # what is pushed may have brought it further
            faults.append(
                f"the line says complete to {replica.status.complete_to}, which was {told}"
            )
        return faults

    def at_the_end(self, machine: Machine) -> None:
        faults = self.copy(machine)
        with machine.reading() as mine:
            faults += truth.word_faults(mine, self.desk.finds)
        self.refuse(faults)

    # P1, P3: everything that was accepted arrived once, and in its order -----------------------------------------

    def nothing_lost(self, machines: Sequence[Machine]) -> None:
        refused = {
            entry.body.get("message_id")
            for machine in machines
            for entry in machine.replica.outbox.refused
        }
        here = dict(self.desk.rows_of("SELECT uid, position FROM message"))
        bodies = [body for (body,) in self.desk.rows_of("SELECT body FROM message")]
        faults = []
        last: dict[str, int] = {}
        for uid, (machine, body) in self.notes.items():
            times = bodies.count(body)
            most = 0 if uid in refused else 1
            if times > most or (times < most and uid not in self.maybe):
                faults.append(f"the note {body[:20]} is there {times} times")
            elif times:
                if here[uid] < last.get(machine.device, 0):
                    faults.append(
                        f"the note {body[:20]} is there before one that was written first"
                    )
                last[machine.device] = here[uid]
        self.refuse(faults)


def _leaked(machine: Machine, seen: truth.Dump) -> list[str]:
    """What the host told last and its agent may not see, whether or not the machine made use of it."""
    last = machine.transport.last  # type: ignore[attr-defined]
    told = [(rows.entity, row[0]) for rows in last.tables for row in rows.rows] if last else []
    return [f"{entity} {uid} was told" for entity, uid in told if uid not in seen[entity]]


def _is_draft(command: Command) -> bool:
    return isinstance(command, SaveDraft | DiscardDraft)


def _departments(machine: Machine) -> set[str]:
    return {scope for scope in machine.replica.bootstrap.cursors if scope.startswith("department:")}


def _file(machine: Machine) -> int:
    """Which file the cache is: it may have been thrown away and made anew."""
    return (machine.folder / CACHE).stat().st_ino


class _Back(Exception):
    pass


def replayed(machine: Machine) -> list[str]:
    """How what is shown differs from what the host told with all that waits carried out on it anew."""
    replica = machine.replica
    shown = _by_content(machine.dump())
    try:
        with replica.cache._engine.begin() as connection:
            raw = raw_of(connection)
            replica._keys.keep(restore(raw).made)
            replica._runner.reset(replica._position)
            replica._replay(connection, replica._seq, {})
            anew = _by_content(truth.dump(raw))
            raise _Back
    except _Back:
        pass
    return [f"again: {fault}" for fault in truth.differences(shown, anew)]


def _by_content(dump: truth.Dump) -> truth.Dump:
    """Rows that got their id at random stand for what they say."""
    return {
        entity: rows if entity in _BY_UID else _listed(rows)
        for entity, rows in ((e, _timeless(r)) for e, r in dump.items())
    }


def _listed(rows: dict[str, Any]) -> dict[str, Any]:
    said = sorted(map(str, rows.values()))
    return {f"{n} {text}": () for n, text in enumerate(said)}


def _timeless(rows: dict[str, Any]) -> dict[str, Any]:
    return {
        uid: tuple(
            (name, value)
            for name, value in row
            if name not in _OF_THE_MOMENT and not name.endswith("_at")
        )
        for uid, row in rows.items()
    }
