"""Opening a desk in this process: lock, schema, authority, and the workspace of the person at it.

Everything that takes long to import (alembic, the mail channel, the keyring) is imported when it is needed, so
that the window is painted first.
"""

import contextlib
import getpass
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from shutil import disk_usage
from typing import TYPE_CHECKING

from deskapp.core.authority.genesis import DeskIdentity, identity
from deskapp.core.authority.workspace import Authority, LocalWorkspace
from deskapp.models.disk import FAILED, FULL, problem_of
from deskapp.system.blobs import FileBlobs
from deskapp.system.clock import SystemClock, SystemIds
from deskapp.system.errors import KnownError
from deskapp.system.instance import InstanceLock
from deskapp.system.paths import FILE_MODE, Profile

if TYPE_CHECKING:
    from deskapp.core.authority.effects import Effect
    from deskapp.core.ports import Clock, TeamHost
    from deskapp.system.secrets import KeyKeeper, SecretsFile

log = logging.getLogger(__name__)

ROOM = 1 << 20
"""With less (in bytes) a disk is full."""


@dataclass(slots=True)
class Desk:
    """An open desk. `close` ends everything in the reverse order of its start."""

    profile: Profile
    who: DeskIdentity
    authority: Authority
    workspace: LocalWorkspace
    secrets: "SecretsFile"
    blobs: FileBlobs
    lock: InstanceLock | None = None
    host: "TeamHost | None" = None  # while it may be shared with a team
    _closers: list[Callable[[], None]] = field(default_factory=list)

    @property
    def clock(self) -> "Clock":
        return self.authority.clock

    def begin(self) -> None:
        """Start to write, unless that was done."""
        if not self.authority.started:
            self.authority.start()
            self.authority.effects.register("factor.forget", self._forget_factor)

    def _forget_factor(self, effect: "Effect") -> None:
        from deskapp.core.commands.mail import SettleEffect
        from deskapp.sync.server.second_factor import SecondFactors

        SecondFactors(self.authority, self.secrets).forget(str(effect.payload["agent_id"]))
        self.authority.submit_as_desk(SettleEffect(effect_id=effect.id, ok=True)).result()

    def on_close(self, closer: Callable[[], None]) -> None:
        """Call `closer` before the authority closes; the last one added is called first."""
        self._closers.append(closer)

    def close(self) -> None:
        while self._closers:
            self._closers.pop()()
        self.authority.close()
        if self.lock is not None:
            self.lock.release()

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_desk(
    profile: Profile,
    keys: "KeyKeeper | None" = None,
    *,
    synchronous: str = "FULL",
    start: bool = True,
    clock: "Clock | None" = None,
    beside: bool = False,
) -> Desk:
    """Open the desk of `profile`, made or migrated if need be, and start its authority.

    Raises KnownError("desk_in_use") when another process has it, KnownError("desk_elsewhere") for the profile of
    a colleague's machine (see `app.team`), KnownError("desk_damaged") when it is not sound after its disk failed,
    KnownError("disk_full"), and `models.schema.NewerDesk` when a newer program wrote it. `keys` None: the system's
    keyring, asked when the first secret is. Without `start` it only reads, and commands wait: the caller starts the
    authority.
    `clock` None: the system's. `beside`: of a desk on a server this may be one more process; its `lock` is not
    held then, and what only one of them does is left to the other.
    """
    if profile.team.exists():
        raise KnownError("desk_elsewhere")
    profile.create()
    lock = InstanceLock(profile.lock)
    try:
        lock.acquire()
    except KnownError:
        if not (beside and profile.server.is_file()):
            raise
    try:
        if lock.held:
            _finish_restore(profile)
            _look_through(profile)
        desk = _open(profile, keys, synchronous, clock or SystemClock())
        if start:
            desk.begin()
    except BaseException as error:
        lock.release()
        if problem_of(error) and disk_usage(profile.folder).free < ROOM:
            raise KnownError(
                FULL
            ) from error  # SQLite calls it an I/O error when its log has no room
        raise
    desk.lock = lock
    return desk


def _finish_restore(profile: Profile) -> None:
    """A restore whose process was killed is completed before anything is read."""
    if profile.restoring.exists():
        from deskapp.app.restore import finish_interrupted

        finish_interrupted(profile)


def _look_through(profile: Profile) -> None:
    """The disk failed under the desk: what is there is looked through before anything is added to it.

    Raises KnownError("desk_damaged").
    """
    if profile.doubtful.exists():
        from deskapp.app.snapshot import problems

        found = problems(profile.database)
        if found:
            raise KnownError("desk_damaged", reason="; ".join(found[:3]))
        profile.doubtful.unlink()
        log.info("the desk is sound after the disk failed")


def _remember_failure(profile: Profile, authority: Authority) -> None:
    if authority.trouble == FAILED:
        with contextlib.suppress(OSError):  # the same disk: it is written where that can be
            profile.doubtful.touch(FILE_MODE)


def _open(profile: Profile, keys: "KeyKeeper | None", synchronous: str, clock: "Clock") -> Desk:
    ids = SystemIds()
    from deskapp.app.place import database_of

    database = database_of(profile, synchronous)
    database.upgrade(lambda copy: log.info("copied the desk to %s before migrating", copy.name))
    engine = database.writer()
    try:
        who = identity(engine, clock=clock, ids=ids, agent_name=_person())
    finally:
        engine.dispose()
    blobs = FileBlobs(profile.blobs)
    authority = Authority(database, clock=clock, ids=ids, blobs=blobs)
    authority.subscribe(lambda _: _remember_failure(profile, authority))
    workspace = LocalWorkspace(authority, who.agent_id, who.device)
    return Desk(profile, who, authority, workspace, _secrets(profile, keys), blobs)


def _secrets(profile: Profile, keys: "KeyKeeper | None") -> "SecretsFile":
    from deskapp.system.keys import KeyringKey
    from deskapp.system.secrets import SecretsFile

    return SecretsFile(profile.secrets, keys or KeyringKey(), shared=profile.server.is_file())


def _person() -> str:
    try:
        return getpass.getuser().capitalize()
    except OSError:  # no user database entry: a container
        return "Agent"
