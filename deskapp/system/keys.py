"""Who keeps the data key: the system's keyring, or a key file for servers and CI."""

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from deskapp.system.errors import KnownError
from deskapp.system.paths import write_private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyring.backend import KeyringBackend

SERVICE = "deskapp"
_PLAINTEXT = "keyrings.alt."
"""A package of backends that write to plain files; it takes over when it is installed."""


class KeyringKey:
    """Key in the OS keyring (Secret Service, KWallet, macOS Keychain, Windows Credential Manager).

    KnownError: keyring_missing (none runs, or only one that writes plain text), keyring_locked.
    """

    def load(self, store_id: str) -> bytes | None:
        with _said_plainly():
            found = _backend().get_password(SERVICE, store_id)
        try:
            return bytes.fromhex(found) if found else None
        except ValueError as error:
            raise KnownError("secrets_key_wrong") from error

    def save(self, store_id: str, key: bytes) -> None:
        with _said_plainly():
            _backend().set_password(SERVICE, store_id, key.hex())


class FileKey:
    """Keys in a private file (0600), for machines without a keyring: one `<store id> <hex>` a line.

    KnownError: key_file_unsafe when others may read it, key_file_damaged, key_file_unwritable.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, store_id: str) -> bytes | None:
        return self._read().get(store_id)

    def save(self, store_id: str, key: bytes) -> None:
        keys = self._read() | {store_id: key}
        text = "".join(f"{name} {value.hex()}\n" for name, value in keys.items())
        try:
            write_private(self._path, text.encode())
        except OSError as error:
            raise KnownError("key_file_unwritable", path=str(self._path)) from error

    def _read(self) -> dict[str, bytes]:
        try:
            mode = self._path.stat().st_mode
            lines = self._path.read_text(encoding="ascii").splitlines()
            pairs = [line.split() for line in lines]
            keys = {name: bytes.fromhex(key) for name, key in pairs}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise KnownError("key_file_damaged", path=str(self._path)) from error
        if sys.platform != "win32" and mode & 0o077:
            raise KnownError("key_file_unsafe", path=str(self._path))
        return keys


class MemoryKey:
    """Keys of this process alone: for the self-test and for tests."""

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}

    def load(self, store_id: str) -> bytes | None:
        return self.keys.get(store_id)

    def save(self, store_id: str, key: bytes) -> None:
        self.keys[store_id] = key


def keyring_name() -> str:
    """The backend in use, for diagnostics. Raises KnownError."""
    backend = _backend()
    return f"{type(backend).__module__}.{type(backend).__name__}"


def _backend() -> "KeyringBackend":
    """The first backend that is no plain file; keyring's own choice may chain several."""
    import keyring

    chosen = keyring.get_keyring()
    for backend in getattr(chosen, "backends", None) or [chosen]:
        if not type(backend).__module__.startswith(_PLAINTEXT):
            return backend  # type: ignore[no-any-return]
    raise KnownError("keyring_missing", reason="only a plain-text one is installed")


@contextlib.contextmanager
def _said_plainly() -> "Iterator[None]":
    """Turn what backends raise into KnownError; each raises its own kinds besides keyring's."""
    from keyring.errors import KeyringError, KeyringLocked, NoKeyringError

    try:
        yield
    except KnownError:
        raise
    except NoKeyringError as error:
        raise KnownError("keyring_missing", reason="") from error
    except KeyringLocked as error:
        raise KnownError("keyring_locked") from error
    except (KeyringError, OSError, RuntimeError) as error:
        raise KnownError("keyring_missing", reason=str(error)[:200]) from error
