"""The host's addresses. Every answer is made on a worker thread, in a snapshot, for whoever the token names."""

import asyncio
import logging
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, Final, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute

from deskapp.core.policies.buckets import Limiter
from deskapp.sync.protocol import pairing as p
from deskapp.sync.protocol.messages import SERVED, VERSION, Hello, SyncRequest
from deskapp.sync.protocol.residency import DAYS
from deskapp.sync.server import limits
from deskapp.sync.server.answers import (
    ALWAYS,
    LEVEL,
    SLICE,
    accepts_gzip,
    body_of,
    decoded,
    int_of,
    packed,
    problem,
    said,
    token_of,
)
from deskapp.sync.server.bootstrap import pages
from deskapp.sync.server.desk import HostedDesk, WireQuery
from deskapp.sync.server.devices import Session
from deskapp.sync.server.live import Hub
from deskapp.sync.server.metrics import Metrics
from deskapp.sync.server.openapi import document
from deskapp.sync.server.refusals import Refused

log = logging.getLogger(__name__)

R = TypeVar("R")

PIECE: Final = 64 * 1024
AGAIN_S: Final = 2.0
"""How often a long answer looks whether its device may still have it."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True)
class _Limits:
    """A limiter for each kind of work; times in s, monotonic."""

    exchanges: Limiter
    queries: Limiter
    blobs: Limiter
    copies: Limiter
    pairing: Limiter
    strangers: Limiter

    @classmethod
    def fresh(cls) -> "_Limits":
        rates = (
            limits.EXCHANGES, limits.QUERIES, limits.BLOBS,
            limits.COPIES, limits.PAIRING, limits.STRANGERS,
        )  # fmt: skip
        return cls(*(Limiter(rate, monotonic) for rate in rates))

    def forget_idle(self) -> None:
        for one in (
            self.exchanges,
            self.queries,
            self.blobs,
            self.copies,
            self.pairing,
            self.strangers,
        ):
            one.forget_idle()


class TeamApp:
    """An ASGI application over one desk. `pool` is where it reads and waits."""

    def __init__(self, desk: HostedDesk, hub: Hub, pool: ThreadPoolExecutor) -> None:
        self._desk, self._hub, self._pool = desk, hub, pool
        self.metrics = Metrics()
        self.limits = _Limits.fresh()
        self._waiting = 0
        routes: list[Any] = [
            Route("/healthz", self._guarded(self._health), methods=["GET"]),
            Route("/metrics", self._guarded(self._tell_metrics), methods=["GET"]),
            WebSocketRoute("/v1/live", hub.serve),
        ]
        for path, methods, handler in self._served():
            routes.append(Route(f"/v1{path}", self._guarded(handler), methods=list(methods)))
        routes.append(Route("/{path:path}", self._guarded(self._nothing), methods=_ANY))
        self._routes = Starlette(routes=routes, exception_handlers={405: _method, 404: _method})
        self._routes.router.redirect_slashes = False

    def _served(self) -> tuple[tuple[str, tuple[str, ...], Handler], ...]:
        return (
            ("/hello", ("GET",), self._hello),
            ("/sync", ("POST",), self._sync),
            ("/bootstrap", ("GET",), self._bootstrap),
            ("/query", ("POST",), self._query),
            ("/blobs/{sha256}", ("HEAD",), self._blob_kept),  # before GET, which would take it
            ("/blobs/{sha256}", ("GET",), self._blob),
            ("/blobs/{sha256}", ("PUT",), self._put_blob),
            ("/pair", ("POST",), self._pair),
            ("/pair/code", ("POST",), self._pair_code),
            ("/pair/confirm", ("POST",), self._pair_confirm),
            ("/second-factor", ("POST",), self._second_factor),
            ("/openapi.json", ("GET",), self._openapi),
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            if not _is_for_us(scope, self._desk.names()):
                await _turn_away(scope, receive, send)
                return
            await self._routes(scope, receive, send)
        except OSError:  # the other side has gone
            pass
        except Exception:
            log.exception("the team's server failed to answer")

    def _guarded(self, handler: Handler) -> Handler:
        async def answer(request: Request) -> Response:
            path = request.scope["route"].path
            try:
                response = await handler(request)
            except Refused as refusal:
                response = problem(self._counted(request, refusal))
            except (
                ClientDisconnect
            ):  # it went in the middle of what it had to say: nobody reads this
                response = Response(status_code=400)
            except Exception:
                log.exception("%s %s failed", request.method, path)
                response = problem(Refused("failed"))
            self.metrics.answered(request.method, path, response.status_code)
            return response

        return answer

    def _counted(self, request: Request, refusal: Refused) -> Refused:
        """Strangers who try one token after another are told to wait."""
        if refusal.code == "revoked":
            wait = self.limits.strangers.wait(_address(request))
            if wait:
                return Refused("rate_limited", retry_ms=int(wait * 1000) + 1)
        return refusal

    async def _work(self, function: Callable[..., R], *args: Any) -> R:
        """On a worker thread. Raises Refused("busy") when too many wait already."""
        if self._waiting >= limits.WAITING:
            raise Refused("busy", retry_ms=limits.BUSY_MS)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._pool, partial(function, *args)
            )
        finally:
            self._waiting -= 1

    # Who is there ----------------------------------------------------------------------------------------------

    async def _health(self, _request: Request) -> Response:
        return said(*packed({"ok": True}, pack=False))

    async def _tell_metrics(self, request: Request) -> Response:
        """For this computer alone: how busy a desk is, is nobody else's business."""
        if _address(request) not in _LOOPBACK:
            raise Refused("not_found")
        text = self.metrics.text(lines=self._hub.connected, seq=self._desk.authority.seq)
        return Response(text, headers=dict(ALWAYS), media_type="text/plain; version=0.0.4")

    async def _openapi(self, request: Request) -> Response:
        return said(*await self._work(lambda: packed(document(), accepts_gzip(request))))

    async def _nothing(self, request: Request) -> Response:
        version = request.url.path.split("/")[1]
        if version[:1] == "v" and version[1:].isdigit() and int(version[1:6]) not in SERVED:
            raise Refused("version", version=VERSION, served=SERVED)
        raise Refused("not_found")

    async def _hello(self, request: Request) -> Response:
        token = token_of(request)
        if not token:
            _wait(self.limits.strangers, _address(request))
        return said(*await self._work(self._greet, token, accepts_gzip(request)))

    def _greet(self, token: str, pack: bool) -> tuple[bytes, dict[str, str]]:
        desk = self._desk
        hello: Hello = desk.hello(desk.session(token) if token else None)
        return packed(hello, pack)

    # Following the desk ----------------------------------------------------------------------------------------

    async def _sync(self, request: Request) -> Response:
        token = _token(request)
        _wait(self.limits.exchanges, token)
        body = await body_of(request)
        return said(*await self._work(self._exchange, request, token, body))

    def _exchange(self, request: Request, token: str, body: bytes) -> tuple[bytes, dict[str, str]]:
        session = self._session(token)
        asked = decoded(request, body, SyncRequest)
        answer = self._desk.exchange.sync(session.agent_id, session.device, asked)
        self.metrics.commands += len(asked.commands)
        return packed(answer, accepts_gzip(request))

    async def _bootstrap(self, request: Request) -> Response:
        token, query = _token(request), request.query_params
        _wait(self.limits.copies, token)
        days, until = int_of(query.get("days"), DAYS), int_of(query.get("until"), 0)
        scope, place = query.get("scope", ""), query.get("token", "")
        session = await self._work(self._session, token)
        found = pages(self._desk.exchange, session.agent_id, scope, place, days, until)
        first = await self._work(next, found)
        pack = accepts_gzip(request)
        headers = {**ALWAYS, **({"Content-Encoding": "gzip"} if pack else {})}
        stream = self._lines(token, first, found, pack)
        return StreamingResponse(stream, 200, headers, "application/x-ndjson")

    async def _lines(
        self, token: str, first: Any, rest: Iterator[Any], pack: bool
    ) -> AsyncIterator[bytes]:
        """A line for each page; it breaks off when the device may no longer have the next."""
        packer = zlib.compressobj(LEVEL, wbits=31) if pack else None
        page: Any = first
        while page is not None:
            yield await self._work(_line, page, packer)
            page = await self._work(self._next_page, token, rest)
        if packer:
            yield packer.flush()

    def _next_page(self, token: str, rest: Iterator[Any]) -> Any:
        try:
            self._session(token)
            return next(rest, None)
        except Refused as refusal:
            # The status has been said long ago: a stream that breaks is all that can still be told.
            raise ConnectionResetError(refusal.code) from refusal

    async def _query(self, request: Request) -> Response:
        token = _token(request)
        _wait(self.limits.queries, token)
        body = await body_of(request)
        return said(*await self._work(self._ask, request, token, body))

    def _ask(self, request: Request, token: str, body: bytes) -> tuple[bytes, dict[str, str]]:
        session = self._session(token)
        answer = self._desk.ask(session, decoded(request, body, WireQuery))
        return packed({"answer": answer}, accepts_gzip(request))

    # Blobs -----------------------------------------------------------------------------------------------------

    async def _blob(self, request: Request) -> Response:
        token, sha256 = _token(request), request.path_params["sha256"]
        _wait(self.limits.blobs, token)
        size = await self._work(self._readable, token, sha256)
        start, end = _range(request.headers.get("range"), size)
        headers = {
            **ALWAYS,
            "Accept-Ranges": "bytes",
            "Content-Length": str(end - start),
            "Content-Disposition": "attachment",
            "Content-Security-Policy": "sandbox",
        }
        whole = "range" not in request.headers
        if not whole:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        stream = self._pieces(token, sha256, start, end)
        status = 200 if whole else 206
        return StreamingResponse(stream, status, headers, "application/octet-stream")

    async def _pieces(self, token: str, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        found = self._desk.files.read(sha256, start, end, PIECE)
        looked = monotonic()
        while piece := await self._work(_piece, found):
            yield piece
            if monotonic() - looked > AGAIN_S:
                looked = monotonic()
                await self._work(self._readable, token, sha256)

    def _readable(self, token: str, sha256: str) -> int:
        return self._desk.readable(self._session(token), sha256)

    async def _blob_kept(self, request: Request) -> Response:
        token, sha256 = _token(request), request.path_params["sha256"]
        _wait(self.limits.blobs, token)
        try:
            size = await self._work(self._readable, token, sha256)
        except Refused as refusal:
            if refusal.code != "blob_not_found":
                raise
            kept = await self._work(self._kept, token, sha256)
            return Response(status_code=404, headers={**ALWAYS, "Upload-Offset": str(kept)})
        return Response(headers={**ALWAYS, "Content-Length": str(size)})

    def _kept(self, token: str, sha256: str) -> int:
        return self._desk.files.kept(self._session(token).agent_id, sha256)

    async def _put_blob(self, request: Request) -> Response:
        token, sha256 = _token(request), request.path_params["sha256"]
        _wait(self.limits.blobs, token)
        offset = int_of(request.headers.get("upload-offset"), 0)
        total = int_of(request.headers.get("upload-length"), -1)
        await self._work(self._session, token)  # before a stranger's bytes are read
        data = await body_of(request, SLICE)
        kept = await self._work(self._take, token, sha256, offset, total, data)
        if kept is None:
            return Response(status_code=204, headers=dict(ALWAYS))
        return Response(status_code=202, headers={**ALWAYS, "Upload-Offset": str(kept)})

    def _take(self, token: str, sha256: str, offset: int, total: int, data: bytes) -> int | None:
        session = self._session(token)
        try:
            return self._desk.files.take(session.agent_id, sha256, offset, total, data)
        except OSError as error:  # the desk's disk; it is brought again
            log.warning("what a device brought could not be kept: %s", error.strerror)
            raise Refused("busy", retry_ms=limits.BUSY_MS) from error

    # Pairing ---------------------------------------------------------------------------------------------------

    async def _pair(self, request: Request) -> Response:
        return await self._pairing(request, p.PairRequest, self._desk.pair)

    async def _pair_code(self, request: Request) -> Response:
        return await self._pairing(request, p.PairCode, self._desk.pair_code)

    async def _pair_confirm(self, request: Request) -> Response:
        return await self._pairing(request, p.PairConfirm, self._desk.pair_confirm)

    async def _pairing(
        self, request: Request, kind: type[R], work: Callable[[R], object]
    ) -> Response:
        _wait(self.limits.pairing, _address(request))
        body = await body_of(request, PIECE)
        asked = decoded(request, body, kind)
        return said(*packed(await self._work(work, asked), pack=False))

    async def _second_factor(self, request: Request) -> Response:
        token = _token(request)
        _wait(self.limits.queries, token)
        asked = decoded(request, await body_of(request, PIECE), p.FactorRequest)
        return said(*await self._work(self._factor, token, asked))

    def _factor(self, token: str, asked: p.FactorRequest) -> tuple[bytes, dict[str, str]]:
        return packed(self._desk.second_factor(self._session(token), asked), pack=False)

    def _session(self, token: str) -> Session:
        return self._desk.session(token)


_ANY: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def _piece(found: Iterator[bytes]) -> bytes:
    """Nothing at the end. What the disk does not give breaks the answer off, which says that it is not all."""
    try:
        return next(found, b"")
    except OSError as error:
        log.warning("a file could not be read: %s", error.strerror)
        raise


def _line(page: Any, packer: Any) -> bytes:
    line: bytes = msgspec.json.encode(page) + b"\n"
    if packer is None:
        return line
    return bytes(packer.compress(line) + packer.flush(zlib.Z_SYNC_FLUSH))


def _wait(limiter: Limiter, key: str) -> None:
    """Raises Refused("rate_limited")."""
    wait = limiter.wait(key)
    if wait:
        raise Refused("rate_limited", retry_ms=int(wait * 1000) + 1)


def _token(request: Request) -> str:
    """Raises Refused("revoked") when there is none."""
    token = token_of(request)
    if not token:
        raise Refused("revoked")
    return token


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _range(header: str | None, size: int) -> tuple[int, int]:
    """From where to before where. One range only. Raises Refused("range")."""
    if header is None:
        return 0, size
    unit, _, wanted = header.partition("=")
    first, dash, last = wanted.partition("-")
    if unit.strip() != "bytes" or not dash or "," in wanted:
        raise Refused("range", size=size)
    start = int_of(first, -1)
    end = int_of(last, size - 1)
    if start < 0:  # the last so many bytes
        start, end = max(size - end, 0) if last else size, size - 1
    if start >= size or end < start:
        raise Refused("range", size=size)
    return start, min(end + 1, size)


def _is_for_us(scope: Any, names: frozenset[str]) -> bool:
    """No web page is a client: what carries an Origin is turned away, and so is any name that is not ours."""
    headers = dict(scope["headers"])
    if b"origin" in headers:
        return False
    host = headers.get(b"host", b"").decode("latin-1").lower()
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    return _is_address(name) or name.split(".")[0] in names or name in names


def _is_address(name: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


async def _turn_away(scope: Any, receive: Any, send: Any) -> None:
    response = problem(Refused("host"))
    if scope["type"] == "websocket":
        await receive()
        raw = [(name, value) for name, value in response.raw_headers]
        await send({"type": "websocket.http.response.start", "status": 421, "headers": raw})
        await send({"type": "websocket.http.response.body", "body": response.body})
        return
    await response(scope, receive, send)


def _method(_request: Request, _error: Exception) -> Response:
    return problem(Refused("method"))
