"""A real host (authority and server, TLS on the loopback) and colleagues' machines beside it, in one process."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.joining import join
from deskapp.app.team import TeamDesk, open_team_desk
from deskapp.core.api import Command, Outcome, Query, Workspace
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.contacts import CreateContact, NewPoint
from deskapp.core.commands.desk import SaveAgent
from deskapp.core.commands.mail import IncomingMail, RawRef, ReceiveMail, StoreRawMail
from deskapp.core.commands.messages import AddNote, AttachmentRef, SendReply
from deskapp.core.commands.team import SetRole
from deskapp.core.commands.tickets import CreateTicket
from deskapp.core.ports import Clock, Digest, Invitation, TeamNews
from deskapp.core.queries.tickets import GetConversation
from deskapp.models.dto import Address, MessageView
from deskapp.models.enums import Channel, PointKind, Role
from deskapp.sync.server.host import Host, Place
from deskapp.sync.server.seat import HostSeat
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile
from deskapp.system.secrets import KeyKeeper
from tests.support.waiting import free_port, wait_for

R = TypeVar("R")
WAIT_S = 90


def do(workspace: Workspace, command: Command) -> Outcome:
    outcome = workspace.submit(command).result(WAIT_S)
    assert outcome.ok, outcome
    return outcome


def ask(workspace: Workspace, query: Query[R]) -> R:
    return workspace.query(query).result(WAIT_S)


def texts(workspace: Workspace, ticket: str, limit: int = 50) -> list[str]:
    """What was last said in a ticket, as it is here; empty when the ticket is not here."""
    try:
        found = ask(workspace, GetConversation(ticket, limit))
    except LookupError:
        return []
    return [item.text for item in found.items if isinstance(item, MessageView)]


class TeamHostRig:
    """The machine that has the desk. It may be stopped and started again at the same address."""

    def __init__(self, folder: Path, port: int = 0, clock: Clock | None = None) -> None:
        self.profile = Profile(folder)
        self.keys = MemoryKey()
        self.port = port or free_port()
        self._clock = clock
        self.seat: HostSeat | None = None
        self.desk: Desk
        self.host: Host
        self.open()

    @property
    def workspace(self) -> Workspace:
        return self.desk.workspace

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def open(self) -> None:
        self.desk = open_desk(self.profile, self.keys, clock=self._clock)
        self.listen()

    def seat_at_own_window(self, seat: HostSeat) -> None:
        """The desk's own window takes part from the next start of the server on: now."""
        self.seat = seat
        self.deafen()
        self.listen()

    def listen(self) -> None:
        self.host = Host(
            self.desk.authority,
            self.desk.secrets,
            self.profile.incoming,
            place=Place("127.0.0.1", self.port),
            own=(self.desk.who.agent_id, self.seat) if self.seat else None,
        )
        self.host.start()
        wait_for(lambda: self.host.state().running, "the host")

    def deafen(self) -> None:
        """Stop the server; the desk goes on."""
        self.host.stop()

    def close(self) -> None:
        self.host.stop()
        self.desk.close()

    def agent(self, name: str, role: Role = Role.AGENT) -> str:
        uid = self.workspace.new_id()
        do(self.workspace, SaveAgent(agent_id=uid, name=name, email=f"{name}@taller.test"))
        do(self.workspace, SetRole(agent_id=uid, role=role))
        return uid

    def invite(self, agent_id: str) -> Invitation:
        return self.host.invite(agent_id).result(WAIT_S)

    def ticket(self, subject: str = "¿Dónde está mi pedido?") -> str:
        contact, ticket = self.workspace.new_id(), self.workspace.new_id()
        point = NewPoint(self.workspace.new_id(), PointKind.EMAIL, f"{contact[-6:]}@correo.test")
        do(self.workspace, CreateContact(contact_id=contact, name="Carmen", points=(point,)))
        do(
            self.workspace,
            CreateTicket(
                ticket_id=ticket, contact_id=contact, subject=subject, channel=Channel.PHONE
            ),
        )
        return ticket

    def mail(self, text: str = "Hola, falta una taza.", to: str = "a@taller.test") -> str:
        """A customer's mail comes in, to a new account; its ticket."""
        new, desk = self.workspace.new_id, self.desk.authority
        account, sha, ticket = new(), new() * 2, new()
        do(self.workspace, SaveAccount(account_id=account, name="Taller", address=to))
        sender = Address("Carmen Villalobos", "carmen@correo.test")
        mail = IncomingMail(
            raw_sha256=sha, subject="Falta una taza", rfc_message_id=f"<{sha}@correo.test>",
            sender=sender, text=text, to=(Address("", to),),
        )  # fmt: skip
        raw = RawRef(sha, 100, account, "INBOX", 1, 1)
        arrived = ReceiveMail(
            mail=mail, account_id=account, ticket_id=ticket, message_id=new(), contact_id=new()
        )
        for command in (StoreRawMail(items=(raw,)), arrived):
            outcome = desk.submit_as_desk(command).result(WAIT_S)
            assert outcome.ok, outcome
        return ticket


@dataclass
class Colleague:
    """One colleague's machine. `told` is what its link said."""

    profile: Profile
    keys: KeyKeeper
    desk: TeamDesk = field(init=False)
    told: list[TeamNews] = field(default_factory=list)

    def open(self) -> None:
        self.desk = open_team_desk(self.profile, self.keys, start=False)
        self.desk.link.subscribe(self.told.append)
        self.desk.begin()

    def close(self) -> None:
        self.desk.close()

    @property
    def workspace(self) -> Workspace:
        return self.desk.workspace

    @property
    def digests(self) -> list[Digest]:
        return [news for news in self.told if isinstance(news, Digest)]

    def wait_online(self) -> None:
        wait_for(lambda: self.workspace.connection.online, f"{self.profile.folder.name} online")

    def wait_offline(self) -> None:
        wait_for(
            lambda: not self.workspace.connection.online, f"{self.profile.folder.name} offline"
        )

    def reply(self, ticket: str, body: str) -> Outcome:
        seen = 0
        with contextlib.suppress(LookupError):
            found = ask(self.workspace, GetConversation(ticket))
            seen = max((item.order for item in found.items), default=0)
        message = self.workspace.new_id()
        return do(
            self.workspace,
            SendReply(ticket_id=ticket, message_id=message, body=body, seen_order=seen),
        )

    def note(self, ticket: str, body: str, *files: AttachmentRef) -> Outcome:
        message = self.workspace.new_id()
        note = AddNote(ticket_id=ticket, message_id=message, body=body, attachments=files)
        return do(self.workspace, note)

    def note_with_file(self, ticket: str, body: str, name: str, data: bytes) -> str:
        """The file's hash."""
        sha256 = self.workspace.blobs.put(data)
        file = AttachmentRef(self.workspace.new_id(), name, "image/jpeg", len(data), sha256)
        self.note(ticket, body, file)
        return sha256

    def sees(self, ticket: str, *bodies: str) -> None:
        wait_for(
            lambda: texts(self.workspace, ticket) == list(bodies),
            f"{bodies} at {self.profile.folder.name}",
        )


class Team:
    """A host and whoever has joined it."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self._folder = folder
        self.host = TeamHostRig(folder / "host", clock=clock)
        self.colleagues: list[Colleague] = []

    def colleague(self, name: str, role: Role = Role.AGENT, *, by_code: bool = False) -> Colleague:
        """Invited, paired, open and in step with the host."""
        invitation = self.host.invite(self.host.agent(name, role))
        made = Colleague(Profile(self._folder / name), MemoryKey())
        if by_code:
            join(made.profile, self.host.address, invitation.code, keys=made.keys)
        else:
            join(made.profile, invitation.link, keys=made.keys)
        self.colleagues.append(made)
        made.open()
        made.wait_online()
        return made

    def close(self) -> None:
        for one in self.colleagues:
            one.close()
        self.host.close()


@contextlib.contextmanager
def host_at(folder: Path, port: int) -> Iterator[TeamHostRig]:
    """Another desk's host at a port that is free now."""
    made = TeamHostRig(folder, port)
    try:
        yield made
    finally:
        made.close()


@contextlib.contextmanager
def team(folder: Path, clock: Clock | None = None) -> Iterator[Team]:
    made = Team(folder, clock)
    try:
        yield made
    finally:
        made.close()
