"""Certificates for test servers: vouched for, by nobody, for another host, out of date."""

import datetime
import itertools
import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_counter = itertools.count()


@dataclass(frozen=True)
class Certificate:
    chain: Path
    key: Path
    fingerprint: str


def self_signed(folder: Path, host: str = "localhost", *, expired: bool = False) -> Certificate:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    today = datetime.datetime.now(datetime.UTC)
    first = today - datetime.timedelta(days=400)
    last = today + datetime.timedelta(days=-30 if expired else 30)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    number = next(_counter)
    chain, key_file = folder / f"self{number}.pem", folder / f"self{number}.key"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return Certificate(chain, key_file, certificate.fingerprint(hashes.SHA256()).hex())


def issued(folder: Path, authority: trustme.CA, *names: str, expired: bool = False) -> Certificate:
    """A certificate that `authority` vouches for."""
    today = datetime.datetime.now(datetime.UTC)
    last = today - datetime.timedelta(days=30) if expired else None
    pair = authority.issue_cert(*names, not_after=last)
    number = next(_counter)
    chain, key = folder / f"issued{number}.pem", folder / f"issued{number}.key"
    chain.write_bytes(b"".join(blob.bytes() for blob in pair.cert_chain_pems))
    pair.private_key_pem.write_to_path(str(key))
    der = ssl.PEM_cert_to_DER_cert(pair.cert_chain_pems[0].bytes().decode())
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    return Certificate(chain, key, digest.finalize().hex())
