"""What an account signs in with. Read from the secret store when needed, kept nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from deskapp.channels.email.problems import MailProblem
from deskapp.core.ports import SecretStore


class SignsIn(Protocol):
    """A connection that can be signed in: IMAP or SMTP."""

    def login(self, user: str, password: str) -> None: ...

    def login_oauth(self, user: str, access_token: str) -> None: ...


class Credentials(Protocol):
    def sign_in(self, connection: SignsIn) -> None:
        """Raises `MailProblem`: login_refused, app_password, password_missing, sign_in_again…"""


@dataclass(frozen=True, slots=True)
class Password:
    user: str
    password: str = field(repr=False)

    def sign_in(self, connection: SignsIn) -> None:
        if not self.password:
            raise MailProblem("password_missing")
        connection.login(self.user, self.password)


@dataclass(frozen=True, slots=True)
class Token:
    """`access` answers an access token, refreshed in time; `forget` makes the next one a fresh one."""

    user: str
    access: Callable[[], str] = field(repr=False)
    forget: Callable[[], None] = field(repr=False)

    def sign_in(self, connection: SignsIn) -> None:
        try:
            connection.login_oauth(self.user, self.access())
        except MailProblem as problem:
            if problem.code != "sign_in_again":
                raise
            self.forget()  # taken back before its time
            connection.login_oauth(self.user, self.access())


@dataclass(frozen=True, slots=True)
class Late:
    """Credentials that are looked up each time they are needed."""

    find: Callable[[], Credentials] = field(repr=False)

    def sign_in(self, connection: SignsIn) -> None:
        self.find().sign_in(connection)


def password_name(account_id: str) -> str:
    """Under which name an account's password is in the secret store."""
    return f"mail.{account_id}.password"


def stored_password(secrets: SecretStore, account_id: str, user: str) -> Password:
    return Password(user, secrets.get(password_name(account_id)) or "")
