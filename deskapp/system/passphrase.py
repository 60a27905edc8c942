"""Bytes under a passphrase: Argon2id makes the key, AES-256-GCM seals.

The sealed form is JSON: `{"format": 1, "kdf": "argon2id", "time", "memory_kib", "lanes", "salt",
"nonce", "sealed"}`; the last three are base64, and everything before `sealed` is authenticated.
"""

import base64
import binascii
import json
import secrets as random
import unicodedata
from dataclasses import dataclass
from typing import Any

from deskapp.system.errors import KnownError

_FORMAT = 1
_MAX_MEMORY_KIB = 1 << 20
_MAX_TIME = 16
_MAX_LANES = 16
"""A file from outside may not ask for more than this."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs. RFC 9106, section 4, second recommended option."""

    time: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


def seal(data: bytes, passphrase: str, cost: Cost | None = None) -> bytes:
    """`data` under `passphrase` (any length but none; spelled alike in every keyboard's Unicode)."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cost = cost or Cost()
    salt, nonce = random.token_bytes(16), random.token_bytes(12)
    head: dict[str, object] = {
        "format": _FORMAT,
        "kdf": "argon2id",
        "time": cost.time,
        "memory_kib": cost.memory_kib,
        "lanes": cost.lanes,
        "salt": base64.b64encode(salt).decode(),
        "nonce": base64.b64encode(nonce).decode(),
    }
    sealed = AESGCM(_key(passphrase, salt, cost)).encrypt(nonce, data, _authenticated(head))
    return json.dumps(head | {"sealed": base64.b64encode(sealed).decode()}).encode()


def unseal(sealed: bytes, passphrase: str) -> bytes:
    """The reverse. KnownError: passphrase_wrong, or secrets_damaged for what never was sealed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        document: dict[str, Any] = json.loads(sealed)
        body = base64.b64decode(document.pop("sealed"), validate=True)
        salt = base64.b64decode(document["salt"], validate=True)
        nonce = base64.b64decode(document["nonce"], validate=True)
        cost = Cost(document["time"], document["memory_kib"], document["lanes"])
        known = document["format"] == _FORMAT and document["kdf"] == "argon2id"
        if not known or not _is_affordable(cost) or len(salt) < 8 or len(nonce) != 12:
            raise KnownError("secrets_damaged")
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error) as error:
        raise KnownError("secrets_damaged") from error
    try:
        return AESGCM(_key(passphrase, salt, cost)).decrypt(nonce, body, _authenticated(document))
    except InvalidTag as error:
        raise KnownError("passphrase_wrong") from error


def _is_affordable(cost: Cost) -> bool:
    numbers = (cost.time, cost.memory_kib, cost.lanes)
    return (
        all(type(number) is int for number in numbers)
        and 1 <= cost.time <= _MAX_TIME
        and 1 <= cost.lanes <= _MAX_LANES
        and 8 * cost.lanes <= cost.memory_kib <= _MAX_MEMORY_KIB
    )


def _authenticated(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True).encode()


def _key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    if not passphrase:
        raise KnownError("passphrase_empty")
    return hash_secret_raw(
        unicodedata.normalize("NFKC", passphrase).encode(),
        salt,
        time_cost=cost.time,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=32,
        type=Type.ID,
    )
