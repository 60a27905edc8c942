"""The effect queue: done after the commit, retried, given up visibly, taken up again after a crash."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp.core.authority.effects import RETRY_MS, Effect, retry_at
from deskapp.core.commands.effects import RecoverEffects, StartEffect
from deskapp.core.commands.mail import SettleEffect
from deskapp.core.commands.messages import SendReply
from deskapp.models.dto import Address
from tests.conftest import ExpectLog
from tests.support.desk import DeskRig, open_rig

WAIT_S = 90


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


def reply(desk: DeskRig, hold_ms: int = 0) -> str:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    uid = desk.new()
    desk.do(
        SendReply(
            ticket_id=ticket, message_id=uid, body="Hola", seen_order=0, hold_ms=hold_ms,
            to=(Address("", "carmen@correo.test"),),
        )
    )  # fmt: skip
    return uid


def state(desk: DeskRig) -> tuple[object, ...]:
    (row,) = desk.sql("SELECT state, attempts, due_at FROM effect")
    return row


def test_a_worker_gets_what_the_commit_asked_for(desk: DeskRig) -> None:
    seen: list[Effect] = []
    done = threading.Event()

    def send(effect: Effect) -> None:
        seen.append(effect)
        desk.authority.submit_as_desk(SettleEffect(effect_id=effect.id, ok=True)).result()
        done.set()

    uid = reply(desk)
    desk.authority.effects.register("email.send", send)
    assert done.wait(WAIT_S)
    assert (seen[0].kind, seen[0].payload, seen[0].attempts) == (
        "email.send",
        {"message_id": uid},
        1,
    )
    assert state(desk)[0] == "done"


def test_what_is_held_waits_for_its_time(desk: DeskRig) -> None:
    done = threading.Event()
    desk.authority.effects.register("email.send", lambda _: done.set())
    reply(desk, hold_ms=60_000)
    desk.authority.effects.wake()
    assert state(desk)[0] == "waiting"
    desk.clock.advance(60_000)
    desk.authority.effects.wake()
    assert done.wait(WAIT_S)


def test_a_worker_that_breaks_is_tried_again_later(desk: DeskRig, expect_log: ExpectLog) -> None:
    expect_log("email.send")
    broke = threading.Event()

    def send(effect: Effect) -> None:
        broke.set()
        raise ConnectionError(effect.id)

    reply(desk)
    desk.authority.effects.register("email.send", send)
    assert broke.wait(WAIT_S)
    settled = threading.Event()
    desk.workspace.subscribe(lambda _: settled.set())
    while state(desk)[0] == "running":
        settled.wait(0.01)
    assert state(desk) == ("waiting", 1, desk.clock.now() + RETRY_MS[0])


def test_waits_grow_and_end() -> None:
    waits = [retry_at(0, attempt) for attempt in range(1, len(RETRY_MS) + 2)]
    assert waits[:-1] == list(RETRY_MS)
    assert waits == [*sorted(waits[:-1]), None]  # type: ignore[type-var]


def test_what_was_running_at_a_crash_waits_again(desk: DeskRig) -> None:
    reply(desk)
    ((uid,),) = desk.sql("SELECT uid FROM effect")
    desk.desk(StartEffect(effect_id=str(uid)))
    refused = desk.authority.submit_as_desk(StartEffect(effect_id=str(uid))).result(WAIT_S)
    assert refused.rejected is not None
    assert refused.rejected.code == "effect_not_waiting"
    desk.desk(RecoverEffects())
    assert state(desk)[:2] == ("waiting", 1)


def test_an_agent_cannot_report_for_the_channel(desk: DeskRig) -> None:
    reply(desk)
    ((uid,),) = desk.sql("SELECT uid FROM effect")
    refused = desk.submit(SettleEffect(effect_id=str(uid), ok=True)).rejected
    assert refused is not None
    assert refused.code == "not_allowed"
