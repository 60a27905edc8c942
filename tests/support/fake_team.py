"""The team's two sides as a test writes them: what they tell comes from a thread of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from deskapp.core.api import Command, Connection
from deskapp.core.ports import (
    ConnectionChanged,
    Enrolment,
    FactorState,
    HostState,
    Inspection,
    Invitation,
    Nearby,
    Proofs,
    Seen,
    TeamNews,
    TestStep,
    Unsent,
)

FINGERPRINT = "ab12" * 16
RUNNING = HostState(True, ("192.0.2.7:8791", "escritorio.local:8791"), FINGERPRINT)
INVITED_AT = 1_900_000_000_000
VALID_MS = 600_000


class FakeTeamLink:
    """`core.ports.TeamLink`. `asked` lists every (what, about what)."""

    def __init__(self) -> None:
        self.waiting: list[Unsent] = []
        self.inspection = Inspection()
        self.there: dict[str, list[Seen]] = {}
        self.asked: list[tuple[str, str]] = []
        self.looked: list[tuple[str, bool]] = []
        self.days = 90
        self._listeners: list[Callable[[TeamNews], None]] = []
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="fake-team")

    def tell(self, *news: TeamNews) -> None:
        """Tell all of it at once, from the worker's thread."""
        self._pool.submit(self._tell, news).result()

    def _tell(self, news: tuple[TeamNews, ...]) -> None:
        for one in news:
            for listener in tuple(self._listeners):
                listener(one)

    def come(self, *seen: Seen) -> None:
        """Colleagues are at these tickets now, and at no others."""
        self.there = {}
        for one in seen:
            self.there.setdefault(one.ticket_id, []).append(one)
        self.tell(*(seen or (Seen("", ""),)))

    def queue(self, command: Command, command_id: str, at: int, refusal: str = "") -> None:
        self.waiting.append(Unsent(command_id, command, at, refusal))

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    # -- TeamLink ------------------------------------------------------------------------------

    def subscribe(self, callback: Callable[[TeamNews], None]) -> Callable[[], None]:
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def unsent(self) -> tuple[Unsent, ...]:
        return tuple(self.waiting)

    def retry(self, command_id: str) -> None:
        self.asked.append(("retry", command_id))
        self.waiting = [
            replace(u, refusal="") if u.command_id == command_id else u for u in self.waiting
        ]
        self.tell(ConnectionChanged())

    def discard(self, command_id: str) -> None:
        self.asked.append(("discard", command_id))
        self.waiting = [u for u in self.waiting if u.command_id != command_id]
        self.tell(ConnectionChanged())

    def sync_now(self) -> None:
        self.asked.append(("sync", ""))

    def look_at(self, ticket_id: str, typing: bool = False) -> None:
        self.looked.append((ticket_id, typing))

    def seen(self, ticket_id: str) -> tuple[Seen, ...]:
        return tuple(self.there.get(ticket_id, ()))

    def inspect(self) -> Future[Inspection]:
        return self._pool.submit(lambda: self.inspection)

    def kept_days(self) -> int:
        return self.days

    def keep_days(self, days: int) -> None:
        self.days = days
        self.tell(ConnectionChanged())


class FakeTeamHost:
    """`core.ports.TeamHost`."""

    def __init__(self, state: HostState = RUNNING) -> None:
        self._state = state
        self.invited: list[str] = []
        self.withdrawn: list[str] = []
        self.passwords: dict[str, str] = {}
        self.factors: set[str] = set()
        self.problem: Exception | None = None
        self._listeners: list[Callable[[HostState], None]] = []
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="fake-host")

    def become(self, state: HostState) -> None:
        """From the worker's thread."""
        self._state = state
        self._pool.submit(lambda: [listener(state) for listener in self._listeners]).result()

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    # -- TeamHost ------------------------------------------------------------------------------

    def state(self) -> HostState:
        return self._state

    def subscribe(self, callback: Callable[[HostState], None]) -> Callable[[], None]:
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def invite(self, agent_id: str) -> Future[Invitation]:
        self.invited.append(agent_id)
        return self._pool.submit(self._invite, agent_id)

    def _invite(self, agent_id: str) -> Invitation:
        if self.problem is not None:
            raise self.problem
        code = f"{481_516 + len(self.invited):06}"
        link = f"deskapp://192.0.2.7:8791/{FINGERPRINT[:32]}/{code}"
        return Invitation(agent_id, code, link, INVITED_AT + VALID_MS)

    def withdraw(self, agent_id: str) -> None:
        self.withdrawn.append(agent_id)

    def set_password(self, agent_id: str, password: str) -> Future[None]:
        self.passwords[agent_id] = password
        return self._pool.submit(lambda: None)

    def factor_of(self, agent_id: str) -> Future[FactorState]:
        return self._pool.submit(lambda: FactorState(agent_id in self.factors))


class FakeFactor:
    """`core.ports.SecondFactor`. The good code is 123456; `recovery` is told by `confirm`."""

    recovery = tuple(f"ABCD-EFGH-IJKL-{number:04}" for number in range(10))

    def __init__(self) -> None:
        self.on = False
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="fake-factor")

    def state(self) -> Future[FactorState]:
        return self.pool.submit(lambda: FactorState(self.on, 10 if self.on else 0))

    def begin(self) -> Future[Enrolment]:
        secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        uri = f"otpauth://totp/deskapp:Ana?secret={secret}&issuer=deskapp"
        return self.pool.submit(lambda: Enrolment(secret, uri))

    def confirm(self, code: str) -> Future[tuple[str, ...]]:
        return self.pool.submit(self._switch, code, True)

    def remove(self, code: str) -> Future[None]:
        def work() -> None:
            self._switch(code, False)

        return self.pool.submit(work)

    def _switch(self, code: str, on: bool) -> tuple[str, ...]:
        if "".join(code.split()) != "123456":
            raise Coded("totp_wrong")
        self.on = on
        return self.recovery


class Coded(Exception):
    """Of a port: an error that has a `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class FakeJoiner:
    """`core.ports.Joiner`: goes through `steps`, then answers `folder` or raises `problem`."""

    def __init__(self, folder: str = "/profiles/taller", problem: Exception | None = None) -> None:
        self.folder, self.problem = folder, problem
        self.steps: list[TestStep] = []
        self.asked: list[tuple[str, str, str]] = []
        self.totp = ""
        self.opened: list[str] = []
        self.found: tuple[Nearby, ...] = ()
        self.looking: list[Callable[[tuple[Nearby, ...]], None]] = []
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="fake-join")

    def join(
        self, address: str, code_or_link: str, proofs: Proofs, on_step: Callable[[TestStep], None]
    ) -> Future[str]:
        self.asked.append((address, code_or_link, proofs.password))
        self.totp = proofs.totp

        def run() -> str:
            for step in self.steps:
                on_step(step)
            if self.problem is not None:
                raise self.problem
            return self.folder

        return self._pool.submit(run)

    def open(self, folder: str) -> None:
        self.opened.append(folder)

    def nearby(self, callback: Callable[[tuple[Nearby, ...]], None]) -> Callable[[], None]:
        self.looking.append(callback)
        return lambda: self.looking.remove(callback)

    def find(self, *found: Nearby) -> None:
        """From a thread of its own."""
        self._pool.submit(lambda: [one(found) for one in tuple(self.looking)]).result()

    def close(self) -> None:
        self._pool.shutdown(wait=True)


def away(complete_to: int, **values: object) -> Connection:
    """A colleague's window that does not reach the host."""
    known: dict[str, object] = {"problem": "unreachable", **values}
    return Connection("team", False, complete_to, **known)  # type: ignore[arg-type]
