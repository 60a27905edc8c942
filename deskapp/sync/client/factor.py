"""This agent's own second factor, asked of the host."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Literal

from deskapp.core.ports import Enrolment, FactorState
from deskapp.sync.client.http import Lanes
from deskapp.sync.client.problems import HostProblem
from deskapp.sync.protocol.pairing import FactorAnswer, FactorRequest


class HostFactor:
    """A `core.ports.SecondFactor`. Its futures raise `HostProblem`s; one with `wait_s` is rate_limited."""

    def __init__(self, lanes: Lanes) -> None:
        self._lane = lanes.lane()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="factor")

    def close(self) -> None:
        """Close the lanes first."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def state(self) -> "Future[FactorState]":
        return self._ask("state", "", lambda told: FactorState(told.on, told.recovery_left))

    def begin(self) -> "Future[Enrolment]":
        return self._ask("begin", "", lambda told: Enrolment(told.secret, told.uri))

    def confirm(self, code: str) -> "Future[tuple[str, ...]]":
        return self._ask("confirm", code, lambda told: told.recovery)

    def remove(self, code: str) -> "Future[None]":
        return self._ask("remove", code, lambda _told: None)

    def _ask(
        self,
        do: Literal["state", "begin", "confirm", "remove"],
        code: str,
        of: Callable[[FactorAnswer], Any],
    ) -> "Future[Any]":
        def work() -> Any:
            asked = FactorRequest(do=do, code=code)
            try:
                return of(self._lane.ask("POST", "/v1/second-factor", FactorAnswer, asked))
            except HostProblem as problem:
                if problem.wait_s:
                    raise HostProblem("rate_limited", problem.wait_s) from problem
                raise

        return self._pool.submit(work)
