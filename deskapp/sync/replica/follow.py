"""One step of the loop between a replica and its host; the client's thread and the simulation take the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from msgspec import structs

from deskapp.core.api import Outcome, Rejection
from deskapp.core.commands.registry import decode_command
from deskapp.sync.protocol.messages import (
    COMMANDS,
    BootstrapPage,
    SyncAnswer,
    SyncRequest,
    WireCommand,
    WireResult,
)
from deskapp.sync.replica.bootstrap import BootstrapMismatch
from deskapp.sync.replica.checking import AT_ONCE
from deskapp.sync.replica.replica import Replica
from deskapp.sync.replica.transport import (
    AGAIN,
    OLDER,
    OtherEpoch,
    ScopeGone,
    StartOver,
    Transport,
    Unreachable,
)

R = TypeVar("R")
Do = Callable[[Callable[[Replica], object]], object]
"""Carries a piece of work to the thread that the replica belongs to, and brings back what it answers."""

BATCH_ROWS = 20_000
"""So many rows are written at once, at most about."""
LOT_ROWS = 5_000
"""So many rows of a first copy: a commit for each page would take longer than all the rest."""
TRIES = 3


@dataclass(slots=True)
class Step:
    """What became of the commands that were sent at once, and whether anything was told."""

    results: Mapping[str, WireResult] = field(default_factory=dict)
    rows: int = 0


def step(do: Do, transport: Transport, urgent: Sequence[WireCommand] = ()) -> Step:
    """Send what waits, then `urgent`; write what is new; fetch scopes that are new, until nothing is left.

    Raises `Unreachable` when the host does not answer; what waits is then kept as it was.
    """
    run = _Run(do, transport)
    try:
        if not run.call(lambda replica: replica.epoch):
            run.meet()
        return run.follow(urgent)
    except Unreachable:
        run.call(lambda replica: replica.lost_contact())
        with suppress(StartOver):
            run.squeeze()
        raise


class _Run:
    def __init__(self, do: Do, transport: Transport) -> None:
        self._do = do
        self._transport = transport
        self._step = Step()
        self._results: dict[str, WireResult] = {}

    def call(self, work: Callable[[Replica], R]) -> R:
        return self._do(work)  # type: ignore[return-value]

    def meet(self) -> None:
        """Learn which desk this is; another epoch than before begins anew."""
        hello = self._transport.hello()
        self.call(lambda replica: replica.start(hello.epoch))

    def follow(self, urgent: Sequence[WireCommand]) -> Step:
        left = list(urgent)
        for _ in range(TRIES):
            try:
                self._pull(left)
                while self._fetch() or self.call(lambda replica: replica.tend()) or self._compare():
                    self._pull(left)
                self.squeeze()
                break
            except StartOver as refusal:
                if not isinstance(refusal, OtherEpoch):
                    self.call(lambda replica: replica.rebuild())
                self.meet()
            except BootstrapMismatch:
                continue
        self._step.results = self._results
        return self._step

    def squeeze(self) -> None:
        """What this agent may not see any more leaves the files, a piece between other work."""
        while self.call(lambda replica: replica.squeeze()):
            pass

    def _pull(self, urgent: list[WireCommand]) -> None:
        """Sync until the host has no more. What came before the line broke is kept: it may never hold for long."""
        answers: list[SyncAnswer] = []
        try:
            self._gather(answers, urgent)
        except Unreachable:
            self._write(answers)
            raise
        self._write(answers)

    def _gather(self, answers: list[SyncAnswer], urgent: list[WireCommand]) -> None:
        """Answers are gathered, so that what waits is not run again for each."""
        while True:
            request = self.call(lambda replica: replica.request(answers))
            now = urgent if len(request.commands) + len(urgent) <= COMMANDS else []
            answer = self._transport.sync(_with(request, now))
            self._results |= {r.id: r for r in answer.results if r.id in {u.id for u in now}}
            urgent[:] = [command for command in urgent if command.id not in self._results]
            answers.append(answer)
            sent = len(request.commands) + len(now)
            if not answer.more and not self._waits(answers, urgent):
                break
            if _enough(answers, sent, self.call(lambda r: len(r.outbox.pending))):
                self._write(answers)

    def _waits(self, answers: list[SyncAnswer], urgent: list[WireCommand]) -> bool:
        return bool(urgent or self.call(lambda replica: replica.request(answers)).commands)

    def _write(self, answers: list[SyncAnswer]) -> None:
        given = tuple(answers)
        self._step.rows += sum(len(rows.rows) for one in given for rows in one.tables)
        self.call(lambda replica: replica.answered(given))
        answers.clear()

    def _compare(self) -> bool:
        """Ask what some parts of the scopes come to; whether one differs, and is to be fetched again."""
        for _ in range(AT_ONCE):
            check = self.call(lambda replica: replica.next_check())
            if check is None:
                return False
            request = self.call(lambda replica: replica.request())
            answer = self._transport.sync(structs.replace(request, check=check))
            self._write([answer])
            if answer.sums is None and not answer.more:
                self.call(lambda replica: replica.not_summed())
            if self.call(
                lambda r: not r.ready or r.bootstrap.unfinished
            ):  # it differs, or was damaged
                return True
        return False

    def _fetch(self) -> bool:
        """Bootstrap what is new; whether anything was."""
        unfinished = self.call(lambda replica: replica.bootstrap.unfinished)
        for scope, token in unfinished:
            try:
                for lot in _lots(self._stream(scope, token)):
                    self.call(partial(Replica.pages, scope=scope, pages=lot))
            except ScopeGone:
                self.call(partial(Replica.forget, scope=scope))
        if not self.call(lambda replica: replica.ready):
            self.call(lambda replica: replica.finish_building())
            return True
        return bool(unfinished)

    def _stream(self, scope: str, token: str) -> Iterator[BootstrapPage]:
        window = self.call(lambda replica: replica.window)
        if scope.startswith(OLDER):
            name = scope.removeprefix(OLDER)
            return self._transport.bootstrap(name, token, window.days, window.since)
        return self._transport.bootstrap(scope.removeprefix(AGAIN), token, window.days)


def _lots(pages: Iterable[BootstrapPage]) -> Iterator[tuple[BootstrapPage, ...]]:
    """Pages to be written together; those that came before the stream broke are among them."""
    lot: list[BootstrapPage] = []
    rows = 0
    try:
        for page in pages:
            lot.append(page)
            rows += sum(len(table.rows) for table in page.tables)
            if rows >= LOT_ROWS:
                yield tuple(lot)
                lot, rows = [], 0
    except Unreachable:
        if lot:
            yield tuple(lot)
        raise
    if lot:
        yield tuple(lot)


def _with(request: SyncRequest, urgent: Sequence[WireCommand]) -> SyncRequest:
    return SyncRequest(
        epoch=request.epoch, cursors=request.cursors, commands=(*request.commands, *urgent)
    )


def _enough(answers: Sequence[SyncAnswer], sent: int, waiting: int) -> bool:
    """Whether to write now: half of what waits is answered, or there are many rows."""
    rows = sum(len(rows.rows) for answer in answers for rows in answer.tables)
    answered = sum(len(answer.results) for answer in answers)
    return rows >= BATCH_ROWS or (sent > 0 and answered * 2 >= waiting)


def outcome_of(result: WireResult) -> Outcome:
    """What the host answered, as a window knows it."""
    rejected = result.rejected
    if result.failed:
        rejected = {"code": "failed"}
    return Outcome(
        result.id,
        result.seq,
        result.result,
        decode_command(result.undo) if result.undo else None,
        Rejection(rejected["code"], rejected.get("params", {})) if rejected else None,
    )
