"""A machine's first copy of the large desk, beside raw SQLite writing the same rows; and a day's changes.

One process and no network: the host's pages go through JSON into a replica, host and machine in turn.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pysqlite3.dbapi2 as sqlite

from deskapp.core.api import Command
from deskapp.core.authority.workspace import Authority
from deskapp.core.commands.messages import AddNote
from deskapp.core.commands.tickets import AddTags, SetStatus, SetSubject
from deskapp.core.queries.search import Search
from deskapp.core.readers import Reading, reader_for
from deskapp.devtools import volume
from deskapp.models.engine import CACHE_KIB
from deskapp.models.enums import TicketStatus
from deskapp.sync.protocol.messages import BootstrapPage
from deskapp.sync.protocol.residency import EVERYTHING
from deskapp.sync.protocol.tables import ENTITIES
from deskapp.sync.replica import schema
from deskapp.sync.replica.follow import step
from deskapp.sync.replica.replica import CACHE, Replica
from deskapp.sync.server.bootstrap import PAGE, pages
from deskapp.sync.server.exchange import Exchange
from deskapp.system.blobs import FileBlobs
from deskapp.system.clock import SystemClock, SystemIds
from tests.bench.results import Result
from tests.support.sync_line import Line

AT_MOST = 2.0
DAY_GOAL_MS = 1000.0
CHUNK = 20_000
WAIT_S = 120
WORD = "pedido"

_TEXTS = {
    "message_fts(rowid, subject, body, author)": (
        "SELECT position, subject, substr(body || char(10), 1, 100000), "
        "author_name || ' ' || author_address FROM message"
    ),
    "contact_fts(rowid, name, organisation, points)": (
        "SELECT id, name, organisation, coalesce((SELECT group_concat(value || ' ' || display, ' ') "
        "FROM contact_point WHERE contact_id = contact.id), '') FROM contact"
    ),
    "point_fts(rowid, value)": "SELECT id, value FROM contact_point",
}


@dataclass(slots=True)
class Took:
    """Seconds on the clock, and of this process's processor time."""

    wall: float = 0.0
    cpu: float = 0.0

    @contextmanager
    def more(self) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu


@dataclass
class Whole(Line):
    """A line to a host with pages of the usual size. `host` is what the host took of the time."""

    host: Took = field(default_factory=Took)

    def bootstrap(
        self, scope: str, token: str, days: int = 90, until: int = 0
    ) -> Iterator[BootstrapPage]:
        found = pages(self.desk.exchange, self.agent_id, scope, token, EVERYTHING, until, size=PAGE)
        while True:
            with self.host.more():
                page = next(found, None)
                said = msgspec.json.encode(page)
            if page is None:
                return
            yield msgspec.json.decode(said, type=BootstrapPage)


def measure(desk: Path, folder: Path, size: volume.VolumeSize, changes: int) -> list[Result]:
    """`desk` is written to; `folder` is empty and takes about twice as much as the desk."""
    blobs = FileBlobs(desk.parent / "blobs")
    authority = Authority(desk, clock=SystemClock(), ids=SystemIds(), blobs=blobs)
    exchange = Exchange(authority)
    authority.start(effects=False)
    try:
        with closing(_replica(folder)) as replica:
            both = SimpleNamespace(exchange=exchange, authority=authority)
            line = Whole(both, volume.AGENT, authority.ids.new())
            copied = _pulled(replica, line)
            _check(replica, size)
            host = line.host
            raw = _raw(folder / CACHE, folder / "raw.sqlite")
            _carry_out(authority, _days_work(replica, changes))
            slept = _pulled(replica, line)
    finally:
        exchange.close()
        authority.close()
    what = f"first copy of {size.tickets:,} tickets, {size.messages:,} messages"
    goal = f"≤ {AT_MOST:.0f}×"
    return [
        Result(what, copied.wall, "s", raw.wall, goal, copied.wall <= AT_MOST * raw.wall),
        Result(f"{what}: processor time", copied.cpu, "s", raw.cpu),
        Result(f"{what}: of which the host's", host.cpu, "s"),
        Result(
            f"a day's {changes:,} changes after sleep",
            slept.wall * 1000,
            "ms",
            goal=f"≤ {DAY_GOAL_MS:.0f} ms",
            met=slept.wall * 1000 <= DAY_GOAL_MS,
        ),
        Result(f"a day's {changes:,} changes: processor time", slept.cpu * 1000, "ms"),
    ]


def _replica(folder: Path) -> Replica:
    """One that leaves nothing out for its age."""
    replica = Replica(
        folder, agent_id=volume.AGENT, clock=SystemClock(), ids=SystemIds(), publish=lambda _: None
    )
    replica.choose_window(EVERYTHING)
    return replica


def _pulled(replica: Replica, line: Line) -> Took:
    took = Took()
    with took.more():
        step(lambda work: work(replica), line)
    return took


def _check(replica: Replica, size: volume.VolumeSize) -> None:
    """All of it is there, and is found."""
    with replica.cache.reading() as connection:
        for table, count in (("ticket", size.tickets), ("message", size.messages)):
            found = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            assert found == count, f"{found} rows of {table}, not {count}"
        query = Search(WORD)
        hits = reader_for(Search)(Reading(connection, volume.AGENT, volume.NOW), query).hits
        assert hits, f"{WORD} is not found"


# The baseline -------------------------------------------------------------------------------------------------


def _raw(source: Path, target: Path) -> Took:
    """Write the rows of `source` into a file with the same tables and indices, many at a time.

    Only writing counts, not reading them. The connection is set up as a replica's, but for overwriting what is
    deleted.
    """
    took = Took()
    with (
        closing(sqlite.connect(f"file:{source}?mode=ro", uri=True)) as given,
        closing(sqlite.connect(str(target), isolation_level=None)) as db,
    ):
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"cache_size=-{CACHE_KIB}"):
            db.execute(f"PRAGMA {pragma}").close()
        for statement in schema.script():
            db.execute(statement)
        for table in (*ENTITIES, "message_html"):
            names = [row[1] for row in given.execute(f"PRAGMA table_info({table})")]
            listed = ", ".join(f'"{name}"' for name in names)
            rows = given.execute(f"SELECT {listed} FROM {table} ORDER BY 1")
            _insert(db, f"{table}({listed})", len(names), rows, took)
        for into, sql in _TEXTS.items():
            _insert(db, into, into.count(",") + 1, given.execute(sql), took)
    target.unlink()
    return took


def _insert(db: Any, into: str, width: int, rows: Iterator[Any], took: Took) -> None:
    sql = f"INSERT INTO {into} VALUES ({', '.join('?' * width)})"
    while some := list(islice(rows, CHUNK)):
        with took.more():
            db.execute("BEGIN")
            db.executemany(sql, some)
            db.execute("COMMIT")


# A day --------------------------------------------------------------------------------------------------------


def _days_work(replica: Replica, count: int) -> list[Command]:
    """Notes, subjects, tags and states in turn, on tickets of any age."""
    with replica.cache.reading() as connection:
        sql = f"SELECT uid FROM ticket WHERE visible ORDER BY uid DESC LIMIT {count}"
        uids = list(connection.exec_driver_sql(sql).scalars())
    ids = SystemIds()
    made: list[Command] = []
    for n in range(count):
        uid = uids[n % len(uids)]
        made.append(
            (
                AddNote(
                    ticket_id=uid, message_id=ids.new(), body=f"Hablado con el taller, vez {n}."
                ),
                SetSubject(ticket_id=uid, subject=f"Pedido {n}"),
                AddTags(ticket_ids=(uid,), tags=(f"día {n % 7}",)),
                SetStatus(ticket_ids=(uid,), status=TicketStatus.WAITING),
            )[n % 4]
        )
    return made


def _carry_out(authority: Authority, commands: Sequence[Command]) -> None:
    answers = [authority.submit(one, volume.AGENT, "", None) for one in commands]
    for answer in answers:
        outcome = answer.result(WAIT_S)
        if not outcome.ok:
            print(f"a command of the day was refused: {outcome.rejected}", file=sys.stderr)
