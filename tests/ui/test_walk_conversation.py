"""Every action in a conversation and while an answer is written, by keyboard alone, and what comes of it."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtPrintSupport import QPrintDialog

from deskapp.models.enums import TicketStatus
from deskapp.ui.composer.popups import InlinePopup
from deskapp.ui.conversation.card import MessageCard
from tests.support.keyboard import Person
from tests.support.keyboard_walk import Act, Walk, answered, choose_file, sent

walks = Walk()


def write(mode: str, person: Person, act: Act) -> None:
    person.reads("Plato")
    composer = person.assembly.conversation.composer
    act()
    if mode == "forward":
        person.sees(composer.recipients.fields["to"].hasFocus)
        person.tab_to(composer.editor)
    person.sees(composer.editor.hasFocus)
    person.type("Hola")
    said = composer.snapshot()
    assert said.mode == mode
    assert "Hola" in said.body


walks.update(
    {f"conversation.{m}": partial(write, m) for m in ("reply", "note", "reply_all", "forward")}
)


@walks("conversation.first_unread")
def first_unread(person: Person, act: Act) -> None:
    person.reads("Plato")
    view = person.assembly.conversation.view
    assert view.current() is None
    act()
    person.sees(lambda: isinstance(view.current(), MessageCard))


@walks("conversation.messages")
def messages(person: Person, act: Act) -> None:
    person.reads("Plato")
    view = person.assembly.conversation.view
    act()
    person.sees(view.hasFocus)
    assert view.current() is not None


@walks("conversation.rename")
def rename(person: Person, act: Act) -> None:
    ticket = person.reads("Plato")
    act()
    person.sees(person.assembly.conversation.header.rename_field.hasFocus)
    person.type("Plato roto")
    person.press("Return")
    person.sees(lambda: person.ticket(ticket).subject == "Plato roto")


@walks("conversation.print")
def print_(person: Person, act: Act) -> None:
    person.reads("Plato")
    act()
    person.sees(lambda: [d for d in person.window.findChildren(QPrintDialog) if d.isVisible()])


@walks("conversation.pdf")
def pdf(person: Person, act: Act) -> None:
    person.reads("Plato")
    act()
    target = person.desk.profile.folder / "plato.pdf"
    choose_file(person, target)
    person.sees(target.is_file)


# -- writing ---------------------------------------------------------------------------------------


@walks("composer.send")
def send(person: Person, act: Act) -> None:
    ticket = answered(person)
    act()
    person.sees(lambda: sent(person, ticket) == "Va de camino")
    assert person.ticket(ticket).status is not TicketStatus.SOLVED


@walks("composer.send_solved")
def send_solved(person: Person, act: Act) -> None:
    ticket = answered(person)
    act()
    person.sees(lambda: sent(person, ticket) == "Va de camino")
    person.sees(lambda: person.ticket(ticket).status is TicketStatus.SOLVED)


@walks("composer.attach")
def attach(person: Person, act: Act) -> None:
    answered(person)
    file = person.desk.profile.folder / "nota.txt"
    file.write_text("hola")
    act()
    choose_file(person, file)
    files = person.assembly.conversation.composer.files
    person.sees(lambda: [item.filename for item in files.items()] == ["nota.txt"])


@walks("composer.canned")
def canned(person: Person, act: Act) -> None:
    person.reads("Plato")
    person.press("R")
    act()
    person.sees(lambda: any(p.isVisible() for p in person.window.findChildren(InlinePopup)))
    person.press("Return")
    person.sees(lambda: "Mil gracias" in person.assembly.conversation.composer.editor.text())


@walks("composer.people")
def people(person: Person, act: Act) -> None:
    person.reads("Plato")
    person.press("R")
    fields = person.assembly.conversation.composer.recipients.fields
    act()
    person.sees(fields["cc"].hasFocus)


@pytest.mark.parametrize("action_id", sorted(walks))
def test_action(person: Person, action_id: str) -> None:
    walks.take(person, action_id)
