"""The encrypted store: nothing readable on the disk, and a plain word when its key is gone."""

import json
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked

from deskapp.system import passphrase as passphrase_module
from deskapp.system import redact
from deskapp.system.errors import KnownError
from deskapp.system.keys import FileKey, KeyringKey, MemoryKey, keyring_name
from deskapp.system.passphrase import Cost, seal, unseal
from deskapp.system.secrets import SecretsFile

if TYPE_CHECKING:
    from collections.abc import Iterator

CHEAP = Cost(time=1, memory_kib=64, lanes=1)
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase_module, "Cost", lambda *given: Cost(*given) if given else CHEAP)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets.store"


@pytest.fixture
def keys() -> MemoryKey:
    return MemoryKey()


@pytest.fixture
def store(path: Path, keys: MemoryKey) -> SecretsFile:
    return SecretsFile(path, keys)


def code_of(caught: pytest.ExceptionInfo[KnownError]) -> str:
    return caught.value.code


def test_what_was_put_is_there_after_a_restart(path: Path, keys: MemoryKey) -> None:
    SecretsFile(path, keys).put("account.1.password", PASSWORD)
    again = SecretsFile(path, keys)
    assert again.get("account.1.password") == PASSWORD
    assert again.get("account.2.password") is None
    again.delete("account.1.password")
    again.delete("account.1.password")
    assert SecretsFile(path, keys).get("account.1.password") is None


@given(values=st.dictionaries(st.text(max_size=20), st.text(max_size=100), max_size=8))
def test_any_text_is_kept(values: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    path, keys = tmp_path_factory.mktemp("any") / "secrets.store", MemoryKey()
    for name, value in values.items():
        SecretsFile(path, keys).put(name, value)
    store = SecretsFile(path, keys)
    assert {name: store.get(name) for name in values} == values


def test_nothing_on_the_disk_can_be_read(path: Path, store: SecretsFile, keys: MemoryKey) -> None:
    store.put("account.1.password", PASSWORD)
    data = path.read_bytes()
    assert PASSWORD.encode() not in data
    assert b"account.1" not in data
    (key,) = keys.keys.values()
    assert key not in data
    assert key.hex().encode() not in data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_nonce_is_never_used_twice(path: Path, store: SecretsFile) -> None:
    nonces = set()
    for _ in range(20):
        store.put("same", "same")
        nonces.add(json.loads(path.read_bytes())["nonce"])
    assert len(nonces) == 20


def test_the_signing_key_is_made_once(path: Path, keys: MemoryKey) -> None:
    key = SecretsFile(path, keys).signing_key()
    assert len(key) == 32
    assert SecretsFile(path, keys).signing_key() == key
    other = SecretsFile(path.with_name("other.store"), keys)
    assert other.signing_key() != key


def test_a_lost_key_is_said_and_nothing_is_overwritten(path: Path, store: SecretsFile) -> None:
    store.put("a", "b")
    before = path.read_bytes()
    for use in (lambda s: s.get("a"), lambda s: s.put("a", "c"), lambda s: s.signing_key()):
        with pytest.raises(KnownError) as caught:
            use(SecretsFile(path, MemoryKey()))
        assert code_of(caught) == "secrets_key_missing"
    assert path.read_bytes() == before


def test_another_key_does_not_open_it(path: Path, store: SecretsFile, keys: MemoryKey) -> None:
    store.put("a", "b")
    keys.keys = dict.fromkeys(keys.keys, bytes(32))
    with pytest.raises(KnownError) as caught:
        SecretsFile(path, keys).get("a")
    assert code_of(caught) == "secrets_key_wrong"


@given(where=st.integers(0), what=st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(
    where: int, what: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path, keys = tmp_path_factory.mktemp("damage") / "secrets.store", MemoryKey()
    SecretsFile(path, keys).put("a", "b")
    data = bytearray(path.read_bytes())
    data[where % len(data)] ^= what
    path.write_bytes(data)
    # A byte of JSON's white space is the only one that may differ.
    assert outcome_of(SecretsFile(path, keys)) in {
        "opened b",
        "secrets_damaged",
        "secrets_newer",
        "secrets_key_wrong",
        "secrets_key_missing",
    }


def outcome_of(store: SecretsFile) -> str:
    try:
        return f"opened {store.get('a')}"
    except KnownError as error:
        return error.code


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b"\xff", b'{"format": 1}', b"1" * 99])
def test_what_never_was_a_store(data: bytes, path: Path, store: SecretsFile) -> None:
    path.write_bytes(data)
    with pytest.raises(KnownError) as caught:
        store.get("a")
    assert code_of(caught) == "secrets_damaged"


def test_the_way_back_by_a_backups_passphrase(
    path: Path, store: SecretsFile, tmp_path: Path
) -> None:
    store.put("account.1.password", PASSWORD)
    signing_key = store.signing_key()
    sealed = store.sealed_with("ünter uns")
    lost = SecretsFile(path, MemoryKey())
    with pytest.raises(KnownError) as caught:
        lost.recover(sealed, "wrong")
    assert code_of(caught) == "passphrase_wrong"
    assert list(tmp_path.iterdir()) == [path]
    assert lost.recover(sealed, "u\u0308nter uns") == 2  # the same, typed on a Mac
    assert lost.get("account.1.password") == PASSWORD
    assert lost.signing_key() == signing_key
    assert len(list(tmp_path.glob("secrets.store.old-*"))) == 1


def test_the_way_back_without_a_passphrase(path: Path, store: SecretsFile, keys: MemoryKey) -> None:
    store.put("a", "b")
    lost = SecretsFile(path, MemoryKey())
    aside = lost.start_new()
    assert lost.get("a") is None
    assert aside is not None
    assert SecretsFile(aside, keys).get("a") == "b"  # the key turned up again


def test_secrets_are_blanked_in_logs(path: Path, store: SecretsFile, keys: MemoryKey) -> None:
    store.put("a", "s3cret-of-put")
    assert "s3cret" not in redact.clean("login failed for s3cret-of-put!")
    redact._known.clear()
    SecretsFile(path, keys).get("a")
    assert "s3cret" not in redact.clean("login failed for s3cret-of-put!")


class TestPassphrase:
    @given(data=st.binary(max_size=300), words=st.text(min_size=1, max_size=40))
    def test_sealed_and_unsealed(self, data: bytes, words: str) -> None:
        sealed = seal(data, words, CHEAP)
        assert unseal(sealed, words) == data
        with pytest.raises(KnownError) as caught:
            unseal(sealed, words + "x")
        assert code_of(caught) == "passphrase_wrong"

    def test_the_cost_of_a_guess_is_the_rfcs(self) -> None:
        document = json.loads(seal(b"", "x", Cost()))
        assert (document["time"], document["memory_kib"], document["lanes"]) == (3, 65_536, 4)

    @pytest.mark.parametrize(
        "change",
        [
            {"memory_kib": 1 << 30},
            {"time": 10**9},
            {"lanes": 255},
            {"memory_kib": 1},
            {"time": True},
            {"time": "1"},
            {"kdf": "none"},
            {"format": 2},
            {"salt": ""},
            {"nonce": "AAAA"},
            {"sealed": None},
        ],
    )
    def test_a_hostile_header_is_refused(self, change: dict[str, object]) -> None:
        document = json.loads(seal(b"data", "x", CHEAP)) | change
        with pytest.raises(KnownError) as caught:
            unseal(json.dumps(document).encode(), "x")
        assert code_of(caught) == "secrets_damaged"

    def test_a_cheaper_cost_cannot_be_written_in(self) -> None:
        document = json.loads(seal(b"data", "x", Cost(2, 64, 1))) | {"time": 1}
        with pytest.raises(KnownError) as caught:
            unseal(json.dumps(document).encode(), "x")
        assert code_of(caught) == "passphrase_wrong"

    def test_no_passphrase_is_no_protection(self) -> None:
        with pytest.raises(KnownError) as caught:
            seal(b"data", "")
        assert code_of(caught) == "passphrase_empty"


class TestKeyFile:
    def test_it_is_private_and_keeps_every_key(self, tmp_path: Path, path: Path) -> None:
        file = tmp_path / "key"
        store = SecretsFile(path, FileKey(file))
        store.put("a", "b")
        aside = store.start_new()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert aside is not None
        assert SecretsFile(aside, FileKey(file)).get("a") == "b"
        assert SecretsFile(path, FileKey(file)).get("a") is None

    def test_one_that_others_may_read_is_refused(self, tmp_path: Path, path: Path) -> None:
        file = tmp_path / "key"
        SecretsFile(path, FileKey(file)).put("a", "b")
        file.chmod(0o640)
        with pytest.raises(KnownError) as caught:
            SecretsFile(path, FileKey(file)).get("a")
        assert code_of(caught) == "key_file_unsafe"

    @pytest.mark.parametrize("data", [b"x", b"id zz", b"\xff\xfe", b"a b c"])
    def test_a_damaged_one_is_said(self, data: bytes, tmp_path: Path, path: Path) -> None:
        (tmp_path / "key").write_bytes(data)
        (tmp_path / "key").chmod(0o600)
        with pytest.raises(KnownError) as caught:
            SecretsFile(path, FileKey(tmp_path / "key")).get("a")
        assert code_of(caught) == "key_file_damaged"


class TestKeyring:
    def test_the_key_is_in_the_keyring(self, path: Path, memory_keyring: KeyringBackend) -> None:
        SecretsFile(path, KeyringKey()).put("a", "b")
        assert SecretsFile(path, KeyringKey()).get("a") == "b"
        store_id = json.loads(path.read_bytes())["id"]
        assert len(memory_keyring.get_password("deskapp", store_id) or "") == 64

    def test_no_keyring_is_said_and_nothing_is_written(self, path: Path) -> None:
        with pytest.raises(KnownError) as caught:
            SecretsFile(path, KeyringKey()).put("a", "b")
        assert code_of(caught) == "keyring_missing"
        assert not path.exists()

    def test_a_keyring_that_forgets_is_noticed(self, path: Path, chosen_keyring: None) -> None:
        class Forgetful(KeyringBackend):
            priority = 1  # type: ignore[assignment]

            def get_password(self, service: str, username: str) -> str | None:
                return None

            def set_password(self, service: str, username: str, password: str) -> None:
                pass

        keyring.set_keyring(Forgetful())
        with pytest.raises(KnownError) as caught:
            SecretsFile(path, KeyringKey()).put("a", "b")
        assert code_of(caught) == "keyring_missing"
        assert not path.exists()

    def test_a_locked_keyring_is_said(self, path: Path, chosen_keyring: None) -> None:
        class Locked(KeyringBackend):
            priority = 1  # type: ignore[assignment]

            def get_password(self, service: str, username: str) -> str | None:
                raise KeyringLocked("dismissed")

            def set_password(self, service: str, username: str, password: str) -> None:
                raise KeyringLocked("dismissed")

        keyring.set_keyring(Locked())
        with pytest.raises(KnownError) as caught:
            SecretsFile(path, KeyringKey()).get("a")
        assert code_of(caught) == "keyring_locked"

    @pytest.mark.parametrize("chained", [False, True])
    def test_a_plain_text_keyring_is_not_used(
        self, chained: bool, path: Path, chosen_keyring: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class PlaintextKeyring(KeyringBackend):
            priority = 0.5  # type: ignore[assignment]

            def get_password(self, service: str, username: str) -> str | None:
                pytest.fail("it was asked")

            def set_password(self, service: str, username: str, password: str) -> None:
                pytest.fail("it was given a key")

        PlaintextKeyring.__module__ = "keyrings.alt.file"
        if chained:
            chain = ChainerBackend()
            monkeypatch.setattr(ChainerBackend, "backends", [PlaintextKeyring()])
            keyring.set_keyring(chain)
        else:
            keyring.set_keyring(PlaintextKeyring())
        with pytest.raises(KnownError) as caught:
            SecretsFile(path, KeyringKey()).put("a", "b")
        assert code_of(caught) == "keyring_missing"

    def test_its_name_is_known(self, memory_keyring: KeyringBackend) -> None:
        assert keyring_name().endswith("MemoryKeyring")


@pytest.fixture
def chosen_keyring() -> "Iterator[None]":
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


REAL = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from deskapp.system.errors import KnownError
from deskapp.system.keys import KeyringKey, keyring_name
from deskapp.system.secrets import SecretsFile
print(keyring_name())
path = Path(sys.argv[1])
SecretsFile(path, KeyringKey()).put("account.1.password", "kept by gnome")
print(SecretsFile(path, KeyringKey()).get("account.1.password"))
import keyring, json
keyring.delete_password("deskapp", json.loads(path.read_bytes())["id"])
try:
    SecretsFile(path, KeyringKey()).get("account.1.password")
except KnownError as error:
    print(error.code)
"""


@pytest.mark.real
def test_with_a_real_gnome_keyring(path: Path, tmp_path: Path) -> None:
    for program in ("dbus-run-session", "gnome-keyring-daemon"):
        assert shutil.which(program), f"{program} is not installed"
    script = (
        "echo -n test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "
        'exec "$0" -c "$1" "$2"'
    )
    result = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", script, sys.executable, REAL, str(path)],
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "XDG_RUNTIME_DIR": str(tmp_path),
            "PYTHONPATH": str(Path(__file__).parents[3]),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stdout.splitlines() == [
        "keyring.backends.SecretService.Keyring",
        "kept by gnome",
        "secrets_key_missing",
    ], result.stderr


# Several processes --------------------------------------------------------------------------------


def test_each_process_has_what_another_wrote_and_none_writes_over_it(
    path: Path, keys: MemoryKey
) -> None:
    one, other = (SecretsFile(path, keys, shared=True) for _ in range(2))
    one.put("a", "1")
    assert other.get("a") == "1"
    other.put("b", "2")
    one.put("c", "3")
    other.delete("a")
    assert [one.get(name) for name in "abc"] == [None, "2", "3"]


def test_many_processes_change_it_at_once(path: Path, keys: MemoryKey) -> None:
    stores = [SecretsFile(path, keys, shared=True) for _ in range(4)]

    def change(n: int) -> bytes:
        for count in range(5):
            stores[n].put(f"{n}.{count}", "x")
        return stores[n].signing_key()

    with ThreadPoolExecutor(4) as pool:
        signing = set(pool.map(change, range(4)))
    assert len(signing) == 1
    assert SecretsFile(path, keys).check() == 4 * 5 + 1
