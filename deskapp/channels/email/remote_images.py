"""Remote images of a mail, fetched once at an agent's wish.

Whoever wrote the mail chose the addresses, so the fetch trusts none: the name is resolved once and
exactly that address is connected to, only public addresses and the two usual ports are, every
redirect is checked as the first address was, and size, time and kind are capped.
"""

import contextlib
import http.client
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from deskapp.channels.email.tls import checked
from deskapp.core.ports import BlobStore

MAX_IMAGES: Final = 60
MAX_BYTES: Final = 5 * 1024 * 1024
MAX_TOTAL_BYTES: Final = 25 * 1024 * 1024
MAX_REDIRECTS: Final = 3
SECONDS: Final = 10.0
"""For one image, from the first packet to the last."""
_PORTS: Final = {"http": 80, "https": 443}
_TUNNELS: Final = tuple(
    IPv6Network(net)
    for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10")
)
"""IPv6 that leads to an IPv4 address, which might be a private one; and what is out of use."""
_MAGIC: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")

Ip = IPv4Address | IPv6Address


class _Refused(Exception):
    """This image is not fetched."""


@dataclass(frozen=True, slots=True)
class _Target:
    parts: SplitResult
    host: str
    port: int
    ip: str


def is_public(ip: Ip) -> bool:
    """Whether an address belongs to the internet at large, and to no one's own network."""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(ip.ipv4_mapped)
        if any(ip in net for net in _TUNNELS):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def fetch_images(
    urls: Sequence[str], blobs: BlobStore, allowed: Callable[[Ip, int], bool] | None = None
) -> tuple[tuple[str, str], ...]:
    """(address, SHA-256 of the stored image) for each; an empty hash: it could not be had.

    `allowed` says to which address and port a connection may be made.
    """
    wanted = list(dict.fromkeys(urls))[:MAX_IMAGES]
    may = allowed or (lambda ip, port: port in (80, 443) and is_public(ip))
    with ThreadPoolExecutor(4, thread_name_prefix="remote-image") as pool:
        bodies = list(pool.map(lambda url: _fetch(url, may), wanted))
    room = MAX_TOTAL_BYTES
    found = []
    for url, body in zip(wanted, bodies, strict=True):
        fits = 0 < len(body) <= room
        room -= len(body) if fits else 0
        found.append((url, blobs.put(body) if fits else ""))
    return tuple(found)


def _fetch(url: str, allowed: Callable[[Ip, int], bool]) -> bytes:
    deadline = time.monotonic() + SECONDS
    try:
        for _ in range(MAX_REDIRECTS + 1):
            body, url = _get(_resolve(url, allowed), url, deadline)
            if body is not None:
                return body if _is_image(body) else b""
    except (_Refused, OSError, http.client.HTTPException, ValueError):
        return b""
    return b""


def _resolve(url: str, allowed: Callable[[Ip, int], bool]) -> _Target:
    """Look at an address, and choose the one machine that will be asked. Raises `_Refused`."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or parts.username or parts.password or not parts.hostname:
        raise _Refused
    host = parts.hostname.encode("idna").decode("ascii")
    port = parts.port or _PORTS[parts.scheme]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ips = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    # One private address among public ones is as suspicious as a private one alone.
    if not ips or not all(allowed(ip, port) for ip in ips):
        raise _Refused
    return _Target(parts, host, port, str(ips[0]))


def _get(target: _Target, url: str, deadline: float) -> tuple[bytes | None, str]:
    """The body, or None and where it is said to be."""
    with contextlib.closing(_connect(target, deadline)) as connection:
        path = quote(target.parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(target.parts.query, safe="/%:@!$&'()*+,;=~-._?")
        connection.request(
            "GET",
            f"{path}?{query}" if query else path,
            headers={"Accept": "image/*", "User-Agent": "Mozilla/5.0", "Connection": "close"},
        )
        response = connection.getresponse()
        if response.status in (301, 302, 303, 307, 308):
            return None, urljoin(url, response.headers.get("Location", ""))
        if response.status != 200 or int(response.headers.get("Content-Length") or 0) > MAX_BYTES:
            raise _Refused
        body = bytearray()
        while chunk := _read(connection, response, deadline):
            body += chunk
            if len(body) > MAX_BYTES:
                raise _Refused
        return bytes(body), url


def _connect(target: _Target, deadline: float) -> http.client.HTTPConnection:
    """A connection to the address that was checked, under the name that was asked for."""
    raw = socket.create_connection((target.ip, target.port), _left(deadline))
    try:
        raw.settimeout(_left(deadline))
        if target.parts.scheme == "https":
            raw = checked().wrap_socket(raw, server_hostname=target.host)
    except BaseException:
        raw.close()
        raise
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.default_port = _PORTS[target.parts.scheme]
    connection.sock = raw
    return connection


def _read(
    connection: http.client.HTTPConnection, response: http.client.HTTPResponse, deadline: float
) -> bytes:
    left = _left(deadline)
    if connection.sock is not None:
        connection.sock.settimeout(left)
    return response.read1(65_536)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _is_image(body: bytes) -> bool:
    """PNG, JPEG, GIF or WebP by its first bytes; what the server calls it says nothing."""
    return body.startswith(_MAGIC) or (body[:4] == b"RIFF" and body[8:12] == b"WEBP")
