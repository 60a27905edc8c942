"""`deskapp serve`: a desk without a window, for a small server. Mail and chat run beside it, as in a window."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select

from deskapp.app import jobs
from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.garbage import Garbage
from deskapp.app.housekeeping import Housekeeping
from deskapp.app.mail import Mail
from deskapp.app.team_host import make_host
from deskapp.app.webchat import WebChat
from deskapp.core.api import ChangeSet
from deskapp.core.authority.workspace import Authority
from deskapp.core.ports import HostState, Invitation
from deskapp.models import tables as t
from deskapp.models.disk import FAILED
from deskapp.sync.server.certificate import own_certificate
from deskapp.sync.server.host import EVERYWHERE, Host, Place
from deskapp.sync.server.invitations import LINK_MS
from deskapp.system.errors import KnownError
from deskapp.system.paths import Profile

if TYPE_CHECKING:
    from deskapp.system.secrets import KeyKeeper

log = logging.getLogger(__name__)

PORT: Final = 8791
"""The same as the setting `team.port`."""
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
START_S: Final = 60.0
FULL_SAID: Final = "The disk is full: nothing is lost, but nothing new can be kept. Make room."
ROOM_SAID: Final = "The disk has room again."
LOOK_S: Final = 0.1
"""Windows handles a signal between two waits, never in one; and garbage of so long a time is looked at quickly."""


def run(
    profile: Profile,
    keys: "KeyKeeper | None",
    *,
    address: str = "",
    port: int = PORT,
    names: tuple[str, ...] = (),
    invite: tuple[str, ...] = (),
    say: Callable[[str], None] = partial(print, flush=True),
) -> None:
    """Serve until the system asks to end. Without `address` it listens at all of this computer's.

    `names` are further ones by which it is reached; `invite` names agents who get an invitation at the start.

    Raises KnownError: team_port (with why), agent_missing, disk_failed (a system starts it again, and the desk is
    looked through first), those of `open_desk` and of the store of secrets.
    """
    with _asked_to_end() as ending, open_desk(profile, keys, beside=True) as desk:
        with desk.secrets.alone():  # of several that begin at the same moment one makes it
            own_certificate(desk.secrets, desk.clock.now())
        chat = WebChat(desk, start=False)
        first = _First(desk, chat)
        host = make_host(desk, chat, Place(address or EVERYWHERE, port, names))
        desk.host = host
        desk.on_close(host.stop)
        state = _started(host, ending)
        if state is None:
            return
        say(f"Serving the desk in {profile.folder} at {', '.join(state.addresses)}")
        say(f"Certificate (SHA-256): {state.fingerprint}")
        if not first.is_here:
            say("Another process fetches mail and answers chats; this one would take over.")
        for name, agent in _whom_to_invite(desk, invite).items():
            _tell(name, host.invite(agent, LINK_MS).result(), say)
        disk = _Disk(desk.authority, say)
        with closing(Garbage()) as garbage:
            while not ending.wait(LOOK_S):
                first.look()
                disk.look()
                garbage.collect()
        say("Ending; what is being written is finished first.")


class _First:
    """What one process of a desk does alone: mail, chat, the daily copy, and work for the command line.

    It is the one that holds the desk's lock; when that one ends, in whatever way, another gets it.
    """

    def __init__(self, desk: Desk, chat: WebChat) -> None:
        self._desk, self._chat = desk, chat
        self.is_here = False
        self.look()

    def look(self) -> None:
        lock = self._desk.lock
        if self.is_here or lock is None:
            return
        try:
            lock.acquire()
        except KnownError:
            return
        self.is_here = True
        self._chat.begin()
        Mail(self._desk, lambda error: log.warning("e-mail does not run: %s", error))
        jobs.serve(self._desk)
        Housekeeping(self._desk)


class _Disk:
    """Tells whoever runs the server when the disk does not take what is written, however short that was."""

    def __init__(self, authority: Authority, say: Callable[[str], None]) -> None:
        self._authority, self._say = authority, say
        self._full, self._told = threading.Event(), False
        authority.subscribe(self._note)

    def _note(self, _: ChangeSet) -> None:
        """On the writer's thread."""
        if self._authority.trouble:
            self._full.set()

    def look(self) -> None:
        """Raises KnownError("disk_failed")."""
        trouble = self._authority.trouble
        if trouble == FAILED:
            raise KnownError(FAILED)
        if (trouble or self._full.is_set()) and not self._told:
            self._told = True
            self._say(FULL_SAID)
        if self._told and not trouble:
            self._full.clear()
            self._told = False
            self._say(ROOM_SAID)


@contextmanager
def _asked_to_end() -> Iterator[threading.Event]:
    """An event that is set when the system, or Ctrl-C, asks the process to end."""
    ending = threading.Event()
    before = {one: signal.signal(one, lambda *_: ending.set()) for one in SIGNALS}
    try:
        yield ending
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _started(host: Host, ending: threading.Event) -> HostState | None:
    """How it stands when it runs; None when it is to end before that. Raises KnownError("team_port")."""
    known = threading.Event()
    host.subscribe(lambda _state: known.set())
    host.start()
    while not known.wait(LOOK_S):
        if ending.is_set():
            return None
    state = host.state()
    if not state.running:
        raise KnownError("team_port", why=state.detail or state.problem)
    return state


def _whom_to_invite(desk: Desk, names: tuple[str, ...]) -> dict[str, str]:
    """Ids of the agents of these names or addresses, by name; without any, the first admin as long as no machine
    was paired."""
    agent = t.agent.c
    known = select(agent.name, agent.uid)
    with desk.authority.engine.connect() as connection:
        wanted = [or_(agent.name == name, agent.email == name) for name in names]
        if not names:
            paired = select(func.count()).where(t.device.c.token_hash.is_not(None))
            if connection.execute(paired).scalar():
                return {}
            wanted = [or_(agent.uid == desk.who.agent_id)]
        found = [connection.execute(known.where(one)).first() for one in wanted]
    for name, row in zip(names, found, strict=False):
        if row is None:
            raise KnownError("agent_missing", name=name)
    return {str(row.name): str(row.uid) for row in found if row is not None}


def _tell(name: str, invitation: Invitation, say: Callable[[str], None]) -> None:
    say(f"To join as {name} from another computer, within 24 hours and once:")
    say(f"  deskapp join '{invitation.link}'")
    say(f"or, within ten minutes, by its address and the code {invitation.code}.")
