"""Every action on chats, by keyboard alone on a real desk, and what comes of it."""

from __future__ import annotations

import hashlib
from functools import partial

import pytest

from deskapp.core.commands.webchat import ReceiveChat, SaveChatBox, VisitorClaim
from deskapp.core.queries.contacts import GetContact
from deskapp.core.queries.desk import GetAccounts
from deskapp.core.queries.webchat import GetChat
from deskapp.models.dto import ChatInfo
from deskapp.models.enums import Channel, ChatState
from deskapp.ui.chat.transcript import TranscriptDialog
from deskapp.ui.chat.waiting import ChatStrip
from deskapp.ui.composer.snapshot import BY_MAIL
from tests.support.keyboard import Person
from tests.support.keyboard_walk import Act, Walk, kinds, sent

walks = Walk()


def says(person: Person, who: str, body: str) -> str:
    """A visitor writes on the site; the ticket's id."""
    new, boxes = person.desk.workspace.new_id, chat_boxes(person)
    if not boxes:
        person.stage.do(SaveChatBox(account_id=new(), name="Tienda"))
        boxes = chat_boxes(person)
    claim = VisitorClaim(
        token_hash=hashlib.sha256(who.encode()).hexdigest(),
        name=who.capitalize(),
        email=f"{who}@correo.test",
    )
    command = ReceiveChat(
        account_id=boxes[0], visitor=claim, client_id=new(), body=body, visitor_id=new(),
        contact_id=new(), ticket_id=new(), message_id=new(),
    )  # fmt: skip
    outcome = person.desk.authority.submit_as_desk(command).result(90)
    assert outcome.ok, outcome.rejected
    return str(outcome.result["ticket_id"])


def chat_boxes(person: Person) -> list[str]:
    return [a.id for a in person.ask(GetAccounts()) if a.channel is Channel.WEBCHAT]


def in_chat(person: Person) -> str:
    """Read what a visitor has just written; the ticket's id."""
    ticket = says(person, "eva", "Hola")
    strip = person.window.findChild(ChatStrip)
    assert strip is not None
    person.sees(lambda: [chat.ticket_id for chat in strip.chats] == [ticket])
    person.press("G, W")
    conversation = person.assembly.conversation
    talk = conversation.chat
    person.sees(lambda: talk.info is not None and talk.info.ticket_id == ticket)
    person.sees(lambda: conversation.detail is not None and talk.contact is not None)
    return ticket


def chat_of(person: Person, ticket: str) -> ChatInfo:
    found = person.ask(GetChat(ticket))
    assert found is not None
    return found


def mails_of(person: Person, ticket: str) -> list[str]:
    """Mail addresses of the contact whose chat it is."""
    contact = person.ask(GetContact(chat_of(person, ticket).visitor.contact_id))
    return [point.value for point in contact.info.points]


@walks("conversation.take_chat")
def take_chat(person: Person, act: Act) -> None:
    ticket = in_chat(person)
    act()
    person.sees(lambda: chat_of(person, ticket).state is ChatState.ACTIVE)


@walks("conversation.end_chat")
def end_chat(person: Person, act: Act) -> None:
    ticket = in_chat(person)
    act()
    person.sees(lambda: chat_of(person, ticket).state is ChatState.ENDED)


@walks("conversation.chat_by_mail")
def chat_by_mail(person: Person, act: Act) -> None:
    in_chat(person)
    act()
    composer = person.assembly.conversation.composer
    person.sees(lambda: composer.mode == BY_MAIL and composer.editor.hasFocus())
    assert [p.address for p in composer.recipients.people("to")] == ["eva@correo.test"]


@walks("conversation.accept_identity")
def accept_identity(person: Person, act: Act) -> None:
    ticket = in_chat(person)
    act()
    person.sees(lambda: not chat_of(person, ticket).can_accept)
    assert mails_of(person, ticket) == ["eva@correo.test"]


@walks("conversation.refuse_identity")
def refuse_identity(person: Person, act: Act) -> None:
    ticket = in_chat(person)
    act()
    person.sees(lambda: not chat_of(person, ticket).can_accept)
    assert mails_of(person, ticket) == []


@walks("conversation.transcript")
def transcript(person: Person, act: Act) -> None:
    ticket = in_chat(person)
    person.press("R")
    person.sees(person.assembly.conversation.composer.editor.hasFocus)
    person.type("Buenas")
    person.press("Return")
    person.sees(lambda: sent(person, ticket) == "Buenas")
    act()
    dialog = person.dialog(TranscriptDialog)
    assert isinstance(dialog, TranscriptDialog)
    assert dialog.address.text() == "eva@correo.test"
    person.press("Return")
    person.sees(lambda: "transcript_sent" in kinds(person, ticket))


@walks("conversation.block_visitor")
def block_visitor(person: Person, act: Act) -> None:
    ticket = in_chat(person)
    act()
    person.sees(lambda: chat_of(person, ticket).visitor.blocked)


def to_chat(wanted: int, person: Person, act: Act) -> None:
    tickets = [says(person, who, "Hola") for who in ("ana", "bea", "eva")]
    strip = person.window.findChild(ChatStrip)
    assert strip is not None
    person.sees(lambda: [chat.ticket_id for chat in strip.chats] == tickets)
    act()
    conversation = person.assembly.conversation
    person.sees(lambda: conversation.row is not None and conversation.row.id == tickets[wanted])


walks.update(
    {f"chats.{n}": partial(to_chat, i) for n, i in (("longest", 0), ("next", 0), ("previous", -1))}
)


@pytest.mark.parametrize("action_id", sorted(walks))
def test_action(person: Person, action_id: str) -> None:
    walks.take(person, action_id)
