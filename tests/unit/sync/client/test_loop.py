"""When an exchange is begun, and what becomes of commands that somebody waits for."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from deskapp.core.commands.team import SaveDepartment
from deskapp.sync.client import loop as module
from deskapp.sync.client.loop import SyncLoop
from deskapp.sync.client.problems import (
    Busy,
    CertificateChanged,
    HostProblem,
    Revoked,
    Unreachable,
)
from deskapp.sync.protocol.live import News
from deskapp.sync.protocol.messages import WireCommand, WireResult
from tests.conftest import ExpectLog
from tests.support.waiting import wait_for

SAVE = SaveDepartment(department_id="d" * 32, name="Ventas")


@dataclass
class Host:
    """Answers every exchange with `problem`, or with what became of the urgent commands."""

    problem: Exception | None = None
    rejected: str = ""
    drops: int = 0  # exchanges whose answer is lost

    def __post_init__(self) -> None:
        self.exchanges: list[list[str]] = []
        self.done = threading.Semaphore(0)

    def __call__(self, urgent: Sequence[WireCommand]) -> dict[str, WireResult]:
        self.exchanges.append([one.id for one in urgent])
        self.done.release()
        if self.drops:
            self.drops -= 1
            raise Unreachable
        if self.problem is not None:
            raise self.problem
        rejected = {"code": self.rejected, "params": {}} if self.rejected else None
        return {one.id: WireResult(id=one.id, seq=1, rejected=rejected) for one in urgent}

    def waited(self, exchanges: int) -> None:
        wait_for(lambda: len(self.exchanges) >= exchanges, f"exchange {exchanges}")


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def states() -> list[HostProblem | None]:
    return []


@pytest.fixture
def loop(host: Host, states: list[HostProblem | None]) -> Iterator[SyncLoop]:
    made = SyncLoop(host, states.append)
    yield made
    made.close()


@pytest.fixture
def running(loop: SyncLoop, host: Host) -> SyncLoop:
    loop.start()
    wait_for(lambda: loop.problem is None, "the first exchange")
    return loop


def test_it_talks_once_at_the_start_and_then_only_for_a_reason(
    running: SyncLoop, host: Host, states: list[HostProblem | None]
) -> None:
    assert states == [None]
    running.line_moved(None)  # the line stands: nothing was poked
    host.waited(2)
    running.wake()
    host.waited(3)
    assert not host.done.acquire(timeout=0.3) or len(host.exchanges) == 3
    assert len(host.exchanges) == 3


NEWS = News(epoch="e", parts=())


class Writer:
    """Takes news, as a replica does that misses nothing, or something."""

    def __init__(self) -> None:
        self.fits: bool | Exception = True
        self.written: list[News] = []

    def __call__(self, news: Sequence[News]) -> bool:
        if isinstance(self.fits, Exception):
            raise self.fits
        self.written += news if self.fits else ()
        return self.fits


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def told(host: Host, states: list[HostProblem | None], writer: Writer) -> Iterator[SyncLoop]:
    made = SyncLoop(host, states.append, writer)
    yield made
    made.close()


def test_news_is_written_without_an_exchange_unless_something_is_missing(
    told: SyncLoop, host: Host, writer: Writer
) -> None:
    told.start()
    wait_for(lambda: told.problem is None, "the first exchange")
    told.told(NEWS)
    wait_for(lambda: writer.written == [NEWS], "the news")
    assert len(host.exchanges) == 1
    writer.fits = False
    told.told(NEWS)
    host.waited(2)


def test_news_that_cannot_be_written_is_asked_for(
    told: SyncLoop, host: Host, writer: Writer, expect_log: ExpectLog
) -> None:
    expect_log("news of the host could not be written")
    told.start()
    wait_for(lambda: told.problem is None, "the first exchange")
    writer.fits = OSError("disk full")
    told.told(NEWS)
    host.waited(2)


def test_news_that_comes_before_there_is_contact_is_not_lost(
    told: SyncLoop, host: Host, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be newer than the answer of the exchange that is under way."""
    answer = Host.__call__

    def meanwhile(self: Host, urgent: Sequence[WireCommand]) -> dict[str, WireResult]:
        told.told(NEWS)
        return answer(self, urgent)

    monkeypatch.setattr(Host, "__call__", meanwhile)
    told.start()
    wait_for(lambda: writer.written == [NEWS], "the news")


def test_without_a_line_it_looks_by_itself(
    running: SyncLoop, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAFETY_S", 0.05)
    running.wake()
    host.waited(5)


def test_a_host_that_is_gone_is_tried_again_later_and_later(
    loop: SyncLoop, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.problem = Unreachable()
    pauses: list[float | None] = []
    real = loop._pause

    def pause() -> float:
        pauses.append(real())
        return 0.001

    monkeypatch.setattr(loop, "_pause", pause)
    loop.start()
    host.waited(8)
    later = [pause for pause in pauses if pause is not None][1:8]
    assert all(a <= 30 and a >= 0.5 for a in later)
    assert later[-1] > later[0]


def test_a_host_that_asks_for_patience_is_left_alone(loop: SyncLoop, host: Host) -> None:
    host.problem = Busy(wait_s=120.0)
    loop.start()
    host.waited(1)
    wait_for(lambda: isinstance(loop.problem, Busy), "the problem")
    pause = loop._pause()
    assert pause is not None
    assert pause >= 120


def test_the_host_answers_what_needs_it(running: SyncLoop, host: Host) -> None:
    assert running.online(SAVE, "c1").result(60).ok
    host.rejected = "name_taken"
    outcome = running.online(SAVE, "c2").result(60)
    assert outcome.rejected is not None
    assert outcome.rejected.code == "name_taken"


def test_a_lost_answer_is_asked_for_again_under_the_same_id(running: SyncLoop, host: Host) -> None:
    host.drops = 1
    assert running.online(SAVE, "c1").result(60).ok
    assert [ids for ids in host.exchanges if ids] == [["c1"], ["c1"]]


def test_what_needs_the_host_is_refused_at_once_without_it(
    running: SyncLoop, host: Host, states: list[HostProblem | None]
) -> None:
    host.problem = Unreachable()
    first = running.online(SAVE, "c1").result(60)
    wait_for(lambda: running.problem is not None, "the loss")
    second = running.online(SAVE, "c2")
    assert second.done()
    for outcome in (first, second.result()):
        assert outcome.rejected is not None
        assert outcome.rejected.code == "offline"


def test_a_line_that_falls_is_a_host_that_is_gone_until_it_answers(
    running: SyncLoop, states: list[HostProblem | None]
) -> None:
    running.line_moved(Unreachable(reason="silent"))
    wait_for(lambda: states[-1] is None and len(states) == 3, "its coming back")
    assert isinstance(states[1], Unreachable)


def test_a_revoked_device_asks_nothing_more(loop: SyncLoop, host: Host) -> None:
    host.problem = Revoked()
    loop.start()
    wait_for(lambda: isinstance(loop.problem, Revoked), "the revocation")
    loop.wake()
    loop.sync_now()
    loop._thread.join(60)
    assert len(host.exchanges) == 1


def test_another_certificate_stops_it_until_a_person_wants_it_tried(
    loop: SyncLoop, host: Host
) -> None:
    host.problem = CertificateChanged()
    loop.start()
    wait_for(lambda: isinstance(loop.problem, CertificateChanged), "the stop")
    loop.wake()
    loop.line_moved(Unreachable())
    assert isinstance(loop.problem, CertificateChanged)
    assert loop._pause() is None
    host.problem = None
    loop.sync_now()
    wait_for(lambda: loop.problem is None, "the second try")
    assert len(host.exchanges) == 2


def test_a_fault_of_this_machine_does_not_end_it(
    loop: SyncLoop, host: Host, expect_log: ExpectLog
) -> None:
    expect_log("an exchange with the host failed")
    host.problem = OSError("disk full")
    loop.start()
    host.waited(1)
    wait_for(lambda: loop.problem is not None and loop.problem.code == "failed", "the fault")
    host.problem = None
    loop.wake()
    wait_for(lambda: loop.problem is None, "the recovery")


def test_at_the_end_nobody_is_left_waiting(running: SyncLoop, host: Host) -> None:
    future = running.online(SAVE, "c1")
    running.close()
    assert future.done()
    assert running.online(SAVE, "c2").result(0).rejected is not None
