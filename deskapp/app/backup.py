"""`backup FILE`: the whole desk in one file, complete to one moment, read back before it counts."""

import logging
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from deskapp import __version__
from deskapp.app import archive
from deskapp.app.archive import ArchiveWriter, Manifest, Member
from deskapp.app.place import copy_desk
from deskapp.app.snapshot import count, desk_values, problems, reading, schema_of
from deskapp.app.task import Task
from deskapp.system.blobs import FileBlobs
from deskapp.system.errors import KnownError
from deskapp.system.paths import private_folder, whole_file

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk
    from deskapp.app.control import Params

SUFFIX = ".deskbackup"
DAY_MS = 86_400_000
_PREFIX = "daily-"
_STAMP = "%Y%m%dT%H%M%SZ"
_WORK = ".backup-"
_log = logging.getLogger(__name__)


def run(desk: "Desk", params: "Params", task: Task) -> Mapping[str, object]:
    """Write the backup `params["target"]`, its secrets under `params["passphrase"]` if there is one.

    Returns path, size (bytes), tickets, messages, blobs, and secrets: passphrase, machine (they
    open with this machine's keyring only) or none. KnownError: file_exists,
    target_inside_desk, disk_full, backup_not_verified, cancelled; then there is no such file.
    """
    target = Path(str(params["target"]))
    _check_target(target, desk.profile.folder)
    return write(desk, target, str(params.get("passphrase") or ""), task)


def write(desk: "Desk", target: Path, passphrase: str, task: Task) -> Mapping[str, object]:
    """As `run`, to any place that is free."""
    _sweep(desk.profile.folder)
    desk.blobs.sweep(DAY_MS / 1000)
    with tempfile.TemporaryDirectory(prefix=_WORK, dir=desk.profile.folder) as name:
        work = Path(name)
        files, manifest = _collect(desk, work, passphrase, task)
        names = _list_blobs(desk.blobs, work / "blobs.txt", manifest, task)
        with whole_file(target) as out:
            _write(out, manifest, files, names, desk.blobs, task)
            out.flush()
            _verify(Path(out.name), target, manifest, files, task)
    _log.info("backed up: %d tickets, %d blobs", manifest.tickets, manifest.blob_count)
    return {
        "path": str(target),
        "size": target.stat().st_size,
        "tickets": manifest.tickets,
        "messages": manifest.messages,
        "blobs": manifest.blob_count,
        "secrets": manifest.secrets,
    }


def _check_target(target: Path, folder: Path) -> None:
    if target.exists():
        raise KnownError("file_exists", path=str(target))
    if not target.parent.is_dir():
        raise KnownError("file_missing", path=str(target.parent))
    if target.parent.resolve().is_relative_to(folder.resolve()):
        raise KnownError("target_inside_desk", path=str(target))


def _collect(
    desk: "Desk", folder: Path, passphrase: str, task: Task
) -> tuple[dict[str, Path], Manifest]:
    """Copies of everything that is no blob, and the table of contents but for the blobs."""
    files = {archive.DATABASE: folder / archive.DATABASE}
    copy_desk(desk.profile, files[archive.DATABASE], task, "database")
    secrets = _collect_secrets(desk, folder, passphrase, files)
    if desk.profile.ui_state.is_file():
        files[archive.UI_STATE] = folder / archive.UI_STATE
        shutil.copyfile(desk.profile.ui_state, files[archive.UI_STATE])
    with reading(files[archive.DATABASE]) as connection:
        values = desk_values(connection)
        manifest = Manifest(
            app_version=__version__,
            made_at=time.time_ns() // 1_000_000,
            schema=schema_of(connection),
            epoch=values["epoch"],
            seq=int(values["seq"]),
            tickets=count(connection, "ticket"),
            messages=count(connection, "message"),
            secrets=secrets,
        )
    manifest.files = {name: archive.mark_of(path) for name, path in files.items()}
    return files, manifest


def _collect_secrets(desk: "Desk", folder: Path, passphrase: str, files: dict[str, Path]) -> str:
    """Put the secrets among `files`; how they may be opened again."""
    if not desk.profile.secrets.exists():
        return "none"
    if not passphrase:
        files[archive.SECRETS] = folder / archive.SECRETS
        shutil.copyfile(desk.profile.secrets, files[archive.SECRETS])
        return "machine"
    files[archive.SEALED] = folder / archive.SEALED
    files[archive.SEALED].write_bytes(desk.secrets.sealed_with(passphrase))
    return "passphrase"


def _list_blobs(blobs: FileBlobs, listed: Path, manifest: Manifest, task: Task) -> Path:
    """Write the names of all blobs, one a line, and count them.

    Blobs are never changed, and each is on the disk before the commit that names it: whatever is
    there now holds all that the database's copy names. Those that come meanwhile may wait.
    """
    with listed.open("w", encoding="ascii") as file:
        for name in blobs:
            file.write(name + "\n")
            manifest.blob_count += 1
            manifest.blob_bytes += blobs.size(name)
            if manifest.blob_count % 1000 == 0:
                task.check()
    return listed


def _write(
    out: BinaryIO,
    manifest: Manifest,
    files: Mapping[str, Path],
    names: Path,
    blobs: FileBlobs,
    task: Task,
) -> None:
    with ArchiveWriter(out, manifest) as writer, names.open(encoding="ascii") as lines:
        for name, path in files.items():
            writer.add_path(name, path)
        for done, line in enumerate(lines, 1):
            sha256 = line.strip()
            writer.add_path(f"blobs/{sha256[:2]}/{sha256[2:]}", blobs.path(sha256))
            task.step(done, manifest.blob_count, "files")


def _verify(
    written: Path, target: Path, manifest: Manifest, files: Mapping[str, Path], task: Task
) -> None:
    """Read everything back. The database's copy is checked where it is: its hash says it is that."""
    try:
        with written.open("rb") as source:
            found = checked_members(source, target, task)
            blobs = sum(1 for member in found if member.blob)
    except KnownError as error:
        if error.code != "backup_damaged":
            raise
        reason = str(error.params["reason"])
        raise KnownError("backup_not_verified", reason=reason) from error
    if blobs != manifest.blob_count:
        raise KnownError("backup_not_verified", reason="files are missing")
    if said := problems(files[archive.DATABASE]):
        raise KnownError("desk_damaged", reason=said[0])


def checked_members(source: BinaryIO, path: Path, task: Task) -> Iterator[Member]:
    """Every member with its contents compared to its hash; KnownError("backup_damaged")."""
    stream = archive.read(source, path)
    manifest = next(stream)
    assert isinstance(manifest, Manifest)
    for done, member in enumerate(stream, 1):
        assert isinstance(member, Member)
        archive.copy_checked(member, manifest, None, path)
        task.step(done, manifest.blob_count + len(manifest.files), "checking")
        yield member


# The daily ones ------------------------------------------------------------------------------


def due(now: int, last: int | None) -> bool:
    """Whether the daily backup is to be made (ms). A clock that was set back does not stop it."""
    return last is None or not 0 <= now - last < DAY_MS


def last_daily(folder: Path) -> int | None:
    """When the newest daily backup was made (ms), as its name says; None when there is none."""
    made = [_made_at(path) for path in folder.glob(f"{_PREFIX}*{SUFFIX}")]
    return max((at for at in made if at is not None), default=None)


def daily(desk: "Desk", now: int, keep: int, task: Task) -> Path:
    """Make a daily backup in the desk's own folder and remove all but the `keep` newest.

    Its secrets open with this machine's keyring only: nobody is there to type a passphrase.
    """
    stamp = datetime.fromtimestamp(now / 1000, UTC).strftime(_STAMP)
    target = desk.profile.backups / f"{_PREFIX}{stamp}{SUFFIX}"
    private_folder(desk.profile.backups)
    write(desk, target, "", task)
    rotate(desk.profile.backups, keep)
    return target


def rotate(folder: Path, keep: int) -> list[Path]:
    """Remove the oldest daily backups until `keep` (at least one) are left; returns the removed."""
    daily_ones = [path for path in folder.glob(f"{_PREFIX}*{SUFFIX}") if _made_at(path) is not None]
    doomed = sorted(daily_ones, key=lambda path: _made_at(path) or 0)[: -max(keep, 1)]
    for path in doomed:
        path.unlink(missing_ok=True)
    return doomed


def _made_at(path: Path) -> int | None:
    text = path.name.removeprefix(_PREFIX).removesuffix(SUFFIX)
    try:
        moment = datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return round(moment.timestamp() * 1000)


def _sweep(folder: Path) -> None:
    """Remove what a backup left whose process was killed."""
    for path in folder.glob(f"{_WORK}*"):
        if time.time() - path.stat().st_mtime > DAY_MS / 1000:
            shutil.rmtree(path, ignore_errors=True)
