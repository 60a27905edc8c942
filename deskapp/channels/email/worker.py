"""One thread for each mailbox: connects, reads, waits for news, and comes back after every problem."""

import contextlib
import logging
import random
import select
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from deskapp.channels.email.authresults import TrustedServer
from deskapp.channels.email.credentials import Credentials
from deskapp.channels.email.imap import Mailbox
from deskapp.channels.email.intake import Intake
from deskapp.channels.email.problems import MailProblem
from deskapp.channels.email.reading import AccountTimes, FolderReader, Stopped
from deskapp.channels.email.settings import MailSettings
from deskapp.channels.email.transport import Line
from deskapp.core.commands.accounts import ReportAccount
from deskapp.core.ports import Clock
from deskapp.core.queries.mail import FolderMarks
from deskapp.models.dto import AccountInfo

log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 9 * 60.0
"""IDLE is renewed this often: well below the 29 minutes of RFC 2177, and a probe of the connection."""
MAX_BACKOFF_SECONDS: Final = 300.0
REFUSED_BACKOFF_SECONDS: Final = 600.0
"""After a refused login: trying often would lock the mailbox."""
TELL_AFTER: Final = 3
"""A problem that may pass is told after so many tries in a row."""
REPORT_MS: Final = 600_000
JOIN_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is waited for what, in seconds."""

    idle: float = IDLE_SECONDS
    first_backoff: float = 1.0


class AccountWorker:
    """Keeps one mailbox and the desk together, until it is stopped."""

    def __init__(
        self,
        account: AccountInfo,
        credentials: Credentials,
        intake: Intake,
        *,
        clock: Clock,
        jitter: Callable[[], float] = random.random,
        pace: Pace = Pace(),
    ) -> None:
        self.account = account
        self._settings = MailSettings.of(account.settings, account.address)
        self._credentials = credentials
        self._intake = intake
        self._clock = clock
        self._jitter = jitter
        self._pace = pace
        self._times = AccountTimes(account.connected_at, account.checked_at)
        self._stopping = threading.Event()
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._line = Line()
        self._failures = 0
        self._reported: tuple[str, TrustedServer | None] | None = None
        self._reported_at = 0
        self._thread = threading.Thread(
            target=self._run, name=f"mail {account.address}", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def check_now(self) -> None:
        """Look for mail now instead of when the wait is over."""
        with contextlib.suppress(OSError):
            self._waker.send(b"!")

    def stop(self) -> None:
        """Ask the thread to end; what it is committing is finished. Returns at once."""
        self._stopping.set()
        self.check_now()
        self._line.interrupt()

    def join(self) -> None:
        """Wait for the end of the thread; not for one that is looking up a name, which ends after it."""
        if self._thread.ident is not None:
            self._thread.join(JOIN_SECONDS)
        if not self._thread.is_alive():
            self._woken.close()
            self._waker.close()

    # -- the thread -----------------------------------------------------------------------------

    def _wanted(self) -> bool:
        return not self._stopping.is_set()

    def _run(self) -> None:
        while self._wanted():
            try:
                self._session()
            except Stopped:
                return
            except MailProblem as problem:
                if self._wanted():
                    self._failed(problem)
            except Exception:
                if self._wanted():
                    # A bug, or a full disk: the mailbox must come back by itself all the same.
                    log.exception("mailbox %s", self.account.id)
                    self._failed(MailProblem("server_error"))

    def _session(self) -> None:
        with Line() as self._line:
            if not self._wanted():
                raise Stopped
            server, trusted = self._settings.imap, self._settings.trusted_certificate
            with Mailbox.connect(server, trusted, self._line) as mailbox:
                self._credentials.sign_in(mailbox)
                self._stay(mailbox)

    def _stay(self, mailbox: Mailbox) -> None:
        marks = self._intake.desk.query(FolderMarks(self.account.id)).result()
        reader = FolderReader(
            mailbox,
            self.account.id,
            self._settings,
            self._intake,
            clock=self._clock,
            times=self._times,
            marks=marks,
            wanted=self._wanted,
        )
        first, *others = self._settings.folders
        while self._wanted():
            for folder in others:
                reader.read(folder)
            reader.read(first)
            self._well()
            self._wait_for_news(mailbox, reader, first, alone=not others)

    def _wait_for_news(
        self, mailbox: Mailbox, reader: FolderReader, folder: str, *, alone: bool
    ) -> None:
        """Returns when all folders are to be read again."""
        if not mailbox.can_idle:
            self._sleep(self._settings.poll_seconds)
            return
        seconds = self._pace.idle if alone else min(self._pace.idle, self._settings.poll_seconds)
        while self._wanted():
            news = mailbox.idle(seconds, self._woken)
            self._drain()
            if not news and not alone:
                return
            reader.read_on(folder)
            self._well()

    # -- waiting --------------------------------------------------------------------------------

    def _sleep(self, seconds: float) -> None:
        select.select([self._woken], [], [], seconds)
        self._drain()

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._woken.recv(4096)

    def _failed(self, problem: MailProblem) -> None:
        self._failures += 1
        log.info("mailbox %s: %s, try %d", self.account.id, problem.code, self._failures)
        if not problem.passing or self._failures >= TELL_AFTER:
            self._report(problem.code, problem.detail)
        most = MAX_BACKOFF_SECONDS if problem.passing else REFUSED_BACKOFF_SECONDS
        wait = min(most, self._pace.first_backoff * 2 ** min(self._failures - 1, 12))
        if not problem.passing:
            wait = most
        self._sleep(wait * (0.5 + self._jitter() / 2))

    # -- telling --------------------------------------------------------------------------------

    def _well(self) -> None:
        self._failures = 0
        self._times = AccountTimes(self._times.connected_at, self._clock.now())
        self._report("", "")

    def _report(self, problem: str, detail: str) -> None:
        """Tell what changed; that nothing changed is told now and then."""
        learned = self._intake.learned_server(self.account.id)
        now = self._clock.now()
        if (problem, learned) == self._reported and now - self._reported_at < REPORT_MS:
            return
        self._intake.submit(
            ReportAccount(
                account_id=self.account.id,
                problem=problem,
                detail=detail,
                authserv_id=learned.authserv_id if learned else "",
                authserv_hops=learned.hops if learned else None,
            )
        )
        self._reported, self._reported_at = (problem, learned), now
