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
        "name_unknown",
        "refused",  # nothing listens there
        "unreachable",  # no way to the host
        "timeout",
        "dropped",  # the connection broke
        "starttls_missing",  # the server does not speak TLS there
        "certificate_untrusted",  # nobody known vouches for it
        "certificate_expired",
        "certificate_name",  # it is another host's
        "certificate_changed",  # it is not the one that a person trusted
        "tls_too_old",
        "tls_failed",
        "login_refused",
        "app_password",  # the provider wants one
        "auth_unsupported",  # the provider wants another way to sign in
        "password_missing",
        "sign_in_again",  # the OAuth token is missing or was taken back
        "imap_disabled",
        "folder_missing",
        "too_many_connections",
        "sender_refused",
        "recipient_refused",
        "too_large",
        "mailbox_full",
        "rate_limited",
        "rejected",  # the server takes the mail not, and its words are all that is known
        "server_error",  # it asked to try later
        "protocol",  # it does not speak as it should
    }
)

PASSING: Final = frozenset(
    {
        "name_unknown",
        "refused",
        "unreachable",
        "timeout",
        "dropped",
        "too_many_connections",
        "mailbox_full",
        "rate_limited",
        "server_error",
    }
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
    ("app_password", re.compile(r"app(lication)?[- ](specific[- ])?password", re.I)),
    (
        "auth_unsupported",
        re.compile(r"basic auth\w* is disabled|web login|oauth|LOGINDISABLED", re.I),
    ),
    ("imap_disabled", re.compile(r"imap.{0,40}(disabled|not enabled)|enable imap", re.I)),
    ("too_many_connections", re.compile(r"too many.{0,20}connections|\[LIMIT\]", re.I)),
    ("server_error", re.compile(r"\[(UNAVAILABLE|INUSE|SERVERBUG)\]|temporar|try again", re.I)),
)
"""What servers say when they refuse a login; the first that fits."""
_TOO_LARGE: Final = re.compile(r"\b5\.(3\.4|2\.3)\b|size limit|too (large|big)", re.I)
_FULL: Final = re.compile(r"\b[45]\.2\.2\b|quota|mailbox.{0,10}full", re.I)
_RATE: Final = re.compile(r"\b[45]\.7\.28\b|rate|too many|throttl|slow down|limit", re.I)
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
        return MailProblem("name_unknown", words(error))
    if isinstance(error, TimeoutError):
        return MailProblem("timeout")
    if isinstance(error, ConnectionRefusedError):
        return MailProblem("refused", words(error))
    if isinstance(error, OSError):
        away = error.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}
        return MailProblem("unreachable" if away else "dropped", words(error))
    if isinstance(error, imaplib.IMAP4.abort):
        return MailProblem("dropped", words(error))
    return MailProblem("protocol", words(error))


def login_problem(reply: object) -> MailProblem:
    """Name why a login was refused, from the server's words."""
    text = words(reply)
    code = next((code for code, pattern in _LOGIN_WORDS if pattern.search(text)), "login_refused")
    return MailProblem(code, text)


def refusal(code: str, number: int, reply: object) -> MailProblem:
    """Name why a command of SMTP was refused; `code` is for a 5xx that says nothing special."""
    text = f"{number} {words(reply)}"
    passing = 400 <= number < 500
    if _FULL.search(text):
        return MailProblem("mailbox_full" if passing else code, text)
    if passing:
        return MailProblem("rate_limited" if _RATE.search(text) else "server_error", text)
    if number == 552 or _TOO_LARGE.search(text):
        return MailProblem("too_large", text)
    return MailProblem(code, text)


def _tls_problem(error: ssl.SSLError) -> MailProblem:
    if isinstance(error, ssl.SSLCertVerificationError):
        code = error.verify_code
        if code in _X509_EXPIRED:
            return MailProblem("certificate_expired", error.verify_message)
        if code in _X509_WRONG_HOST:
            return MailProblem("certificate_name", error.verify_message)
        return MailProblem("certificate_untrusted", error.verify_message)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return MailProblem("dropped", words(error))
    reason = error.reason or ""
    if reason in _TOO_OLD:
        return MailProblem("tls_too_old", reason)
    if reason in _NO_TLS:
        return MailProblem("starttls_missing", reason)
    return MailProblem("tls_failed", words(error))


def _smtp_problem(error: smtplib.SMTPException) -> MailProblem:
    if isinstance(error, smtplib.SMTPServerDisconnected):
        timed_out = isinstance(error.__context__, TimeoutError)  # smtplib says so in words only
        return MailProblem("timeout" if timed_out else "dropped", words(error))
    if isinstance(error, smtplib.SMTPAuthenticationError):
        if error.smtp_code < 500:
            return refusal("server_error", error.smtp_code, error.smtp_error)
        return login_problem(f"{error.smtp_code} {words(error.smtp_error)}")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return MailProblem("auth_unsupported", words(error))
    if isinstance(error, smtplib.SMTPResponseException):
        return refusal("rejected", error.smtp_code, error.smtp_error)
    return MailProblem("protocol", words(error))
