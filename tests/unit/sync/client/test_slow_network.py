"""The live line and requests through a wire that is slow, falls silent, or is reset."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from deskapp.sync.client import live
from deskapp.sync.client.http import HostTransport, Lanes
from deskapp.sync.client.live import LiveLine
from deskapp.sync.client.problems import HostProblem, Unreachable
from deskapp.sync.protocol import live as frames
from deskapp.sync.protocol.messages import Hello
from tests.support.slow_proxy import SlowProxy, slow_proxy
from tests.support.team_stub_host import StubHost, said
from tests.support.waiting import wait_for

HELLO = Hello(version=1, served=(1,), epoch="e", desk="Acme " * 2_000, schema="0003")


@pytest.fixture
def wire(host: StubHost) -> Iterator[SlowProxy]:
    host.answers["GET /v1/hello"] = lambda *_: said(HELLO)
    with slow_proxy(host.address) as proxy:
        yield proxy


@pytest.fixture
def over(host: StubHost, wire: SlowProxy) -> Iterator[Lanes]:
    lanes = Lanes((wire.address,), host.fingerprint, "the-token")
    yield lanes
    lanes.close()


def test_a_slow_wire_takes_its_time_and_loses_nothing(wire: SlowProxy, over: Lanes) -> None:
    transport = HostTransport(over)
    transport.hello()
    wire.latency_s, wire.rate = 0.1, 20_000
    began = time.monotonic()
    assert transport.hello() == HELLO
    assert time.monotonic() - began >= 0.6  # 10,000 bytes at 20,000 a second, there and back


def test_a_reset_is_a_host_that_is_gone_for_a_moment(wire: SlowProxy, over: Lanes) -> None:
    transport = HostTransport(over)
    transport.hello()
    wire.reset()
    wait_for(lambda: wire.connections == 0, "the reset")
    try:
        transport.hello()
    except Unreachable:
        assert transport.hello() == HELLO


def test_whoever_waits_on_a_silent_wire_is_let_go_at_the_end(wire: SlowProxy, over: Lanes) -> None:
    transport = HostTransport(over)
    transport.hello()
    wire.silence()
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(transport.hello)
        wait_for(lambda: waiting.running(), "the request")
        over.close()
        assert isinstance(waiting.exception(60), Unreachable)
    assert time.monotonic() - began < 15  # and not when its patience ends


@pytest.mark.parametrize("ways", [("up", "down"), ("up",), ("down",)])
def test_a_dead_line_is_noticed_in_two_pings_and_stands_again_after(
    wire: SlowProxy,
    over: Lanes,
    host: StubHost,
    ways: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(frames, "PING_S", 0.3)
    monkeypatch.setattr(live, "SOON_S", (0.05, 0.1))
    states: list[HostProblem | None] = []
    line = LiveLine(over, lambda _frame: None, states.append)
    line.start()
    try:
        wait_for(lambda: states == [None], "the line")
        wire.silence(*ways)
        wait_for(lambda: len(states) > 1, "its fall", 15)
        assert isinstance(states[1], Unreachable)
        wire.heal()
        wait_for(lambda: states[-1] is None, "its rise")
    finally:
        over.close()
        line.close()
