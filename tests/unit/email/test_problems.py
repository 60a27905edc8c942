"""What servers, sockets and TLS say, and what is made of it."""

import errno
import imaplib
import smtplib
import socket
import ssl

import pytest

from deskapp.channels.email.problems import (
    CODES,
    PASSING,
    MailProblem,
    login_problem,
    problem_of,
    refusal,
    words,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (socket.gaierror(-2, "Name or service not known"), "dns_failed"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "refused"),
        (TimeoutError(), "timeout"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "unreachable"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "unreachable"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "disconnected"),
        (BrokenPipeError(errno.EPIPE, "pipe"), "disconnected"),
        (imaplib.IMAP4.abort("socket error: EOF"), "disconnected"),
        (imaplib.IMAP4.error("BAD"), "server_error"),
        (ssl.SSLEOFError(8, "EOF"), "disconnected"),
        (smtplib.SMTPServerDisconnected("closed"), "disconnected"),
        (smtplib.SMTPNotSupportedError("no AUTH"), "server_error"),
        (smtplib.SMTPException("No suitable authentication method found."), "needs_oauth"),
        (smtplib.SMTPHeloError(500, b"no"), "submission_refused"),
        (smtplib.SMTPConnectError(421, b"busy"), "server_busy"),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 bad"), "login_refused"),
        (smtplib.SMTPAuthenticationError(454, b"4.7.0 later"), "server_busy"),
        (UnicodeError("label too long"), "dns_failed"),
    ],
)
def test_errors(error: Exception, code: str) -> None:
    problem = problem_of(error)
    assert problem.code == code
    assert problem.code in CODES
    assert problem.passing == (code in PASSING)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"[AUTHENTICATIONFAILED] Invalid credentials (Failure)", "login_refused"),
        (b"[ALERT] Application-specific password required: https://x.test", "needs_app_password"),
        ("534 5.7.9 Application-specific password required.", "needs_app_password"),
        (b"Please use an app password", "needs_app_password"),
        (
            "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
            "needs_oauth",
        ),
        (b"[ALERT] Please log in via your web browser: web login required", "needs_oauth"),
        (b"[UNAVAILABLE] Temporary authentication failure.", "server_busy"),
        (b"Too many simultaneous connections.", "server_busy"),
        (b"", "login_refused"),
    ],
)
def test_refused_logins(said: object, code: str) -> None:
    assert login_problem(said).code == code


def test_refusals() -> None:
    assert refusal("address_refused", 550, b"no").code == "address_refused"
    assert refusal("address_refused", 451, b"later").code == "server_busy"


def test_words_are_one_printable_line() -> None:
    assert words(b"a\r\nb\x00\x1b[31m\xff") == "a b [31m \ufffd".replace("m \ufffd", "m\ufffd")
    assert len(words("x" * 10_000)) == 500


def test_every_passing_code_is_a_code() -> None:
    assert PASSING <= CODES
    assert MailProblem("timeout", "x" * 9999).detail == "x" * 500
