"""`deskapp join`, and the same from the window: this machine becomes a device of a team's desk."""

import platform
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from deskapp.app.team import TOKEN, membership
from deskapp.core.ports import Nearby, Proofs, TestStep
from deskapp.sync.client.problems import CertificateChanged, HostProblem, OtherVersion, Unreachable
from deskapp.sync.pairing.joining import DIGITS, Joined, Myself, pair_by_code, pair_by_link
from deskapp.sync.pairing.link import SCHEME, Link, address
from deskapp.sync.pairing.nearby import Finder
from deskapp.system.autostart import own_command
from deskapp.system.errors import KnownError
from deskapp.system.instance import InstanceLock
from deskapp.system.keys import KeyringKey
from deskapp.system.paths import Profile, write_private
from deskapp.system.secrets import SecretsFile

if TYPE_CHECKING:
    from deskapp.system.secrets import KeyKeeper

OnStep = Callable[[TestStep], None]

CONNECT, TRUST, PAIR, KEEP = "connect", "trust", "pair", "keep"
_REACHED: Final[Mapping[type[HostProblem], str]] = {
    Unreachable: CONNECT,
    CertificateChanged: TRUST,
    OtherVersion: TRUST,
}
"""At which step an error ends it; any other at the pairing itself."""


def join(
    profile: Profile,
    where: str,
    code: str = "",
    *,
    proofs: Proofs = Proofs(),
    name: str = "",
    keys: "KeyKeeper | None" = None,
    on_step: OnStep = lambda _step: None,
    locked: bool = False,
) -> Joined:
    """Pair by a link (`where`), or by an address and six digits, and keep what comes of it in `profile`.

    One that was paired before and belongs to the same agent keeps its unsent work. Who has the profile open says
    so by `locked`. Raises KnownError:
    address_invalid, link_invalid, code_invalid, desk_here, desk_in_use, team_other_agent, those of the
    keyring, and what `sync.pairing.joining` and the host say. Nothing is left of a pairing that failed.
    """
    invitation = _understood(where, code)
    if profile.exists():
        raise KnownError("desk_here", path=str(profile.folder))
    profile.create()
    with nullcontext() if locked else InstanceLock(profile.lock):
        secrets = SecretsFile(profile.secrets, keys or KeyringKey())
        secrets.check()  # an invitation is good for once: first see that its fruit can be kept
        me = Myself(name or platform.node() or "deskapp", proofs.password, proofs.totp)
        with _told(on_step):
            if isinstance(invitation, Link):
                joined = pair_by_link(invitation, me)
            else:
                joined = pair_by_code(invitation, code, me)
        for step in (CONNECT, TRUST, PAIR):
            on_step(TestStep(step, ok=True))
        _keep(profile, secrets, joined)
        on_step(TestStep(KEEP, ok=True))
    return joined


def _understood(where: str, code: str) -> Link | str:
    if where.strip().lower().startswith(f"{SCHEME}:"):
        try:
            return Link.parse(where)
        except ValueError as error:
            raise KnownError("link_invalid") from error
    if len([digit for digit in code if digit.isdecimal()]) != DIGITS:
        raise KnownError("code_invalid")
    try:
        return address(where)
    except ValueError as error:
        raise KnownError("address_invalid") from error


@contextmanager
def _told(on_step: OnStep) -> Iterator[None]:
    """Turn what ends a pairing into a KnownError, and tell how far it came."""
    try:
        yield
    except HostProblem as problem:
        failed = next((at for kind, at in _REACHED.items() if isinstance(problem, kind)), PAIR)
        code = "rate_limited" if problem.wait_s else problem.code
        for step in (CONNECT, TRUST, PAIR):
            on_step(TestStep(step, ok=step != failed, code="" if step != failed else code))
            if step == failed:
                break
        raise KnownError(code) from problem


def _keep(profile: Profile, secrets: SecretsFile, joined: Joined) -> None:
    if profile.team.exists() and membership(profile).agent_id != joined.membership.agent_id:
        raise KnownError("team_other_agent", path=str(profile.folder))
    secrets.put(TOKEN, joined.token)
    write_private(profile.team, joined.membership.encode())


class _Joining(ABC):
    """What both ways of joining from a window share."""

    def __init__(self, own: Profile, keys: "KeyKeeper | None") -> None:
        self._own, self._keys = own, keys
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="join")
        self._finder = Finder()

    def join(
        self, address: str, code_or_link: str, proofs: Proofs, on_step: OnStep
    ) -> "Future[str]":
        where, code = (address, code_or_link) if address else (code_or_link, "")
        return self._pool.submit(self._join, where, code, proofs, on_step)

    @abstractmethod
    def _join(self, where: str, code: str, proofs: Proofs, on_step: OnStep) -> str:
        """The profile's folder."""

    def nearby(self, callback: Callable[[tuple[Nearby, ...]], None]) -> Callable[[], None]:
        return self._finder.look(callback)

    def close(self) -> None:
        self._finder.close()
        self._pool.shutdown(wait=True, cancel_futures=True)


class TeamRejoiner(_Joining):
    """A `core.ports.Joiner` at a colleague's machine: it becomes a device of its desk again.

    `open` asks for the window to be opened anew, by `reopen`; on the window's thread.
    """

    def __init__(
        self, own: Profile, keys: "KeyKeeper | None", reopen: Callable[[str], None]
    ) -> None:
        super().__init__(own, keys)
        self._reopen = reopen

    def _join(self, where: str, code: str, proofs: Proofs, on_step: OnStep) -> str:
        join(self._own, where, code, proofs=proofs, keys=self._keys, on_step=on_step, locked=True)
        return str(self._own.folder)

    def open(self, folder: str) -> None:
        self._reopen(folder)


class TeamJoiner(_Joining):
    """A `core.ports.Joiner` beside the open desk `own`: the team's gets a profile of its own, and is opened
    in place of this one from then on."""

    def _join(self, where: str, code: str, proofs: Proofs, on_step: OnStep) -> str:
        profile = _beside(self._own)
        join(profile, where, code, proofs=proofs, keys=self._keys, on_step=on_step)
        write_private(self._own.successor, str(profile.folder).encode())
        return str(profile.folder)

    def open(self, folder: str) -> None:
        from PySide6.QtCore import QProcess

        program, *words = own_command()
        QProcess.startDetached(program, [*words, "--profile", folder])


def _beside(own: Profile) -> Profile:
    """The first folder beside `own` in which nothing was paired yet."""
    number = 1
    while True:
        suffix = "-team" if number == 1 else f"-team-{number}"
        found = Profile(own.folder.with_name(own.folder.name + suffix))
        if not found.team.exists() and not found.exists():
            return found
        number += 1


def followed(profile: Profile) -> Profile:
    """The profile that stands in place of this one, if its person has joined a team since."""
    try:
        successor = Profile.at(profile.successor.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return profile
    return successor if successor.team.exists() else profile
