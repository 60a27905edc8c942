"""TLS to mail servers: checked as everywhere, or pinned to one certificate that a person trusts."""

import contextlib
import hashlib
import ssl
from collections.abc import Callable
from functools import cache
from typing import Protocol, TypeVar

from deskapp.channels.email.problems import MailProblem, problem_of


class Secured(Protocol):
    """A connection that has done its TLS handshake."""

    def peer(self) -> ssl.SSLSocket: ...

    def drop(self) -> None:
        """Close without a word."""


S = TypeVar("S", bound=Secured)


def checked() -> ssl.SSLContext:
    """The system's authorities, the host's name, TLS 1.2 or newer.

    Where OpenSSL looks for authorities there may be none (macOS; a bundle built on another Linux):
    then those that requests brings are taken. They are read once: that takes longer than a handshake.
    """
    return _checked(ssl.get_default_verify_paths())


@cache
def _checked(paths: ssl.DefaultVerifyPaths) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not (paths.cafile or paths.capath or context.cert_store_stats()["x509_ca"]):
        from requests.utils import DEFAULT_CA_BUNDLE_PATH

        context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return context


@cache
def _unchecked() -> ssl.SSLContext:
    """For looking at a certificate. Nothing may be said on it before `fingerprint` was compared."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def fingerprint(peer: ssl.SSLSocket) -> str:
    """SHA-256 of the certificate that the server showed, lower-case hexadecimal."""
    certificate = peer.getpeercert(binary_form=True)
    return hashlib.sha256(certificate).hexdigest() if certificate else ""


def secure(connect: Callable[[ssl.SSLContext], S], trusted: str = "") -> S:
    """Connect with `connect`, which makes the handshake with the context it is given.

    A server that shows exactly the certificate `trusted` (SHA-256) is accepted by that alone; any
    other goes through the usual checks. Raises `MailProblem`; for a certificate that was refused
    with its fingerprint, so that a person can compare and trust it.
    """
    if trusted:
        connection = connect(_unchecked())
        if fingerprint(connection.peer()) == trusted:
            return connection
        connection.drop()
    try:
        return connect(checked())
    except ssl.SSLCertVerificationError as error:
        problem = problem_of(error)
        shown = ""
        with contextlib.suppress(OSError):
            connection = connect(_unchecked())
            shown = fingerprint(connection.peer())
            connection.drop()
        raise MailProblem(problem.code, problem.detail, fingerprint=shown) from error
