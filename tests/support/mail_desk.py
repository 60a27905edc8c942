"""A whole desk with its e-mail channel, as the program runs it, against the real servers of the rig.

Run as a program it is the same desk in a process of its own, which can be told to die at a point.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from deskapp.app.bootstrap import Desk, open_desk
from deskapp.channels.email.channel import EmailChannel
from deskapp.channels.email.credentials import password_name
from deskapp.channels.email.setup import EmailSetup
from deskapp.channels.email.worker import Pace
from deskapp.core.api import Command, Outcome, Query
from deskapp.core.authority.workspace import SYSTEM, LocalWorkspace
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.queries.desk import GetAccounts
from deskapp.core.queries.tickets import GetConversation, GetTicket
from deskapp.core.queries.views import TicketIds, TicketRows
from deskapp.models.dto import AccountInfo, MessageView, TicketDetail, TicketRow
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from tests.support.dovecot import PASSWORDS
from tests.support.mail_parser import shared_parser
from tests.support.mail_servers import MailServers
from tests.support.waiting import wait_for

R = TypeVar("R")
WAIT_S = 90.0


@dataclass
class MailDesk:
    """What a test does with a desk, and what it looks at."""

    desk: Desk
    channel: EmailChannel
    setup: EmailSetup

    def do(self, command: Command) -> Outcome:
        outcome = self.desk.workspace.submit(command).result(WAIT_S)
        assert outcome.ok, f"{command.TYPE}: {outcome.rejected}"
        return outcome

    def ask(self, query: Query[R]) -> R:
        return self.desk.workspace.query(query).result(WAIT_S)

    def new(self) -> str:
        return self.desk.workspace.new_id()

    def connect(
        self,
        servers: MailServers,
        address: str = "shop@tienda.test",
        password: str | None = None,
        **settings: object,
    ) -> str:
        """Add a mailbox, as the account page does; its worker starts by itself."""
        account_id = self.new()
        self.desk.secrets.put(password_name(account_id), password or PASSWORDS[address])
        self.do(
            SaveAccount(
                account_id=account_id,
                name="Tienda",
                address=address,
                settings=servers.settings(address, **settings),
            )
        )
        return account_id

    def connect_and_wait(
        self, servers: MailServers, address: str = "shop@tienda.test", **settings: object
    ) -> str:
        account_id = self.connect(servers, address, None, **settings)
        wait_for(lambda: self.account(account_id).checked_at, f"the first look into {address}")
        return account_id

    def account(self, account_id: str) -> AccountInfo:
        return next(a for a in self.ask(GetAccounts()) if a.id == account_id)

    def rows(self, view: str = "all") -> list[TicketRow]:
        keys = self.ask(TicketIds(view)).keys
        return list(self.ask(TicketRows(keys)))

    def everything(self) -> list[TicketRow]:
        """Every ticket, wherever it is kept."""
        views = ("all", "done", "snoozed", "spam", "trash")
        return list({row.id: row for view in views for row in self.rows(view)}.values())

    def messages(self, ticket_id: str) -> list[MessageView]:
        page = self.ask(GetConversation(ticket_id, limit=500))
        return [item for item in page.items if isinstance(item, MessageView)]

    def detail(self, ticket_id: str) -> TicketDetail:
        return self.ask(GetTicket(ticket_id))

    def wait_for_tickets(self, count: int = 1, view: str = "all") -> list[TicketRow]:
        wait_for(lambda: len(self.rows(view)) >= count, f"{count} tickets in {view}", WAIT_S)
        return self.rows(view)

    def wait_for_messages(self, ticket_id: str, count: int) -> list[MessageView]:
        wait_for(lambda: len(self.messages(ticket_id)) >= count, f"{count} messages", WAIT_S)
        return self.messages(ticket_id)


@contextmanager
def open_mail_desk(
    folder: Path,
    reached: Callable[[str], None] = lambda _: None,
    pace: Pace = Pace(first_backoff=0.1),
) -> Iterator[MailDesk]:
    """Open (or open again) the desk in `folder` and start its channel; everything ends with the block."""
    with (
        open_desk(Profile.at(folder), FileKey(folder.with_suffix(".key"))) as desk,
        mail_channel(desk, reached, pace) as mail,
    ):
        yield mail


@contextmanager
def mail_channel(
    desk: Desk,
    reached: Callable[[str], None] = lambda _: None,
    pace: Pace = Pace(first_backoff=0.1),
) -> Iterator[MailDesk]:
    """The e-mail channel of a desk that is open, until the end of the block."""
    system = LocalWorkspace(desk.authority, SYSTEM, SYSTEM)
    channel = EmailChannel(
        system,
        desk.secrets,
        desk.secrets.signing_key(),
        clock=desk.authority.clock,
        parser=shared_parser(),
        reached=reached,
        pace=pace,
    )
    setup = EmailSetup(system, channel, desk.secrets)
    channel.register(desk.authority.effects)
    channel.start()
    try:
        yield MailDesk(desk, channel, setup)
    finally:
        setup.close()
        channel.stop()
        desk.authority.effects.close()


def main(folder: str, point: str) -> None:
    """Run the desk in `folder` until standard input ends, or until it dies at `point`."""

    def die(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_mail_desk(Path(folder), die):
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
