"""Every action of the window, by keyboard alone on a real desk, and what comes of it.

`WALK` has a step for each action that the window registers, and nothing else: a new action without a
step fails here. A step presses the action's own key, or goes through the palette where it has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from deskapp.core.commands.tickets import AssignTicket
from deskapp.core.commands.webchat import ReceiveChat, SaveChatBox, VisitorClaim
from deskapp.core.queries.contacts import GetContact
from deskapp.core.queries.desk import GetAccounts, GetNotifications, GetSettings
from deskapp.core.queries.team import GetDepartments
from deskapp.core.queries.tickets import GetConversation, GetTicket
from deskapp.core.queries.views import ALL, MINE, NEEDS_REPLY, UNASSIGNED
from deskapp.core.queries.webchat import GetChat
from deskapp.models.dto import ChatInfo, EventView, MessageView
from deskapp.models.enums import Channel, ChatState, Delivery, MessageKind, TicketStatus
from deskapp.system.sound import QtSounds
from deskapp.ui.chat.transcript import TranscriptDialog
from deskapp.ui.chat.waiting import ChatStrip
from deskapp.ui.composer.popups import InlinePopup
from deskapp.ui.composer.snapshot import BY_MAIL
from deskapp.ui.inbox.new_ticket import NewTicketDialog
from deskapp.ui.inbox.view_editor import ConditionRow, ViewEditor
from deskapp.ui.palette.palette import Palette
from deskapp.ui.settings.page import SettingsPage
from deskapp.ui.settings.ways import TITLES, page_title
from deskapp.ui.shell.shortcut_sheet import ShortcutSheet
from deskapp.ui.shell.splitter import CUSTOMER, VIEWS
from tests.support.keyboard import Person, mail, person_at_a_desk

Act = Callable[[], None]
Step = Callable[[Person, Act], None]
WALK: dict[str, Step] = {}


def walks(*action_ids: str) -> Callable[[Step], Step]:
    """Enter a step: it is given the person, and the way to do the action by key."""

    def enter(step: Step) -> Step:
        for action_id in action_ids:
            assert action_id not in WALK, action_id
            WALK[action_id] = step
        return step

    return enter


@pytest.fixture
def person(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Person]:
    monkeypatch.setattr(QtSounds, "devices", lambda _: [])
    monkeypatch.setattr(QtSounds, "play", lambda *_a, **_k: "")
    with person_at_a_desk(qtbot, qapp, tmp_path / "desk") as someone:
        yield someone


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


# -- the conversation ------------------------------------------------------------------------------


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


WALK.update(
    {f"conversation.{m}": partial(write, m) for m in ("reply", "note", "reply_all", "forward")}
)


@walks("conversation.first_unread")
def first_unread(person: Person, act: Act) -> None:
    person.reads("Plato")
    view = person.assembly.conversation.view
    act()
    person.sees(lambda: view.current_index() >= 0)


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
    person.sees(lambda: [d for d in person.window.findChildren(QDialog) if d.isVisible()])


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


# -- chats -----------------------------------------------------------------------------------------


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
    outcome = person.desk.authority.submit_as_desk(command).result(20)
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


WALK.update(
    {f"chats.{n}": partial(to_chat, i) for n, i in (("longest", 0), ("next", 0), ("previous", -1))}
)


# -- the window ------------------------------------------------------------------------------------


def go(view: str, person: Person, act: Act) -> None:
    person.press("G, U" if view != UNASSIGNED else "G, A")
    person.sees(lambda: person.pane.feed.view != MINE)
    act()
    person.sees(lambda: person.pane.feed.view == view)


WALK.update({f"go.{view}": partial(go, view) for view in (MINE, UNASSIGNED, NEEDS_REPLY, ALL)})


def fold(slot: int, person: Person, act: Act) -> None:
    pane = person.window.inbox.panes.widget(slot)
    assert pane is not None
    act()
    person.sees(pane.isHidden)
    act()
    person.sees(pane.isVisible)


WALK.update({"panes.views": partial(fold, VIEWS), "panes.customer": partial(fold, CUSTOMER)})


@walks("view.create")
def view_create(person: Person, act: Act) -> None:
    act()
    editor = person.dialog(ViewEditor)
    person.type("Plates")
    person.sees(lambda: editor.findChildren(ConditionRow))
    (row,) = editor.findChildren(ConditionRow)
    person.tab_to(button(editor, "Add condition"))
    person.press("Space")
    person.sees(lambda: len(editor.findChildren(ConditionRow)) == 2)
    person.tab_to(row.findChildren(QComboBox)[0])
    person.type("Te")
    person.sees(lambda: row.condition().field == "text")
    (text,) = (field for field in row.findChildren(QLineEdit) if field.isVisible())
    person.tab_to(text)
    person.type("plato")
    person.tab_to(button(editor, "Save"))
    person.press("Space")
    views = person.window.inbox.views
    person.sees(lambda: "Plates" in [views.title(view) for view in views.views()])


@walks("palette.open")
def palette(person: Person, act: Act) -> None:
    act()
    assert isinstance(person.popup(), Palette)
    person.type("plato")
    person.sees(lambda: len(person.popup().list.choices()) > 1)


@walks("shortcuts.show")
def sheet(person: Person, act: Act) -> None:
    act()
    person.dialog(ShortcutSheet)
    person.press("Escape")
    person.sees(lambda: QApplication.activeModalWidget() is None)


@walks("edit.undo")
def undo(person: Person, act: Act) -> None:
    ticket = person.reads("Plato")
    person.press("E")
    person.sees(lambda: person.ticket(ticket).status is TicketStatus.SOLVED)
    person.sees(lambda: any(toast.undoable for toast in person.window.toasts.toasts()))
    act()
    person.sees(lambda: person.ticket(ticket).status is not TicketStatus.SOLVED)


def room(name: str, person: Person, act: Act) -> None:
    act()
    person.sees(lambda: person.window.room == name)
    there = person.window.centralWidget()
    person.sees(lambda: there.isAncestorOf(person.focus()) and person.focus().isVisible())


WALK.update(
    {f"room.{n}": partial(room, n) for n in ("customers", "settings", "notifications", "visitors")}
)


@walks("room.inbox")
def inbox(person: Person, act: Act) -> None:
    person.press("G, C")
    person.sees(lambda: person.window.room == "customers")
    act()
    person.sees(lambda: person.window.room == "inbox")


def settings_page(key: str, person: Person, act: Act) -> None:
    act()
    person.sees(lambda: person.window.room == "settings")
    (page,) = person.window.findChildren(SettingsPage)
    assert page.sheet().accessibleName() == page_title(key)


WALK.update({f"settings.{key}": partial(settings_page, key) for key in TITLES})


@walks("notifications.mute")
def mute(person: Person, act: Act) -> None:
    act()
    person.sees(lambda: person.ask(GetSettings()).values.get("alerts.enabled") is False)


@walks("notifications.seen")
def seen(person: Person, act: Act) -> None:
    person.sees(lambda: any(n.seen_at is None for n in person.ask(GetNotifications())))
    act()
    person.sees(lambda: all(n.seen_at is not None for n in person.ask(GetNotifications())))


# -- the walk --------------------------------------------------------------------------------------


def test_every_action_has_a_step(person: Person) -> None:
    assert {action.id for action in person.opened.actions} == set(WALK)


@pytest.mark.parametrize("action_id", sorted(WALK))
def test_action(person: Person, action_id: str) -> None:
    action = next(a for a in person.opened.actions if a.id == action_id)

    def act() -> None:
        if action.shortcut:
            person.press(action.shortcut)
        else:
            person.through_the_palette(action.text())

    WALK[action_id](person, act)


def test_the_palette_does_each_by_its_name(person: Person) -> None:
    done: list[str] = []
    person.reads("Plato")
    known = [action for action in person.opened.actions if action.palette]
    for action in known:
        callback = partial(done.append, action.id)
        person.opened.actions.add(replace(action, callback=callback, enabled=lambda: True))
    for action in known:
        person.through_the_palette(action.text())
    assert done == [action.id for action in known]


# -- hands and eyes --------------------------------------------------------------------------------


def subjects(person: Person) -> list[str]:
    model = person.pane.model
    return [row.subject for n in range(model.rowCount()) if (row := model.row_at(n)) is not None]


def button(root: QWidget, text: str) -> QAbstractButton:
    (found,) = (one for one in root.findChildren(QAbstractButton) if one.text() == text)
    return found


def answered(person: Person) -> str:
    """Start an answer to "Plato"; the ticket's id."""
    ticket = person.reads("Plato")
    person.press("R")
    person.sees(person.assembly.conversation.composer.editor.hasFocus)
    person.type("Va de camino")
    return ticket


def sent(person: Person, ticket: str) -> str:
    """What was sent to the customer of `ticket`; empty as long as nothing was."""
    for item in person.ask(GetConversation(ticket)).items:
        if isinstance(item, MessageView) and item.kind is MessageKind.OUTBOUND:
            return item.text if item.delivery is Delivery.SENT else ""
    return ""


def kinds(person: Person, ticket: str) -> list[str]:
    """What happened with a ticket."""
    items = person.ask(GetConversation(ticket)).items
    return [item.kind for item in items if isinstance(item, EventView)]


def choose_file(person: Person, path: Path) -> None:
    """Type the path into the file dialog."""
    person.dialog(QFileDialog)
    person.paste(str(path))
    person.press("Return")
