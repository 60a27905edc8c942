"""The desk of a simulation: the real authority and exchange, without threads, on files that can crash."""

import functools
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Dialect, Engine, create_engine
from sqlalchemy.util import LRUCache

from deskapp.core.api import Command, Outcome
from deskapp.core.authority.executor import Executor
from deskapp.core.authority.genesis import DeskIdentity, identity
from deskapp.core.authority.job import Job
from deskapp.core.authority.peers import Relay
from deskapp.core.authority.workspace import Authority
from deskapp.core.commands.contacts import CreateContact, NewPoint
from deskapp.core.commands.desk import SaveAgent
from deskapp.core.commands.mail import IncomingMail, RawRef, ReceiveMail, StoreRawMail
from deskapp.core.commands.team import SaveDepartment, SetMembership, SetRole
from deskapp.models import engine as engines
from deskapp.models import postgres as servers
from deskapp.models.dto import Address
from deskapp.models.enums import PointKind, Role
from deskapp.sync.server.exchange import Exchange
from deskapp.system.blobs import FileBlobs
from tests.support import sync_truth as truth
from tests.support.desk import HandClock, SeededIds
from tests.support.sync_store import CHOSEN, POSTGRES, SQLITE, STORES, own_server

WAIT = 90
NEW = Path("new")
STATEMENTS = 5_000


class _Answer(Future[Outcome]):
    """Whoever waits for it has the writer's work done."""

    def __init__(self, work: Any) -> None:
        super().__init__()
        self._work = work

    def result(self, timeout: float | None = None) -> Outcome:
        self._work()
        return super().result(timeout)


class PromptExecutor(Executor):
    """The real writer without its thread: what was handed in since is one group, as soon as one waits for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._handed: list[Job] = []
        self._one = threading.RLock()

    def start(self) -> None:
        """Nothing runs by itself."""

    def submit(self, job: Job) -> "Future[Outcome]":
        job.future = _Answer(self.work)
        job.future.set_running_or_notify_cancel()
        with self._one:
            self._handed.append(job)
        return job.future

    def forget(self) -> None:
        """What nobody waited for was in memory only."""
        self._handed.clear()

    def work(self) -> None:
        with self._one:
            jobs, self._handed = self._handed, []
            if jobs:
                self._commit(jobs)

    def close(self) -> None:
        self.work()
        super().close()


class PromptRelay(Relay):
    """The real relay without its thread: it hears when it is asked to."""

    def start(self) -> None:
        """Nothing runs by itself."""


@functools.cache
def _compiled(kind: str) -> tuple[Dialect, LRUCache[Any, Any]]:
    if kind == POSTGRES:
        engine = servers.writing(own_server().url("postgres"), 1)
    else:
        engine = create_engine("sqlite://", module=sqlite)
    with engine.connect():
        dialect = engine.dialect
    engine.dispose()
    return dialect, LRUCache(STATEMENTS)


@contextmanager
def one_dialect(kind: str = CHOSEN) -> Iterator[None]:
    """Within, all engines share what they compiled: a history opens ten, and each would do it anew."""

    def sharing(made: Any, dialect: Dialect, compiled: LRUCache[Any, Any]) -> Any:
        def make(*args: Any) -> Engine:
            engine: Engine = made(*args)
            engine.dialect = engine.pool._dialect = dialect
            engine._compiled_cache = compiled
            return engine

        return make

    with ExitStack() as stack:
        for module, of in ((engines, SQLITE), (servers, POSTGRES)):
            if of in (SQLITE, kind):
                made = sharing(module._engine, *_compiled(of))
                stack.enter_context(mock.patch.object(module, "_engine", made))
        yield


@functools.cache
def _template(agents: int, kind: str) -> tuple[Path, tempfile.TemporaryDirectory[str]]:
    """The folder of a desk with departments and agents, made once: that takes longer than many a history."""
    folder = tempfile.TemporaryDirectory()
    desk = Desk(Path(folder.name), template=None, kind=kind)
    for name in ("Ventas", "Taller"):
        desk.do(SaveDepartment(department_id=desk.ids.new(), name=name))
    departments = desk.uids("department")
    for n in range(1, agents):
        uid = desk.ids.new()
        desk.do(SaveAgent(agent_id=uid, name=f"Agente {n}"))
        desk.do(SetRole(agent_id=uid, role=Role.AGENT))
        desk.do(SetMembership(agent_id=uid, department_ids=(departments[n % 2],)))
    desk.close()
    return Path(folder.name), folder


@dataclass(frozen=True)
class Process:
    """What serves a desk, beside others of its kind where the database is on a server."""

    authority: Authority
    exchange: Exchange

    def hear(self) -> None:
        """Take notice of what the others have committed."""
        if self.authority._relay is not None:
            self.authority._relay._catch_up()

    def crash(self) -> None:
        assert isinstance(self.authority._writer, PromptExecutor)
        self.authority._writer.forget()

    def close(self) -> None:
        self.exchange.close()
        self.authority.close()


class Desk:
    """The authority, with departments and agents. Every command is answered before the next."""

    synchronous = "FULL"

    def __init__(
        self,
        folder: Path,
        seed: int = 0,
        agents: int = 3,
        rows: int = 2_000,
        *,
        template: Path | None = NEW,
        kind: str = CHOSEN,
    ) -> None:
        """The first of `agents` is the admin; `rows` is where an answer is cut. `template`: the folder of a desk
        to begin with, `kind` where its rows are."""
        self.rows = rows
        self.folder = folder
        self.clock = HandClock()
        self.ids = SeededIds(self.clock, seed + 1 if template else 0)
        if template == NEW:
            template = _template(agents, kind)[0]
        self.store = STORES[kind](folder, template)
        self._asked = 0
        self._open()
        self.departments = self.uids("department")
        others = [uid for uid in self.uids("agent") if uid != self.identity.agent_id]
        self.agents = [self.identity.agent_id, *others]
        self.mails = 0
        self.lives = 0  # how often it was restored

    @property
    def authority(self) -> Authority:
        return self._processes[0].authority

    @property
    def exchange(self) -> Exchange:
        """Of one process after another: no machine can tell them apart."""
        for process in self._processes:
            process.hear()
        self._asked += 1
        return self._processes[self._asked % len(self._processes)].exchange

    def _open(self) -> None:
        engine = self.store.database("OFF").writer()
        self.identity: DeskIdentity = identity(
            engine, clock=self.clock, ids=self.ids, agent_name="Lucía"
        )
        engine.dispose()
        self._processes = [self._process() for _ in range(self.store.processes)]

    def _process(self) -> Process:
        authority = Authority(
            self.store.database(self.synchronous),
            clock=self.clock,
            ids=self.ids,
            blobs=FileBlobs(self.folder / "blobs"),
            readers=1,
        )
        with (
            mock.patch("deskapp.core.authority.executor.Executor", PromptExecutor),
            mock.patch("deskapp.core.authority.peers.Relay", PromptRelay),
        ):
            authority.start(effects=False)
        return Process(authority, Exchange(authority, readers=1, rows=self.rows))

    def close(self) -> None:
        for process in self._processes:
            process.close()

    # What happens to it ----------------------------------------------------------------------------------------

    def crash(self, random: Random, *, power: bool) -> None:
        """Its process is killed, or its power cut, and it is started again."""
        with self.authority.engine.connect() as connection:
            self.store.stop(connection, random, power=power)
        for process in self._processes:
            process.crash()
        self.close()
        self.store.put_back()
        self._open()

    def back_up(self, into: Path) -> None:
        self.store.back_up(into)

    def restore(self, copy: Path) -> None:
        """It is again what it was when the copy was taken; every machine sees that by the epoch."""
        self.close()
        self.store.restore(copy)
        self.lives += 1
        self._open()

    # What is done at it ----------------------------------------------------------------------------------------

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
        raw = StoreRawMail(items=(RawRef(sha, 100, account_id, "INBOX", 1, self.mails),))
        self.authority.submit_as_desk(raw)  # in one commit with what follows
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

    # What it is ------------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The driver's connection, in one snapshot; question marks stand for values."""
        with self.authority._readers.connect() as connection:
            yield self.store.raw(connection)

    def finds(self, word: str) -> truth.Found:
        """Messages and contacts in which that word is."""
        with self.authority._readers.connect() as connection:
            return self.store.finds(connection, word)

    def uids(self, entity: str) -> list[str]:
        with self.reading() as raw:
            return truth.uids_of(raw, entity)

    def rows_of(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self.reading() as raw:
            return list(raw.execute(sql, values))

    def visible(self, agent_id: str) -> truth.Dump:
        """What that agent may see, in no desk's own keys."""
        with self.reading() as raw:
            return truth.visible(raw, agent_id)
