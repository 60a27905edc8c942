"""The chat server's addresses. Whatever is not one of them is answered alike."""

import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from deskapp.channels.webchat import pages
from deskapp.channels.webchat.origins import headers_of
from deskapp.channels.webchat.socket import ChatSocket, refuse

if TYPE_CHECKING:
    from deskapp.channels.webchat.hub import Hub
    from deskapp.channels.webchat.reach import Echo
    from deskapp.channels.webchat.transfer import Transfer

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Asgi = Callable[[Any, Any, Any], Awaitable[None]]
MISDIRECTED: Final = 421
_NO_SNIFF: Final = {"X-Content-Type-Options": "nosniff"}
_NONCE: Final = re.compile(r"[0-9a-f]{32}")


class ChatApp:
    """An ASGI application: only requests to names that are ours come in, no error goes out."""

    def __init__(self, hub: "Hub", transfer: "Transfer", echo: "Echo", widget: Path) -> None:
        self._hub, self._transfer, self._echo = hub, transfer, echo
        self._widget_path = widget
        self._widget: tuple[bytes, str] | None = None
        self._routes = Starlette(
            routes=[
                WebSocketRoute("/chat", _Chat(self)),
                Route("/widget.js", self._widget_js),
                Route("/files", self._files, methods=["POST", "OPTIONS"]),
                Route("/files/{id}", self._file, methods=["GET", "OPTIONS"]),
                Route("/reach/{nonce}", self._reach),
                Route("/try/{box}", self._try),
            ],
            exception_handlers={404: _nothing, 405: _nothing},
        )
        self._routes.router.redirect_slashes = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            if self._is_ours(scope):
                await self._routes(scope, receive, send)
            elif scope["type"] == "websocket":
                await refuse(receive, send, MISDIRECTED)
            else:
                await Response(status_code=MISDIRECTED)(scope, receive, send)
        except OSError:  # the other side has gone
            pass
        except Exception:
            log.exception("the chat server failed to answer")

    def _is_ours(self, scope: Scope) -> bool:
        host = headers_of(scope).get(b"host", b"").decode("latin-1")
        return self._hub.doors.knows_host(host, (scope.get("server") or ("",))[0])

    def address(self, scope: Scope) -> str:
        """Whom a request is counted against."""
        peer = (scope.get("client") or ("",))[0]
        forwarded = b",".join(v for k, v in scope["headers"] if k == b"x-forwarded-for")
        return self._hub.doors.client(peer, forwarded.decode("latin-1"))

    async def chat(self, scope: Scope, receive: Any, send: Any) -> None:
        origin = headers_of(scope).get(b"origin", b"").decode("latin-1")
        socket = ChatSocket(
            self._hub, receive, send, address=self.address(scope), origin=origin.lower()
        )
        await socket.run()

    async def _widget_js(self, request: Request) -> Response:
        if self._widget is None:
            try:
                code = self._widget_path.read_bytes()  # once, and small
            except FileNotFoundError:
                return _nothing(request, None)
            self._widget = code, f'"{hashlib.sha256(code).hexdigest()[:32]}"'
        code, tag = self._widget
        headers = {
            **_NO_SNIFF,
            "ETag": tag,
            "Cache-Control": "no-cache",
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(code, headers=headers, media_type="text/javascript")

    async def _files(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return self._transfer.preflight(request)
        return await self._transfer.upload(request, self.address(dict(request.scope)))

    async def _file(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return self._transfer.preflight(request)
        address = self.address(dict(request.scope))
        return await self._transfer.download(request, request.path_params["id"], address)

    async def _reach(self, request: Request) -> Response:
        nonce = request.path_params["nonce"]
        answer = self._echo.answer(nonce) if _NONCE.fullmatch(nonce) else None
        if answer is None:
            return _nothing(request, None)
        return Response(answer, headers={"Cache-Control": "no-store"}, media_type="text/plain")

    async def _try(self, request: Request) -> Response:
        box = self._hub.boxes.get(request.path_params["box"])
        host = headers_of(dict(request.scope)).get(b"host", b"").decode("latin-1").lower()
        url = f"http://{host}"
        if box is None or url not in self._hub.doors.own_origins():
            return _nothing(request, None)
        language = box.face.language if box.face.language != "auto" else "en"
        page = pages.try_page(url, box.id, box.face.name, language)
        headers = {
            **_NO_SNIFF,
            "Content-Security-Policy": pages.try_page_policy(url),
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        return Response(page, headers=headers, media_type="text/html; charset=utf-8")


class _Chat:
    """An object, so that Starlette hands the bare ASGI call on."""

    def __init__(self, app: ChatApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        await self._app.chat(scope, receive, send)


def _nothing(_request: Request, _error: Exception | None) -> Response:
    return Response("Not found", 404, media_type="text/plain")
