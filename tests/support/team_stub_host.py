"""A host as small as can be, over real TLS on the loopback: it answers what a test has laid down."""

import asyncio
import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.support.certificates import Certificate, self_signed

Answer = Callable[[Request, bytes], Response]


def said(body: object, status: int = 200, **headers: str) -> Response:
    return Response(msgspec.json.encode(body), status, headers, "application/json")


class StubHost:
    """`answers` by `METHOD path`; `seen` are the requests; `told` what came over the live line."""

    def __init__(self, certificate: Certificate) -> None:
        self.fingerprint = certificate.fingerprint
        self.answers: dict[str, Answer] = {}
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.told: list[Any] = []
        self.line_up = threading.Event()
        self.close_code: int | None = None
        self._lines: list[WebSocket] = []
        app = Starlette(
            routes=[
                WebSocketRoute("/v1/live", self._live),
                Route("/{path:path}", self._answer, methods=["GET", "HEAD", "POST", "PUT"]),
            ]
        )
        config = uvicorn.Config(
            app,
            host="127.0.0.1",
            port=0,
            log_config=None,
            lifespan="off",
            ssl_certfile=certificate.chain,
            ssl_keyfile=certificate.key,
            timeout_graceful_shutdown=1,
            ws="websockets-sansio",
        )
        self._server = uvicorn.Server(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="stub-host")
        self._started = threading.Event()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._server.config.load()
        self._server.lifespan = self._server.config.lifespan_class(self._server.config)
        await self._server.startup()
        self._started.set()
        await self._server.main_loop()
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()
        await self._server.shutdown()
        with suppress(TimeoutError):  # aborted lines are let go of in the turns after
            async with asyncio.timeout(0.02):
                await asyncio.Event().wait()

    def start(self) -> None:
        self._thread.start()
        assert self._started.wait(90)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(90)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def tell(self, frame: object) -> None:
        self._run(self._lines[-1].send_text(msgspec.json.encode(frame).decode()))

    def drop_line(self, code: int = 1012) -> None:
        self._run(self._lines[-1].close(code))

    def _run(self, what: Any) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(what, self._loop).result(90)

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        if request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        key = f"{request.method} {request.url.path}"
        self.seen.append((key, dict(request.headers), body))
        answer = self.answers.get(key)
        return answer(request, body) if answer else said({"code": "not_found"}, 404)

    async def _live(self, socket: WebSocket) -> None:
        await socket.accept()
        try:
            self.told.append(msgspec.json.decode(await socket.receive_text()))
            if self.close_code is not None:
                await socket.close(self.close_code)
                return
            await socket.send_text('{"t":"ready","server_at":1}')
            self._lines.append(socket)
            self.line_up.set()
            while True:
                self.told.append(msgspec.json.decode(await socket.receive_text()))
        except WebSocketDisconnect:
            self.line_up.clear()


@contextmanager
def stub_host(folder: Path) -> Iterator[StubHost]:
    host = StubHost(self_signed(folder, "deskapp host"))
    host.start()
    try:
        yield host
    finally:
        host.stop()
