"""Debian's Chromium and the pipe by which it is driven: the DevTools protocol, nothing in between.

Messages are JSON objects ended by a NUL, on the program's descriptors 3 (to it) and 4 (from it).
There is no thread: whoever waits for something reads what comes, and events are handed on then.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 90.0
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --no-proxy-server "
    "--disable-background-networking --disable-component-update --disable-sync --disable-breakpad "
    "--disable-default-apps --disable-extensions --disable-domain-reliability --mute-audio "
    "--disable-dev-shm-usage --hide-scrollbars --force-device-scale-factor=1 "
    "--font-render-hinting=none --password-store=basic --metrics-recording-only "
    # every frame in one process, so that one connection sees them all
    "--disable-site-isolation-trials --disable-features=IsolateOrigins,site-per-process,"
    "IsolateSandboxedIframes,OptimizationHints,MediaRouter,Translate "
    # a page in the background is as awake as any
    "--disable-background-timer-throttling --disable-renderer-backgrounding "
    "--disable-backgrounding-occluded-windows --remote-debugging-pipe"
).split()
# No name and no address but this machine's own is ever found.
STAY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"

Event = Callable[[str, dict[str, Any], str], None]
"""Called with an event's method, its parameters and its session ('' for the browser's own)."""


class ProtocolError(AssertionError):
    """The browser refused a command, or ended."""


class DevTools:
    """A Chromium of its own and the connection to it; `close` ends it and all its processes.

    `idle` is called again and again while something is waited for: what a test has to keep going
    meanwhile, as `QApplication.processEvents`.
    """

    def __init__(
        self,
        home: Path,
        on_event: Event,
        idle: Callable[[], object] | None,
        reach: tuple[str, ...] = (),
    ) -> None:
        if not (program := shutil.which("chromium")):
            pytest.fail("chromium is not installed: run `scripts/test.py`", pytrace=False)
        self._on_event, self._idle = on_event, idle
        self._answers: dict[int, dict[str, Any]] = {}
        self._events: deque[dict[str, Any]] = deque()
        self._buffer, self._last = b"", 0
        their_in, self._out = os.pipe()
        self._in, their_out = os.pipe()
        rules = "".join([STAY_HERE, *(f", EXCLUDE {address}" for address in reach)])
        command = [program, *FLAGS, rules, f"--user-data-dir={home}"]
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{their_in} 4>&{their_out}', "bash", *command],
            pass_fds=(their_in, their_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        os.close(their_in)
        os.close(their_out)

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer. Raises `ProtocolError`."""
        number = self.send(method, session, **params)
        self.wait(lambda: number in self._answers, method)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise ProtocolError(f"{method}: {answer['error']}")
        return dict(answer["result"])

    def send(self, method: str, session: str = "", **params: Any) -> int:
        """Send a command and wait for nothing; its number."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = memoryview(json.dumps(message).encode() + b"\0")
        while data:
            data = data[os.write(self._out, data) :]
        return self._last

    def wait(self, done: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> None:
        """Read what the browser tells until `done`. Raises `TimeoutError` with `what`."""
        deadline = time.monotonic() + seconds
        while not done():
            self.read(0.02)
            if time.monotonic() > deadline:
                raise TimeoutError(f"the browser did not come to: {what}")

    def read(self, seconds: float = 0.0) -> None:
        """Take what has come, or comes within `seconds`, and hand its events on."""
        if self._idle:
            self._idle()
        while select.select([self._in], [], [], seconds)[0]:
            if not (data := os.read(self._in, 1 << 20)):
                raise ProtocolError("the browser ended")
            *messages, self._buffer = (self._buffer + data).split(b"\0")
            self._events += (json.loads(message) for message in messages)
            seconds = 0.0
        while self._events:
            message = self._events.popleft()
            if "id" in message:
                self._answers[message["id"]] = message
            else:
                session = message.get("sessionId", "")
                self._on_event(message["method"], message.get("params", {}), session)

    def close(self) -> None:
        """End the browser with every process it started."""
        os.close(self._out)
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        os.close(self._in)
