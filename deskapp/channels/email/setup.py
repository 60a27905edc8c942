"""What the account page needs of the channel: guess, test, passwords, signing in."""

import webbrowser
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from deskapp.channels.email.channel import EmailChannel
from deskapp.channels.email.connection import check_connection
from deskapp.channels.email.credentials import Credentials, Password, password_name
from deskapp.channels.email.oauth import Client
from deskapp.channels.email.presets import guess
from deskapp.channels.email.problems import MailProblem
from deskapp.channels.email.settings import MailSettings
from deskapp.core.api import Workspace
from deskapp.core.ports import SecretStore, ServerGuess, TestStep
from deskapp.core.queries.desk import GetAccounts

R = TypeVar("R")


class EmailSetup:
    """`deskapp.core.ports.MailSetup`, for the window that sits beside the authority."""

    def __init__(
        self,
        desk: Workspace,
        channel: EmailChannel,
        secrets: SecretStore,
        open_browser: Callable[[str], object] = webbrowser.open,
    ) -> None:
        self._desk = desk
        self._channel = channel
        self._secrets = secrets
        self._open_browser = open_browser
        self._signed_in: dict[str, str] = {}
        self._pool = ThreadPoolExecutor(3, thread_name_prefix="mail-setup")

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def guess(self, address: str) -> "Future[ServerGuess]":
        return self._pool.submit(guess, address)

    def test(
        self,
        settings: Mapping[str, object],
        password: str,
        on_step: Callable[[TestStep], None],
    ) -> "Future[tuple[TestStep, ...]]":
        """Without a password: with the one that is stored for the same user name."""

        def work(wanted: Callable[[], bool]) -> tuple[TestStep, ...]:
            mail = MailSettings.of(settings)
            return check_connection(mail, self._credentials(mail, password), on_step, wanted)

        return self._cancellable(work)

    def store_password(self, account_id: str, password: str) -> "Future[None]":
        def work() -> None:
            self._secrets.put(password_name(account_id), password)
            self._channel.restart(account_id)

        return self._pool.submit(work)

    def sign_in(self, account_id: str, settings: Mapping[str, object]) -> "Future[None]":
        """`settings` may hold `oauth_client_id` and `oauth_client_secret`; the secret goes to the store."""

        def work(wanted: Callable[[], bool]) -> None:
            mail = MailSettings.of(settings)
            client = Client(
                str(settings.get("oauth_client_id") or ""),
                str(settings.get("oauth_client_secret") or ""),
            )
            if not client.id:
                raise MailProblem("needs_oauth", "oauth_client_id")
            self._channel.tokens.sign_in(
                account_id, mail.oauth_provider, client, mail.username, self._open_browser, wanted
            )
            self._signed_in[mail.username] = account_id
            self._channel.restart(account_id)

        return self._cancellable(work)

    def check_now(self, account_id: str) -> None:
        self._channel.check_now(account_id)

    # -- parts ----------------------------------------------------------------------------------

    def _credentials(self, mail: MailSettings, password: str) -> Credentials:
        if password and not mail.oauth_provider:
            return Password(mail.username, password)
        account_id = self._signed_in.get(mail.username) or self._account_of(mail.username)
        return self._channel.credentials(account_id, mail)

    def _account_of(self, username: str) -> str:
        accounts = self._desk.query(GetAccounts()).result()
        return next(
            (a.id for a in accounts if MailSettings.of(a.settings, a.address).username == username),
            "",
        )

    def _cancellable(self, work: Callable[[Callable[[], bool]], R]) -> "Future[R]":
        """Run `work` on the pool; it is asked to end when the future is cancelled."""
        future: Future[R] = Future()

        def run() -> None:
            try:
                result = work(lambda: not future.cancelled())
            except Exception as error:  # noqa: BLE001 - it is the future's to tell
                if future.set_running_or_notify_cancel():
                    future.set_exception(error)
            else:
                if future.set_running_or_notify_cancel():
                    future.set_result(result)

        self._pool.submit(run)
        return future
