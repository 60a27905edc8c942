"""What people do in a history: colleagues at their machines; customers, the admin and the host at the desk."""

from random import Random

from deskapp.core.api import Command
from deskapp.core.commands.contacts import (
    AddContactPoint,
    NewPoint,
    RemoveContactPoint,
    UpdateContact,
)
from deskapp.core.commands.messages import AddNote, CancelSend, SaveDraft, SendReply
from deskapp.core.commands.notifications import MarkNotificationsSeen
from deskapp.core.commands.rooms import ChangeMembers, OpenRoom, PostInRoom
from deskapp.core.commands.tags import DeleteTag, RenameTag
from deskapp.core.commands.team import DisableAgent, MoveTicket, SetMembership, SetRole
from deskapp.core.commands.tickets import (
    AddTags,
    AssignTicket,
    CreateTicket,
    DeleteTickets,
    MarkRead,
    MergeTickets,
    RemoveTags,
    SetStatus,
    SetSubject,
    SnoozeTicket,
)
from deskapp.models.dto import Address
from deskapp.models.enums import Channel, PointKind, Role, TicketStatus
from tests.support.sync_world import Desk, Machine

PEOPLE = tuple(Address(name.title(), f"{name}@correo.test") for name in ("ana", "luis", "eva"))
TAGS = ("VIP", "urgente", "taller")
CANARY = "canario"
"""How a word of every mail begins: what an agent may no longer see must be gone from the machine's files."""
LONG = 70_000
BURST = 60
"""More than go up in one exchange."""


def note(pick: Random, desk: Desk, ticket: str) -> AddNote:
    """Each is written once, and can be told from all others."""
    body = f"nota {pick.randrange(10**9)}"
    if pick.random() < 0.02:
        body += " larga" * (LONG // 6)
    return AddNote(ticket_id=ticket, message_id=desk.ids.new(), body=body)


def burst(pick: Random, machine: Machine, tickets: list[str]) -> list[Command]:
    return [note(pick, machine.desk, pick.choice(tickets)) for _ in range(BURST)]


def at_machine(pick: Random, machine: Machine, ticket: str) -> Command:
    """Something that an agent does to a ticket, or beside it."""
    desk = machine.desk
    make = pick.choice(_AT_MACHINE)
    if make in (_on_ticket, _talk):
        return make(pick, machine, ticket)
    with machine.reading() as raw:
        contacts = [uid for (uid,) in raw.execute("SELECT uid FROM contact ORDER BY uid")]
    return make(pick, machine, ticket) if contacts else note(pick, desk, ticket)


def _on_ticket(pick: Random, machine: Machine, ticket: str) -> Command:
    desk, one = machine.desk, (ticket,)
    until = desk.clock.now() + 15_000 * 86_400_000  # later than any clock here comes to
    makers = (
        lambda: note(pick, desk, ticket),
        lambda: note(pick, desk, ticket),
        lambda: note(pick, desk, ticket),
        lambda: SendReply(
            ticket_id=ticket,
            message_id=desk.ids.new(),
            body="respuesta",
            seen_order=pick.choice((0, machine.replica._position, 10**18)),
            to=(pick.choice(PEOPLE),),
        ),
        lambda: SetStatus(ticket_ids=one, status=pick.choice(list(TicketStatus))),
        lambda: AddTags(ticket_ids=one, tags=(pick.choice(TAGS),)),
        lambda: RemoveTags(ticket_ids=one, tags=(pick.choice(TAGS),)),
        lambda: SetSubject(ticket_id=ticket, subject=f"asunto {pick.randrange(100)}"),
        lambda: SnoozeTicket(ticket_ids=one, until=pick.choice((0, until))),
        lambda: MarkRead(ticket_ids=one, read=pick.random() < 0.7),
        lambda: SaveDraft(ticket_id=ticket, mode="reply", body=pick.choice(("", "a medias"))),
    )
    return pick.choice(makers)()


def _talk(pick: Random, machine: Machine, _ticket: str) -> Command:
    new = machine.desk.ids.new
    rooms = machine.uids("room")
    others = tuple(a for a in machine.desk.agents if a != machine.agent_id)
    if rooms and pick.random() < 0.5:
        return PostInRoom(room_id=pick.choice(rooms), message_id=new(), body="hola")
    if pick.random() < 0.3:
        return MarkNotificationsSeen()
    if pick.random() < 0.5:
        return OpenRoom(room_id=new(), kind="direct", member_ids=(pick.choice(others),))
    return OpenRoom(room_id=new(), kind="group", member_ids=others, name="taller")


def _on_contact(pick: Random, machine: Machine, _ticket: str) -> Command:
    new, contact = machine.desk.ids.new, pick.choice(machine.uids("contact"))
    points = machine.uids("contact_point")
    what = pick.randrange(4)
    if what == 0 and points:
        return RemoveContactPoint(point_id=pick.choice(points))
    if what == 1:
        return UpdateContact(contact_id=contact, name=f"Ana {pick.randrange(100)}")
    if what == 2:
        address = f"x{pick.randrange(20)}@correo.test"
        point = NewPoint(new(), PointKind.EMAIL, address)
        return AddContactPoint(contact_id=contact, point=point)
    return CreateTicket(
        ticket_id=new(),
        subject="una llamada",
        channel=Channel.PHONE,
        contact_id=contact,
        body="falta una taza",
        message_id=new(),
    )


_AT_MACHINE = (_on_ticket, _on_ticket, _on_ticket, _talk, _on_contact)


def mail(pick: Random, desk: Desk, box: str) -> None:
    """A customer writes, anew or in answer to something."""
    number = 1 + pick.randrange(max(desk.mails, 1))
    answers = (f"<m{number}@correo.test>",) if pick.random() < 0.5 else ()
    desk.mail(
        box,
        sender=pick.choice(PEOPLE),
        references=answers,
        text=f"urgente: falta una taza {CANARY}{desk.mails}",
        html="<p>urgente</p>" if pick.random() < 0.5 else "",
    )


def at_desk(pick: Random, desk: Desk, *, roles: bool) -> tuple[Command, str]:
    """What the admin, or the host itself, does, and who does it. `roles`: also to the people's own rights."""
    tickets = desk.uids("ticket")
    ticket, other = pick.choice(tickets), pick.choice(tickets)
    agent, admin = pick.choice(desk.agents[1:]), desk.agents[0]
    home = tuple(d for d in desk.departments if pick.random() < 0.6)
    to = pick.choice(("", *desk.departments))
    makers = [
        lambda: AssignTicket(ticket_ids=(ticket,), agent_id=pick.choice(("", *desk.agents))),
        lambda: MoveTicket(ticket_id=ticket, department_id=to),
        lambda: MoveTicket(ticket_id=ticket, department_id=to),
        *[lambda: SetMembership(agent_id=agent, department_ids=home)] * 2,
        lambda: DeleteTickets(ticket_ids=(ticket,), deleted=pick.random() < 0.5),
        lambda: MergeTickets(ticket_ids=(ticket,), into_id=other),
        lambda: RenameTag(tag=pick.choice(TAGS), name=pick.choice(TAGS)),
        lambda: DeleteTag(tag=pick.choice(TAGS)),
        lambda: RemoveTags(ticket_ids=(ticket,), tags=TAGS),
        lambda: CancelSend(message_id=pick.choice(desk.uids("message"))),
    ]
    if roles:
        makers += [lambda: SetRole(agent_id=agent, role=pick.choice(list(Role)))] * 2
        makers.append(lambda: DisableAgent(agent_id=agent, disabled=pick.random() < 0.4))
    if pick.random() < 0.1 and (rooms := desk.uids("room")):
        return ChangeMembers(room_id=pick.choice(rooms), remove=(agent,)), agent
    return pick.choice(makers)(), admin
