"""When this machine talks to its host: at a new command, at a poke, and by a timer while something is amiss.

News that the live line brings is written without talking, if nothing is missing before it.
"""

import logging
import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from deskapp.core.api import Command, Outcome, Rejection
from deskapp.core.commands.registry import encode_command
from deskapp.sync.client.problems import HARD, HostProblem, Revoked, Unreachable
from deskapp.sync.protocol.live import News
from deskapp.sync.protocol.messages import WireCommand, WireResult
from deskapp.sync.replica.follow import outcome_of

log = logging.getLogger(__name__)

OFFLINE: Final = "offline"
"""How a command that needs the host is refused while it cannot be reached."""
SAFETY_S: Final = 30.0
"""Without a live line nobody is poked: look now and then."""
RARE_S: Final = 300.0
FIRST_S: Final = 1.0
LONGEST_S: Final = 30.0
TRIES: Final = 2
"""How often a command that somebody waits for is sent: an answer may be lost, its id makes that harmless."""

Step = Callable[[Sequence[WireCommand]], "dict[str, WireResult]"]
"""One exchange after which nothing waits: takes what somebody waits for, answers what became of it."""
Write = Callable[[Sequence[News]], bool]
"""Writes news, in its order; False when an exchange is needed."""
NEWS: Final = 50
"""More than so many are not kept: what is left has a gap before it then."""


@dataclass(slots=True)
class _Urgent:
    wire: WireCommand
    future: "Future[Outcome]" = field(default_factory=Future)
    tries: int = TRIES


class SyncLoop:
    """The thread `sync`. `on_state` is told after each exchange why there is no contact, None when there is.

    No exchange is made only because something waits: a new command, a poke or the timer starts one. After a
    problem of `HARD` nothing is tried but at a person's wish (`sync_now`), and nothing at all once revoked.
    """

    def __init__(
        self,
        step: Step,
        on_state: Callable[[HostProblem | None], None],
        write: Write = lambda _news: False,
    ) -> None:
        self._step, self._on_state, self._write = step, on_state, write
        self._urgent: list[_Urgent] = []
        self._news: deque[News] = deque(maxlen=NEWS)
        self._wanted = True  # an exchange, rather than the writing of news alone
        self._lock = threading.Lock()
        self._go = threading.Event()
        self._closing = threading.Event()
        self._failures = 0
        self._wait_s = 0.0
        self._line_up = False
        self.problem: HostProblem | None = Unreachable(reason="not yet")
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        self._go.set()
        self._thread.start()

    def close(self) -> None:
        """Ends it; close the lanes first, so that it does not wait for a silent host."""
        self._closing.set()
        self._go.set()
        if self._thread.is_alive():
            self._thread.join()
        self._refuse_urgent()

    def wake(self) -> None:
        """There is a new command, or news at the host."""
        if not isinstance(self.problem, HARD):
            self._ask()

    def told(self, news: News) -> None:
        """The host sent what is new. Without contact it waits for the exchange that makes it."""
        self._news.append(news)
        if self.problem is None:
            self._go.set()

    def _ask(self) -> None:
        self._wanted = True
        self._go.set()

    def sync_now(self) -> None:
        """A person wants it, whatever stands in the way."""
        self._failures = 0
        self._ask()

    def line_moved(self, problem: HostProblem | None) -> None:
        """The live line has risen (None) or fallen: then the host is taken as gone until it answers."""
        self._line_up = problem is None
        if problem is not None and not isinstance(self.problem, HARD):
            self._become(problem)
        self.wake()

    def online(self, command: Command, command_id: str) -> "Future[Outcome]":
        """Have the host carry it out now; rejected as `offline` when it cannot be reached."""
        wire = WireCommand(id=command_id, n=0, **encode_command(command))
        urgent = _Urgent(wire)
        urgent.future.set_running_or_notify_cancel()
        with self._lock:
            refused = self._closing.is_set() or self.problem is not None
            if not refused:
                self._urgent.append(urgent)
        if refused:
            urgent.future.set_result(_offline(command_id))
        self.wake()
        return urgent.future

    def _run(self) -> None:
        while True:
            timely = self._go.wait(self._pause())
            if self._closing.is_set():
                return
            self._go.clear()
            if timely and not self._wanted and self._written():
                continue
            self._wanted = False
            self._news.clear()  # what comes from here on may be newer than the answer
            problem = self._exchange()
            if self._closing.is_set():
                return
            self._become(problem)
            if problem is None:
                self._failures = 0
                if self._urgent:
                    self._ask()
                elif self._news:
                    self._go.set()
                continue
            self._failures += 1
            self._wait_s = problem.wait_s
            self._refuse_urgent()
            if isinstance(problem, Revoked):
                return

    def _written(self) -> bool:
        """Whether what came over the line could be written, so that there is nothing to ask for."""
        news = [self._news.popleft() for _ in range(len(self._news))]
        try:
            return not news or self._write(news)
        except Exception:  # the disk, or a bug: an exchange says which
            log.exception("news of the host could not be written")
            return False

    def _exchange(self) -> HostProblem | None:
        with self._lock:
            urgent = list(self._urgent)
        for one in urgent:
            one.tries -= 1
        try:
            results = self._step([one.wire for one in urgent])
        except HostProblem as problem:
            if isinstance(problem, Unreachable) and any(one.tries for one in urgent):
                return self._exchange()
            return problem
        except Exception as error:  # the disk, or a bug: the thread must not end by it
            log.exception("an exchange with the host failed")
            return HostProblem("failed", reason=type(error).__name__)
        self._answer(urgent, results)
        return None

    def _answer(self, urgent: Sequence[_Urgent], results: "dict[str, WireResult]") -> None:
        for one in urgent:
            result = results.get(one.wire.id)
            if result is None and one.tries:
                continue  # not sent yet: with the next exchange
            with self._lock:
                self._urgent.remove(one)
            one.future.set_result(outcome_of(result) if result else _offline(one.wire.id))

    def _refuse_urgent(self) -> None:
        with self._lock:
            left, self._urgent = self._urgent, []
        for one in left:
            one.future.set_result(_offline(one.wire.id))

    def _become(self, problem: HostProblem | None) -> None:
        with self._lock:
            self.problem = problem
        self._on_state(problem)

    def _pause(self) -> float | None:
        """How long to wait for a reason, in seconds; None: until there is one."""
        if isinstance(self.problem, HARD):
            return None
        if self.problem is not None:
            longest = min(FIRST_S * 2 ** min(self._failures, 10), LONGEST_S)
            return max(self._wait_s, random.uniform(longest / 2, longest))
        return random.uniform(0.8, 1.2) * (RARE_S if self._line_up else SAFETY_S)


def _offline(command_id: str) -> Outcome:
    return Outcome(command_id, 0, rejected=Rejection(OFFLINE))
