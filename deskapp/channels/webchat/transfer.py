"""Files over HTTP: a page's upload, streamed up to a cap, and what it may have back, never shown in place."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import quote, unquote

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from deskapp.channels.webchat import clean
from deskapp.channels.webchat.files import PLAIN, Upload, image_type, sniffed
from deskapp.channels.webchat.hub import token_hash
from deskapp.channels.webchat.visits import Visit
from deskapp.core.policies.chat_box import FILE_BYTES
from deskapp.core.queries.webchat import ChatAttachment, FindVisitor
from deskapp.models.dto import AttachmentInfo

if TYPE_CHECKING:
    from deskapp.channels.webchat.hub import Hub

log = logging.getLogger(__name__)

UPLOADS_AT_ONCE: Final = 4
"""Each is held whole until it is on the disk."""
DOWNLOADS_AT_ONCE: Final = 64
TRANSFER_S: Final = 120.0
CHUNK: Final = 64 * 1024
_AUTHORIZATION: Final = re.compile(r"Chat ([0-9a-f]{32}) ([0-9a-f]{64})")
_ID: Final = re.compile(r"[0-9a-f]{32}")
_DOWNLOAD: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


@dataclass(frozen=True, slots=True)
class _Caller:
    """A box and the SHA-256 of a token: what an Authorization header names."""

    box_id: str
    token_hash: str


class Transfer:
    """`disk` runs what waits for the disk."""

    def __init__(self, hub: "Hub", disk: Executor) -> None:
        self._hub, self._disk = hub, disk
        self._uploading = self._downloading = 0

    def preflight(self, request: Request) -> Response:
        """What a browser asks before it sends the headers we need."""
        headers = self._cors(request, None)
        if not headers:
            return Response(status_code=403)
        headers |= {
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, X-File-Name",
            "Access-Control-Max-Age": "600",
        }
        return Response(status_code=204, headers=headers)

    # In -------------------------------------------------------------------------------------------------------------

    async def upload(self, request: Request, address: str) -> Response:
        caller = _caller(request)
        headers = self._cors(request, caller)
        visit = self._open_visit(caller)
        if caller is None or visit is None or not headers:
            return _answer(403, headers, "file_refused")
        box = self._hub.settings_of(visit)
        if box is None or not box.files or visit.blocked:
            return _answer(403, headers, "file_refused")
        wait = self._hub.files_sent.wait(visit.key[:2]) or self._hub.files_from.wait(address)
        if wait or self._uploading >= UPLOADS_AT_ONCE or self._hub.uploads.full:
            return _answer(429, headers, "slow_down", retry_ms=round(max(wait, 1.0) * 1000))
        self._uploading += 1
        try:
            async with asyncio.timeout(TRANSFER_S):
                data = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return _answer(408, headers, "try_later")
        finally:
            self._uploading -= 1
        if not data:
            return _answer(413, headers, "file_refused")
        upload = await self._keep(request, caller, data)
        answer = {"id": upload.id, "name": upload.name, "mime": upload.mime, "size": upload.size}
        return Response(msgspec.json.encode(answer), headers=headers, media_type="application/json")

    async def _keep(self, request: Request, caller: _Caller, data: bytes) -> Upload:
        loop = asyncio.get_running_loop()
        sha256 = await loop.run_in_executor(self._disk, self._hub.desk.blobs.put, data)
        upload = Upload(
            id=self._hub.desk.new_id(),
            owner=(caller.box_id, caller.token_hash),
            name=clean.file_name(unquote(request.headers.get("x-file-name", ""), errors="ignore")),
            mime=sniffed(request.headers.get("content-type", ""), data[:16]),
            size=len(data),
            sha256=sha256,
            at=self._hub.monotonic(),
        )
        self._hub.uploads.add(upload)
        return upload

    def _open_visit(self, caller: _Caller | None) -> Visit | None:
        """The caller's visit, if a page of it is open: nobody else has a reason to send a file."""
        if caller is None:
            return None
        visit = self._hub.visits.with_token(caller.box_id, caller.token_hash)
        return visit if visit is not None and visit.sockets else None

    # Out ------------------------------------------------------------------------------------------------------------

    async def download(self, request: Request, attachment_id: str, address: str) -> Response:
        caller = _caller(request)
        headers = self._cors(request, caller)
        found = None
        if caller is not None and headers and _ID.fullmatch(attachment_id):
            found = await self._find(caller, attachment_id, address)
        if found is None:
            return _answer(404, headers, "file_refused")
        if self._downloading >= DOWNLOADS_AT_ONCE:
            return _answer(429, headers, "slow_down", retry_ms=1000)
        loop = asyncio.get_running_loop()
        try:
            blob = await loop.run_in_executor(self._disk, self._hub.desk.blobs.open, found.sha256)
        except (OSError, ValueError):
            log.exception("a file of a chat cannot be read")
            return _answer(404, headers, "file_refused")
        name = quote(clean.file_name(found.filename), safe="")
        headers |= _DOWNLOAD | {
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Content-Length": str(found.size),
        }
        self._downloading += 1
        head = await loop.run_in_executor(self._disk, blob.read, CHUNK)
        mime = image_type(head) or PLAIN
        return StreamingResponse(self._chunks(blob, head), headers=headers, media_type=mime)

    async def _find(
        self, caller: _Caller, attachment_id: str, address: str
    ) -> AttachmentInfo | None:
        visit = self._hub.visits.with_token(caller.box_id, caller.token_hash)
        if visit is not None:
            blocked, ticket_id = visit.blocked, visit.ticket_id
        elif self._hub.lookups.wait(address):
            return None
        else:
            known = await self._hub.ask(FindVisitor(caller.box_id, caller.token_hash))
            if known is None:
                return None
            blocked, ticket_id = known.blocked, known.last_ticket_id
        if blocked or not ticket_id:
            return None
        return await self._hub.ask(ChatAttachment(ticket_id, attachment_id))

    async def _chunks(self, blob: BinaryIO, chunk: bytes) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(TRANSFER_S):
                while chunk:
                    yield chunk
                    chunk = await loop.run_in_executor(self._disk, blob.read, CHUNK)
        finally:
            self._downloading -= 1
            blob.close()

    def _cors(self, request: Request, caller: _Caller | None) -> dict[str, str]:
        """For the origin that asks, if the box (without a caller: any box) is allowed on it."""
        origin = request.headers.get("origin", "")
        boxes = self._hub.boxes
        asked = [boxes[caller.box_id]] if caller and caller.box_id in boxes else boxes.values()
        if not any(self._hub.allows(box, origin) for box in asked):
            return {}
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def _caller(request: Request) -> _Caller | None:
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    return _Caller(found[1], token_hash(found[2])) if found else None


async def _body(request: Request) -> bytes:
    """The whole body; empty when it is longer than a file may be."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > FILE_BYTES:
        return b""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > FILE_BYTES:
            return b""
    return bytes(data)


def _answer(status: int, headers: dict[str, str], code: str, **more: int) -> Response:
    body = msgspec.json.encode({"code": code, **more})
    return Response(body, status, headers, media_type="application/json")
