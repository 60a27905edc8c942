"""Every action on tickets and in their list, by keyboard alone on a real desk, and what comes of it."""

from __future__ import annotations

import pytest

from deskapp.core.commands.tickets import AssignTicket
from deskapp.core.queries.team import GetDepartments
from deskapp.core.queries.tickets import GetTicket
from deskapp.models.enums import TicketStatus
from deskapp.ui.inbox.new_ticket import NewTicketDialog
from tests.support.keyboard import Person, mail
from tests.support.keyboard_walk import Act, Walk, button, subjects

walks = Walk()


# -- tickets ---------------------------------------------------------------------------------------


@walks("ticket.resolve")
def resolve(person: Person, act: Act) -> None:
    ticket = person.reads("Plato")
    act()
    person.sees(lambda: person.ticket(ticket).status is TicketStatus.SOLVED)


@walks("ticket.assign")
def assign(person: Person, act: Act) -> None:
    ticket = person.reads("Plato")
    act()
    person.popup()
    person.type("nobody")
    person.press("Return")
    person.sees(lambda: person.ticket(ticket).assignee_id == "")


@walks("ticket.move")
def move(person: Person, act: Act) -> None:
    person.reads("Plato")
    act()
    person.popup()
    person.type("env")
    person.press("Return")
    person.sees(lambda: [d.tickets for d in person.ask(GetDepartments())] == [1, 0])


@walks("ticket.take")
def take(person: Person, act: Act) -> None:
    ticket = person.reads("Plato")
    person.stage.do(AssignTicket(ticket_ids=(ticket,), agent_id=""))
    person.sees(lambda: person.row().assignee_id == "")
    act()
    person.sees(lambda: person.ticket(ticket).assignee_id == person.desk.workspace.agent_id)


@walks("ticket.snooze")
def snooze(person: Person, act: Act) -> None:
    ticket = person.reads("Plato")
    act()
    person.popup()
    person.press("Return")
    person.sees(lambda: person.ticket(ticket).snoozed_until)


@walks("ticket.tag")
def tag(person: Person, act: Act) -> None:
    ticket = person.reads("Plato")
    act()
    person.popup()
    person.type("urgent")
    person.press("Return")
    person.sees(lambda: person.ticket(ticket).tags == ("urgent",))


@walks("ticket.unread")
def unread(person: Person, act: Act) -> None:
    ticket = person.reads("Plato")
    act()
    person.sees(lambda: person.ticket(ticket).unread > 0)


@walks("ticket.spam")
def spam(person: Person, act: Act) -> None:
    ticket = person.reads("Plato")
    act()
    person.sees(lambda: person.ticket(ticket).spam)


@walks("ticket.delete")
def delete(person: Person, act: Act) -> None:
    ticket = person.reads("Plato")
    act()
    person.sees(lambda: person.ticket(ticket).deleted)


@walks("ticket.merge")
def merge(person: Person, act: Act) -> None:
    newest, older = person.reads("Jarra"), person.reads("Plato")
    person.press("X")
    person.press("K")
    person.press("X")
    person.sees(lambda: person.list.selected_count() == 2)
    act()
    person.sees(lambda: person.ask(GetTicket(newest)).merged_into)
    assert person.ask(GetTicket(newest)).merged_into.id == older


@walks("ticket.create")
def create(person: Person, act: Act) -> None:
    act()
    dialog = person.dialog(NewTicketDialog)
    assert isinstance(dialog, NewTicketDialog)
    person.type("Pepa Lorenzo")
    person.sees(lambda: dialog.offers.choices())
    person.press("Return")
    person.sees(dialog.subject.hasFocus)
    person.type("Seis azulejos")
    person.press("Tab")
    person.type("Quiere seis azulejos.")
    person.tab_to(button(dialog, "Create"))
    person.press("Space")
    person.sees(lambda: "Seis azulejos" in subjects(person))


# -- the list --------------------------------------------------------------------------------------


@walks("list.next")
def next_(person: Person, act: Act) -> None:
    person.reads("Jarra")
    act()
    person.sees(lambda: person.row().subject == "Plato")


@walks("list.previous")
def previous(person: Person, act: Act) -> None:
    person.reads("Plato")
    act()
    person.sees(lambda: person.row().subject == "Jarra")


@walks("list.select")
def select(person: Person, act: Act) -> None:
    person.reads("Plato")
    act()
    person.press("J")
    act()
    person.sees(lambda: person.list.selected_count() == 2)


@walks("list.search")
def search(person: Person, act: Act) -> None:
    act()
    person.sees(person.pane.search_box.field.hasFocus)
    person.type("jarra")
    person.sees(lambda: subjects(person) == ["Jarra"])


@walks("list.refresh")
def refresh(person: Person, act: Act) -> None:
    person.reads("Plato")
    person.stage.deliver(mail("Fuente"))
    person.sees(lambda: person.pane.held.isVisible())
    act()
    person.sees(lambda: subjects(person)[0] == "Fuente")


@pytest.mark.parametrize("action_id", sorted(walks))
def test_action(person: Person, action_id: str) -> None:
    walks.take(person, action_id)
