"""Whether this desk can be reached through its public address: it connects back to itself and says what fails."""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from deskapp.core.ports import TestStep

PATIENCE_S: Final = 10.0
NONCE_S: Final = 60.0
_MAGIC: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3


class Echo:
    """Answers nonces of this process's own tests by an HMAC that only this process can make."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._nonces: dict[str, float] = {}

    def expect(self) -> tuple[str, str]:
        """A new nonce and its answer. It is answered for a minute."""
        nonce, now = secrets.token_hex(16), time.monotonic()
        with self._lock:
            self._nonces = {n: at for n, at in self._nonces.items() if now - at < NONCE_S}
            self._nonces[nonce] = now
        return nonce, self._made(nonce)

    def answer(self, nonce: str) -> str | None:
        with self._lock:
            at = self._nonces.get(nonce)
        return self._made(nonce) if at is not None and time.monotonic() - at < NONCE_S else None

    def _made(self, nonce: str) -> str:
        return hmac.new(self._key, nonce.encode(), hashlib.sha256).hexdigest()


_Places = tuple[tuple[str, int], ...]
"""Addresses and port of one name."""


class _Failed(Exception):
    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class ReachTest:
    """One test. Steps: address, resolve, connect, tls, answer, websocket; the first that fails is the last.

    Codes. address: address_invalid, not_https. resolve: name_unknown. connect: refused, timeout, unreachable.
    tls: certificate, no_tls. answer: no_answer, other_desk (detail: HTTP status). websocket: no_upgrade (detail:
    HTTP status).
    """

    def __init__(self, url: str, echo: Echo, on_step: Callable[[TestStep], None]) -> None:
        self._url, self._echo, self._on_step = url.strip().rstrip("/"), echo, on_step
        self._steps: list[TestStep] = []

    def run(self) -> tuple[TestStep, ...]:
        name = "address"
        try:
            parts = self._address()
            self._passed("address")
            name = "resolve"
            places = self._resolve(parts)
            self._passed("resolve", ", ".join(address for address, _ in places))
            name = "connect"
            connection = self._connect(places)
            self._passed("connect")
            try:
                if parts.scheme == "https":
                    name = "tls"
                    connection = self._secure(connection, parts)
                    self._passed("tls")
                name = "answer"
                self._ask(connection, parts)
                self._passed("answer")
            finally:
                connection.close()
            name = "websocket"
            self._upgrade(places, parts)
            self._passed("websocket")
        except _Failed as failed:
            self._step(TestStep(name, False, failed.code, failed.detail))
        return tuple(self._steps)

    def _passed(self, name: str, detail: str = "") -> None:
        self._step(TestStep(name, True, detail=detail))

    def _step(self, step: TestStep) -> None:
        self._steps.append(step)
        self._on_step(step)

    def _address(self) -> SplitResult:
        try:
            parts = urlsplit(self._url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            raise _Failed("address_invalid") from None
        if parts.scheme not in ("http", "https") or not host or parts.username or parts.query:
            raise _Failed("address_invalid")
        if parts.scheme == "http" and not _is_loopback(host):
            raise _Failed("not_https")
        return parts

    def _resolve(self, parts: SplitResult) -> _Places:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise _Failed("name_unknown", str(error)) from None
        return tuple(dict.fromkeys((str(each[4][0]), port) for each in found))

    def _connect(self, places: _Places) -> socket.socket:
        """To the first address that answers, as browsers do: many names have an IPv6 one that does not."""
        failed = _Failed("unreachable")
        for place in places:
            try:
                return socket.create_connection(place, PATIENCE_S)
            except ConnectionRefusedError:
                failed = _Failed("refused")
            except TimeoutError:
                failed = _Failed("timeout")
            except OSError as error:
                failed = _Failed("unreachable", str(error))
        raise failed

    def _secure(self, connection: socket.socket, parts: SplitResult) -> socket.socket:
        try:
            context = ssl.create_default_context()
            return context.wrap_socket(connection, server_hostname=parts.hostname)
        except ssl.SSLCertVerificationError as error:
            raise _Failed("certificate", error.verify_message) from None
        except OSError as error:
            raise _Failed("no_tls", str(error)) from None

    def _ask(self, connection: socket.socket, parts: SplitResult) -> None:
        nonce, answer = self._echo.expect()
        status, body, _ = self._request(connection, parts, f"/reach/{nonce}", {})
        if status != 200 or not hmac.compare_digest(body, answer.encode()):
            raise _Failed("other_desk", str(status))

    def _upgrade(self, places: _Places, parts: SplitResult) -> None:
        connection = self._connect(places)
        try:
            if parts.scheme == "https":
                connection = self._secure(connection, parts)
            key = base64.b64encode(secrets.token_bytes(16)).decode()
            headers = {
                "Connection": "Upgrade",
                "Upgrade": "websocket",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": key,
                "Origin": f"{parts.scheme}://{parts.netloc}",
            }
            status, _, accepted = self._request(connection, parts, "/chat", headers)
        finally:
            connection.close()
        digest = hashlib.sha1((key + _MAGIC).encode(), usedforsecurity=False).digest()
        if status != 101 or accepted != base64.b64encode(digest).decode():
            raise _Failed("no_upgrade", str(status))

    def _request(
        self, connection: socket.socket, parts: SplitResult, path: str, headers: dict[str, str]
    ) -> tuple[int, bytes, str]:
        """Status, the first bytes of the body, and Sec-WebSocket-Accept."""
        client = http.client.HTTPConnection(parts.hostname or "")
        client.sock = connection
        try:
            client.request("GET", parts.path + path, headers={"Host": parts.netloc, **headers})
            response = client.getresponse()
            body = b"" if response.status == 101 else response.read(200)
            return response.status, body, response.headers.get("Sec-WebSocket-Accept", "")
        except (OSError, http.client.HTTPException) as error:
            raise _Failed("no_answer", str(error)) from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
