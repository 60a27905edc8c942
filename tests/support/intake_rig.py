"""The way in without a network: raw bytes through the real parser, intake and authority, time in hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deskapp.channels.email.intake import Intake
from deskapp.core.api import Outcome
from deskapp.core.authority.workspace import SYSTEM, LocalWorkspace
from deskapp.core.commands.accounts import ReportAccount
from deskapp.core.commands.mail import RawRef
from deskapp.core.queries.tickets import GetMessage, GetTicket
from deskapp.models.dto import MessageView, TicketDetail
from tests.support.desk import DeskRig, open_rig
from tests.support.mail_parser import shared_parser

KEY = b"k" * 32


@dataclass
class IntakeRig:
    desk: DeskRig
    intake: Intake
    account_id: str
    uid: int = 0

    def take(self, raw: bytes, *, history: bool = False) -> Outcome:
        """Hand in raw bytes as a worker does."""
        self.uid += 1
        sha256 = self.desk.workspace.blobs.put(raw)
        ref = RawRef(sha256, len(raw), self.account_id, "INBOX", 1, self.uid, history=history)
        (outcome,) = self.intake.take([ref])
        return outcome

    def message(self, outcome: Outcome) -> MessageView:
        return self.desk.ask(GetMessage(str(outcome.result["message_id"])))

    def ticket(self, outcome: Outcome) -> TicketDetail:
        return self.desk.ask(GetTicket(str(outcome.result["ticket_id"])))


@contextmanager
def open_intake(
    folder: Path, address: str = "shop@tienda.test", authserv_id: str = "", **settings: object
) -> Iterator[IntakeRig]:
    """A desk with one mailbox, whose own server is known as `authserv_id`."""
    for desk in open_rig(folder):
        system = LocalWorkspace(desk.authority, SYSTEM, SYSTEM)
        intake = Intake(system, shared_parser(), KEY)
        rig = IntakeRig(desk, intake, desk.account(address, **settings))
        if authserv_id:
            desk.desk(ReportAccount(account_id=rig.account_id, authserv_id=authserv_id))
        yield rig
