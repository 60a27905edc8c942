"""E-mail beside an open desk, started off the window's thread: the keyring may keep it waiting."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from deskapp.core.authority.workspace import SYSTEM, LocalWorkspace
from deskapp.core.ports import ServerGuess, TestStep

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk
    from deskapp.channels.email.setup import EmailSetup

R = TypeVar("R")

log = logging.getLogger(__name__)


class Mail:
    """The e-mail channel of a desk, and its `core.ports.MailSetup` from the first moment on.

    `on_problem` is told, on a worker thread, why the channel could not start (a KnownError when the
    secrets cannot be opened); `retry` tries again. Without `start` nothing connects and nothing is
    sent: a desk to look at.
    """

    def __init__(
        self, desk: "Desk", on_problem: Callable[[Exception], None], *, start: bool = True
    ) -> None:
        self._desk = desk
        self._on_problem = on_problem
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="mail-start")
        self._ready: Future[EmailSetup] = self._pool.submit(self._start) if start else Future()
        desk.on_close(self._close)

    def retry(self) -> None:
        """Start again after a problem. Does nothing while it runs."""
        if self._ready.done() and self._ready.exception() is not None:
            self._ready = self._pool.submit(self._start)

    def _start(self) -> "EmailSetup":
        try:
            return self._connect()
        except Exception as error:
            log.warning("e-mail could not be started: %s", error)
            self._on_problem(error)
            raise

    def _connect(self) -> "EmailSetup":
        from deskapp.channels.email.channel import EmailChannel
        from deskapp.channels.email.sandbox import MailParser
        from deskapp.channels.email.setup import EmailSetup

        desk = self._desk
        key = desk.secrets.signing_key()
        parser = MailParser()
        outside = LocalWorkspace(desk.authority, SYSTEM, SYSTEM)
        channel = EmailChannel(
            outside, desk.secrets, key, clock=desk.authority.clock, parser=parser
        )
        setup = EmailSetup(outside, channel, desk.secrets)
        channel.register(desk.authority.effects)
        channel.start()
        desk.on_close(parser.close)
        desk.on_close(channel.stop)
        desk.on_close(setup.close)
        return setup

    def _close(self) -> None:
        self._ready.cancel()  # nobody may wait for what was never started
        self._pool.shutdown(wait=True, cancel_futures=True)

    # MailSetup -------------------------------------------------------------------------------

    def guess(self, address: str) -> "Future[ServerGuess]":
        return self._with(lambda setup: setup.guess(address))

    def test(
        self,
        settings: Mapping[str, object],
        password: str,
        on_step: Callable[[TestStep], None],
    ) -> "Future[tuple[TestStep, ...]]":
        return self._with(lambda setup: setup.test(settings, password, on_step))

    def store_password(self, account_id: str, password: str) -> "Future[None]":
        return self._with(lambda setup: setup.store_password(account_id, password))

    def sign_in(self, account_id: str, settings: Mapping[str, object]) -> "Future[None]":
        return self._with(lambda setup: setup.sign_in(account_id, settings))

    def check_now(self, account_id: str) -> None:
        if self._ready.done() and self._ready.exception() is None:
            self._ready.result().check_now(account_id)

    def _with(self, call: "Callable[[EmailSetup], Future[R]]") -> "Future[R]":
        """Ask the set-up once it is there. While it is, its own future is handed on: it cancels."""
        if self._ready.done() and self._ready.exception() is None:
            return call(self._ready.result())
        return self._pool.submit(lambda: call(self._ready.result()).result())
