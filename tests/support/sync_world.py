"""A desk and its colleagues' machines in one process, and what must be true of them."""

import functools
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, select, text

from deskapp.core.api import ChangeSet, Command, Outcome
from deskapp.core.authority.genesis import DeskIdentity, identity
from deskapp.core.authority.scopes import scopes_of
from deskapp.core.authority.tx import Actor, Tx
from deskapp.core.authority.workspace import Authority
from deskapp.core.commands.contacts import CreateContact, NewPoint
from deskapp.core.commands.desk import SaveAgent
from deskapp.core.commands.mail import IncomingMail, RawRef, ReceiveMail, StoreRawMail
from deskapp.core.commands.team import SaveDepartment, SetMembership, SetRole
from deskapp.models import tables as t
from deskapp.models.dto import Address
from deskapp.models.engine import writer_engine
from deskapp.models.enums import ActorKind, PointKind, Role
from deskapp.models.schema import upgrade
from deskapp.sync.protocol.tables import ENTITIES, PARTS, STAYS
from deskapp.sync.replica.cache import raw_of
from deskapp.sync.replica.follow import Step, step
from deskapp.sync.replica.replica import Replica
from deskapp.sync.replica.submission import Job
from deskapp.sync.replica.transport import Transport
from deskapp.sync.server.exchange import Exchange
from deskapp.system.blobs import FileBlobs
from tests.support.desk import HandClock, SeededIds
from tests.support.sync_line import Line

WAIT = 20
WORDS = ("falta", "taza", "nota", "respuesta", "ana", "urgente")
RECOUNT = """
SELECT key, count(*) FROM (
  SELECT 'mine:' || a.uid AS key FROM ticket t JOIN agent a ON a.id = t.assignee_id WHERE t.bucket = 'active'
  UNION ALL SELECT 'unassigned' FROM ticket WHERE bucket = 'active' AND assignee_id IS NULL
  UNION ALL SELECT 'needs_reply' FROM ticket WHERE bucket = 'active' AND needs_reply
  UNION ALL SELECT 'snoozed' FROM ticket WHERE bucket = 'snoozed'
  UNION ALL SELECT 'to_send' FROM ticket WHERE visible AND delivery <> 'none'
  UNION ALL SELECT 'account:' || c.uid FROM ticket t JOIN account c ON c.id = t.account_id WHERE t.bucket = 'active'
  UNION ALL SELECT 'tag:' || g.name FROM ticket t JOIN ticket_tag l ON l.ticket_id = t.id
            JOIN tag g ON g.id = l.tag_id WHERE t.bucket = 'active'
) GROUP BY key
"""

Dump = dict[str, dict[str, tuple[Any, ...]]]


def _told(entity: str) -> list[Column[Any]]:
    table = t.metadata.tables[entity]
    away = {"id", "uid", "seq", *STAYS.get(entity, ())}
    return [column for column in table.columns if column.name not in away]


_COLUMNS = {
    entity: [
        (column.name, next((key.column.table.name for key in column.foreign_keys), ""))
        for column in _told(entity)
    ]
    for entity in ENTITIES
}
_ALL = {
    entity: select(t.metadata.tables[entity].c.id, t.metadata.tables[entity].c.uid, *_told(entity))
    for entity in ENTITIES
}
_HTML = select(
    t.message_html.c.message_id,
    t.message_html.c.html,
    t.message_html.c.remote_urls,
    t.message_html.c.remote_images,
)


@functools.cache
def _template(agents: int) -> tuple[Path, tempfile.TemporaryDirectory[str]]:
    """A desk with departments and agents, made once: that takes longer than many a history."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "desk.sqlite"
    engine = writer_engine(path, synchronous="OFF")
    upgrade(engine, path)
    engine.dispose()
    desk = Desk(Path(folder.name), copy=False)
    for name in ("Ventas", "Taller"):
        desk.do(SaveDepartment(department_id=desk.ids.new(), name=name))
    departments = desk.uids("department")
    for n in range(1, agents):
        uid = desk.ids.new()
        desk.do(SaveAgent(agent_id=uid, name=f"Agente {n}"))
        desk.do(SetRole(agent_id=uid, role=Role.AGENT))
        desk.do(SetMembership(agent_id=uid, department_ids=(departments[n % 2],)))
    desk.close()
    return path, folder


class Desk:
    """The authority, with departments and agents. Every command is answered before the next."""

    def __init__(
        self, folder: Path, seed: int = 0, agents: int = 3, rows: int = 2_000, *, copy: bool = True
    ) -> None:
        """The first of `agents` is the admin; `rows` is where an answer is cut."""
        self.rows = rows
        self.folder = folder
        self.clock = HandClock()
        self.ids = SeededIds(self.clock, seed + 1 if copy else 0)
        self.path = folder / "desk.sqlite"
        if copy:
            shutil.copy(_template(agents)[0], self.path)
        self._open()
        self.departments = self.uids("department")
        others = [uid for uid in self.uids("agent") if uid != self.identity.agent_id]
        self.agents = [self.identity.agent_id, *others]
        self.mails = 0

    def uids(self, entity: str) -> list[str]:
        with self.authority._readers.connect() as connection:
            return uids_of(connection, entity)

    def _open(self) -> None:
        engine = writer_engine(self.path, synchronous="OFF")
        self.identity: DeskIdentity = identity(
            engine, clock=self.clock, ids=self.ids, agent_name="Lucía"
        )
        engine.dispose()
        self.authority = Authority(
            self.path,
            clock=self.clock,
            ids=self.ids,
            blobs=FileBlobs(self.folder / "blobs"),
            readers=1,
            synchronous="OFF",
        )
        self.authority.start(effects=False)
        self.exchange = Exchange(self.authority, readers=1, rows=self.rows)

    def close(self) -> None:
        self.exchange.close()
        self.authority.close()

    def submit(self, command: Command, agent_id: str = "") -> Outcome:
        return self.authority.submit(command, agent_id, "", None).result(WAIT)

    def do(self, command: Command, agent_id: str = "") -> Outcome:
        outcome = self.submit(command, agent_id)
        assert outcome.ok, f"{command.TYPE}: {outcome.rejected}"
        return outcome

    def mail(self, account_id: str, **fields: object) -> Outcome:
        self.mails += 1
        sha = f"{self.mails:064x}"
        values: dict[str, object] = {
            "raw_sha256": sha,
            "subject": "Falta una taza",
            "rfc_message_id": f"<m{self.mails}@correo.test>",
            "sender": Address("Ana Villalobos", "ana@correo.test"),
            "text": "Hola, falta una taza.",
            "to": (Address("", "tienda@taller.test"),),
        }
        incoming = IncomingMail(**(values | fields))  # type: ignore[arg-type]
        self.do(StoreRawMail(items=(RawRef(sha, 100, account_id, "INBOX", 1, self.mails),)))
        return self.do(
            ReceiveMail(
                mail=incoming,
                account_id=account_id,
                ticket_id=self.ids.new(),
                message_id=self.ids.new(),
                contact_id=self.ids.new(),
            )
        )

    def contact(self, name: str = "Ana", address: str = "") -> str:
        uid = self.ids.new()
        points = (NewPoint(self.ids.new(), PointKind.EMAIL, address),) if address else ()
        self.do(CreateContact(contact_id=uid, name=name, points=points))
        return uid

    def visible(self, agent_id: str) -> Dump:
        """What that agent may see, in no desk's own keys."""
        with self.authority._readers.connect() as connection:
            desk = Actor(ActorKind.SYSTEM, None, "")
            tx = Tx(connection, now=0, seq=0, ids=self.ids, actor=desk, position=0)
            held = held_by(connection, agent_id)
            return dump(connection, lambda entity, row: bool(scopes_of(tx, entity, row) & held))


def held_by(connection: Connection, agent_id: str) -> set[str]:
    """The scopes of an agent, as the plan has them."""
    me = connection.execute(select(t.agent).where(t.agent.c.uid == agent_id)).one()
    found = select(t.department.c.uid)
    if me.role != Role.ADMIN:
        m = t.membership.c
        found = found.join(t.membership, m.department_id == t.department.c.id)
        found = found.where(m.agent_id == me.id)
    departments = connection.execute(found).scalars()
    return {"desk", f"person:{agent_id}", *(f"department:{uid}" for uid in departments)}


def dump(connection: Connection, shows: Any = lambda *_: True) -> Dump:
    """Every row that travels, by table and uid; references as uids, but those to what does not show as None.

    What belongs to a ticket that does not show is not shown either.
    """
    rows = {
        entity: [row for row in connection.execute(_ALL[entity]) if shows(entity, row)]
        for entity in ENTITIES
    }
    uids = {entity: {row.id: row.uid for row in found} for entity, found in rows.items()}
    uids[""] = {}
    found: Dump = {}
    for entity in ENTITIES:
        columns = _COLUMNS[entity]
        found[entity] = {
            row[1]: tuple(
                (name, uids[target].get(value) if target else value)
                for (name, target), value in zip(columns, row[2:], strict=True)
            )
            for row in rows[entity]
            if entity not in PARTS or row.ticket_id in uids["ticket"]
        }
    texts = connection.execute(_HTML)
    messages = uids["message"]
    found["message_html"] = {
        messages[row[0]]: tuple(row[1:]) for row in texts if row[0] in messages
    }
    return found


def uids_of(connection: Connection, entity: str) -> list[str]:
    return sorted(connection.execute(select(t.metadata.tables[entity].c.uid)).scalars())


def hits(connection: Connection, word: str) -> tuple[set[str], set[str]]:
    """Uids of messages and contacts that the full-text indices find."""
    said = connection.execute(
        text(
            "SELECT uid FROM message WHERE position IN "
            "(SELECT rowid FROM message_fts WHERE message_fts MATCH :word)"
        ),
        {"word": word},
    ).scalars()
    people = connection.execute(
        text(
            "SELECT uid FROM contact WHERE id IN "
            "(SELECT rowid FROM contact_fts WHERE contact_fts MATCH :word)"
        ),
        {"word": word},
    ).scalars()
    return set(said), set(people)


class Machine:
    """A colleague's computer: its files, its replica, and the way to the desk."""

    def __init__(
        self, desk: Desk, agent_id: str, folder: Path, transport: Transport | None = None
    ) -> None:
        self.desk = desk
        self.agent_id = agent_id
        self.folder = folder
        folder.mkdir()
        self.device = desk.ids.new()
        self.transport = transport or Line(desk.exchange, agent_id, self.device)
        self.told: list[ChangeSet] = []
        self.open()

    def open(self) -> None:
        self.replica = Replica(
            self.folder,
            agent_id=self.agent_id,
            clock=self.desk.clock,
            ids=self.desk.ids,
            publish=self.told.append,
            readers=1,
        )

    def close(self) -> None:
        self.replica.close()

    def restart(self) -> None:
        self.close()
        self.open()

    def step(self) -> Step:
        return step(lambda work: work(self.replica), self.transport)

    def submit(self, command: Command, *, offline: bool = False) -> Outcome:
        (outcome,) = self.replica.submit([Job(command, self.desk.ids.new())], offline=offline)
        return outcome

    def do(self, command: Command, *, offline: bool = False) -> Outcome:
        outcome = self.submit(command, offline=offline)
        assert outcome.ok, f"{command.TYPE}: {outcome.rejected}"
        return outcome

    def uids(self, entity: str) -> list[str]:
        with self.replica.cache.reading() as connection:
            return uids_of(connection, entity)

    def dump(self) -> Dump:
        with self.replica.cache.reading() as connection:
            return dump(connection)


def differences(ours: Dump, theirs: Dump) -> list[str]:
    """What a person debugging wants to read first."""
    found = []
    for entity in theirs:
        mine, yours = ours.get(entity, {}), theirs[entity]
        found += [f"{entity} {uid} is missing" for uid in sorted(yours.keys() - mine.keys())]
        found += [f"{entity} {uid} should not be" for uid in sorted(mine.keys() - yours.keys())]
        for uid in sorted(mine.keys() & yours.keys()):
            if mine[uid] != yours[uid]:
                apart = [
                    f"{a} is not {b}" for a, b in zip(mine[uid], yours[uid], strict=True) if a != b
                ]
                found.append(f"{entity} {uid}: {'; '.join(map(str, apart))}")
    return found


def derived_faults(connection: Connection) -> list[str]:
    """Counters and index entries that are not what their rows say."""
    found = []
    counters = {k: v for k, v in connection.execute(text("SELECT key, value FROM counter")) if v}
    recount = {row.key: row[1] for row in connection.execute(text(RECOUNT))}
    if counters != recount:
        found.append(f"counters {counters} are not {recount}")
    for sql in (
        "SELECT position FROM message WHERE position NOT IN (SELECT rowid FROM message_fts)",
        "SELECT rowid FROM message_fts WHERE rowid NOT IN (SELECT position FROM message)",
        "SELECT id FROM contact WHERE id NOT IN (SELECT rowid FROM contact_fts)",
        "SELECT rowid FROM contact_fts WHERE rowid NOT IN (SELECT id FROM contact)",
        "SELECT id FROM contact_point WHERE id NOT IN (SELECT rowid FROM point_fts)",
        "SELECT rowid FROM point_fts WHERE rowid NOT IN (SELECT id FROM contact_point)",
    ):
        if rows := connection.execute(text(sql)).all():
            found.append(f"{sql}: {rows}")
    return found


def word_faults(replica: Replica, desk: Desk, words: Iterable[str] = WORDS) -> list[str]:
    """Words that are found here and not at the desk, among what is here, or the other way."""
    found = []
    with (
        replica.cache.reading() as mine,
        desk.authority._readers.connect() as theirs,
    ):
        here = {row.uid for row in mine.execute(select(t.message.c.uid))}
        people = {row.uid for row in mine.execute(select(t.contact.c.uid))}
        for word in words:
            ours, yours = hits(mine, word), hits(theirs, word)
            if ours != (yours[0] & here, yours[1] & people):
                found.append(f"the word {word} finds {ours}, not {yours}")
    return found


def undone_dump(replica: Replica) -> Dump:
    """What would be here if nothing had been done here: read within a transaction that is taken back."""
    from deskapp.sync.replica.undo import restore

    class _Back(Exception):
        pass

    found: Dump = {}
    try:
        with replica.cache.begin() as connection:
            restore(raw_of(connection))
            found = dump(connection)
            raise _Back
    except _Back:
        return found
