"""`restore FILE`: a backup becomes the desk. Everything is checked first; what was there is kept.

The backup is unpacked into `restoring/` beside the desk and checked. Then `restoring/ready` is
written, and from there on the restore is only ever completed: each file of the old desk moves to
`before-restore-<time>/` (a desk of its own, for `--profile`), each new one into its place. A
process that is killed meanwhile leaves that to the next start, see `finish_interrupted`.
"""

import contextlib
import json
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pysqlite3.dbapi2 as sqlite

from deskapp.app import archive
from deskapp.app.archive import Manifest, Member
from deskapp.app.snapshot import problems, reading, schema_of
from deskapp.app.task import Task
from deskapp.system.clock import SystemIds
from deskapp.system.errors import KnownError
from deskapp.system.instance import InstanceLock
from deskapp.system.paths import (
    FOLDER_MODE,
    Profile,
    flush_folder,
    new_private_file,
    write_private,
)

if TYPE_CHECKING:
    from deskapp.system.secrets import KeyKeeper

_READY = "ready"
_PARTS = (
    "desk.sqlite-wal",  # before the database: left behind, it would be read into the new one
    "desk.sqlite-shm",
    archive.DATABASE,
    "blobs",
    archive.SECRETS,
    archive.SEALED,
    archive.UI_STATE,
)
_log = logging.getLogger(__name__)


def restore(
    profile: Profile,
    source: Path,
    keys: "KeyKeeper | None",
    ask_passphrase: Callable[[], str],
    task: Task,
) -> Mapping[str, object]:
    """Make the backup `source` the desk of `profile`.

    `ask_passphrase` is called when the backup's secrets are under one; an empty answer leaves
    them out. Returns made (ISO 8601), tickets, messages, aside (where the old desk is, or ""),
    secrets (restored, missing, none), and held: how many messages were waiting to be sent, which
    now wait for a person, since they may have left after the backup was made.

    KnownError, and nothing has changed: desk_busy, file_missing, backup_damaged, backup_newer,
    passphrase_wrong, disk_full, cancelled.
    """
    if not source.is_file():
        raise KnownError("file_missing", path=str(source))
    if profile.server.is_file():
        raise KnownError("desk_on_server", path=str(profile.folder))
    profile.create()
    with _alone(profile):
        finish_interrupted(profile)
        profile.restoring.mkdir(mode=FOLDER_MODE)
        try:
            manifest = _unpack(source, profile.restoring, task)
            _check_database(profile.restoring / archive.DATABASE, source)
            secrets = _open_secrets(profile.restoring, manifest, keys, ask_passphrase)
            held = _begin_new_epoch(profile.restoring / archive.DATABASE)
            task.check()
            aside = _commit(profile)
        except BaseException:
            if not (profile.restoring / _READY).exists():
                shutil.rmtree(profile.restoring, ignore_errors=True)
            raise
    _log.info("restored a backup of %d tickets", manifest.tickets)
    return {
        "made": datetime.fromtimestamp(manifest.made_at / 1000, UTC).isoformat(timespec="seconds"),
        "tickets": manifest.tickets,
        "messages": manifest.messages,
        "aside": str(aside) if aside.is_dir() else "",
        "secrets": secrets,
        "held": held,
    }


def finish_interrupted(profile: Profile) -> bool:
    """Complete a restore whose process was killed, or clear away one that was not yet ready.

    To be called under the desk's lock before its database is opened. Returns whether the desk
    was exchanged.
    """
    if not profile.restoring.is_dir():
        return False
    if not (profile.restoring / _READY).is_file():
        shutil.rmtree(profile.restoring)
        return False
    _exchange(profile)
    _log.warning("completed a restore that was interrupted")
    return True


@contextlib.contextmanager
def _alone(profile: Profile) -> Iterator[None]:
    try:
        with InstanceLock(profile.lock):
            yield
    except KnownError as error:
        if error.code == "desk_in_use":
            raise KnownError("desk_busy", **error.params) from error
        raise


def _unpack(source: Path, folder: Path, task: Task) -> Manifest:
    """Write every member into `folder`, compared to its hash, and flush them all."""
    (folder / "blobs").mkdir(mode=FOLDER_MODE)
    with source.open("rb") as stream:
        members = archive.read(stream, source)
        manifest = next(members)
        assert isinstance(manifest, Manifest)
        names, blobs = set(), 0
        for member in members:
            assert isinstance(member, Member)
            _unpack_one(member, manifest, folder, source)
            blobs += bool(member.blob)
            names.add(member.name)
            task.step(blobs, manifest.blob_count, "unpacking")
    if not set(manifest.files) <= names or blobs != manifest.blob_count:
        raise archive.damaged(source, "files are missing")
    _flush_everything(folder)
    return manifest


def _unpack_one(member: Member, manifest: Manifest, folder: Path, source: Path) -> None:
    target = folder / member.name
    if member.blob:  # the name is made of the digest, not taken from the file
        target = folder / "blobs" / member.blob[:2] / member.blob[2:]
        target.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
    with new_private_file(target) as out:
        archive.copy_checked(member, manifest, out, source)


def _flush_everything(folder: Path) -> None:
    if sys.platform == "win32":
        for path in folder.rglob("*"):
            if path.is_file():
                with path.open("rb+") as file:
                    os.fsync(file.fileno())
    else:
        os.sync()


def _check_database(path: Path, source: Path) -> None:
    from deskapp.models.schema import REVISIONS

    if said := problems(path):
        raise archive.damaged(source, said[0])
    with reading(path) as connection:
        revision = schema_of(connection)
    if not revision:
        raise archive.damaged(source, "its database is not one of a desk")
    if revision not in REVISIONS:
        raise KnownError("backup_newer", version=f"schema {revision}")


def _open_secrets(
    folder: Path, manifest: Manifest, keys: "KeyKeeper | None", ask_passphrase: Callable[[], str]
) -> str:
    """Bring the secrets under this machine's key. Sealed ones that stay closed are kept as they
    are, so that they can still be opened when the passphrase turns up."""
    from deskapp.system.keys import KeyringKey
    from deskapp.system.secrets import SecretsFile

    store = SecretsFile(folder / archive.SECRETS, keys or KeyringKey())
    if archive.SEALED in manifest.files:
        passphrase = ask_passphrase()
        if not passphrase:
            return "missing"
        store.recover((folder / archive.SEALED).read_bytes(), passphrase)
        (folder / archive.SEALED).unlink()
        return "restored"
    if archive.SECRETS not in manifest.files:
        return "none"
    try:
        store.check()
    except KnownError:
        return "missing"
    return "restored"


def _begin_new_epoch(path: Path) -> int:
    """Replicas see by the epoch that time went back. What waited to be sent may have been sent
    since: a person decides. Returns how many messages that are."""
    ids = SystemIds()
    connection = sqlite.connect(str(path), isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(
            "CREATE TEMP TABLE held AS SELECT id, message_id FROM effect "
            "WHERE kind = 'email.send' AND state IN ('waiting', 'running')"
        )
        connection.execute("BEGIN IMMEDIATE")
        for key in ("epoch", "device"):
            connection.execute("UPDATE desk SET value = ? WHERE key = ?", (ids.new(), key))
        count: int = connection.execute(
            "UPDATE message SET delivery = 'uncertain', delivery_error = 'restored', "
            "deliver_at = NULL WHERE id IN (SELECT message_id FROM held)"
        ).rowcount
        connection.execute(
            "UPDATE ticket SET delivery = 'uncertain' WHERE id IN "
            "(SELECT ticket_id FROM message WHERE id IN (SELECT message_id FROM held))"
        )
        connection.execute(
            "UPDATE effect SET state = 'failed', error = 'restored' "
            "WHERE id IN (SELECT id FROM held)"
        )
        connection.execute(
            "UPDATE effect SET state = 'dropped', error = 'restored' "
            "WHERE kind IN ('email.acknowledge', 'email.transcript') "
            "AND state IN ('waiting', 'running')"
        )
        connection.execute("COMMIT")
    finally:
        connection.close()
    return count


def _commit(profile: Profile) -> Path:
    """From the marker on there is no way back."""
    stamp = datetime.fromtimestamp(time.time(), UTC).strftime("%Y%m%dT%H%M%S")
    name = f"before-restore-{stamp}"
    number = 1
    while (profile.folder / name).exists():
        number += 1
        name = f"before-restore-{stamp}-{number}"
    parts = [part for part in _PARTS if (profile.restoring / part).exists()]
    _flush_everything(profile.restoring)
    marker = json.dumps({"aside": name, "parts": parts}).encode()
    write_private(profile.restoring / _READY, marker)
    return _exchange(profile)


def _exchange(profile: Profile) -> Path:
    """Move the old parts aside and the new ones in. What was done shows by what is where, so that
    this may be interrupted at any step and called again."""
    staged = profile.restoring
    marker = json.loads((staged / _READY).read_bytes())
    aside = profile.folder / str(marker["aside"])
    for part in _PARTS:
        if part not in marker["parts"]:
            _move(profile.folder / part, aside / part)
    for part in marker["parts"]:
        if (staged / part).exists():
            _move(profile.folder / part, aside / part)
            _move(staged / part, profile.folder / part)
    flush_folder(profile.folder)
    shutil.rmtree(staged)
    flush_folder(profile.folder)
    return aside


def _move(source: Path, target: Path) -> None:
    if source.is_dir() and not any(source.iterdir()):
        source.rmdir()  # made by opening the profile; nothing to keep, and it would be in the way
    elif source.exists():
        target.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
        source.rename(target)
