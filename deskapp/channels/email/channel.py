"""The e-mail channel beside an authority: a worker for each mailbox, and the effects that send mail."""

import json
import logging
import threading
from collections.abc import Callable
from typing import Final, Protocol

from deskapp.channels.email.credentials import Credentials, Late, Token, stored_password
from deskapp.channels.email.delivery import Courier
from deskapp.channels.email.intake import Intake
from deskapp.channels.email.notices import Notices
from deskapp.channels.email.oauth import Tokens
from deskapp.channels.email.remote_images import fetch_images
from deskapp.channels.email.sandbox import MailParser
from deskapp.channels.email.settings import MailSettings
from deskapp.channels.email.worker import AccountWorker, Pace
from deskapp.core.api import ChangeSet, Workspace
from deskapp.core.authority.effects import Effect
from deskapp.core.commands.mail import StoreRemoteImages
from deskapp.core.ports import Clock, SecretStore
from deskapp.core.queries.desk import GetAccounts
from deskapp.core.queries.mail import RemoteImagesOf
from deskapp.models.dto import AccountInfo
from deskapp.models.enums import Channel

log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 60.0


class Effects(Protocol):
    """The authority's effect queue, as far as a channel needs it."""

    def register(self, kind: str, worker: Callable[[Effect], None]) -> None: ...


class EmailChannel:
    """Everything that e-mail does beside an authority. `desk` acts as the desk itself, as no agent."""

    def __init__(
        self,
        desk: Workspace,
        secrets: SecretStore,
        signing_key: bytes,
        *,
        clock: Clock,
        parser: MailParser,
        tokens: Tokens | None = None,
        reached: Callable[[str], None] = lambda _: None,
        pace: Pace = Pace(),
    ) -> None:
        self.tokens = tokens or Tokens(secrets)
        self._desk = desk
        self._secrets = secrets
        self._clock = clock
        self._pace = pace
        self._intake = Intake(desk, parser, signing_key, reached)
        self._courier = Courier(desk, self.credentials, signing_key, clock=clock, reached=reached)
        self._notices = Notices(desk, self._courier, signing_key, clock=clock)
        self._lock = threading.Lock()
        self._workers: dict[str, AccountWorker] = {}
        self._restart: set[str] = set()
        self._places: dict[str, object] = {}
        self._look = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mailboxes", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    def register(self, effects: Effects) -> None:
        """Take over the effects of e-mail. They run on the authority's own threads."""
        effects.register("email.send", self._courier.send)
        effects.register("email.acknowledge", self._notices.acknowledge)
        effects.register("email.transcript", self._notices.transcribe)
        effects.register("email.remote_images", self._load_images)

    def start(self) -> None:
        self._unsubscribe = self._desk.subscribe(self._changed)
        self._thread.start()

    def stop(self) -> None:
        """End all workers; what they are committing is finished, and so is a mail on its way out, in time."""
        self._unsubscribe()
        self._stopping.set()
        self._look.set()
        self._courier.stop()
        if self._thread.ident is not None:
            self._thread.join()

    def check_now(self, account_id: str) -> None:
        """Look into a mailbox now."""
        with self._lock:
            worker = self._workers.get(account_id)
        if worker is not None:
            worker.check_now()

    def restart(self, account_id: str) -> None:
        """Connect a mailbox anew: its password or token has changed."""
        with self._lock:
            self._restart.add(account_id)
        self._look.set()

    def credentials(self, account_id: str, settings: MailSettings) -> Credentials:
        """What the mailbox signs in with."""
        if settings.oauth_provider:
            return Token(
                settings.username,
                lambda: self.tokens.access(account_id),
                lambda: self.tokens.forget_access(account_id),
            )
        return stored_password(self._secrets, account_id, settings.username)

    # -- mailboxes ------------------------------------------------------------------------------

    def _changed(self, changes: ChangeSet) -> None:
        if changes.touches("account"):
            self._look.set()

    def _run(self) -> None:
        resumed = False
        while not self._stopping.is_set():
            self._look.clear()
            try:
                resumed = resumed or self._resume()
                self._reconcile()
            except Exception:
                # A bug must not end the mailboxes for good: this is tried again.
                log.exception("the mailboxes could not be looked after")
                resumed = False
            self._look.wait(None if resumed else RETRY_SECONDS)
        for worker in self._take_out(list(self._workers)):
            worker.join()

    def _resume(self) -> bool:
        """Take up what the last run left; a failure of that keeps no mailbox from being read."""
        try:
            self._intake.resume(wanted=lambda: not self._stopping.is_set())
        except Exception:
            log.exception("mails of the last run could not be taken up")
            return False
        return True

    def _reconcile(self) -> None:
        """Make the workers those of the enabled mailboxes, with the settings that hold now."""
        accounts = {
            account.id: account
            for account in self._desk.query(GetAccounts()).result()
            if account.enabled and account.channel is Channel.EMAIL
        }
        with self._lock:
            restart, self._restart = self._restart, set()
        places = {uid: account.settings.get("authserv_hops") for uid, account in accounts.items()}
        before, self._places = self._places, places
        outdated = [
            uid
            for uid, worker in self._workers.items()
            if uid in restart
            or uid not in accounts
            or (before.get(uid) is not None and places[uid] is None)  # saved: learned anew
            or _config(accounts[uid]) != _config(worker.account)
        ]
        for worker in self._take_out(outdated):
            worker.join()
        for uid, account in accounts.items():
            if uid not in self._workers and not self._stopping.is_set():
                self._start_worker(account)

    def _start_worker(self, account: AccountInfo) -> None:
        settings = MailSettings.of(account.settings, account.address)
        self._intake.forget_server(account.id)
        worker = AccountWorker(
            account,
            Late(lambda: self.credentials(account.id, settings)),
            self._intake,
            clock=self._clock,
            pace=self._pace,
        )
        with self._lock:
            self._workers[account.id] = worker
        worker.start()

    def _take_out(self, uids: list[str]) -> list[AccountWorker]:
        with self._lock:
            workers = [self._workers.pop(uid) for uid in uids]
        for worker in workers:
            worker.stop()
        return workers

    # -- effects --------------------------------------------------------------------------------

    def _load_images(self, effect: Effect) -> None:
        message_id = str(effect.payload["message_id"])
        urls = self._desk.query(RemoteImagesOf(message_id)).result()
        images = fetch_images(urls, self._desk.blobs)
        self._desk.submit(
            StoreRemoteImages(effect_id=effect.id, message_id=message_id, images=images)
        ).result()


def _config(account: AccountInfo) -> tuple[str, str]:
    """What a worker must be started anew for; what it learned by itself is none of it."""
    settings = {k: v for k, v in account.settings.items() if k != "authserv_hops"}
    return account.address, json.dumps(settings, sort_keys=True, default=list)
