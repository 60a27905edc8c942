"""Who answers: exactly the certificate that was pinned, or one that the system's authorities vouch for."""

import contextlib
import hashlib
import hmac
import socket
import ssl
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from deskapp.sync.client.problems import CertificateChanged, Unreachable


class HostContext(ssl.SSLContext):
    """TLS 1.2 or newer to one host, for every lane to it.

    With a `fingerprint` it accepts that one certificate, by its SHA-256, whoever signed it and whatever its
    dates say; without one it asks the system's authorities, and for the host's name. `refused` is the
    fingerprint of a certificate that was shown and not accepted.
    """

    fingerprint: str
    refused: str
    ended: bool
    lines: "WeakSet[ssl.SSLSocket]"

    @classmethod
    def to(cls, fingerprint: str) -> "HostContext":
        context = cls(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.fingerprint, context.refused, context.lines = fingerprint, "", WeakSet()
        context.ended = False
        if fingerprint:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE  # the comparison below takes its place
        else:
            context.load_default_certs()
            _load_where_there_are_none(context)
        return context

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        """With the handshake done. Raises `ssl.SSLError` before anything was said to the wrong one."""
        line = super().wrap_socket(*args, **{**kwargs, "do_handshake_on_connect": False})
        self.lines.add(line)  # a handshake, too, can be ended from outside
        try:
            if self.ended:
                raise ConnectionAbortedError("hung up")
            line.do_handshake()
            found = fingerprint_of(line)
            if self.fingerprint and not hmac.compare_digest(found, self.fingerprint):
                self.refused = found
                raise ssl.SSLCertVerificationError("another certificate than the pinned one")
        except BaseException:
            line.close()
            raise
        return line

    def hang_up(self) -> None:
        """End every line that stands, whatever waits on it. From any thread."""
        for line in list(self.lines):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)  # not TLS's own: that one may wait

    def end(self) -> None:
        """`hang_up`, and let no line stand again."""
        self.ended = True
        self.hang_up()


@dataclass(frozen=True, slots=True)
class Shown:
    """The certificate that a host shows. `vouched`: the system's authorities know it under its name."""

    fingerprint: str
    vouched: bool


def look_at(address: str, timeout_s: float) -> Shown:
    """Which certificate stands at `host:port`. Nothing is said to it. Raises `Unreachable`."""
    try:
        try:
            return Shown(_shown(address, HostContext.to(""), timeout_s), vouched=True)
        except ssl.SSLCertVerificationError:
            anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            anybody.check_hostname = False
            anybody.verify_mode = ssl.CERT_NONE
            return Shown(_shown(address, anybody, timeout_s), vouched=False)
    except OSError as error:
        raise Unreachable(reason=str(error)[:200]) from error


def changed(context: HostContext) -> CertificateChanged:
    return CertificateChanged(found=context.refused)


def is_refusal(error: BaseException | None) -> bool:
    """Whether a certificate was refused, however deep libraries have wrapped what was raised."""
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False


def fingerprint_of(line: ssl.SSLSocket) -> str:
    """SHA-256 of the certificate that the other side showed, lower-case hexadecimal."""
    certificate = line.getpeercert(binary_form=True)
    return hashlib.sha256(certificate).hexdigest() if certificate else ""


def split(address: str) -> tuple[str, int]:
    """`host:port` or `[v6]:port`."""
    host, _colon, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _shown(address: str, context: ssl.SSLContext, timeout_s: float) -> str:
    host, port = split(address)
    with (
        socket.create_connection((host, port), timeout_s) as plain,
        context.wrap_socket(plain, server_hostname=host) as line,
    ):
        return fingerprint_of(line)


def _load_where_there_are_none(context: ssl.SSLContext) -> None:
    """Where OpenSSL looks for authorities there may be none (macOS; a bundle built on another Linux)."""
    paths = ssl.get_default_verify_paths()
    if not (paths.cafile or paths.capath or context.cert_store_stats()["x509_ca"]):
        from requests.utils import DEFAULT_CA_BUNDLE_PATH

        context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
