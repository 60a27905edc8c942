"""A colleague's window: the Workspace that answers from the cache."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from deskapp.core.api import ChangeSet, Command, Connection, Outcome, Rejection
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.messages import AddNote, CancelSend, SendReply
from deskapp.core.commands.tickets import AssignTicket, SetStatus
from deskapp.core.queries.views import GetSidebar
from deskapp.models.dto import Address
from deskapp.models.enums import TicketStatus
from deskapp.sync.replica.follow import step
from deskapp.sync.replica.workspace import ReplicaWorkspace
from deskapp.sync.replica.writer import ReplicaClosed
from deskapp.system.blobs import FileBlobs
from tests.support.sync_line import Line
from tests.support.sync_world import Desk

WAIT = 90


class HandLink:
    """A way to the host that the test opens and closes."""

    def __init__(self) -> None:
        self.up = True
        self.woken = 0
        self.sent: list[Command] = []

    @property
    def connection(self) -> Connection:
        return Connection("team", self.up, 0)

    def wake(self) -> None:
        self.woken += 1

    def offline(self) -> bool:
        return not self.up

    def online(self, command: Command, command_id: str) -> "Future[Outcome]":
        self.sent.append(command)
        answer: Future[Outcome] = Future()
        answer.set_result(Outcome(command_id, 0, rejected=Rejection("offline")))
        return answer

    def status_moved(self) -> None:
        pass


@pytest.fixture
def link() -> HandLink:
    return HandLink()


@pytest.fixture
def window(desk: Desk, link: HandLink, tmp_path: Path) -> Iterator[ReplicaWorkspace]:
    box = desk.ids.new()
    desk.do(SaveAccount(account_id=box, name="Tienda", address="tienda@taller.test", settings={}))
    desk.mail(box)
    folder = tmp_path / "one"
    folder.mkdir()
    window = ReplicaWorkspace(
        folder,
        agent_id=desk.agents[1],
        clock=desk.clock,
        ids=desk.ids,
        blobs=FileBlobs(folder / "blobs"),
    )
    window.attach(link)
    step(window.do, Line(desk, desk.agents[1], desk.ids.new()))
    yield window
    window.close()


def ticket_of(desk: Desk) -> str:
    (ticket,) = desk.visible(desk.agents[1])["ticket"]
    return ticket


def reply(desk: Desk, body: str = "respuesta") -> SendReply:
    return SendReply(
        ticket_id=ticket_of(desk),
        message_id=desk.ids.new(),
        body=body,
        seen_order=0,
        to=(Address("Ana", "ana@correo.test"),),
    )


def test_a_command_is_answered_here_and_seen_here(
    desk: Desk, link: HandLink, window: ReplicaWorkspace
) -> None:
    told: list[ChangeSet] = []
    window.subscribe(told.append)
    before = window.query(GetSidebar()).result(WAIT).counts
    ticket = ticket_of(desk)
    outcome = window.submit(SetStatus(ticket_ids=(ticket,), status=TicketStatus.SOLVED)).result(
        WAIT
    )
    assert outcome.ok
    assert told[-1].tickets == {ticket}
    assert window.query(GetSidebar()).result(WAIT).counts != before
    assert window.status.waiting.unsent == 1
    assert link.woken == 1


def test_what_only_the_host_decides_goes_to_the_host(
    desk: Desk, link: HandLink, window: ReplicaWorkspace
) -> None:
    command = AssignTicket(ticket_ids=(ticket_of(desk),), agent_id=desk.agents[1])
    outcome = window.submit(command).result(WAIT)
    assert outcome.rejected is not None
    assert outcome.rejected.code == "offline"
    assert link.sent == [command]


def test_a_rejection_is_answered_here_and_not_kept(desk: Desk, window: ReplicaWorkspace) -> None:
    note = AddNote(ticket_id=ticket_of(desk), message_id=desk.ids.new(), body=" ")
    outcome = window.submit(note).result(WAIT)
    assert outcome.rejected is not None
    assert outcome.rejected.code == "body_empty"
    assert not window.unsent()


def test_what_is_not_here_is_left_to_the_host(desk: Desk, window: ReplicaWorkspace) -> None:
    note = AddNote(ticket_id=desk.ids.new(), message_id=desk.ids.new(), body="nota")
    assert window.submit(note).result(WAIT).ok
    assert [one.command for one in window.unsent()] == [note]


def test_a_reply_that_has_not_left_is_taken_back_here(
    desk: Desk, link: HandLink, window: ReplicaWorkspace
) -> None:
    link.up = False
    said = reply(desk)
    assert window.submit(said).result(WAIT).ok
    assert window.submit(CancelSend(message_id=said.message_id)).result(WAIT).ok
    assert not window.unsent()
    assert not link.sent
    drafts = window.do(lambda replica: [d.entry.body["body"] for d in replica.outbox.drafts])
    assert drafts == ["respuesta"]


def test_a_reply_that_may_have_left_is_the_hosts_to_take_back(
    desk: Desk, link: HandLink, window: ReplicaWorkspace
) -> None:
    link.up = False
    said = reply(desk)
    assert window.submit(said).result(WAIT).ok
    window.do(lambda replica: replica.request())
    outcome = window.submit(CancelSend(message_id=said.message_id)).result(WAIT)
    assert outcome.rejected is not None
    assert link.sent == [CancelSend(message_id=said.message_id)]
    assert len(window.unsent()) == 1


def test_what_the_host_refused_is_shown_until_somebody_deals_with_it(
    desk: Desk, link: HandLink, window: ReplicaWorkspace
) -> None:
    link.up = False
    said = reply(desk)
    (order,) = window.do(
        lambda replica: [replica._position]  # the last place that the host has told
    )
    window.submit(
        SendReply(
            **{n: getattr(said, n) for n in ("ticket_id", "message_id", "body", "to")},
            seen_order=order,
        )
    ).result(WAIT)
    box = next(iter(desk.visible(desk.agents[1])["account"]))
    desk.clock.advance(60_000)
    desk.mail(box, references=("<m1@correo.test>",), text="otra cosa")
    step(window.do, Line(desk, desk.agents[1], desk.ids.new()))
    (unsent,) = window.unsent()
    assert unsent.refusal == "newer_message"
    assert window.status.waiting.refused == 1
    assert window.do(lambda replica: replica.discard(unsent.command_id))
    assert not window.unsent()


def test_a_closed_window_takes_nothing(window: ReplicaWorkspace) -> None:
    window.close()
    with pytest.raises(ReplicaClosed):
        window.submit(SetStatus(ticket_ids=(), status=TicketStatus.OPEN)).result(WAIT)
