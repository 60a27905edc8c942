"""The desk under construction: a real authority whose clock goes where the story is."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from random import Random
from typing import Final, TypeVar

from deskapp.channels.email.intake import Intake
from deskapp.channels.email.parse import parse
from deskapp.channels.email.sandbox import Limits, MailParser, Parsed
from deskapp.core.api import Command, Outcome, Query, Rejected
from deskapp.core.authority.genesis import identity
from deskapp.core.authority.workspace import SYSTEM, Authority, LocalWorkspace
from deskapp.models.engine import writer_engine
from deskapp.models.ids import make_uuid7
from deskapp.models.schema import upgrade
from deskapp.system.blobs import FileBlobs
from deskapp.system.paths import FILE_MODE, Profile, private_folder

R = TypeVar("R")

_SIGNING_KEY: Final = b"only for the demo's own past"
"""No mail of the demo's past carries a signed Message-ID; the open desk has a key of its own."""


class SteppingClock:
    """Stands still until the story moves it, and never goes back."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def move_to(self, at: int) -> None:
        self._now = max(self._now, at)


class SeededIds:
    """The same ids in every build of the same story at the same time."""

    def __init__(self, clock: SteppingClock, seed: int = 1) -> None:
        self._clock = clock
        self._random = Random(seed)

    def new(self) -> str:
        return make_uuid7(self._clock.now(), self._random.getrandbits(74))


class _QuickBlobs(FileBlobs):
    """Blobs that are not flushed one by one: a build that is cut short is thrown away."""

    def put_many(self, items: Iterable[bytes]) -> list[str]:
        names = []
        for data in items:
            name = sha256(data).hexdigest()
            path = self.path(name)
            private_folder(path.parent)
            path.write_bytes(data)
            path.chmod(FILE_MODE)
            names.append(name)
        return names


class InProcessParser(MailParser):
    """Parses here and now: these mails are our own, and a process of its own takes long to start."""

    def __init__(self) -> None:
        super().__init__(workers=0, limits=Limits())

    def parse(self, raw: bytes) -> Parsed:
        return Parsed(*parse(raw))


class Stage:
    """Commands as the agent (`do`) and as the desk itself (`as_desk`), each done before the next."""

    def __init__(self, authority: Authority, clock: SteppingClock, agent: LocalWorkspace) -> None:
        self.clock = clock
        self._agent = agent
        self._desk = LocalWorkspace(authority, SYSTEM, SYSTEM)
        self.intake = Intake(self._desk, InProcessParser(), _SIGNING_KEY)
        self.blobs = authority.blobs
        self.agent_id = agent.agent_id

    def new_id(self) -> str:
        return self._agent.new_id()

    def do(self, command: Command) -> Outcome:
        """Raises `Rejected`: the story has a mistake."""
        return _accepted(self._agent.submit(command).result())

    def as_desk(self, command: Command) -> Outcome:
        return _accepted(self._desk.submit(command).result())

    def ask(self, query: Query[R]) -> R:
        return self._agent.query(query).result()


def _accepted(outcome: Outcome) -> Outcome:
    if outcome.rejected is not None:
        raise Rejected(outcome.rejected.code, **outcome.rejected.params)
    return outcome


@contextmanager
def open_stage(profile: Profile, opened_at: int, agent_name: str) -> Iterator[Stage]:
    """A new desk in `profile`. Nothing of it is durable before the end: a build that is cut short is
    thrown away. Effects stay in their queue; the story says what became of them."""
    clock = SteppingClock(opened_at)
    ids = SeededIds(clock)
    engine = writer_engine(profile.database, synchronous="OFF")
    upgrade(engine, profile.database)
    who = identity(engine, clock=clock, ids=ids, agent_name=agent_name)
    engine.dispose()
    authority = Authority(
        profile.database,
        clock=clock,
        ids=ids,
        blobs=_QuickBlobs(profile.blobs),
        readers=1,
        synchronous="OFF",
    )
    authority.start(effects=False)
    try:
        yield Stage(authority, clock, LocalWorkspace(authority, who.agent_id, who.device))
    finally:
        authority.close()
