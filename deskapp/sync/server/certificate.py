"""The host's own certificate: made once, its key kept among the desk's secrets, pinned by its fingerprint."""

import hashlib
import ssl
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from deskapp.core.ports import SecretStore

CERTIFICATE: Final = "team.certificate"
KEY: Final = "team.key"
DAYS: Final = 365 * 20
"""Nobody vouches for it and nobody renews it: machines know it by its fingerprint."""
SKEW_DAYS: Final = 365
"""Clocks of colleagues may be wrong."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM texts. `fingerprint` is the SHA-256 of the DER certificate, hexadecimal."""

    chain: str
    key: str = field(repr=False)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.chain)).hexdigest()

    def context(self) -> ssl.SSLContext:
        """For a server: TLS 1.2 and later."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # Python's ssl reads keys from files only; this one is in a folder of our own, for a moment.
        with tempfile.TemporaryDirectory(prefix="deskapp-") as folder:
            file = Path(folder) / "host.pem"
            file.touch(0o600)
            file.write_text(self.key + self.chain)
            context.load_cert_chain(file)
        return context


def own_certificate(secrets: SecretStore, now_ms: int) -> Certificate:
    """The desk's certificate; made when there is none. Raises what the store raises."""
    chain, key = secrets.get(CERTIFICATE), secrets.get(KEY)
    if chain and key:
        return Certificate(chain, key)
    made = make_certificate(now_ms)
    secrets.put(KEY, made.key)
    secrets.put(CERTIFICATE, made.chain)
    return made


def make_certificate(now_ms: int) -> Certificate:
    """A new self-signed one, ECDSA on P-256. It says nothing about who made it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "deskapp")])
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=SKEW_DAYS))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Certificate(certificate.public_bytes(Encoding.PEM).decode(), pem.decode())
