"""kill -9 of a desk while visitors write: what was acknowledged is there once, what was not goes out again."""

import contextlib
import os
import secrets
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from websockets.sync.client import connect

from tests.support.faults import program
from tests.support.waiting import free_port, listens, wait_for
from tests.support.webchat_desk import CALLED_MS, SITE, Closed, Visitor, new_token, open_chat_desk

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("DESKAPP_CHAT_KILLS", "2"))
VISITORS = 5


@dataclass
class Writer:
    """A visitor who writes on and on, as the widget does: unacknowledged words go out again."""

    box: str
    token: str = field(default_factory=new_token)
    unacked: dict[str, str] = field(default_factory=dict)
    acked: list[str] = field(default_factory=list)
    said: int = 0

    def write(self, port: int, stop: threading.Event) -> None:
        """Until the line breaks, or `stop` and nothing is unacknowledged."""
        with (
            contextlib.suppress(Closed, OSError, TimeoutError, EOFError),
            page(port, self) as visitor,
        ):
            for uid, text in self.unacked.items():
                visitor.send(t="say", id=uid, text=text)
            while not stop.is_set() or self.unacked:
                if not stop.is_set() and len(self.unacked) < 2:
                    self._say(visitor)
                self._hear(visitor)

    def _say(self, visitor: Visitor) -> None:
        self.said += 1
        uid, text = secrets.token_hex(16), f"{self.token[:6]}-{self.said}"
        self.unacked[uid] = text
        visitor.send(t="say", id=uid, text=text)

    def _hear(self, visitor: Visitor) -> None:
        frame = visitor.next("said", "error")
        if frame["t"] == "said":
            text = self.unacked.pop(frame["id"], None)
            if text is not None:
                self.acked.append(text)
        elif frame["retry_ms"] < CALLED_MS:  # else it is called before
            threading.Event().wait(frame["retry_ms"] / 1000)
            visitor.send(t="say", id=frame["id"], text=self.unacked[frame["id"]])


@contextmanager
def page(port: int, writer: Writer) -> Iterator[Visitor]:
    with connect(
        f"ws://127.0.0.1:{port}/chat", origin=SITE, compression=None, ping_interval=None,  # type: ignore[arg-type]
        close_timeout=1,
    ) as raw:  # fmt: skip
        visitor = Visitor(raw, writer.box, writer.token)
        visitor.hello()
        yield visitor


def new_desk(folder: Path, port: int) -> str:
    """A desk with a chat box to be served on `port`; the box's id."""
    with open_chat_desk(folder, port) as desk:
        return desk.box()


@contextmanager
def a_desk(folder: Path, port: int, fault: str = "") -> "Iterator[subprocess.Popen[bytes]]":
    """The app itself, in the tray of no screen; it is killed at the end."""
    keys = str(folder.with_suffix(".key"))
    words = ["--profile", str(folder), "--key-file", keys, "--hidden"]
    process = subprocess.Popen(
        [*program("deskapp", fault), *words],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: listens(port) or process.poll() is not None, "the desk to serve", 60)
        assert process.poll() is None
        yield process
    finally:
        process.kill()
        process.communicate()


def write_all(writers: list[Writer], port: int, stop: threading.Event) -> list[threading.Thread]:
    threads = [threading.Thread(target=writer.write, args=(port, stop)) for writer in writers]
    for thread in threads:
        thread.start()
    return threads


def killed_while_writing(
    folder: Path, seed: int, fault: str = ""
) -> tuple[list[str], list[Writer]]:
    """Every message of the desk at last, and what each visitor knows of its own."""
    rng, port = Random(seed), free_port()
    box = new_desk(folder, port)
    writers = [Writer(box) for _ in range(VISITORS)]
    for _ in range(2):
        with a_desk(folder, port, fault) as process:
            goal = sum(len(w.acked) for w in writers) + rng.randrange(4, 16)
            threads = write_all(writers, port, threading.Event())
            wait_for(lambda: sum(len(w.acked) for w in writers) >= goal, f"{goal} words", 40)  # noqa: B023
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            for thread in threads:
                thread.join()
    stop = threading.Event()
    stop.set()
    with a_desk(folder, port):
        for thread in write_all(writers, port, stop):
            thread.join()
    with open_chat_desk(folder) as desk:
        kept = [message.text for row in desk.rows() for message in desk.messages(row.id)]
    return kept, writers


@pytest.mark.parametrize("seed", range(KILLS))
def test_what_was_acknowledged_is_there_once(tmp_path: Path, seed: int) -> None:
    kept, writers = killed_while_writing(tmp_path / "desk", seed)
    said = [text for writer in writers for text in writer.acked]
    assert all(writer.unacked == {} for writer in writers)
    assert sorted(kept) == sorted(said)
    assert len(kept) == len(set(kept))


def test_words_that_are_acknowledged_too_early_are_found_missing(tmp_path: Path) -> None:
    kept, writers = killed_while_writing(tmp_path / "desk", 0, "chat_acknowledged_early")
    assert set(kept) < {text for writer in writers for text in writer.acked}
