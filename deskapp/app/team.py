"""Opening a team's desk at a colleague's machine: the replica, the way to the host, and what both need."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from deskapp.sync.client.blobs import TeamBlobs
from deskapp.sync.client.factor import HostFactor
from deskapp.sync.client.http import Lanes
from deskapp.sync.client.link import HostLink
from deskapp.sync.pairing.membership import Membership, NotAMembership
from deskapp.sync.replica.workspace import ReplicaWorkspace
from deskapp.system.blobs import FileBlobs
from deskapp.system.clock import SystemClock, SystemIds
from deskapp.system.errors import KnownError
from deskapp.system.instance import InstanceLock
from deskapp.system.keys import KeyringKey
from deskapp.system.paths import Profile, private_folder
from deskapp.system.secrets import SecretsFile

if TYPE_CHECKING:
    from deskapp.core.ports import Clock
    from deskapp.system.secrets import KeyKeeper

log = logging.getLogger(__name__)

TOKEN: Final = "team.token"  # noqa: S105 - its name in the store
"""What proves to the host that this is the device that was paired."""


@dataclass(slots=True)
class TeamDesk:
    """The counterpart of `bootstrap.Desk` where the desk itself is elsewhere."""

    profile: Profile
    member: Membership
    workspace: ReplicaWorkspace
    link: HostLink
    lanes: Lanes
    secrets: SecretsFile
    blobs: TeamBlobs
    clock: "Clock"
    lock: InstanceLock
    _closers: list[Callable[[], None]] = field(default_factory=list)
    _after_lanes: list[Callable[[], None]] = field(default_factory=list)
    _starter: ThreadPoolExecutor | None = None
    _started: "Future[None]" = field(default_factory=Future)

    def factor(self) -> HostFactor:
        """This agent's second factor; call it once. It ends with the desk."""
        made = HostFactor(self.lanes)
        self._after_lanes.append(made.close)
        return made

    def begin(self) -> None:
        """Start to talk to the host; the keyring may keep that waiting, so it is done on another thread."""
        if self._starter is None:
            self._starter = ThreadPoolExecutor(1, thread_name_prefix="team-start")
            self._starter.submit(self._start)

    def on_problem(self, callback: Callable[[Exception], None]) -> None:
        """Call it, on any thread, with the KnownError of a keyring that does not give the token."""

        def tell(started: "Future[None]") -> None:
            error = started.exception()
            if isinstance(error, KnownError):
                callback(error)

        self._started.add_done_callback(tell)

    def on_close(self, closer: Callable[[], None]) -> None:
        """Call `closer` before the desk closes; the last one added is called first."""
        self._closers.append(closer)

    def close(self) -> None:
        while self._closers:
            self._closers.pop()()
        self.lanes.close()
        while self._after_lanes:
            self._after_lanes.pop()()
        if self._starter is not None:
            self._starter.shutdown(wait=True, cancel_futures=True)
        self.link.close()
        self.workspace.close()
        self.lock.release()

    def __enter__(self) -> "TeamDesk":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        try:
            self.lanes.token = self.secrets.get(TOKEN) or ""
        except KnownError as error:
            log.warning("the team's desk cannot be reached: %s", error)
            self._started.set_exception(error)
            return
        self.link.start()
        self.workspace.check()  # a large cache is looked through meanwhile; a small one was when it was opened
        self._started.set_result(None)


def open_team_desk(
    profile: Profile,
    keys: "KeyKeeper | None" = None,
    *,
    start: bool = True,
    clock: "Clock | None" = None,
) -> TeamDesk:
    """Open the profile of a machine that was paired with a team's desk (`app.joining`).

    Raises KnownError("desk_in_use") when another process has it, KnownError("team_file_damaged"). `keys` None:
    the system's keyring. Without `start` it only reads what is here: the caller calls `begin`.
    """
    profile.create()
    lock = InstanceLock(profile.lock)
    lock.acquire()
    try:
        desk = _open(profile, keys, clock or SystemClock(), lock)
    except BaseException:
        lock.release()
        raise
    if start:
        desk.begin()
    return desk


def membership(profile: Profile) -> Membership:
    """Raises KnownError("team_file_damaged")."""
    try:
        return Membership.decode(profile.team.read_bytes())
    except NotAMembership as error:
        raise KnownError("team_file_damaged", path=str(profile.team)) from error


def _open(
    profile: Profile, keys: "KeyKeeper | None", clock: "Clock", lock: InstanceLock
) -> TeamDesk:
    member = membership(profile)
    private_folder(profile.incoming)
    lanes = Lanes(member.addresses, member.fingerprint)
    blobs = TeamBlobs(FileBlobs(profile.blobs), profile.incoming, lanes)
    workspace = ReplicaWorkspace(
        profile.folder,
        agent_id=member.agent_id,
        clock=clock,
        ids=SystemIds(),
        blobs=blobs,
        forget_blobs=blobs.forget,
        keep_blobs=blobs.forget_all_but,
    )
    link = HostLink(
        lanes,
        workspace,
        blobs,
        agent_id=member.agent_id,
        clock=clock,
    )
    workspace.attach(link, link.elsewhere)
    secrets = SecretsFile(profile.secrets, keys or KeyringKey())
    return TeamDesk(profile, member, workspace, link, lanes, secrets, blobs, clock, lock)
