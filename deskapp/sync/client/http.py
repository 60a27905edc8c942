"""Requests to the host: one lane for each kind of work, so that a long one never holds up a short one."""

import contextlib
import gzip
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
import requests
from requests.adapters import HTTPAdapter

from deskapp.sync.client.problems import HostProblem, Unreachable, typed
from deskapp.sync.client.tls import HostContext, changed, is_refusal
from deskapp.sync.protocol.messages import (
    BootstrapPage,
    Hello,
    Problem,
    SyncAnswer,
    SyncRequest,
)

A = TypeVar("A")

CONNECT_S: Final = 5.0
READ_S: Final = 20.0
"""Between two pieces of an answer; a slow network sends small ones, a dead one none."""
PIECE: Final = 64 * 1024
_GZIP_FROM: Final = 1_000


class Lanes:
    """The way to a host at any of its addresses; shared by everything on this machine that talks to it."""

    def __init__(self, addresses: Sequence[str], fingerprint: str, token: str = "") -> None:
        self.context = HostContext.to(fingerprint)
        self.token = token
        self._addresses = tuple(addresses)
        self._best = 0
        self._open: list[Lane] = []
        self.closed = threading.Event()
        self._passed = 0

    def traffic(self) -> int:
        """Bytes of bodies that went to the host and came from it, as they were on the wire."""
        return self._passed

    def passed(self, size: int) -> None:
        self._passed += size

    @property
    def addresses(self) -> tuple[str, ...]:
        """The one that answered last comes first."""
        return self._addresses[self._best :] + self._addresses[: self._best]

    def answered(self, address: str) -> None:
        self._best = self._addresses.index(address)

    def lane(self) -> "Lane":
        """One more; it is closed with the others."""
        lane = Lane(self)
        self._open.append(lane)
        return lane

    def close(self) -> None:
        """Whatever waits for the host fails now; nothing is asked any more."""
        self.closed.set()
        self.context.end()
        for lane in self._open:
            lane.close()


class Lane:
    """One kept connection, used by one thread at a time. Raises `HostProblem`s."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._lock = threading.Lock()
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, no .netrc, no other authorities from outside
        self._session.mount("https://", _Adapter(lanes.context))

    def ask(self, method: str, path: str, kind: type[A], body: object = None) -> A:
        """JSON out, JSON in."""
        headers = {"Content-Type": "application/json"}
        data = msgspec.json.encode(body) if body is not None else None
        if data is not None and len(data) > _GZIP_FROM:
            data, headers["Content-Encoding"] = gzip.compress(data, 6), "gzip"
        with self.request(method, path, data, headers) as response:
            return _decoded(_content(response), kind)

    @contextlib.contextmanager
    def request(
        self,
        method: str,
        path: str,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        fine: tuple[int, ...] = (),
    ) -> Iterator[requests.Response]:
        """The answer as a stream. `fine`: statuses beside 2xx that are no error here."""
        with self._lock:
            response = self._first_that_answers(method, path, data, headers or {}, params)
            with response:
                if response.status_code >= 300 and response.status_code not in fine:
                    raise _problem(response)
                yield response
                self._lanes.passed(response.raw.tell() + (len(data) if data else 0))

    def close(self) -> None:
        self._session.close()

    def _first_that_answers(
        self,
        method: str,
        path: str,
        data: Any,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
    ) -> requests.Response:
        lanes, failed = self._lanes, Unreachable(reason="no address")
        own = {"Authorization": f"Bearer {lanes.token}"} if lanes.token else {}
        for address in lanes.addresses:
            if lanes.closed.is_set():
                raise Unreachable(reason="closing")
            try:
                response = self._session.request(
                    method,
                    f"https://{address}{path}",
                    params=params,
                    data=data,
                    headers={**own, **headers},
                    stream=True,
                    allow_redirects=False,
                    timeout=(CONNECT_S, READ_S),
                )
            except (requests.RequestException, OSError) as error:
                if is_refusal(error):
                    raise changed(lanes.context) from error
                failed = Unreachable(reason=type(error).__name__)
                failed.__cause__ = error
                continue
            lanes.answered(address)
            return response
        raise failed


class HostTransport:
    """What the replica asks of its host. Each method belongs to one lane; raises `HostProblem`s."""

    def __init__(self, lanes: Lanes) -> None:
        self._sync, self._bootstrap, self._query = lanes.lane(), lanes.lane(), lanes.lane()

    def hello(self) -> Hello:
        return self._sync.ask("GET", "/v1/hello", Hello)

    def sync(self, request: SyncRequest) -> SyncAnswer:
        return self._sync.ask("POST", "/v1/sync", SyncAnswer, request)

    def bootstrap(
        self, scope: str, token: str, days: int, until: int = 0
    ) -> Iterator[BootstrapPage]:
        """The pages of a first copy, from `token` on. The stream may break anywhere."""
        params = {"scope": scope, "token": token, "days": str(days)}
        if until:
            params["until"] = str(until)
        with self._bootstrap.request("GET", "/v1/bootstrap", params=params) as response:
            for line in _lines(response):
                yield _decoded(line, BootstrapPage)

    def query(self, name: str, body: Mapping[str, Any]) -> Any:
        """What is not resident here, asked of the host. Built-in types only."""
        asked = {"type": name, "body": body}
        return self._query.ask("POST", "/v1/query", dict[str, Any], asked)["answer"]


class _Adapter(HTTPAdapter):
    """Uses our context as it is: requests would add the authorities that it brings along."""

    def __init__(self, context: HostContext) -> None:
        self._context = context
        super().__init__(pool_connections=4, pool_maxsize=1)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        host, _tls = super().build_connection_pool_key_attributes(request, verify, cert)
        tls: dict[str, Any] = {"ssl_context": self._context}
        if self._context.fingerprint:
            tls |= {"assert_hostname": False, "assert_fingerprint": self._context.fingerprint}
        return host, tls

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """The context does it."""


def _problem(response: requests.Response) -> HostProblem:
    try:
        problem = msgspec.json.decode(_content(response), type=Problem)
    except (Unreachable, msgspec.MsgspecError, ValueError):
        problem = Problem(code=f"http_{response.status_code}")
    return typed(problem, response.status_code)


def _content(response: requests.Response) -> bytes:
    try:
        return response.content
    except (requests.RequestException, OSError) as error:
        raise Unreachable(reason=type(error).__name__) from error


def _decoded(data: bytes, kind: type[A]) -> A:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Unreachable(reason="bad_answer") from error


def _lines(response: requests.Response) -> Iterator[bytes]:
    """Lines of any length. A last one without its end is a broken stream and is left out."""
    rest: list[bytes] = []
    try:
        for piece in response.iter_content(PIECE):
            *whole, last = piece.split(b"\n")
            for line in whole:
                yield b"".join((*rest, line))
                rest.clear()
            rest.append(last)
    except (requests.RequestException, OSError) as error:
        raise Unreachable(reason=type(error).__name__) from error
