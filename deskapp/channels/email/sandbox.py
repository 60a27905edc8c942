"""Parsing where a hostile mail can do no harm: in a process of its own, short of time and memory.

The worker lives long and takes one mail after another through its pipes. Each frame is a length
(four bytes, big-endian) and its bytes; control frames are MessagePack. The parent sends Limits and
waits for an empty frame, then for each mail sends Request and the raw bytes, and gets Reply and
one frame per attachment.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import LifoQueue
from typing import BinaryIO, Final

import msgspec

from deskapp.channels.email.parsed import MAX_PARTS, MAX_RAW_BYTES, ParsedMail

_START_S: Final = 60.0
"""How long a worker may take to start: on a busy machine it reads its libraries from a slow disk."""
_MAX_REPLY: Final = 64 * 1024 * 1024
_MAX_BLOBS: Final = 2 * MAX_RAW_BYTES
_KEPT_ENVIRONMENT: Final = ("PATH", "SYSTEMROOT", "TEMP", "TMPDIR", "LANG", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Limits:
    """Per mail. `wall_s` is for what hangs without computing, and where a system limits nothing else:
    on a busy machine a mail of one second may take many."""

    cpu_s: int = 2
    wall_s: float = 20.0
    memory_bytes: int = 300 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Parsed:
    mail: ParsedMail
    attachments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Unparseable:
    """`reason_code`: too_large, parts, depth, headers, addresses, timeout, cpu, memory, crash."""

    reason_code: str
    detail: str = ""


ParseResult = Parsed | Unparseable


@dataclass(frozen=True, slots=True)
class _Request:
    lean: bool


@dataclass(frozen=True, slots=True)
class _Reply:
    mail: ParsedMail | None
    blobs: int = 0
    code: str = ""
    detail: str = ""


class _WorkerLost(Exception):
    """The worker ended before it answered, or what it answered may be bad luck or bad HTML."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def default_command() -> list[str]:
    """How this program starts itself as a worker, frozen or not."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--mail-parser"]
    return [sys.executable, "-P", "-m", "deskapp.channels.email.sandbox"]


class MailParser:
    """Parses mails in worker processes. Thread-safe; a lost worker is replaced at the next mail."""

    def __init__(
        self,
        *,
        workers: int = 1,
        limits: Limits | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._idle: LifoQueue[_Worker] = LifoQueue()
        self._closed = False
        for _ in range(workers):
            self._idle.put(_Worker(list(command or default_command()), self._limits))
        self._workers = workers

    def parse(self, raw: bytes) -> ParseResult:
        """The mail as data, or why it cannot be had. Waits for a free worker.

        What fails for a cause outside the mail (a busy machine, a worn worker) is tried again
        in a fresh worker; what costs too much with its HTML is parsed without it (defect
        "lean"). Raises OSError when no worker can be started, RuntimeError after `close`.
        """
        if len(raw) > MAX_RAW_BYTES:
            return Unparseable("too_large", f"{len(raw)} bytes")
        if self._closed:
            raise RuntimeError("the mail parser is closed")
        worker = self._idle.get()
        try:
            return _parse_with(worker, raw, self._limits.wall_s)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End the workers, after what they are at. May be called again."""
        if self._closed:
            return
        self._closed = True
        for _ in range(self._workers):
            self._idle.get().stop()

    def __enter__(self) -> "MailParser":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _parse_with(worker: "_Worker", raw: bytes, wall_s: float) -> ParseResult:
    try:
        return worker.parse(raw, lean=False, wall_s=wall_s)
    except _WorkerLost as lost:
        first = lost
    if first.code != "cpu":  # CPU time is the mail's own cost; anything else may be bad luck
        try:
            return worker.parse(raw, lean=False, wall_s=4 * wall_s)
        except _WorkerLost as lost:
            first = lost
    try:
        return worker.parse(raw, lean=True, wall_s=4 * wall_s)
    except _WorkerLost:
        return Unparseable(first.code, first.detail)


class _Worker:
    """One process, started when it is first needed. Used by one thread at a time."""

    def __init__(self, command: list[str], limits: Limits) -> None:
        self._command = command
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._decoder = msgspec.msgpack.Decoder(_Reply)

    def parse(self, raw: bytes, *, lean: bool, wall_s: float) -> ParseResult:
        """Raises _WorkerLost; the next call then starts a fresh worker."""
        process = self._process or self._start()
        with _Deadline(process, wall_s) as deadline:
            try:
                _send(_pipe(process.stdin), msgspec.msgpack.encode(_Request(lean)), raw)
                reply, blobs = self._receive(_pipe(process.stdout))
            except (OSError, EOFError, ValueError, msgspec.MsgspecError):
                raise _WorkerLost(self._bury(deadline.passed)) from None
        if reply.mail is not None:
            return Parsed(reply.mail, blobs)
        if reply.code == "memory":
            self._bury(False)  # what is left of its memory may not do for the next mail
        if reply.code in ("memory", "crash"):
            raise _WorkerLost(reply.code, reply.detail)
        return Unparseable(reply.code, reply.detail)

    def stop(self) -> None:
        """End the process by closing its input."""
        process, self._process = self._process, None
        if process is None:
            return
        with _Deadline(process, 5.0):
            _pipe(process.stdin).close()
            process.wait()
        _pipe(process.stdout).close()

    def _start(self) -> subprocess.Popen[bytes]:
        package_root = str(Path(__file__).resolve().parents[3])
        environment = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, "PYTHONPATH": package_root},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._process = process
        with _Deadline(process, _START_S):
            try:
                _send(_pipe(process.stdin), msgspec.msgpack.encode(self._limits))
                _receive(_pipe(process.stdout), 0)
            except (OSError, EOFError, ValueError):
                self._bury(False)
                raise OSError(f"the mail parser did not start: {self._command[0]}") from None
        return process

    def _receive(self, pipe: BinaryIO) -> tuple[_Reply, tuple[bytes, ...]]:
        reply = self._decoder.decode(_receive(pipe, _MAX_REPLY))
        if not 0 <= reply.blobs <= MAX_PARTS:
            raise ValueError("too many attachments")
        room = _MAX_BLOBS
        blobs = []
        for _ in range(reply.blobs):
            blobs.append(_receive(pipe, room))
            room -= len(blobs[-1])
        return reply, tuple(blobs)

    def _bury(self, timed_out: bool) -> str:
        """Make sure the process is gone; answer what it died of."""
        process, self._process = self._process, None
        if process is None:
            return "crash"
        process.kill()
        status = process.wait()
        for pipe in (process.stdin, process.stdout):
            try:
                _pipe(pipe).close()
            except OSError:  # what was still to be written has no reader any more
                continue
        if status == -_sigxcpu():
            return "cpu"
        return "timeout" if timed_out else "crash"


class _Deadline:
    """Kills `process` unless the block ends within `seconds`."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.passed = False
        self._process = process
        self._timer = threading.Timer(seconds, self._kill)
        self._timer.name = "mail-parser-deadline"
        self._timer.daemon = True

    def _kill(self) -> None:
        self.passed = True
        self._process.kill()

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()


def _sigxcpu() -> int:
    import signal

    return int(getattr(signal, "SIGXCPU", 0)) or 1_000_000


def _pipe(pipe: object) -> BinaryIO:
    return pipe  # type: ignore[return-value]


def _send(pipe: BinaryIO, *frames: bytes) -> None:
    for frame in frames:
        pipe.write(len(frame).to_bytes(4, "big"))
        pipe.write(frame)
    pipe.flush()


def _receive(pipe: BinaryIO, most: int) -> bytes:
    """The next frame. Raises EOFError at the end, ValueError for a frame of over `most` bytes."""
    head = pipe.read(4)
    if len(head) < 4:
        raise EOFError
    size = int.from_bytes(head, "big")
    if size > most:
        raise ValueError("the frame is too big")
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


# -- in the worker --------------------------------------------------------------------------


def worker_main() -> int:
    """Serve a MailParser over standard input and output until the input ends."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to answer
    source, target = _own_pipes()
    try:
        limits = msgspec.msgpack.decode(_receive(source, 10_000), type=Limits)
        _warm_up()
        _limit_process(limits)
        _send(target, b"")
        while True:
            request = msgspec.msgpack.decode(_receive(source, 10_000), type=_Request)
            raw = _receive(source, MAX_RAW_BYTES)
            _allow_cpu(limits.cpu_s)
            reply, blobs = _answer(raw, request.lean)
            _send(target, msgspec.msgpack.encode(reply), *blobs)
    except (EOFError, BrokenPipeError):
        return 0


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for the protocol alone; a stray print goes nowhere."""
    source, target = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(source, os.O_BINARY)
        msvcrt.setmode(target, os.O_BINARY)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return os.fdopen(source, "rb"), os.fdopen(target, "wb")


def _warm_up() -> None:
    """Load everything a mail can need before memory is short and time is counted."""
    from deskapp.channels.email.parse import parse

    parse(
        b"From: =?latin1?q?=E9?= <a@b.example>\nDate: Mon, 3 Mar 2025 10:02:00 +0000\n"
        b'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/html\n\n'
        b"<p>Hi <a href=http://c.example>c</a><table><tr><td>1</table>\n--x\n\nOn 1, a wrote:\n> b\n"
    )


def _answer(raw: bytes, lean: bool) -> tuple[_Reply, tuple[bytes, ...]]:
    from deskapp.channels.email import parse
    from deskapp.channels.email.parsed import LimitExceeded

    try:
        mail, blobs = parse.parse(raw, lean=lean)
    except LimitExceeded as limit:
        return _Reply(None, code=limit.code, detail=limit.detail), ()
    except MemoryError:
        return _Reply(None, code="memory"), ()
    except Exception as error:  # noqa: BLE001 - a bug met here is one mail's quarantine, told apart
        return _Reply(None, code="crash", detail=f"{type(error).__name__}: {error}"[:500]), ()
    return _Reply(mail, blobs=len(blobs)), blobs


def _limit_process(limits: Limits) -> None:
    if sys.platform == "win32":
        return
    import resource

    settings = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)]
    if sys.platform == "linux":  # macOS counts address space it never uses
        settings.append((resource.RLIMIT_AS, limits.memory_bytes))
    for kind, value in settings:
        resource.setrlimit(kind, (value, value))


def _allow_cpu(seconds: int) -> None:
    """Let the process use `seconds` more of CPU time; beyond them the kernel ends it."""
    if sys.platform == "win32":
        return
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


if __name__ == "__main__":
    raise SystemExit(worker_main())
