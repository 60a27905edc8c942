"""What can be wrong with a mail server, as codes. The window writes the sentences."""

import errno
import imaplib
import re
import smtplib
import socket
import ssl
from typing import Final

CODES: Final = frozenset(
    {
        "dns_failed",  # the host's name is unknown
        "refused",  # nothing listens there
        "unreachable",  # no way to the host
        "timeout",
        "disconnected",  # the connection broke
        "tls_missing",  # the server does not speak TLS there
        "tls_untrusted",  # nobody known vouches for the certificate
        "tls_expired",
        "tls_wrong_host",
        "tls_too_old",
        "tls_failed",
        "login_refused",
        "needs_app_password",
        "needs_oauth",
        "password_missing",
        "sign_in_again",  # the OAuth token is missing or was taken back
        "folder_missing",
        "submission_refused",  # the server takes no mail from us
        "address_refused",  # it takes no mail for one of the recipients
        "address_invalid",
        "message_refused",  # it does not take this mail
        "server_busy",  # it asked to try later
        "server_error",  # it does not speak as it should
    }
)

PASSING: Final = frozenset(
    {"dns_failed", "refused", "unreachable", "timeout", "disconnected", "server_busy"}
)
"""Those that may go away by themselves: worth another try."""

_X509_EXPIRED: Final = {9, 10}  # not yet valid, has expired
_X509_WRONG_HOST: Final = {62, 64}  # hostname mismatch, IP address mismatch
_TOO_OLD: Final = {
    "UNSUPPORTED_PROTOCOL",
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "VERSION_TOO_LOW",
    "NO_PROTOCOLS_AVAILABLE",
    "DH_KEY_TOO_SMALL",
    "EE_KEY_TOO_SMALL",
    "CA_MD_TOO_WEAK",
}
_NO_TLS: Final = {
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
}
_LOGIN_WORDS: Final = (
    ("needs_app_password", re.compile(r"app(lication)?[- ](specific[- ])?password", re.I)),
    ("needs_oauth", re.compile(r"basic auth\w* is disabled|web login|oauth|LOGINDISABLED", re.I)),
    ("server_busy", re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT)\]|too many|temporar|try again", re.I)),
)
"""What servers say when they refuse a login; the first that fits."""
_MAX_WORDS: Final = 500


class MailProblem(Exception):
    """Something that keeps a mail server from being used. `detail` is the server's own words."""

    def __init__(self, code: str, detail: str = "", *, fingerprint: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail[:_MAX_WORDS]
        self.fingerprint = fingerprint

    @property
    def passing(self) -> bool:
        return self.code in PASSING


def words(reply: object) -> str:
    """A server's reply as one printable line."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_MAX_WORDS]


def problem_of(error: Exception) -> MailProblem:
    """Name what `error`, raised by a socket, TLS, IMAP or SMTP, means."""
    if isinstance(error, MailProblem):
        return error
    if isinstance(error, ssl.SSLError):
        return _tls_problem(error)
    if isinstance(error, smtplib.SMTPException):
        return _smtp_problem(error)
    if isinstance(error, socket.gaierror | UnicodeError):
        return MailProblem("dns_failed", words(error))
    if isinstance(error, TimeoutError):
        return MailProblem("timeout")
    if isinstance(error, ConnectionRefusedError):
        return MailProblem("refused", words(error))
    if isinstance(error, OSError):
        away = error.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}
        return MailProblem("unreachable" if away else "disconnected", words(error))
    if isinstance(error, imaplib.IMAP4.abort):
        return MailProblem("disconnected", words(error))
    return MailProblem("server_error", words(error))


def login_problem(reply: object) -> MailProblem:
    """Name why a login was refused, from the server's words."""
    text = words(reply)
    code = next((code for code, pattern in _LOGIN_WORDS if pattern.search(text)), "login_refused")
    return MailProblem(code, text)


def refusal(code: str, number: int, reply: object) -> MailProblem:
    """What a refused command of SMTP means: `code`, unless the server only asks to try later."""
    passing = 400 <= number < 500
    return MailProblem("server_busy" if passing else code, f"{number} {words(reply)}")


def _tls_problem(error: ssl.SSLError) -> MailProblem:
    if isinstance(error, ssl.SSLCertVerificationError):
        code = error.verify_code
        if code in _X509_EXPIRED:
            return MailProblem("tls_expired", error.verify_message)
        if code in _X509_WRONG_HOST:
            return MailProblem("tls_wrong_host", error.verify_message)
        return MailProblem("tls_untrusted", error.verify_message)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return MailProblem("disconnected", words(error))
    reason = error.reason or ""
    if reason in _TOO_OLD:
        return MailProblem("tls_too_old", reason)
    if reason in _NO_TLS:
        return MailProblem("tls_missing", reason)
    return MailProblem("tls_failed", words(error))


def _smtp_problem(error: smtplib.SMTPException) -> MailProblem:
    if isinstance(error, smtplib.SMTPServerDisconnected):
        timed_out = isinstance(error.__context__, TimeoutError)  # smtplib says so in words only
        return MailProblem("timeout" if timed_out else "disconnected", words(error))
    if isinstance(error, smtplib.SMTPAuthenticationError):
        if error.smtp_code < 500:
            return refusal("login_refused", error.smtp_code, error.smtp_error)
        return login_problem(f"{error.smtp_code} {words(error.smtp_error)}")
    if isinstance(error, smtplib.SMTPResponseException):
        return refusal("submission_refused", error.smtp_code, error.smtp_error)
    no_password = "authentication method" in str(error)  # smtplib found none that it knows
    return MailProblem("needs_oauth" if no_password else "server_error", words(error))
