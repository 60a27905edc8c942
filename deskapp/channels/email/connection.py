"""The connection test: every step by itself, so that a person learns which one fails and why."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deskapp.channels.email.credentials import Credentials
from deskapp.channels.email.imap import Mailbox
from deskapp.channels.email.problems import MailProblem
from deskapp.channels.email.settings import PLAIN, MailSettings
from deskapp.channels.email.smtp import Submission, resolve
from deskapp.core.ports import TestStep

OnStep = Callable[[TestStep], None]


class _Stopped(Exception):
    """A step failed (and was told), or the person does not want to know any more."""


class _Steps:
    def __init__(self, on_step: OnStep, wanted: Callable[[], bool]) -> None:
        self.done: list[TestStep] = []
        self._on_step = on_step
        self._wanted = wanted

    def tell(self, step: TestStep) -> None:
        self.done.append(step)
        self._on_step(step)

    def passed(self, *names: str) -> None:
        for name in names:
            self.tell(TestStep(name, True))

    @contextmanager
    def step(self, name: str, *, connecting: str = "") -> Iterator[None]:
        """Run one step; a problem that is not of TLS is told of `connecting`, when that is named."""
        if not self._wanted():
            raise _Stopped
        try:
            yield
        except MailProblem as problem:
            of_tls = problem.code.startswith("tls_")
            if connecting and of_tls:
                self.passed(connecting)
            failing = connecting if connecting and not of_tls else name
            self.tell(TestStep(failing, False, problem.code, problem.detail, problem.fingerprint))
            raise _Stopped from problem


def check_connection(
    settings: MailSettings,
    credentials: Credentials,
    on_step: OnStep,
    wanted: Callable[[], bool] = lambda: True,
) -> tuple[TestStep, ...]:
    """Try to read and to submit mail; `on_step` is told each step. Nothing is sent or changed.

    IMAP and SMTP are tried apart: a failure of the one still lets the other be known. Ends early
    when `wanted` no longer holds.
    """
    steps = _Steps(on_step, wanted)
    for part in (_check_imap, _check_smtp):
        try:
            part(steps, settings, credentials)
        except _Stopped:
            continue
    return tuple(steps.done)


def _check_imap(steps: _Steps, settings: MailSettings, credentials: Credentials) -> None:
    server = settings.imap
    with steps.step("resolve"):
        resolve(server.host, server.port)
    steps.passed("resolve")
    with steps.step("tls", connecting="connect"):
        mailbox = Mailbox.connect(server, settings.trusted_certificate)
    steps.passed(*(["connect"] if server.security == PLAIN else ["connect", "tls"]))
    with mailbox:
        with steps.step("login"):
            credentials.sign_in(mailbox)
        steps.passed("login")
        with steps.step("folder"):
            for folder in settings.folders:
                mailbox.select(folder, writable=False)
        steps.passed("folder")


def _check_smtp(steps: _Steps, settings: MailSettings, credentials: Credentials) -> None:
    server = settings.smtp
    with steps.step("smtp_resolve"):
        resolve(server.host, server.port)
    steps.passed("smtp_resolve")
    with steps.step("smtp_tls", connecting="smtp_connect"):
        submission = Submission.connect(server, settings.trusted_certificate)
    plain = server.security == PLAIN
    steps.passed(*(["smtp_connect"] if plain else ["smtp_connect", "smtp_tls"]))
    with submission:
        with steps.step("smtp_login"):
            credentials.sign_in(submission)
        steps.passed("smtp_login")
