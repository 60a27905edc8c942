"""What the core and the UI are handed from outside: time, ids, blobs, and the machine's services."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol


class Clock(Protocol):
    def now(self) -> int:
        """Milliseconds since the epoch, UTC."""


class Ids(Protocol):
    def new(self) -> str:
        """A fresh UUIDv7, 32 hexadecimal characters."""


class BlobStore(Protocol):
    """Content-addressed bytes. A blob is on the disk before `put` returns; it is never changed."""

    def put(self, data: bytes) -> str:
        """Store `data` and return its SHA-256 in hexadecimal. Raises OSError when it cannot be kept."""

    def put_many(self, items: Iterable[bytes]) -> list[str]:
        """As `put`, with one flush for all of them."""

    def get(self, sha256: str) -> bytes:
        """Raises FileNotFoundError when there is no such blob, ValueError when it was damaged."""

    def open(self, sha256: str) -> BinaryIO: ...

    def size(self, sha256: str) -> int: ...

    def exists(self, sha256: str) -> bool: ...


class SecretStore(Protocol):
    """The desk's encrypted store, under the data key that the OS keyring holds."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, value: str) -> None: ...

    def delete(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class TestStep:
    """One step of a connection test. `code` names what happened; `detail` is the server's own words."""

    name: str  # resolve, connect, tls, login, folder, smtp_resolve, smtp_connect…
    ok: bool
    code: str = ""
    detail: str = ""
    fingerprint: str = ""  # SHA-256 of a certificate that could be trusted by hand


@dataclass(frozen=True, slots=True)
class ServerGuess:
    """Server settings for a mail address, from presets or by its domain's usual names."""

    provider: str
    settings: Mapping[str, object]
    needs: str  # password, app_password, oauth
    help_url: str = ""


class MailSetup(Protocol):
    """What the account page needs from the e-mail channel. Calls return at once."""

    def guess(self, address: str) -> "Future[ServerGuess]": ...

    def test(
        self,
        settings: Mapping[str, object],
        password: str,
        on_step: Callable[[TestStep], None],
    ) -> "Future[tuple[TestStep, ...]]":
        """Try every step; `on_step` is called on a worker thread. Cancel by `Future.cancel`-ing."""

    def store_password(self, account_id: str, password: str) -> "Future[None]": ...

    def sign_in(self, account_id: str, settings: Mapping[str, object]) -> "Future[None]":
        """OAuth 2 in the system's browser; resolves when the token is in the secret store."""

    def check_now(self, account_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    total: int
    note: str = ""


class Job(Protocol):
    """Long work that shows progress and can be cancelled. Callbacks come on a worker thread."""

    def cancel(self) -> None: ...

    @property
    def future(self) -> "Future[Mapping[str, object]]": ...


class DeskJobs(Protocol):
    """Backup, export and import, as the Settings page starts them."""

    def backup(
        self, target: str, passphrase: str, on_progress: Callable[[Progress], None]
    ) -> Job: ...

    def export(self, folder: str, on_progress: Callable[[Progress], None]) -> Job: ...

    def import_mail(self, paths: Iterable[str], on_progress: Callable[[Progress], None]) -> Job: ...

    def load_sample_data(self, on_progress: Callable[[Progress], None]) -> Job: ...


class Sounds(Protocol):
    """Audible alerts. Nothing here blocks or raises when there is no device."""

    def devices(self) -> list[tuple[str, str]]:
        """(id, name) of every output device; empty when there is none."""

    def play(self, sound: str, volume: float, device: str = "", repeat: bool = False) -> str:
        """Start a sound; returns a handle for `stop`, empty when it cannot be heard."""

    def stop(self, handle: str = "") -> None: ...


class DesktopNotifier(Protocol):
    def show(self, title: str, body: str, on_click: Callable[[], None]) -> None: ...


class Autostart(Protocol):
    def enabled(self) -> bool: ...

    def set(self, on: bool) -> None: ...


class IdleWatch(Protocol):
    def seconds(self) -> float:
        """Since the last key press or pointer move anywhere; 0.0 where the system does not say."""


class UiState(Protocol):
    """Where panes, folds and the last view are remembered, per desk."""

    def get(self, key: str, default: object = None) -> object: ...

    def set(self, key: str, value: object) -> None: ...


@dataclass(frozen=True, slots=True)
class ChatServer:
    """How the chat server stands. `problem` is a code (port_taken, no_address, failed); empty: none.

    `url` is where this computer itself reaches it, `network_url` where the local network does.
    """

    running: bool = False
    url: str = ""
    network_url: str = ""
    problem: str = ""
    detail: str = ""
    connected: int = 0  # visitors whose page is open


@dataclass(frozen=True, slots=True)
class SiteVisitor:
    """Somebody who is on the site now. All text is hostile and plain. Times in ms."""

    id: str  # of the visit, not of a stored visitor
    name: str
    page_url: str
    page_title: str
    referrer: str
    came_at: int
    page_at: int  # since when on this page
    ticket_id: str  # of the conversation; empty: none
    box_id: str


@dataclass(frozen=True, slots=True)
class VisitorTyping:
    """What is being typed, unsent. `text` is empty when the box shows no preview, or nothing is left."""

    ticket_id: str
    typing: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class VisitorPresence:
    """Whether the visitor of a chat has its page open, and which."""

    ticket_id: str
    online: bool
    page_url: str = ""
    page_title: str = ""


@dataclass(frozen=True, slots=True)
class VisitorsMoved:
    """Visitors came, went or turned a page; told at most once a second. `total` are there now."""

    total: int


@dataclass(frozen=True, slots=True)
class ChatServerChanged:
    server: ChatServer


LiveNews = VisitorTyping | VisitorPresence | VisitorsMoved | ChatServerChanged
"""What passes and is not kept: it never goes through the database."""


class LiveChat(Protocol):
    """The live side of web chat. No call blocks; callbacks come on a worker thread."""

    def subscribe(self, callback: Callable[[LiveNews], None]) -> Callable[[], None]: ...

    def agent_typing(self, ticket_id: str, typing: bool) -> None: ...

    def presence(self, ticket_id: str) -> VisitorPresence: ...

    def preview(self, ticket_id: str) -> VisitorTyping: ...

    def visitors(self, first: int = 0, count: int = 200) -> tuple[SiteVisitor, ...]:
        """A slice of those on the site, the newest first."""

    def server(self) -> ChatServer: ...

    def test_reach(
        self, url: str, on_step: Callable[[TestStep], None]
    ) -> "Future[tuple[TestStep, ...]]":
        """Connect back to this desk through a public address; the first step that fails tells why.

        Steps: address, resolve, connect, tls, answer (is it this desk?), websocket.
        """

    def snippet(self, box_id: str, public: bool) -> str:
        """The HTML to put on the site, for the public address or for this computer's."""

    def test_page(self, box_id: str) -> str:
        """Address of a page of the desk's own on which the box stands; empty while nothing runs."""

    def identity_secret(self, box_id: str, renew: bool = False) -> "Future[str]":
        """The secret with which the site signs who its visitors are; made when there is none."""


@dataclass(frozen=True, slots=True)
class HostState:
    """How the team's server stands. `problem` is a code (port_taken, no_address, failed); empty: none."""

    running: bool = False
    addresses: tuple[str, ...] = ()  # host:port, as colleagues reach it
    fingerprint: str = ""  # SHA-256 of the certificate, hexadecimal
    problem: str = ""
    detail: str = ""
    connected: tuple[str, ...] = ()  # devices that are connected now


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a colleague types, pastes or scans to pair one device; valid once, until `expires_at`."""

    agent_id: str
    code: str  # six digits
    link: str  # address, fingerprint and secret in one string; also what the QR code holds
    expires_at: int


@dataclass(frozen=True, slots=True)
class FactorState:
    """Whether somebody's devices pair with a second factor, too; `recovery_left` one-time codes stand in for it."""

    on: bool = False
    recovery_left: int = 0


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A second factor that is being set up: its secret as text, and all an app wants in one string."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


class SecondFactor(Protocol):
    """One's own. No call blocks; futures fail with an error that has a `code`.

    totp_wrong, factor_on, factor_expired, rate_limited, and those of reaching the host.
    """

    def state(self) -> "Future[FactorState]": ...

    def begin(self) -> "Future[Enrolment]": ...

    def confirm(self, code: str) -> "Future[tuple[str, ...]]":
        """Switch it on by its first code; the one-time codes, told this once."""

    def remove(self, code: str) -> "Future[None]": ...


class TeamHost(Protocol):
    """Sharing this desk with a team, from the machine that has it. No call blocks.

    It is switched by the settings `team.enabled` and `team.port`; callbacks come on a worker thread.
    """

    def state(self) -> HostState: ...

    def subscribe(self, callback: Callable[[HostState], None]) -> Callable[[], None]: ...

    def invite(self, agent_id: str) -> "Future[Invitation]": ...

    def withdraw(self, agent_id: str) -> None: ...

    def set_password(self, agent_id: str, password: str) -> "Future[None]":
        """Asked for when a device is paired, beside the code; an empty one asks for none.

        The agent's devices are shut out: they were paired by what is no longer good.
        """

    def factor_of(self, agent_id: str) -> "Future[FactorState]":
        """A colleague's; taken off by `ResetSecondFactor`."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A command of this machine's outbox. `refusal` is a code once the host refused it."""

    command_id: str
    command: object  # a core.api.Command
    at: int
    refusal: str = ""
    params: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A colleague who looks at or types in a ticket now."""

    agent_id: str
    ticket_id: str
    typing: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """What changed while this machine was away."""

    since: int
    new: int = 0
    taken: int = 0  # of mine, by a colleague
    replied: int = 0  # customers' answers in mine
    solved: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn with the host: commands sent, rows received, bytes on the wire both ways. `problem`: a code."""

    at: int
    ms: int
    sent: int
    received: int
    bytes: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a link knows of itself, in numbers: nothing that a customer said."""

    epoch: str = ""
    cursors: tuple[tuple[str, int], ...] = ()  # by scope
    exchanges: tuple[Exchange, ...] = ()  # the newest first
    there: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """Ask `Workspace.connection` for how it stands."""


TeamNews = ConnectionChanged | Seen | Digest


class TeamLink(Protocol):
    """The rest of the team, from a colleague's machine or the host's own window.

    No call blocks; callbacks come on a worker thread.
    """

    def subscribe(self, callback: Callable[[TeamNews], None]) -> Callable[[], None]: ...

    def unsent(self) -> tuple[Unsent, ...]:
        """What waits, and what was refused; the oldest first."""

    def retry(self, command_id: str) -> None: ...

    def discard(self, command_id: str) -> None: ...

    def sync_now(self) -> None: ...

    def look_at(self, ticket_id: str, typing: bool = False) -> None:
        """Tell colleagues what this agent looks at; an empty id: nothing."""

    def seen(self, ticket_id: str) -> tuple[Seen, ...]:
        """Colleagues at that ticket now."""

    def inspect(self) -> "Future[Inspection]": ...

    def kept_days(self) -> int:
        """Of how many days this machine keeps what is done, beside what is open, waiting or mine; 0: of all."""

    def keep_days(self, days: int) -> None:
        """Keep so much from now on: what falls out goes by itself, what is missing is fetched."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """What is asked for beside an invitation; empty: not written."""

    password: str = field(default="", repr=False)
    totp: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Nearby:
    """A host that announces itself: a plain name of at most 60 characters, and host:port."""

    name: str
    address: str


class Joiner(Protocol):
    """Making this machine a device of a team's desk. No call blocks."""

    def join(
        self, address: str, code_or_link: str, proofs: Proofs, on_step: Callable[[TestStep], None]
    ) -> "Future[str]":
        """Pair by a link (`address` is empty) or by an address and six digits; the new profile's folder.

        `on_step` is called on a worker thread: connect, trust, pair, keep. The future fails with an error
        that has a `code`: unreachable, certificate_changed, version, pair_refused, pair_expired,
        password_wrong, totp_needed, totp_wrong, rate_limited, address_invalid, link_invalid, or one of the
        keyring's.
        """

    def open(self, folder: str) -> None:
        """Show that desk in a window of its own."""

    def nearby(self, callback: Callable[[tuple[Nearby, ...]], None]) -> Callable[[], None]:
        """Look for desks on the local network, until what is returned is called; each time there are others.

        What is found says of itself what it likes: a convenience, and no reason to trust it.
        """


@dataclass(frozen=True, slots=True)
class Services:
    """What this machine and the channels offer to the window, beside the desk itself."""

    mail: MailSetup
    jobs: DeskJobs
    sounds: Sounds
    notifier: DesktopNotifier
    autostart: Autostart
    idle: IdleWatch
    chat: LiveChat
    team_host: TeamHost | None = None  # where the desk itself is
    team: TeamLink | None = None  # the others; at a colleague's machine there is no `team_host`
    factor: SecondFactor | None = None
    joiner: Joiner | None = None  # to a team's desk, or to this one again
