"""The live line: pokes and news, and who looks at what. On one thread of its own, which connects again by itself."""

import contextlib
import logging
import random
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from deskapp.sync.client.http import Lanes
from deskapp.sync.client.line import Line
from deskapp.sync.client.problems import HARD, HostProblem
from deskapp.sync.protocol import live as frames
from deskapp.sync.protocol.messages import VERSION

log = logging.getLogger(__name__)

SOON_S: Final = (0.3, 3.0)
LATER_S: Final = (5.0, 15.0)
"""How long to wait before the next try, by chance between the two, so that a host that comes back is not
stormed: the first ten minutes long, and after that."""
PATIENCE_S: Final = 600.0


class LiveLine:
    """Tells `on_frame` what the host says and `on_state` when the line rises (None) and falls (why).

    Both are called on the line's thread. After a problem of `HARD` it does not try again.
    """

    def __init__(
        self,
        lanes: Lanes,
        on_frame: Callable[[frames.HostFrame], None],
        on_state: Callable[[HostProblem | None], None],
    ) -> None:
        self._lanes, self._on_frame, self._on_state = lanes, on_frame, on_state
        self._out: deque[frames.ClientFrame] = deque()
        self._look = frames.Look(ticket="")
        self._up_at: float | None = None
        self._closing = threading.Event()
        self._again = threading.Event()
        self._waker, self._woken = socket.socketpair()
        self._waker.setblocking(False)
        self._woken.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it stands or tries to."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Ends it; close the lanes first where a host may be silent."""
        self._closing.set()
        self.try_now()
        self._wake()
        if self._thread.is_alive():
            self._thread.join()
        self._waker.close()
        self._woken.close()

    def look_at(self, ticket: str, typing: bool) -> None:
        """Said again by itself after the line was down. Never blocks."""
        self._look = frames.Look(ticket=ticket, typing=typing)
        self.send(self._look)

    def send(self, frame: frames.ClientFrame) -> None:
        """Say it while the line stands; what passes is not kept for later. Never blocks."""
        self._out.append(frame)
        self._wake()

    def try_now(self) -> None:
        """Do not wait for the next try."""
        self._again.set()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full: it is awake already; closed: nobody to wake
            self._waker.send(b"\0")

    def _run(self) -> None:
        lost_at = time.monotonic()
        while not self._closing.is_set():
            try:
                self._talk()
            except HostProblem as problem:
                if self._up_at is not None:
                    lost_at = time.monotonic()
                if self._closing.is_set():
                    return
                log.debug("the live line is down: %s %s", problem.code, problem.params)
                self._on_state(problem)
                if isinstance(problem, HARD) or self._lanes.closed.is_set():
                    return
                soon = time.monotonic() - lost_at < PATIENCE_S
                pause = random.uniform(*(SOON_S if soon else LATER_S))
                self._again.wait(max(problem.wait_s, pause))
                self._again.clear()

    def _talk(self) -> None:
        """Connect and listen until the line falls (raises) or is closed (returns)."""
        self._up_at = None
        with contextlib.closing(Line.open(self._lanes)) as line:
            self._out.clear()
            line.say(frames.LiveHello(token=self._lanes.token, version=VERSION))
            for said in line.hear(self._woken):
                if self._closing.is_set():
                    return
                if said:
                    self._heard(line, said)
                else:
                    self._speak(line)

    def _speak(self, line: Line) -> None:
        with contextlib.suppress(BlockingIOError):
            self._woken.recv(4_096)
        while self._up_at is not None and self._out:
            line.say(self._out.popleft())

    def _heard(self, line: Line, said: bytes) -> None:
        try:
            frame: frames.HostFrame = msgspec.json.decode(said, type=frames.HostFrame)
        except (msgspec.MsgspecError, ValueError):
            log.debug("a frame of a kind that is not known here")  # a newer host may say more
            return
        if isinstance(frame, frames.Ready):
            self._up_at = time.monotonic()
            if frame.news:
                line.say(frames.Follow())
            if self._look.ticket:
                line.say(self._look)
            self._on_state(None)
        self._on_frame(frame)
