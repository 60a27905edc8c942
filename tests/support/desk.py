"""A desk for tests: the real authority on a real file, with a clock and ids that the test holds."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeVar

from sqlalchemy import text

from deskapp.core.api import Command, Outcome, Query
from deskapp.core.authority.genesis import identity
from deskapp.core.authority.workspace import Authority, LocalWorkspace
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.contacts import CreateContact, NewPoint
from deskapp.core.commands.mail import IncomingMail, RawRef, ReceiveMail, StoreRawMail
from deskapp.core.commands.tickets import CreateTicket
from deskapp.models.database import Database, PostgresDatabase, SqliteFile
from deskapp.models.dto import Address
from deskapp.models.engine import writer_engine
from deskapp.models.enums import Channel, PointKind
from deskapp.models.ids import make_uuid7
from deskapp.models.schema import upgrade
from deskapp.system.blobs import FileBlobs

R = TypeVar("R")
START = 1_790_000_000_000
WAIT_SECONDS = 90
CHOICE = "DESKAPP_TEST_DATABASE"


class HandClock:
    """Moves only when the test moves it."""

    def __init__(self, now: int = START) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def advance(self, ms: int) -> None:
        self._now += ms


class SeededIds:
    def __init__(self, clock: HandClock, seed: int = 0) -> None:
        self._clock = clock
        self._random = Random(seed)

    def new(self) -> str:
        return make_uuid7(self._clock.now(), self._random.getrandbits(74))


@dataclass
class DeskRig:
    authority: Authority
    workspace: LocalWorkspace
    clock: HandClock
    path: Path
    mails: int = 0

    def new(self) -> str:
        return self.workspace.new_id()

    def submit(self, command: Command) -> Outcome:
        """Submit as the agent and wait; whatever the answer is."""
        return self._wait(self.workspace.submit(command))

    def do(self, command: Command) -> Outcome:
        """As `submit`, and it must have been accepted."""
        outcome = self.submit(command)
        assert outcome.ok, f"{command.TYPE}: {outcome.rejected}"
        return outcome

    def desk(self, command: Command) -> Outcome:
        """Submit as the desk itself (a channel, a timer)."""
        outcome = self._wait(self.authority.submit_as_desk(command))
        assert outcome.ok, f"{command.TYPE}: {outcome.rejected}"
        return outcome

    def ask(self, query: Query[R]) -> R:
        return self._wait(self.workspace.query(query))

    def sql(self, *statements: str) -> list[tuple[object, ...]]:
        """Rows of one statement; of several, a tuple of rows each, all out of one snapshot."""
        with self.authority.effects._readers.connect() as connection:
            answers = [[tuple(row) for row in connection.execute(text(s))] for s in statements]
        return answers[0] if len(answers) == 1 else [tuple(rows) for rows in answers]

    def _wait(self, future: "Future[R]") -> R:
        return future.result(WAIT_SECONDS)

    # Shorthands of many stories --------------------------------------------------------------------------------

    def contact(self, name: str = "Carmen Villalobos", address: str = "carmen@correo.test") -> str:
        uid = self.new()
        points = (NewPoint(self.new(), PointKind.EMAIL, address),) if address else ()
        self.do(CreateContact(contact_id=uid, name=name, points=points))
        return uid

    def ticket(
        self, contact_id: str, subject: str = "Pedido incompleto", body: str = "Falta una taza"
    ) -> str:
        uid = self.new()
        self.do(
            CreateTicket(
                ticket_id=uid,
                subject=subject,
                channel=Channel.PHONE,
                contact_id=contact_id,
                body=body,
                message_id=self.new(),
            )
        )
        return uid

    def account(self, address: str = "tienda@taller.test", **settings: object) -> str:
        uid = self.new()
        self.do(
            SaveAccount(account_id=uid, name="Taller Norte", address=address, settings=settings)
        )
        return uid

    def mail(self, account_id: str, *, history: bool = False, **fields: object) -> Outcome:
        """Hand in a mail as the channel does: raw first, then parsed."""
        self.mails += 1
        sha = f"{self.mails:064x}"
        values: dict[str, object] = {
            "raw_sha256": sha,
            "subject": "Falta una taza",
            "rfc_message_id": f"<m{self.mails}@correo.test>",
            "sender": Address("Carmen Villalobos", "carmen@correo.test"),
            "text": "Hola, falta una taza.",
            "to": (Address("", "tienda@taller.test"),),
        }
        incoming = IncomingMail(**(values | fields))  # type: ignore[arg-type]
        self.desk(
            StoreRawMail(
                items=(RawRef(sha, 100, account_id, "INBOX", 1, self.mails, history=history),)
            )
        )
        return self.desk(
            ReceiveMail(
                mail=incoming,
                account_id=account_id,
                ticket_id=self.new(),
                message_id=self.new(),
                contact_id=self.new(),
                history=history,
            )
        )


@cache
def _empty_desk() -> Path:
    """A migrated file without a row, made once in a process: the migrations take longer than most stories."""
    folder = Path(tempfile.mkdtemp(prefix="deskapp-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "desk.sqlite"
    engine = writer_engine(path)
    upgrade(engine, path)
    engine.dispose()
    return path


def open_rig(folder: Path, *, seed: int = 0, agent: str = "Lucía Marín") -> Iterator[DeskRig]:
    """Make a desk in `folder`, yield it, close it. As a fixture's body.

    With DESKAPP_TEST_DATABASE=postgres it is one in a database on a server, whoever asks.
    """
    if os.environ.get(CHOICE) == "postgres":
        yield from open_postgres_rig(folder, seed=seed, agent=agent)
        return
    path = folder / "desk.sqlite"
    shutil.copy(_empty_desk(), path)
    yield from _opened(SqliteFile(path), folder, seed, agent)


def open_postgres_rig(
    folder: Path, *, seed: int = 0, agent: str = "Lucía Marín"
) -> Iterator[DeskRig]:
    """As `open_rig`, for a desk in a database of its own on a PostgreSQL server."""
    from tests.support.postgres import server

    with server().desk() as url:
        yield from _opened(PostgresDatabase(url), folder, seed, agent)


def _opened(database: Database, folder: Path, seed: int, agent: str) -> Iterator[DeskRig]:
    path = folder / "desk.sqlite"
    clock = HandClock()
    ids = SeededIds(clock, seed)
    engine = database.writer()
    who = identity(engine, clock=clock, ids=ids, agent_name=agent)
    engine.dispose()
    authority = Authority(database, clock=clock, ids=ids, blobs=FileBlobs(folder / "blobs"))
    authority.start()
    try:
        yield DeskRig(authority, LocalWorkspace(authority, who.agent_id, who.device), clock, path)
    finally:
        authority.close()
