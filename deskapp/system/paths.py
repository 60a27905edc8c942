"""Where a desk lives: one private folder, and how files get into it whole."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from deskapp.system.errors import KnownError

APP_NAME = "deskapp"
FOLDER_MODE = 0o700
FILE_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Profile:
    """The folder of one desk. Everything in it is private to one user of the machine."""

    folder: Path

    @classmethod
    def at(cls, folder: Path | str | None = None) -> "Profile":
        """The desk in `folder`, or the person's own (platformdirs) when there is none given."""
        return cls(Path(folder).expanduser().absolute() if folder else default_folder())

    @property
    def database(self) -> Path:
        return self.folder / "desk.sqlite"

    @property
    def blobs(self) -> Path:
        return self.folder / "blobs"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets.store"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def ui_state(self) -> Path:
        return self.folder / "ui.json"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def control(self) -> Path:
        """How to reach the process that has this desk open: address and token."""
        return self.folder / "control.json"

    @property
    def restoring(self) -> Path:
        """A checked backup on its way in; gone again when the restore is complete."""
        return self.folder / "restoring"

    @property
    def doubtful(self) -> Path:
        """Stands there when the disk failed under the desk, until it was looked through."""
        return self.folder / "doubtful"

    @property
    def team(self) -> Path:
        """Which team's desk this machine belongs to; a profile that has it holds no desk of its own."""
        return self.folder / "team.json"

    @property
    def incoming(self) -> Path:
        """Blobs that have come from the team's desk in part."""
        return self.folder / "incoming"

    @property
    def successor(self) -> Path:
        """Names the profile that is opened in place of this one: that of a team's desk."""
        return self.folder / "successor"

    @property
    def server(self) -> Path:
        """The URL of the database on a server that holds this desk; without it the desk has a file."""
        return self.folder / "database.url"

    def exists(self) -> bool:
        return self.database.is_file() or self.server.is_file()

    def create(self) -> None:
        """Make the folders, private to this user. Raises KnownError when that cannot be done."""
        try:
            for folder in (self.folder, self.blobs, self.logs, self.backups):
                private_folder(folder)
        except (FileExistsError, NotADirectoryError) as error:
            raise KnownError("profile_not_folder", path=str(self.folder)) from error
        except OSError as error:
            raise KnownError(
                "profile_unusable", path=str(self.folder), reason=error.strerror or ""
            ) from error


def default_folder() -> Path:
    """`~/.local/share/deskapp`, `~/Library/Application Support/deskapp`, or
    `%LOCALAPPDATA%\\deskapp`."""
    import platformdirs

    return platformdirs.user_data_path(APP_NAME, appauthor=False)


def private_folder(folder: Path) -> None:
    """Make `folder` (and what leads to it); only this user may look into it."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if sys.platform != "win32" and folder.stat().st_mode & 0o077:
        folder.chmod(FOLDER_MODE)


def flush_folder(folder: Path) -> None:
    """Make names that were added to or removed from `folder` survive a power cut."""
    if sys.platform == "win32":  # NTFS journals names; a folder cannot be opened for this
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def new_private_file(path: Path) -> BinaryIO:
    """Open a file for writing that is not there yet (FileExistsError) and that nobody else reads."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, FILE_MODE), "wb")


@contextlib.contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """Write `target` so that it is either as before or complete, and on the disk on return.

    The file is private (0600); its `name` is where it is written meanwhile, and nothing is left
    there after an exception.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:80]}.", dir=target.parent)
    os.close(handle)
    part = Path(name)
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    flush_folder(target.parent)


def write_private(target: Path, data: bytes) -> None:
    """`whole_file` in one call."""
    with whole_file(target) as file:
        file.write(data)
