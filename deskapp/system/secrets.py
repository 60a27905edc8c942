"""The desk's encrypted store: `secrets.store`, AES-256-GCM under a data key the OS keyring holds.

The file is JSON: `{"format": 1, "id": <32 hex>, "nonce": <base64>, "sealed": <base64>}`; `sealed`
is a JSON object of names and values. `id` names the key in the keyring, so that the folder may be
moved or renamed. There is no plaintext fallback: without a key there is no store.

A desk that several processes serve has one store for all of them (`shared`): what another wrote is read
anew, and who changes it is alone for that moment.

Errors (`KnownError`): secrets_key_missing, secrets_key_wrong, secrets_damaged, and those of the
key's keeper: keyring_missing, keyring_locked, key_file_unsafe, key_file_damaged.
"""

import base64
import binascii
import json
import secrets as random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from deskapp.system import redact
from deskapp.system.errors import KnownError
from deskapp.system.instance import InstanceLock
from deskapp.system.passphrase import seal, unseal
from deskapp.system.paths import flush_folder, write_private

KEY_BYTES = 32
NONCE_BYTES = 12
_FORMAT = 1
_SIGNING_KEY = "desk.signing_key"
_TURN_S = 30.0


class KeyKeeper(Protocol):
    """Where the data key lives. See `system.keys` for the keyring and the key file."""

    def load(self, store_id: str) -> bytes | None:
        """The key of this store, or None when there is none. Raises KnownError when it can't tell."""

    def save(self, store_id: str, key: bytes) -> None:
        """Keep the key; on return `load` answers it. Raises KnownError when it cannot be kept."""


class SecretsFile:
    """A `core.ports.SecretStore`. Opened at first use, since asking a keyring may take a while.

    Any thread may call it; none may be the window's. One process at a time: the one that holds
    the desk's lock; with `shared` several.
    """

    def __init__(self, path: Path, keys: KeyKeeper, *, shared: bool = False) -> None:
        self._path = path
        self.keys = keys
        self._shared = shared
        self._turn = InstanceLock(path.with_name("secrets.lock"))
        self._lock = threading.RLock()
        self._opened: tuple[str, bytes, dict[str, str]] | None = None
        self._seen: tuple[int, int, int] | None = None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Within, nobody else changes it, in no process; what was read stays true."""
        with self._lock:
            if not self._shared or self._turn.held:
                yield
                return
            self._turn.wait(_TURN_S)
            try:
                yield
            finally:
                self._turn.release()

    def get(self, name: str) -> str | None:
        with self._lock:
            return self._open()[2].get(name)

    def put(self, name: str, value: str) -> None:
        self._change(lambda values: values | {name: value})

    def delete(self, name: str) -> None:
        self._change(lambda values: {key: kept for key, kept in values.items() if key != name})

    def signing_key(self) -> bytes:
        """The desk's 32-byte key for signing Message-IDs, made at its first use."""
        with self.alone():
            if self.get(_SIGNING_KEY) is None:
                self.put(_SIGNING_KEY, random.token_hex(KEY_BYTES))
            return bytes.fromhex(self._open()[2][_SIGNING_KEY])

    def check(self) -> int:
        """Open the store; how many secrets it holds. Raises KnownError."""
        with self._lock:
            return len(self._open()[2])

    def sealed_with(self, passphrase: str) -> bytes:
        """The whole store under a passphrase, as a backup carries it."""
        with self._lock:
            return seal(json.dumps(self._open()[2]).encode(), passphrase)

    def recover(self, sealed: bytes, passphrase: str) -> int:
        """Replace the store by `sealed_with`'s bytes, under a fresh data key.

        What was there is kept aside, see `set_aside`. Raises KnownError("passphrase_wrong") and
        then changes nothing. Returns how many secrets there are now.
        """
        values = _checked_values(unseal(sealed, passphrase))
        with self.alone():
            self.set_aside()
            self._make(values)
            return len(values)

    def start_new(self) -> Path | None:
        """Begin an empty store. Returns where the old one was put, None when there was none."""
        with self.alone():
            aside = self.set_aside()
            self._make({})
            return aside

    def set_aside(self) -> Path | None:
        """Rename the file to `secrets.store.old-<seconds>`; its key stays in the keyring."""
        with self._lock:
            self._opened = None
            if not self._path.exists():
                return None
            aside = _free_name(self._path)
            self._path.rename(aside)
            flush_folder(aside.parent)
            return aside

    def _open(self) -> tuple[str, bytes, dict[str, str]]:
        if self._opened is None or self._changed_elsewhere():
            with self.alone():
                if self._path.exists():
                    self._seen = self._version()
                    self._opened = self._read()
                else:
                    self._make({})
        assert self._opened is not None
        return self._opened

    def _changed_elsewhere(self) -> bool:
        now = self._version() if self._shared else None
        return now is not None and now != self._seen

    def _version(self) -> tuple[int, int, int] | None:
        """Another one after each change: every change is a file of its own."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _read(self) -> tuple[str, bytes, dict[str, str]]:
        store_id, nonce, sealed = _parse(self._path.read_bytes())
        key = self.keys.load(store_id)
        if key is None:
            raise KnownError("secrets_key_missing", path=str(self._path))
        values = _checked_values(_decrypt(key, nonce, sealed, store_id))
        _learn(values)
        return store_id, key, values

    def _make(self, values: dict[str, str]) -> None:
        store_id, key = random.token_hex(16), random.token_bytes(KEY_BYTES)
        self.keys.save(store_id, key)
        if self.keys.load(store_id) != key:  # some keyrings forget without a word
            raise KnownError("keyring_missing", reason="it does not keep what it is given")
        self._write(store_id, key, values)

    def _change(self, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
        with self.alone():
            store_id, key, values = self._open()
            self._write(store_id, key, change(values))

    def _write(self, store_id: str, key: bytes, values: dict[str, str]) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        _learn(values)
        nonce = random.token_bytes(NONCE_BYTES)
        sealed = AESGCM(key).encrypt(nonce, json.dumps(values).encode(), _header(store_id))
        document = {
            "format": _FORMAT,
            "id": store_id,
            "nonce": base64.b64encode(nonce).decode(),
            "sealed": base64.b64encode(sealed).decode(),
        }
        write_private(self._path, json.dumps(document).encode())
        self._opened, self._seen = (store_id, key, values), self._version()


def _learn(values: dict[str, str]) -> None:
    for value in values.values():
        redact.learn(value)


def _header(store_id: str) -> bytes:
    return f"deskapp secrets {_FORMAT} {store_id}".encode()


def _parse(data: bytes) -> tuple[str, bytes, bytes]:
    try:
        document: dict[str, Any] = json.loads(data)
        if document["format"] != _FORMAT:
            raise KnownError("secrets_newer")
        nonce = base64.b64decode(document["nonce"], validate=True)
        sealed = base64.b64decode(document["sealed"], validate=True)
        store_id = document["id"]
    except (ValueError, TypeError, KeyError, binascii.Error) as error:
        raise KnownError("secrets_damaged") from error
    if not isinstance(store_id, str) or len(nonce) != NONCE_BYTES or len(sealed) < 16:
        raise KnownError("secrets_damaged")
    return store_id, nonce, sealed


def _decrypt(key: bytes, nonce: bytes, sealed: bytes, store_id: str) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(key) != KEY_BYTES:
        raise KnownError("secrets_key_wrong")
    try:
        return AESGCM(key).decrypt(nonce, sealed, _header(store_id))
    except InvalidTag as error:
        raise KnownError("secrets_key_wrong") from error


def _checked_values(plain: bytes) -> dict[str, str]:
    try:
        values = json.loads(plain)
    except ValueError as error:
        raise KnownError("secrets_damaged") from error
    if not isinstance(values, dict) or not all(isinstance(item, str) for item in values.values()):
        raise KnownError("secrets_damaged")
    return values


def _free_name(path: Path) -> Path:
    stamp = int(time.time())
    while (aside := path.with_name(f"{path.name}.old-{stamp}")).exists():
        stamp += 1
    return aside
