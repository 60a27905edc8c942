"""The live line against a host that speaks, falls silent, comes back, and sends us away."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from deskapp.sync.client import line as one_line
from deskapp.sync.client import live
from deskapp.sync.client.http import Lanes
from deskapp.sync.client.live import LiveLine
from deskapp.sync.client.problems import (
    CertificateChanged,
    HostProblem,
    OtherVersion,
    Revoked,
    Unreachable,
)
from deskapp.sync.protocol import live as frames
from tests.support.team_stub_host import StubHost
from tests.support.waiting import wait_for


def until(condition: Callable[[], object]) -> None:
    wait_for(condition, "what the test waits for")


class Listener:
    def __init__(self) -> None:
        self.frames: list[frames.HostFrame] = []
        self.states: list[HostProblem | None] = []

    def problems(self) -> list[type[HostProblem]]:
        return [type(state) for state in self.states if state is not None]


@pytest.fixture
def heard() -> Listener:
    return Listener()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SOON_S", (0.01, 0.02))
    monkeypatch.setattr(frames, "PING_S", 0.2)


@pytest.fixture
def open_line(heard: Listener) -> Iterator[Callable[[Lanes], LiveLine]]:
    lines: list[LiveLine] = []

    def make(lanes: Lanes) -> LiveLine:
        made = LiveLine(lanes, heard.frames.append, heard.states.append)
        lines.append(made)
        made.start()
        return made

    yield make
    for made in lines:
        made.close()


def test_it_says_who_it_is_first_and_hears_pokes(
    host: StubHost, lanes: Lanes, heard: Listener, open_line: Callable[[Lanes], LiveLine]
) -> None:
    open_line(lanes)
    assert host.line_up.wait(90)
    host.tell(frames.Poke(scopes=("desk",)))
    until(lambda: len(heard.frames) == 2)
    assert heard.frames[1] == frames.Poke(scopes=("desk",))
    assert heard.states == [None]
    assert host.told == [{"token": "the-token", "version": 1}]


def test_what_is_looked_at_is_told_and_told_again_on_a_new_line(
    host: StubHost, lanes: Lanes, heard: Listener, open_line: Callable[[Lanes], LiveLine]
) -> None:
    line = open_line(lanes)
    until(lambda: heard.states == [None])
    line.look_at("t1", typing=False)
    line.look_at("t1", typing=True)
    until(lambda: len(host.told) == 3)
    host.drop_line()
    until(lambda: heard.states[1:] and heard.states[-1] is None)
    until(lambda: len(host.told) == 5)
    look = {"t": "look", "ticket": "t1", "typing": True}
    assert host.told[1:] == [{**look, "typing": False}, look, host.told[0], look]
    assert heard.problems() == [Unreachable]


@pytest.mark.parametrize(("code", "kind"), [(4401, Revoked), (4426, OtherVersion)])
def test_who_is_sent_away_does_not_come_back(
    host: StubHost,
    lanes: Lanes,
    heard: Listener,
    open_line: Callable[[Lanes], LiveLine],
    code: int,
    kind: type[HostProblem],
) -> None:
    host.close_code = code
    line = open_line(lanes)
    until(lambda: not line.alive)
    assert heard.problems() == [kind]
    assert len(host.told) == 1


def test_another_certificate_ends_it_before_the_token_is_said(
    host: StubHost, heard: Listener, open_line: Callable[[Lanes], LiveLine]
) -> None:
    line = open_line(Lanes((host.address,), "ab" * 32, "the-token"))
    until(lambda: not line.alive)
    assert heard.problems() == [CertificateChanged]
    assert not host.told


def test_an_unknown_frame_is_passed_over(
    host: StubHost, lanes: Lanes, heard: Listener, open_line: Callable[[Lanes], LiveLine]
) -> None:
    open_line(lanes)
    assert host.line_up.wait(90)
    host.tell({"t": "confetti", "colour": "red"})
    host.tell(frames.Poke())
    until(lambda: frames.Poke() in heard.frames)
    assert heard.states == [None]


def test_a_line_that_is_silent_is_dead_in_two_pings(
    host: StubHost,
    lanes: Lanes,
    heard: Listener,
    open_line: Callable[[Lanes], LiveLine],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Behind a cut cable nothing says goodbye: our pings go nowhere."""
    monkeypatch.setattr(one_line.websocket.WebSocket, "ping", lambda self, payload="": None)
    open_line(lanes)
    until(lambda: Unreachable in heard.problems())
    first = next(state for state in heard.states if state is not None)
    assert first.params["reason"] == "silent"


def test_a_line_that_answers_pings_stays(
    host: StubHost, lanes: Lanes, heard: Listener, open_line: Callable[[Lanes], LiveLine]
) -> None:
    pings = threading.Semaphore(0)
    real = one_line.websocket.WebSocket.ping

    def ping(self: one_line.websocket.WebSocket, payload: str = "") -> None:
        pings.release()
        real(self, payload)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "PING_S", 1.0)  # time enough to answer, on a loaded machine, too
        patch.setattr(one_line.websocket.WebSocket, "ping", ping)
        open_line(lanes)
        for _ in range(3):
            assert pings.acquire(timeout=60)
    assert heard.states == [None]


def test_it_ends_at_once_while_nobody_answers(open_line: Callable[[Lanes], LiveLine]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        lanes = Lanes((f"127.0.0.1:{mute.getsockname()[1]}",), "ab" * 32)
        line = open_line(lanes)
        mute.accept()[0].close()
        lanes.close()
        line.close()
        assert not line.alive
