"""Tickets: by hand, through statuses, snoozed, tagged, merged, thrown away, and all of it undone."""

import pytest

from deskapp.core.commands.contacts import MergeContacts
from deskapp.core.commands.messages import AddNote, RecordInbound
from deskapp.core.commands.tickets import (
    AddTags,
    AssignTicket,
    CreateTicket,
    DeleteTickets,
    MarkRead,
    MarkSpam,
    MergeTickets,
    RateConversation,
    SetStatus,
    SetSubject,
    SnoozeTicket,
    UnmergeTickets,
    WakeTicket,
)
from deskapp.core.queries.contacts import GetContact
from deskapp.core.queries.search import Search
from deskapp.core.queries.tickets import GetConversation, GetTicket
from deskapp.core.queries.views import GetSidebar, TicketIds, TicketRows
from deskapp.models.dto import EventView, MessageView, TicketRow
from deskapp.models.enums import Channel, MessageKind, TicketStatus
from tests.support.desk import DeskRig


def rows(desk: DeskRig, view: str) -> list[TicketRow]:
    return list(desk.ask(TicketRows(desk.ask(TicketIds(view)).keys)))


def events(desk: DeskRig, ticket_id: str) -> list[str]:
    page = desk.ask(GetConversation(ticket_id))
    return [item.kind for item in page.items if isinstance(item, EventView)]


def counts(desk: DeskRig) -> dict[str, int]:
    return {view: n for view, n in desk.ask(GetSidebar()).counts.items() if n}


def test_a_call_becomes_a_ticket_that_counts_and_is_found(desk: DeskRig) -> None:
    ticket = desk.ticket(desk.contact(), body="¿Abren mañana?")
    (row,) = rows(desk, "mine")
    assert (row.id, row.number, row.channel) == (ticket, 1001, Channel.PHONE)
    assert row.needs_reply
    assert row.unread == 0, "who wrote it down has read it"
    assert counts(desk) == {"mine": 1, "needs_reply": 1}
    assert [hit.row.id for hit in desk.ask(Search("manana")).hits] == [ticket]


def test_solving_and_undoing_it(desk: DeskRig) -> None:
    ticket = desk.ticket(desk.contact())
    solved = desk.do(SetStatus(ticket_ids=(ticket,), status=TicketStatus.SOLVED))
    assert rows(desk, "mine") == []
    assert rows(desk, "done")[0].status is TicketStatus.SOLVED
    assert counts(desk) == {}
    assert solved.undo is not None
    desk.do(solved.undo)
    assert rows(desk, "mine")[0].status is TicketStatus.OPEN
    assert counts(desk) == {"mine": 1, "needs_reply": 1}
    assert "change_undone" in events(desk, ticket)


def test_setting_a_status_again_changes_and_undoes_nothing(desk: DeskRig) -> None:
    ticket = desk.ticket(desk.contact())
    outcome = desk.do(SetStatus(ticket_ids=(ticket,), status=TicketStatus.OPEN))
    assert outcome.result["changed"] == 0
    assert outcome.undo is None


def test_a_bulk_change_is_undone_to_what_each_was(desk: DeskRig) -> None:
    contact = desk.contact()
    first, second = desk.ticket(contact), desk.ticket(contact)
    desk.do(SetStatus(ticket_ids=(second,), status=TicketStatus.WAITING))
    both = desk.do(SetStatus(ticket_ids=(first, second), status=TicketStatus.CLOSED))
    assert both.undo is not None
    desk.do(both.undo)
    status = {row.id: row.status for row in rows(desk, "mine")}
    assert status == {first: TicketStatus.OPEN, second: TicketStatus.WAITING}


def test_snooze_ends_by_itself_and_rings(desk: DeskRig) -> None:
    ticket = desk.ticket(desk.contact())
    until = desk.clock.now() + 3_600_000
    desk.do(SnoozeTicket(ticket_ids=(ticket,), until=until))
    assert rows(desk, "mine") == []
    assert rows(desk, "snoozed")[0].snoozed_until == until
    desk.clock.advance(3_600_000)
    assert desk.desk(WakeTicket(ticket_id=ticket, until=until)).result["woken"]
    assert rows(desk, "mine")[0].snoozed_until is None
    assert desk.sql("SELECT kind FROM notification") == [("snooze_ended",)]


def test_an_old_timer_does_not_end_a_newer_snooze(desk: DeskRig) -> None:
    ticket = desk.ticket(desk.contact())
    first = desk.clock.now() + 1_000_000
    desk.do(SnoozeTicket(ticket_ids=(ticket,), until=first))
    desk.do(SnoozeTicket(ticket_ids=(ticket,), until=first + 5_000_000))
    assert not desk.desk(WakeTicket(ticket_id=ticket, until=first)).result["woken"]
    assert rows(desk, "snoozed")[0].id == ticket


def test_a_snooze_in_the_past_is_refused(desk: DeskRig) -> None:
    ticket = desk.ticket(desk.contact())
    refused = desk.submit(SnoozeTicket(ticket_ids=(ticket,), until=desk.clock.now())).rejected
    assert refused is not None
    assert refused.code == "snooze_in_past"


def test_tags_are_made_counted_and_taken_back(desk: DeskRig) -> None:
    ticket = desk.ticket(desk.contact())
    added = desk.do(AddTags(ticket_ids=(ticket,), tags=("VIP", " envío  urgente ")))
    assert set(rows(desk, "tag:VIP")[0].tags) == {"VIP", "envío urgente"}
    assert counts(desk)["tag:VIP"] == 1
    again = desk.do(AddTags(ticket_ids=(ticket,), tags=("VIP",)))
    assert again.undo is None, "undoing nothing must not take the tag away"
    assert added.undo is not None
    desk.do(added.undo)
    assert rows(desk, "tag:VIP") == []


def test_merging_is_a_link(desk: DeskRig) -> None:
    contact = desk.contact()
    first, second = (
        desk.ticket(contact, "Taza rota", "uno"),
        desk.ticket(contact, "Otra vez", "dos"),
    )
    merged = desk.do(MergeTickets(ticket_ids=(second,), into_id=first))
    page = desk.ask(GetConversation(first))
    assert [m.text for m in page.items if isinstance(m, MessageView)] == ["uno", "dos"]
    assert [row.id for row in rows(desk, "mine")] == [first]
    assert desk.ask(GetTicket(first)).merged_from[0].id == second
    desk.do(RecordInbound(ticket_id=second, message_id=desk.new(), body="tres"))
    assert rows(desk, "mine")[0].snippet == "tres", "what is said later follows the link"
    assert merged.undo is not None
    desk.do(merged.undo)
    assert {row.id for row in rows(desk, "mine")} == {first, second}
    texts = [m.text for m in desk.ask(GetConversation(second)).items if isinstance(m, MessageView)]
    assert texts == ["dos"]


def test_a_ticket_cannot_be_merged_into_itself_by_a_detour(desk: DeskRig) -> None:
    contact = desk.contact()
    first, second = desk.ticket(contact), desk.ticket(contact)
    desk.do(MergeTickets(ticket_ids=(second,), into_id=first))
    refused = desk.submit(MergeTickets(ticket_ids=(first,), into_id=second)).rejected
    assert refused is not None
    assert refused.code == "merge_into_itself"
    desk.do(UnmergeTickets(ticket_ids=(second,)))
    assert len(rows(desk, "mine")) == 2


def test_trash_and_spam_are_out_of_sight_and_come_back(desk: DeskRig) -> None:
    ticket = desk.ticket(desk.contact())
    deleted = desk.do(DeleteTickets(ticket_ids=(ticket,)))
    assert [row.id for row in rows(desk, "trash")] == [ticket]
    assert desk.ask(Search("taza")).hits == ()
    assert deleted.undo is not None
    desk.do(deleted.undo)
    spam = desk.do(MarkSpam(ticket_ids=(ticket,), block_sender=True))
    assert [row.id for row in rows(desk, "spam")] == [ticket]
    assert desk.sql("SELECT kind, value FROM block_rule") == [("sender", "carmen@correo.test")]
    assert spam.undo is not None
    desk.do(spam.undo)
    assert [row.id for row in rows(desk, "mine")] == [ticket]


def test_read_is_apart_from_needs_reply(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    assert rows(desk, "mine")[0].unread == 1
    read = desk.do(MarkRead(ticket_ids=(ticket,)))
    row = rows(desk, "mine")[0]
    assert row.unread == 0
    assert row.needs_reply
    assert read.undo is not None
    desk.do(read.undo)
    assert rows(desk, "mine")[0].unread == 1


def test_assigning_to_nobody_and_back(desk: DeskRig) -> None:
    ticket = desk.ticket(desk.contact())
    desk.do(AssignTicket(ticket_ids=(ticket,), agent_id=""))
    assert [row.id for row in rows(desk, "unassigned")] == [ticket]
    assert counts(desk) == {"unassigned": 1, "needs_reply": 1}
    desk.do(AssignTicket(ticket_ids=(ticket,), agent_id=desk.workspace.agent_id))
    assert rows(desk, "unassigned") == []


def test_history_is_permanent_and_in_order(desk: DeskRig) -> None:
    ticket = desk.ticket(desk.contact())
    desk.do(SetSubject(ticket_id=ticket, subject="Taza rota"))
    desk.do(AddNote(ticket_id=ticket, message_id=desk.new(), body="Hablar con almacén"))
    desk.do(SetStatus(ticket_ids=(ticket,), status=TicketStatus.SOLVED))
    assert events(desk, ticket) == ["ticket_created", "subject_changed", "status_changed"]
    page = desk.ask(GetConversation(ticket))
    assert [item.order for item in page.items] == sorted(item.order for item in page.items)
    note = next(m for m in page.items if isinstance(m, MessageView) and m.kind is MessageKind.NOTE)
    assert note.text == "Hablar con almacén"


def test_a_note_does_not_answer_the_customer(desk: DeskRig) -> None:
    ticket = desk.ticket(desk.contact())
    desk.do(AddNote(ticket_id=ticket, message_id=desk.new(), body="para mañana"))
    row = rows(desk, "mine")[0]
    assert row.needs_reply
    assert (row.snippet, row.snippet_kind) == ("para mañana", MessageKind.NOTE)


def test_the_same_command_twice_is_one_change(desk: DeskRig) -> None:
    contact = desk.contact()
    uid, command_id = desk.new(), desk.new()
    command = CreateTicket(
        ticket_id=uid, subject="Uno", channel=Channel.COUNTER, contact_id=contact
    )
    first = desk.workspace.submit(command, command_id).result(90)
    again = desk.workspace.submit(command, command_id).result(90)
    assert first.result == again.result
    assert len(rows(desk, "mine")) == 1


def test_a_refused_command_leaves_no_trace(desk: DeskRig) -> None:
    contact = desk.contact()
    before = desk.sql("SELECT value FROM desk WHERE key = 'seq'")
    blank = CreateTicket(
        ticket_id=desk.new(), subject=" ", channel=Channel.COUNTER, contact_id=contact
    )
    refused = desk.submit(blank).rejected
    assert refused is not None
    assert refused.code == "subject_empty"
    assert desk.sql("SELECT count(*) FROM ticket") == [(0,)]
    assert desk.sql("SELECT value FROM desk WHERE key = 'seq'") == before


def test_a_merged_contact_shows_under_its_new_name(desk: DeskRig) -> None:
    carmen, other = desk.contact(), desk.contact("C. Villalobos", "cv@trabajo.test")
    ticket = desk.ticket(other)
    merged = desk.do(MergeContacts(contact_id=other, into_id=carmen))
    assert rows(desk, "mine")[0].contact_name == "Carmen Villalobos"
    assert [row.id for row in rows(desk, f"contact:{carmen}")] == [ticket]
    assert merged.undo is not None
    desk.do(merged.undo)
    assert rows(desk, "mine")[0].contact_name == "C. Villalobos"


def test_a_rating_is_one_for_each_ticket_and_the_last_one_counts(desk: DeskRig) -> None:
    carmen = desk.contact()
    first, second = desk.ticket(carmen), desk.ticket(carmen, "Otra cosa")
    desk.do(RateConversation(ticket_id=first, score=2))
    desk.do(RateConversation(ticket_id=first, score=4, comment=" Al final, muy bien. "))
    desk.do(RateConversation(ticket_id=second, score=5))
    detail = desk.ask(GetContact(carmen))
    assert detail.ratings == 2
    assert detail.satisfaction == pytest.approx(0.9)
    told = [i for i in desk.ask(GetConversation(first)).items if isinstance(i, EventView)]
    assert [e.data["score"] for e in told if e.kind == "rated"] == [2, 4]
    for score, scale in ((0, 5), (6, 5), (1, 1)):
        refused = desk.submit(RateConversation(ticket_id=first, score=score, scale=scale)).rejected
        assert refused is not None
        assert refused.code == "rating_invalid"
