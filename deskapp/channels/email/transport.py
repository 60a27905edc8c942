"""What connections to mail servers share: how they are opened, secured, broken off and closed."""

import contextlib
import imaplib
import smtplib
import socket
import ssl
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Final, Self

from imapclient.exceptions import IMAPClientError

from deskapp.channels.email import tls
from deskapp.channels.email.problems import MailProblem, problem_of
from deskapp.channels.email.settings import PLAIN, TLS, Server

CONNECT_SECONDS: Final = 10.0

Opened = Callable[[socket.socket], None]
"""Told of every socket before it connects."""


class Line:
    """The sockets under one connection, so that another thread can break it off at any moment.

    Even while it is being made: then every further try fails, too.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._copies: list[socket.socket] = []
        self._broken = False

    def opened(self, connecting: socket.socket) -> None:
        """Raises a passing `MailProblem` once the line is broken."""
        with self._lock:
            if self._broken:
                raise MailProblem("disconnected")
            # A copy: TLS takes the socket itself away, and its state belongs to the other thread.
            self._copies.append(connecting.dup())

    def interrupt(self) -> None:
        """Make whatever another thread is waiting for on this line fail at once."""
        with self._lock:
            self._broken = True
            for copy in self._copies:
                with contextlib.suppress(OSError):
                    copy.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the copies. The connection itself is closed by whoever has it."""
        with self._lock:
            for copy in self._copies:
                copy.close()
            self._copies.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def dial(server: Server, context: ssl.SSLContext | None, opened: Opened) -> socket.socket:
    """A socket to the server, at the first of its addresses that answers; with TLS where it begins so.

    Raises OSError.
    """
    refused: OSError = OSError(f"no address: {server.host}")
    for family, kind, protocol, _name, address in socket.getaddrinfo(
        server.host, server.port, type=socket.SOCK_STREAM
    ):
        try:
            connection = socket.socket(family, kind, protocol)
        except OSError as error:  # this machine has no IPv6
            refused = error
            continue
        try:
            connection.settimeout(CONNECT_SECONDS)
            opened(connection)
            connection.connect(address)
        except OSError as error:
            connection.close()
            refused = error
        except BaseException:
            connection.close()
            raise
        else:
            return _wrapped(connection, server, context)
    raise refused


def _wrapped(
    connection: socket.socket, server: Server, context: ssl.SSLContext | None
) -> socket.socket:
    if context is None or server.security != TLS:
        return connection
    try:
        return context.wrap_socket(connection, server_hostname=server.host)
    except BaseException:
        connection.close()
        raise


class Connection(ABC):
    """A connection to a mail server. Methods raise `MailProblem` and no other error of the network."""

    @classmethod
    def connect(cls, server: Server, trusted: str = "", line: Line | None = None) -> Self:
        """Connect and, unless the settings say otherwise, make sure of whom one is talking to.

        `trusted`: see `tls.secure`. `line` may be interrupted while this waits, and afterwards.
        """

        def opened(connecting: socket.socket) -> None:
            if line is not None:
                line.opened(connecting)

        with problems():
            if server.security == PLAIN:
                return cls._open(server, None, opened)
            return tls.secure(lambda context: cls._open(server, context, opened), trusted)

    @classmethod
    @abstractmethod
    def _open(cls, server: Server, context: ssl.SSLContext | None, opened: Opened) -> Self:
        """Connect with `dial`; with a context, TLS is spoken when this returns."""

    @abstractmethod
    def _socket(self) -> object: ...

    @abstractmethod
    def close(self) -> None:
        """Say goodbye and close."""

    @abstractmethod
    def drop(self) -> None:
        """Close without a word."""

    def peer(self) -> ssl.SSLSocket:
        peer = self._socket()
        assert isinstance(peer, ssl.SSLSocket)
        return peer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.drop()


@contextlib.contextmanager
def problems() -> Iterator[None]:
    """Errors of the network and of the libraries become a `MailProblem`."""
    try:
        yield
    except (
        OSError,
        UnicodeError,
        smtplib.SMTPException,
        imaplib.IMAP4.error,
        IMAPClientError,
    ) as error:
        raise problem_of(error) from error
