"""Submission of one mail (RFC 6409), with an honest answer about what became of it."""

import base64
import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import Final

from deskapp.channels.email.problems import MailProblem, problem_of, refusal, words
from deskapp.channels.email.settings import TLS, Server
from deskapp.channels.email.transport import CONNECT_SECONDS, Connection, Opened, dial, problems

ANSWER_SECONDS: Final = 60.0
DATA_SECONDS: Final = 300.0
"""How long a server may think after the last line; RFC 5321 asks for ten minutes."""

_OWN_NAME: Final = "[127.0.0.1]"  # says nothing about this computer
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT: Final = re.compile(rb"^\.", re.MULTILINE)
_ADDRESS: Final = re.compile(r"[^\x00-\x20\x7f<>@]+@[^\x00-\x20\x7f<>@]+")


class SubmissionBroken(Exception):
    """The connection broke after the last line of the mail: it may have been sent."""

    def __init__(self, problem: MailProblem) -> None:
        super().__init__(problem.code, problem.detail)
        self.problem = problem


class _Client(smtplib.SMTP):
    """smtplib's client over a socket that `dial` opens; TLS is begun there, if it comes first."""

    def __init__(self, server: Server, context: ssl.SSLContext | None, opened: Opened) -> None:
        super().__init__(local_hostname=_OWN_NAME, timeout=CONNECT_SECONDS)
        self._dial: Callable[[], socket.socket] = lambda: dial(server, context, opened)
        self._host = server.host  # smtplib takes the name for STARTTLS from here

    def _get_socket(self, *_: object) -> socket.socket:
        return self._dial()


class Submission(Connection):
    """A connection to a submission server."""

    def __init__(self, client: smtplib.SMTP) -> None:
        self._client = client

    @classmethod
    def _open(cls, server: Server, context: ssl.SSLContext | None, opened: Opened) -> "Submission":
        client = _Client(server, context, opened)
        try:
            code, reply = client.connect(server.host, server.port)
            if code != 220:
                raise refusal("submission_refused", code, reply)
            client.ehlo_or_helo_if_needed()
            if context is not None and server.security != TLS:
                if not client.has_extn("starttls"):
                    raise MailProblem("tls_missing", "STARTTLS")
                code, reply = client.starttls(context=context)
                if code != 220:
                    raise MailProblem("tls_missing", f"{code} {words(reply)}")
                client.ehlo_or_helo_if_needed()
            assert client.sock is not None
            client.sock.settimeout(ANSWER_SECONDS)
        except BaseException:
            client.close()
            raise
        return cls(client)

    def _socket(self) -> object:
        return self._client.sock

    def drop(self) -> None:
        self._client.close()

    def close(self) -> None:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self._patience(2)
            self._client.quit()
        self._client.close()

    def login(self, user: str, password: str) -> None:
        """Sign in; a server that offers no login takes mail without one."""
        if not self._client.has_extn("auth"):
            return
        with problems():
            if (user + password).isascii():
                self._client.login(user, password)
            else:  # smtplib knows ASCII only; PLAIN is UTF-8 (RFC 4616)
                answer = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
                code, reply = self._client.docmd("AUTH", f"PLAIN {answer}")
                if code not in (235, 503):
                    raise smtplib.SMTPAuthenticationError(code, reply)

    def login_oauth(self, user: str, access_token: str) -> None:
        answer = f"user={user}\1auth=Bearer {access_token}\1\1"
        with problems():
            try:
                self._client.auth(
                    "XOAUTH2", lambda challenge=None: answer if challenge is None else ""
                )
            except smtplib.SMTPAuthenticationError as error:
                raise MailProblem("sign_in_again", words(error.smtp_error)) from error

    def submit(
        self,
        sender: str,
        recipients: Sequence[str],
        raw: bytes,
        before_end: Callable[[], None] = lambda: None,
    ) -> str:
        """Hand the mail over to all `recipients` or to none of them; returns the server's last words.

        `sender` is the envelope's; empty for mail that must never be answered by a machine.
        `before_end` is called when the server has everything but the last line: from then on the
        mail may be sent, whatever happens here; when it raises, the mail is not sent. Raises
        `SubmissionBroken` when nobody can tell whether the server took it, and `MailProblem` when
        it surely did not: `address_refused`, `submission_refused`, `message_refused`, `server_busy`…
        """
        _check_addresses(sender, recipients)
        with problems():
            self._patience(ANSWER_SECONDS)
            self._begin(sender, recipients)
            code, reply = self._client.docmd("DATA")
            if code != 354:
                raise refusal("submission_refused", code, reply)
            self._patience(DATA_SECONDS)
            body = _LEADING_DOT.sub(b"..", _LINE_END.sub(b"\r\n", raw))
            # Without its last line the mail is not there: a break up to here is a plain failure.
            self._client.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        before_end()
        try:
            self._client.send(b".\r\n")
            code, reply = self._client.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise SubmissionBroken(problem_of(error)) from error
        if code != 250:
            raise refusal("message_refused", code, reply)
        return f"{code} {words(reply)}"

    def _begin(self, sender: str, recipients: Sequence[str]) -> None:
        international = any(not address.isascii() for address in (sender, *recipients))
        if international and not self._client.has_extn("smtputf8"):
            raise MailProblem("address_refused", "SMTPUTF8")
        options = ["SMTPUTF8", "BODY=8BITMIME"] if international else []
        if international:
            self._client.command_encoding = "utf-8"
        code, reply = self._client.mail(sender, options)
        if code != 250:
            raise refusal("submission_refused", code, reply)
        for address in recipients:
            code, reply = self._client.rcpt(address)
            if code not in (250, 251):
                raise refusal("address_refused", code, reply)

    def _patience(self, seconds: float) -> None:
        if self._client.sock is not None:
            self._client.sock.settimeout(seconds)


def _check_addresses(sender: str, recipients: Sequence[str]) -> None:
    """Nothing but an address may stand in the envelope, whatever the rest of the app let through."""
    if not recipients:
        raise MailProblem("address_invalid")
    for address in (*([sender] if sender else []), *recipients):
        if not _ADDRESS.fullmatch(address) or len(address) > 320:
            raise MailProblem("address_invalid", words(address))


def resolve(host: str, port: int) -> None:
    """Raise `MailProblem("dns_failed")` when the host's name leads nowhere."""
    with problems():
        if not host:
            raise MailProblem("dns_failed")
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
