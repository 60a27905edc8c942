"""Bodies in and out: JSON by `msgspec`, gzip when it helps, every error a `Problem`, nothing without a limit."""

import gzip
import zlib
from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from deskapp.sync.protocol.messages import Problem
from deskapp.sync.server.refusals import Refused

B = TypeVar("B")

BODY: Final = 8 * 1024 * 1024
"""Of a JSON body, as it travels and unpacked: 50 commands with long texts."""
SLICE: Final = 1024 * 1024
"""Of a piece of a blob."""
GZIP_FROM: Final = 1_000
LEVEL: Final = 4
ALWAYS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}

_encode = msgspec.json.Encoder().encode


async def body_of(request: Request, most: int = BODY) -> bytes:
    """Raises Refused("too_large") as soon as there is too much of it."""
    if int_of(request.headers.get("content-length"), 0) > most:
        raise Refused("too_large", most=most)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise Refused("too_large", most=most)
        parts.append(part)
    return b"".join(parts)


def decoded(request: Request, body: bytes, kind: type[B]) -> B:
    """Raises Refused: invalid (with where it is), too_large."""
    packing = request.headers.get("content-encoding", "")
    if packing not in ("", "gzip", "identity"):
        raise Refused("invalid", field="Content-Encoding")
    plain = _unpacked(body) if packing == "gzip" else body
    try:
        return msgspec.json.decode(plain, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        # Where, never what: the text of a body stays out of answers and logs.
        raise Refused("invalid", field=str(error).rpartition("`")[0].rpartition("`")[2]) from None


def _unpacked(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, BODY)
    except zlib.error as error:
        raise Refused("invalid", field="body") from error
    if unpacker.unconsumed_tail:
        raise Refused("too_large", most=BODY)
    if not unpacker.eof:
        raise Refused("invalid", field="body")
    return plain


def accepts_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def packed(answer: object, pack: bool) -> tuple[bytes, dict[str, str]]:
    """The bytes of an answer and their headers; for a worker thread, since both take a while."""
    data = _encode(answer)
    headers = {**ALWAYS, "Vary": "Accept-Encoding"}
    if pack and len(data) >= GZIP_FROM:
        return gzip.compress(data, LEVEL, mtime=0), {**headers, "Content-Encoding": "gzip"}
    return data, headers


def said(data: bytes, headers: Mapping[str, str], status: int = 200) -> Response:
    return Response(data, status, dict(headers), "application/json")


def problem(refusal: Refused) -> Response:
    told = Problem(code=refusal.code, params=refusal.params, retry_ms=refusal.retry_ms)
    headers = dict(ALWAYS)
    if refusal.retry_ms:
        headers["Retry-After"] = str(-(-refusal.retry_ms // 1000))
    if refusal.code == "revoked":
        headers["WWW-Authenticate"] = "Bearer"
    return said(_encode(told), headers, refusal.status)


def int_of(text: str | None, default: int) -> int:
    """A whole number of a header or query. Raises Refused("invalid")."""
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Refused("invalid", field="number")
    return int(text)


def token_of(request: Request) -> str:
    """The bearer token of a request; empty when there is none. Only ever in this header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
