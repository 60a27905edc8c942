"""What a colleague's machine has in place of what only the machine with the desk can do."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from deskapp.app.jobs import RunningJob
from deskapp.app.task import OnProgress, Task
from deskapp.core.ports import (
    ChatServer,
    LiveNews,
    ServerGuess,
    SiteVisitor,
    TestStep,
    VisitorPresence,
    VisitorTyping,
)
from deskapp.sync.client.link import HostLink
from deskapp.system.errors import KnownError

CODE = "desk_elsewhere"


def _no() -> KnownError:
    return KnownError(CODE)


class MailElsewhere:
    """A `core.ports.MailSetup`: mailboxes are set up where the desk is."""

    def guess(self, address: str) -> "Future[ServerGuess]":
        return _failed()

    def test(
        self,
        settings: Mapping[str, object],
        password: str,
        on_step: Callable[[TestStep], None],
    ) -> "Future[tuple[TestStep, ...]]":
        return _refused(on_step)

    def store_password(self, account_id: str, password: str) -> "Future[None]":
        return _failed()

    def sign_in(self, account_id: str, settings: Mapping[str, object]) -> "Future[None]":
        return _failed()

    def check_now(self, account_id: str) -> None:
        """The host looks by itself."""


class JobsElsewhere:
    """A `core.ports.DeskJobs`: the desk is backed up, exported and filled where it is."""

    def backup(self, target: str, passphrase: str, on_progress: OnProgress) -> RunningJob:
        return _no_job()

    def export(self, folder: str, on_progress: OnProgress) -> RunningJob:
        return _no_job()

    def import_mail(self, paths: Iterable[str], on_progress: OnProgress) -> RunningJob:
        return _no_job()

    def load_sample_data(self, on_progress: OnProgress) -> RunningJob:
        return _no_job()


class ChatElsewhere:
    """A `core.ports.LiveChat` over the live line: what visitors do is told by the host, boxes are its own."""

    def __init__(self, link: HostLink) -> None:
        self._link = link
        self._typing: dict[str, VisitorTyping] = {}
        self._presence: dict[str, VisitorPresence] = {}
        link.subscribe_chat(self._remember)

    def subscribe(self, callback: Callable[[LiveNews], None]) -> Callable[[], None]:
        return self._link.subscribe_chat(callback)

    def agent_typing(self, ticket_id: str, typing: bool) -> None:
        self._link.chat_typing(ticket_id, typing)

    def presence(self, ticket_id: str) -> VisitorPresence:
        return self._presence.get(ticket_id) or VisitorPresence(ticket_id, online=False)

    def preview(self, ticket_id: str) -> VisitorTyping:
        return self._typing.get(ticket_id) or VisitorTyping(ticket_id, typing=False)

    def visitors(self, first: int = 0, count: int = 200) -> tuple[SiteVisitor, ...]:
        return self._link.site.visitors()[first : first + count]

    def server(self) -> ChatServer:
        return self._link.site.server()

    def test_reach(
        self, url: str, on_step: Callable[[TestStep], None]
    ) -> "Future[tuple[TestStep, ...]]":
        return _refused(on_step)

    def snippet(self, box_id: str, public: bool) -> str:
        return ""

    def test_page(self, box_id: str) -> str:
        return ""

    def identity_secret(self, box_id: str, renew: bool = False) -> "Future[str]":
        return _failed()

    def _remember(self, news: LiveNews) -> None:
        """On the line's thread."""
        if isinstance(news, VisitorTyping):
            self._typing[news.ticket_id] = news
        elif isinstance(news, VisitorPresence):
            self._presence[news.ticket_id] = news


def _failed() -> "Future[Any]":
    future: Future[Any] = Future()
    future.set_exception(_no())
    return future


def _refused(on_step: Callable[[TestStep], None]) -> "Future[tuple[TestStep, ...]]":
    step = TestStep("resolve", ok=False, code=CODE)
    on_step(step)
    future: Future[tuple[TestStep, ...]] = Future()
    future.set_result((step,))
    return future


def _no_job() -> RunningJob:
    return RunningJob(Task(), _failed())
