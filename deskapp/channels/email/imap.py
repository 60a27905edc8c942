"""One IMAP connection (RFC 9051): what the account's worker and the connection test do with it."""

import contextlib
import imaplib
import re
import selectors
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from deskapp.channels.email.problems import MailProblem, login_problem, words
from deskapp.channels.email.settings import TLS, Server
from deskapp.channels.email.transport import CONNECT_SECONDS, Connection, Opened, dial, problems

ANSWER_SECONDS: Final = 30.0
PROBE_SECONDS: Final = 10.0
"""How long a connection that has been quiet may take to prove that it is alive."""

_SEEN: Final = b"\\Seen"
_SENT: Final = b"\\Sent"


class _Protocol(imaplib.IMAP4):
    """imaplib's part of a client, over a socket that is opened here."""

    def __init__(self, host: str, port: int, open_socket: Callable[[], socket.socket]) -> None:
        self._open_socket = open_socket
        super().__init__(host, port)

    def _create_socket(self, *_: object) -> socket.socket:
        return self._open_socket()


class _Client(IMAPClient):  # type: ignore[misc]
    """IMAPClient whose IDLE can be woken, and sees what came in the same packet as `+ idling`."""

    waker: socket.socket | None = None
    woken = False
    readable = False
    look_first = False

    def __init__(self, server: Server, context: ssl.SSLContext | None, opened: Opened) -> None:
        self._dial: Callable[[], socket.socket] = lambda: dial(server, context, opened)
        super().__init__(
            server.host,
            server.port,
            ssl=server.security == TLS,
            ssl_context=context,
            timeout=SocketTimeout(CONNECT_SECONDS, ANSWER_SECONDS),
        )
        self.normalise_times = False  # aware times, not the machine's local ones

    def _create_IMAP4(self) -> _Protocol:
        return _Protocol(self.host, self.port, self._dial)

    def _poll_socket(self, sock: Any, timeout: float | None = None) -> bool:
        self.woken = self.readable = False
        if self.look_first:
            self.look_first = False
            return True
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            self.readable = True
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_READ)
            if self.waker is not None:
                selector.register(self.waker, selectors.EVENT_READ)
            for key, _events in selector.select(timeout):
                if key.fileobj is self.waker:
                    self.woken = True
                else:
                    self.readable = True
        return self.readable

    _select_poll_socket = _poll_socket


@dataclass(frozen=True, slots=True)
class FolderState:
    uidvalidity: int
    uidnext: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of a mail before its bytes are fetched. Times: ms since the epoch, UTC."""

    uid: int
    size: int
    arrived_at: int


class Mailbox(Connection):
    """A connection that is signed in.

    After a problem other than `folder_missing` the connection is of no more use.
    """

    def __init__(self, client: _Client) -> None:
        self._client = client

    # -- connecting -----------------------------------------------------------------------------

    @classmethod
    def _open(cls, server: Server, context: ssl.SSLContext | None, opened: Opened) -> "Mailbox":
        client = _Client(server, context, opened)
        try:
            if context is not None and server.security != TLS:
                if not client.has_capability("STARTTLS"):
                    raise MailProblem("tls_missing", "STARTTLS")
                client.starttls(context)
        except BaseException:
            with contextlib.suppress(OSError):
                client.shutdown()
            raise
        _keep_alive(client.socket())
        return cls(client)

    def _socket(self) -> object:
        return self._client.socket()

    def login(self, user: str, password: str) -> None:
        with problems():
            if self._client.has_capability("LOGINDISABLED"):
                raise MailProblem("needs_oauth", "LOGINDISABLED")
            try:
                if (user + password).isascii():
                    self._client.login(user, password)
                else:  # LOGIN knows ASCII only (RFC 9051, 6.2.3); PLAIN is UTF-8 (RFC 4616)
                    self._client.plain_login(user, password)
            except LoginError as error:
                raise login_problem(error) from error

    def login_oauth(self, user: str, access_token: str) -> None:
        with problems():
            try:
                self._client.oauth2_login(user, access_token)
            except LoginError as error:
                raise MailProblem("sign_in_again", words(error)) from error

    def close(self) -> None:
        with contextlib.suppress(OSError, IMAPClientError):
            self._patience(2)
            self._client.logout()
        self.drop()  # a failed logout leaves the socket open

    def drop(self) -> None:
        with contextlib.suppress(OSError, IMAPClientError):
            self._client.shutdown()

    # -- folders --------------------------------------------------------------------------------

    def select(self, folder: str, *, writable: bool) -> FolderState:
        """Open a folder. Raises `MailProblem("folder_missing")` when the server has none of that name."""
        with problems():
            try:
                answer = self._client.select_folder(folder, readonly=not writable)
            except imaplib.IMAP4.abort:
                raise
            except IMAPClientError as error:
                raise MailProblem("folder_missing", words(error)) from error
            uidnext = answer.get(b"UIDNEXT")
            if uidnext is None:  # RFC 3501 let a server leave it out
                uidnext = max(self._client.search("ALL"), default=0) + 1
            return FolderState(int(answer[b"UIDVALIDITY"]), int(uidnext))

    def sent_folder(self) -> str:
        """The folder for sent mail: by its special use (RFC 6154), else by its usual names; else empty."""
        with problems():
            found = self._client.list_folders()
            for flags, _delimiter, name in found:
                if _SENT in flags:
                    return str(name)
            usual = re.compile(
                r"(?:INBOX[./])?(sent([ -](items|messages|mail))?|enviados|elementos enviados)",
                re.I,
            )
            return next((str(name) for _f, _d, name in found if usual.fullmatch(str(name))), "")

    def append_sent(self, folder: str, raw: bytes, at: datetime) -> None:
        with problems():
            self._client.append(folder, raw, (_SEEN,), at)

    # -- mails ----------------------------------------------------------------------------------

    def uids(self, first: int, last: int | None = None, since: date | None = None) -> list[int]:
        """UIDs from `first` to `last` (None: the newest), ascending; of mails that came at or after `since`."""
        if last is not None and last < first:
            return []
        criteria: list[object] = ["UID", f"{first}:{last or '*'}"]
        if since is not None:
            criteria += ["SINCE", since]
        with problems():
            found = self._client.search(criteria)
        # "n:*" names the newest mail even when its UID is below n.
        return sorted(uid for uid in found if uid >= first and (last is None or uid <= last))

    def envelopes(self, uids: Iterable[int]) -> list[Envelope]:
        """Size and arrival of these mails; those that are gone meanwhile are left out."""
        with problems():
            found = self._client.fetch(list(uids), ["RFC822.SIZE", "INTERNALDATE"])
        return [
            Envelope(
                uid, int(data.get(b"RFC822.SIZE", 0)), _milliseconds(data.get(b"INTERNALDATE"))
            )
            for uid, data in sorted(found.items())
        ]

    def fetch(self, uid: int, limit: int | None = None) -> bytes | None:
        """The raw bytes (or the first `limit` of them); None when the mail is gone. Marks nothing."""
        item = "BODY.PEEK[]" if limit is None else f"BODY.PEEK[]<0.{limit}>"
        key = b"BODY[]" if limit is None else b"BODY[]<0>"
        with problems():
            found = self._client.fetch([uid], [item])
        value = found.get(uid, {}).get(key)
        return value if isinstance(value, bytes) else None

    def mark_seen(self, uids: Iterable[int]) -> None:
        with problems():
            self._client.add_flags(list(uids), [_SEEN], silent=True)

    # -- waiting --------------------------------------------------------------------------------

    @property
    def can_idle(self) -> bool:
        with problems():
            return bool(self._client.has_capability("IDLE"))

    def probe(self) -> None:
        """Make sure that the connection lives, within `PROBE_SECONDS`."""
        with problems():
            self._patience(PROBE_SECONDS)
            self._client.noop()
            self._patience(ANSWER_SECONDS)

    def idle(self, seconds: float, waker: socket.socket) -> bool:
        """Wait until something happens in the selected folder, `waker` is readable or the time is over.

        Returns whether there is news in the folder. `seconds` should be below 29 minutes (RFC 2177).
        """
        client = self._client
        with problems():
            client.waker = waker
            client.woken = False
            client.idle()
            client.look_first = True
            end = time.monotonic() + seconds
            news = False
            while not news and not client.woken and (left := end - time.monotonic()) > 0:
                lines = client.idle_check(timeout=left)
                # Readable without a line: the end of the connection, or a word of TLS. Both are probed.
                news = client.readable or any(_is_news(line) for line in lines)
            self._patience(PROBE_SECONDS)
            client.idle_done()
            self._patience(ANSWER_SECONDS)
        return news

    def _patience(self, seconds: float) -> None:
        self._client._timeout = SocketTimeout(CONNECT_SECONDS, seconds)
        self._client._set_read_timeout()


def _is_news(line: object) -> bool:
    """Whether a line says more than `* OK Still here`."""
    return (
        isinstance(line, tuple) and len(line) > 1 and line[1] in (b"EXISTS", b"RECENT", b"EXPUNGE")
    )


def _keep_alive(connection: socket.socket) -> None:
    """Let the system find out that the other end is gone, while nothing is said."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _milliseconds(when: object) -> int:
    return int(when.timestamp() * 1000) if isinstance(when, datetime) else 0
