"""The effect queue: what a commit asked to be done outside, done after it, retried, and never forgotten."""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError

from deskapp.core.api import Command, Outcome
from deskapp.core.commands.effects import RecoverEffects, StartEffect
from deskapp.core.commands.mail import SettleEffect
from deskapp.core.commands.team import RemoveDepartment
from deskapp.core.commands.tickets import WakeTicket
from deskapp.core.ports import Clock
from deskapp.models import tables as t
from deskapp.models.enums import EffectState

if TYPE_CHECKING:
    from deskapp.core.authority.peers import Peers

log = logging.getLogger(__name__)

RETRY_MS = (60_000, 300_000, 900_000, 3_600_000, 3 * 3_600_000, 6 * 3_600_000)
"""Waits before the tries that follow the first; after the last the effect stands as failed."""
IDLE_SECONDS = 30.0
AGAIN_SECONDS = 2.0
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Effect:
    """A claimed row. `attempts` counts this one; above 1 an earlier try may have got somewhere."""

    id: str
    kind: str
    key: str
    payload: Mapping[str, Any]
    attempts: int
    created_at: int


Worker = Callable[[Effect], None]
"""Carries an effect out and reports (ReportDelivery, SettleEffect…). An exception is settled as a retry."""


def retry_at(now: int, attempts: int) -> int | None:
    """When to try again after the `attempts`-th failure; None: give up and show it."""
    return now + RETRY_MS[attempts - 1] if attempts <= len(RETRY_MS) else None


class EffectRunner:
    """Looks for due effects when woken and when the next one falls due, and hands them to workers."""

    def __init__(
        self,
        readers: Engine,
        *,
        clock: Clock,
        submit: Callable[[Command], "Future[Outcome]"],
        threads: int = 4,
        peers: "Peers | None" = None,
    ) -> None:
        """`peers`: other processes carry out effects of this desk too."""
        self._peers = peers
        self._readers = readers
        self._clock = clock
        self._submit = submit
        self._workers: dict[str, Worker] = {
            "timer.wake_ticket": self._wake_ticket,
            "timer.empty_department": self._empty_department,
        }
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="effect")
        self._claimed: set[str] = set()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="effects", daemon=True)

    def register(self, kind: str, worker: Worker) -> None:
        """Effects of `kind` wait in the queue until their worker is registered."""
        self._workers[kind] = worker
        self.wake()

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def close(self) -> None:
        self._closing.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(wait=True)

    def _run(self) -> None:
        if self._peers is None:
            self._submit(RecoverEffects()).exception()
        while not self._closing.is_set():
            self._wake.clear()
            try:
                wait = self._dispatch()
            except OperationalError as error:
                log.warning("the effects could not be looked at: %s", type(error.orig).__name__)
                wait = AGAIN_SECONDS
            self._wake.wait(wait)

    def _dispatch(self) -> float:
        """Claim what is due; returns the seconds until the next look."""
        now = self._clock.now()
        if self._peers is not None and self._peers.recover(now):
            log.info("took over effects of a process that is gone")
        due = self._due(now)
        for uid in due:
            self._claimed.add(uid)
            self._pool.submit(self._carry_out, uid)
        return self._until_next(now)

    def _due(self, now: int) -> list[str]:
        if self._peers is not None:
            return self._peers.lease(now, list(self._workers), AT_ONCE)
        with self._readers.connect() as connection:
            rows = connection.execute(
                select(t.effect.c.uid)
                .where(t.effect.c.state == EffectState.WAITING, t.effect.c.due_at <= now)
                .where(t.effect.c.kind.in_(list(self._workers)))
                .order_by(t.effect.c.due_at, t.effect.c.id)
                .limit(AT_ONCE)
            ).scalars()
            return [uid for uid in rows if uid not in self._claimed]

    def _until_next(self, now: int) -> float:
        with self._readers.connect() as connection:
            at = connection.execute(
                select(func.min(t.effect.c.due_at))
                .where(t.effect.c.state == EffectState.WAITING, t.effect.c.due_at > now)
                .where(t.effect.c.kind.in_(list(self._workers)))
            ).scalar()
        return IDLE_SECONDS if at is None else min(max((at - now) / 1000, 0.01), IDLE_SECONDS)

    def _carry_out(self, uid: str) -> None:
        try:
            started = self._submit(StartEffect(effect_id=uid)).result()
            if not started.ok:  # cancelled meanwhile
                return
            row = started.result
            effect = Effect(
                uid,
                str(row["kind"]),
                str(row["key"]),
                row["payload"],  # type: ignore[arg-type]
                int(str(row["attempts"])),
                int(str(row["created_at"])),
            )
            self._try(effect)
        finally:
            self._claimed.discard(uid)
            if self._peers is not None:
                self._peers.release(uid)
            self.wake()

    def _try(self, effect: Effect) -> None:
        try:
            self._workers[effect.kind](effect)
        except Exception as error:
            log.exception("effect %s (%s), try %d", effect.id, effect.kind, effect.attempts)
            again = retry_at(self._clock.now(), effect.attempts)
            report = SettleEffect(
                effect_id=effect.id, ok=False, error=type(error).__name__, retry_at=again
            )
            self._submit(report).exception()

    def _wake_ticket(self, effect: Effect) -> None:
        payload = effect.payload
        self._submit(WakeTicket(ticket_id=payload["ticket_id"], until=payload["until"])).result()
        self._submit(SettleEffect(effect_id=effect.id, ok=True)).result()

    def _empty_department(self, effect: Effect) -> None:
        """Refused when the one or the other was removed by now: then there is nothing left to do here."""
        payload = effect.payload
        go_on = RemoveDepartment(department_id=payload["department_id"], move_to=payload["move_to"])
        self._submit(go_on).result()
        self._submit(SettleEffect(effect_id=effect.id, ok=True)).result()
