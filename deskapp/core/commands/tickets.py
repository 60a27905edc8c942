"""Commands on tickets. Each takes several tickets where a person may select several."""

from dataclasses import dataclass
from typing import ClassVar

from deskapp.core.api import Command, Offline
from deskapp.core.commands.registry import command
from deskapp.models.enums import Channel, TicketStatus


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTicket(Command):
    """A ticket by hand: a call, a visit, a forum post. `result`: ticket_id, number."""

    TYPE: ClassVar[str] = "ticket.create"
    ticket_id: str
    subject: str
    channel: Channel
    contact_id: str
    body: str = ""  # what the customer said; becomes the first inbound message
    message_id: str = ""  # needed with a body
    account_id: str = ""
    assign_to_me: bool = True


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatus(Command):
    """Undo: RevertTickets."""

    TYPE: ClassVar[str] = "ticket.set_status"
    ticket_ids: tuple[str, ...]
    status: TicketStatus


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTicket(Command):
    """`agent_id` empty: nobody. Who is given a ticket of another department may see it from then on.

    `expected` is who had it as the window saw it (empty: nobody; None: not known). Rejected: already_assigned(name,
    number), when I want to take what a colleague took meanwhile; agent_disabled(name), agent_is_light(name).
    Undo: RevertTickets.
    """

    TYPE: ClassVar[str] = "ticket.assign"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_ids: tuple[str, ...]
    agent_id: str
    expected: str | None = None


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SetSubject(Command):
    TYPE: ClassVar[str] = "ticket.set_subject"
    ticket_id: str
    subject: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class AddTags(Command):
    """Tags by name; a name that is not there yet is made. Undo: RemoveTags of those really added."""

    TYPE: ClassVar[str] = "ticket.add_tags"
    ticket_ids: tuple[str, ...]
    tags: tuple[str, ...]


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTags(Command):
    TYPE: ClassVar[str] = "ticket.remove_tags"
    ticket_ids: tuple[str, ...]
    tags: tuple[str, ...]


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeTicket(Command):
    """Out of the way until `until` (ms). `until` 0 wakes it now. A customer's answer wakes it too."""

    TYPE: ClassVar[str] = "ticket.snooze"
    ticket_ids: tuple[str, ...]
    until: int


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSpam(Command):
    """Undo: RevertTickets. `block`: also block the sender."""

    TYPE: ClassVar[str] = "ticket.mark_spam"
    ticket_ids: tuple[str, ...]
    spam: bool = True
    block_sender: bool = False


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTickets(Command):
    """Soft: into the trash, and back by `deleted=False`. Undo: RevertTickets."""

    TYPE: ClassVar[str] = "ticket.delete"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_ids: tuple[str, ...]
    deleted: bool = True


@dataclass(frozen=True, slots=True)
class TicketRevert:
    """The fields of one ticket as they were."""

    ticket_id: str
    status: TicketStatus
    assignee_id: str
    snoozed_until: int | None
    spam: bool
    deleted: bool


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RevertTickets(Command):
    """Undo of a change to one or many tickets."""

    TYPE: ClassVar[str] = "ticket.revert"
    items: tuple[TicketRevert, ...]


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTickets(Command):
    """Link tickets into `into_id`: their messages show there and later answers follow. Undo: UnmergeTickets."""

    TYPE: ClassVar[str] = "ticket.merge"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_ids: tuple[str, ...]
    into_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergeTickets(Command):
    TYPE: ClassVar[str] = "ticket.unmerge"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_ids: tuple[str, ...]


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SetTicketContact(Command):
    TYPE: ClassVar[str] = "ticket.set_contact"
    ticket_id: str
    contact_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRead(Command):
    """Set or clear this agent's own read mark; it is apart from "needs reply"."""

    TYPE: ClassVar[str] = "ticket.mark_read"
    ticket_ids: tuple[str, ...]
    read: bool = True


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RateConversation(Command):
    """How satisfied the customer was, 1…`scale`; a ticket has one rating, the last. Rejected: rating_invalid."""

    TYPE: ClassVar[str] = "ticket.rate"
    ticket_id: str
    score: int
    scale: int = 5
    comment: str = ""


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class WakeTicket(Command):
    """Timer: the snooze of a ticket ends, if it still is the one that ends at `until`."""

    TYPE: ClassVar[str] = "ticket.wake"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_id: str
    until: int
