"""The door by which a second start reaches the process that has a desk open.

A socket in the desk's folder (AF_UNIX; on Windows a loopback port), JSON lines, each side proving
by HMAC-SHA256 over both sides' nonces that it knows the token in `control.json` (0600):

    server  {"nonce"}                     client  {"nonce", "proof"}
    server  {"proof"}                     client  {"do": name, "with": params}
    server  {"done", "total", "note"}…    client  {"cancel": true}, or it hangs up: the same
    server  {"result": {…}}  or  {"error": code, "params": {…}}
"""

import contextlib
import hashlib
import hmac
import json
import logging
import os
import secrets
import selectors
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from deskapp.app.errors import as_known
from deskapp.app.task import OnProgress, Task, ctrl_c_cancels
from deskapp.core.ports import Progress
from deskapp.system.errors import KnownError
from deskapp.system.paths import Profile, write_private

HANDSHAKE_S = 5.0
LINE_LIMIT = 1 << 20
_BACKLOG = 64
_SOCKET_PATH_LIMIT = 100  # sun_path holds 104 to 108 bytes, by system

Params = Mapping[str, Any]
Handler = Callable[[Params, Task], Mapping[str, object]]
_log = logging.getLogger(__name__)


class ControlServer:
    """Answers on a thread of its own, each caller on another. Only for the holder of the lock."""

    def __init__(self, profile: Profile, handlers: Mapping[str, Handler]) -> None:
        self._profile = profile
        self._handlers = handlers
        self._token = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._callers: dict[_Caller, threading.Thread] = {}
        self._closing = False
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._wake, self._woken = socket.socketpair()
        self._listener, address = self._listen()
        document = {"address": address, "token": self._token.hex(), "pid": os.getpid()}
        write_private(profile.control, json.dumps(document).encode())
        self._thread = threading.Thread(target=self._accept, name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening, cancel what callers started, and wait for it. May be called twice."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
            callers = dict(self._callers)
        self._profile.control.unlink(missing_ok=True)
        self._wake.send(b"x")
        self._thread.join()
        for caller, thread in callers.items():
            caller.hang_up()
            thread.join()
        for each in (self._listener, self._wake, self._woken):
            each.close()
        (self._profile.folder / "control.sock").unlink(missing_ok=True)
        if self._folder is not None:
            self._folder.cleanup()

    def _listen(self) -> tuple[socket.socket, str | list[Any]]:
        family = _unix_family()
        if family is None:
            listener = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
            return listener, list(listener.getsockname())
        path = self._profile.folder / "control.sock"
        if len(os.fsencode(path)) > _SOCKET_PATH_LIMIT:
            self._folder = tempfile.TemporaryDirectory(prefix="deskapp-")  # made 0700
            path = Path(self._folder.name) / "control.sock"
        path.unlink(missing_ok=True)  # of a process that crashed: this one holds the lock
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(_BACKLOG)
        return listener, str(path)

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while not self._closing:
                for key, _ in selector.select():
                    if key.fileobj is self._listener:
                        with contextlib.suppress(OSError):  # the caller gave up already
                            self._take(self._listener.accept()[0])

    def _take(self, connection: socket.socket) -> None:
        caller = _Caller(connection)
        thread = threading.Thread(target=self._serve, args=[caller], name="control-caller")
        thread.daemon = True
        with self._lock:
            if self._closing:
                caller.hang_up()
                connection.close()
                return
            self._callers[caller] = thread
            thread.start()

    def _serve(self, caller: "_Caller") -> None:
        try:
            if caller.admit(self._token):
                caller.serve(self._handlers)
        except (OSError, ValueError) as error:
            _log.info("control: a caller was dropped: %s", type(error).__name__)
        finally:
            caller.close()
            with self._lock:
                self._callers.pop(caller, None)


class _Caller:
    """One connection, seen from the server."""

    def __init__(self, connection: socket.socket) -> None:
        self._line = _Line(connection)
        self._task = Task(self._report)

    def admit(self, token: bytes) -> bool:
        """The server's half of the handshake. Nothing is told to one who cannot prove itself."""
        self._line.limit(HANDSHAKE_S)
        nonce = secrets.token_hex(32)
        self._line.send({"nonce": nonce})
        answer = self._line.receive()
        if answer is None:
            return False
        theirs, proof = str(answer.get("nonce", "")), str(answer.get("proof", ""))
        wanted = _proof(token, "client", nonce, theirs)
        if not hmac.compare_digest(proof.encode(), wanted.encode()):
            _log.warning("control: a caller without the token was refused")
            return False
        self._line.send({"proof": _proof(token, "server", nonce, theirs)})
        return True

    def serve(self, handlers: Mapping[str, Handler]) -> None:
        """One request. Meanwhile this thread listens for its end."""
        request = self._line.receive()
        if request is None:
            return
        self._line.limit(None)
        worker = threading.Thread(
            target=self._work, args=[handlers, request], name="control-work", daemon=True
        )
        worker.start()
        with contextlib.suppress(OSError, ValueError):
            self._line.receive()  # a cancel, the caller's end, or ours when the work is done
        self._task.cancel()
        worker.join()

    def hang_up(self) -> None:
        self._line.hang_up()

    def close(self) -> None:
        self._line.close()

    def _report(self, progress: Progress) -> None:
        frame = {"done": progress.done, "total": progress.total, "note": progress.note}
        with contextlib.suppress(OSError):  # it hung up: the reading side cancels
            self._line.send(frame)

    def _work(self, handlers: Mapping[str, Handler], request: dict[str, Any]) -> None:
        name, params = str(request.get("do")), request.get("with") or {}
        try:
            handler = handlers.get(name)
            if handler is None:
                raise KnownError("not_offered", name=name[:50])
            answer: dict[str, Any] = {"result": dict(handler(params, self._task))}
        except Exception as error:  # noqa: BLE001 - the caller is told, whatever it was
            known = as_known(error)
            if known is None:
                _log.exception("control: %s failed", name)
                known = KnownError("remote_failure")
            answer = {"error": known.code, "params": dict(known.params)}
        with contextlib.suppress(OSError):
            self._line.send(answer)
        self._line.hang_up()


class ControlClient:
    """The caller's side. Use as a context manager."""

    def __init__(self, profile: Profile) -> None:
        """Connect and make both sides prove themselves.

        Raises KnownError: desk_in_use (nobody listens, or not yet), control_refused.
        """
        document = _read_document(profile)
        token = bytes.fromhex(document["token"])
        self.pid = int(document["pid"])
        try:
            self._line = _Line(_connect(document["address"]))
        except OSError as error:
            raise KnownError("desk_in_use", pid=self.pid) from error
        try:
            self._prove(token)
        except (OSError, ValueError) as error:
            self._line.close()
            raise KnownError("desk_in_use", pid=self.pid) from error
        except BaseException:
            self._line.close()
            raise

    @classmethod
    def reach(cls, profile: Profile, patience_s: float = 10.0) -> "ControlClient":
        """As the constructor, waiting a little for a process that only just starts."""
        deadline = time.monotonic() + patience_s
        while True:
            try:
                return cls(profile)
            except KnownError as error:
                if error.code != "desk_in_use" or time.monotonic() >= deadline:
                    raise
            threading.Event().wait(0.05)

    def call(
        self, name: str, params: Params | None = None, on_progress: OnProgress | None = None
    ) -> dict[str, Any]:
        """Have `name` done there and wait for its result. Ctrl-C cancels it there, then raises.

        Raises the KnownError of the other side, or control_lost when it went away.
        """
        with ctrl_c_cancels(self._cancel):
            self._line.send({"do": name, "with": dict(params or {})})
            return self._await(on_progress)

    def _cancel(self) -> None:
        with contextlib.suppress(OSError):
            self._line.send({"cancel": True})

    def close(self) -> None:
        self._line.close()

    def __enter__(self) -> "ControlClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prove(self, token: bytes) -> None:
        self._line.limit(HANDSHAKE_S)
        theirs = str((self._line.receive() or {}).get("nonce", ""))
        nonce = secrets.token_hex(32)
        proof = _proof(token, "client", theirs, nonce)
        self._line.send({"nonce": nonce, "proof": proof})
        answer = str((self._line.receive() or {}).get("proof", ""))
        wanted = _proof(token, "server", theirs, nonce)
        if not hmac.compare_digest(answer.encode(), wanted.encode()):
            raise KnownError("control_refused")
        self._line.limit(None)

    def _await(self, on_progress: OnProgress | None) -> dict[str, Any]:
        while True:
            try:
                frame = self._line.receive()
            except (OSError, ValueError) as error:
                raise KnownError("control_lost") from error
            if frame is None:
                raise KnownError("control_lost")
            if "error" in frame:
                raise KnownError(str(frame["error"]), **frame.get("params", {}))
            if "result" in frame:
                result: dict[str, Any] = frame["result"]
                return result
            if on_progress is not None:
                on_progress(Progress(frame["done"], frame["total"], frame["note"]))


class _Line:
    """JSON lines over a socket, of a limited length."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._file: BinaryIO = connection.makefile("rb")
        self._sending = threading.Lock()

    def limit(self, seconds: float | None) -> None:
        self._socket.settimeout(seconds)

    def send(self, frame: Mapping[str, object]) -> None:
        with self._sending:
            self._socket.sendall(json.dumps(frame).encode() + b"\n")

    def receive(self) -> dict[str, Any] | None:
        """The next object; None at the end. Raises OSError, or ValueError for what is none."""
        line = self._file.readline(LINE_LIMIT)
        if not line:
            return None
        frame = json.loads(line)
        if not isinstance(frame, dict):
            raise ValueError("not an object")
        return frame

    def hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.hang_up()
        self._file.close()
        self._socket.close()


def _proof(token: bytes, role: str, server_nonce: str, client_nonce: str) -> str:
    text = f"deskapp control 1 {role} {server_nonce} {client_nonce}"
    return hmac.new(token, text.encode(), hashlib.sha256).hexdigest()


def _read_document(profile: Profile) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(profile.control.read_bytes())
        bytes.fromhex(document["token"])
        int(document["pid"])
        return document if document["address"] else {}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise KnownError("desk_in_use", pid=_holder(profile)) from error


def _holder(profile: Profile) -> int:
    with contextlib.suppress(OSError, ValueError):
        return int(profile.lock.read_text())
    return 0


def _unix_family() -> int | None:
    """AF_UNIX, or None where Python has none (Windows)."""
    return getattr(socket, "AF_UNIX", None)


def _connect(address: str | list[Any]) -> socket.socket:
    if isinstance(address, list):
        return socket.create_connection((str(address[0]), int(address[1])), HANDSHAKE_S)
    family = _unix_family()
    if family is None:
        raise OSError("this system has no such sockets")
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.settimeout(HANDSHAKE_S)
    try:
        connection.connect(address)
    except BaseException:
        connection.close()
        raise
    return connection
