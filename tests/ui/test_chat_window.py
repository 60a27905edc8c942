"""Web chat in the whole window: who waits is heard and seen until somebody takes the chat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.commands.accounts import RemoveAccount, SaveAccount
from deskapp.core.commands.desk import SetAgentState
from deskapp.core.commands.messages import SendReply
from deskapp.core.commands.webchat import EndChat, TakeChat
from deskapp.core.ports import ChatServer, ChatServerChanged, VisitorPresence
from deskapp.core.queries.desk import GetNotifications
from deskapp.models.enums import AgentState, ChatState, NotificationKind
from deskapp.system.sound import QtSounds
from deskapp.ui.chat import chats
from deskapp.ui.chat.site_card import SiteCard
from deskapp.ui.chat.visitors import VisitorsPage
from deskapp.ui.chat.waiting import longest, neighbour
from deskapp.ui.settings.accounts import AccountsSheet
from deskapp.ui.settings.ways import show_page
from tests.support.chat_window import SITE, ChatWindow, chat_window
from tests.support.fake_live_chat import visitor

Rings = list[tuple[str, bool]]


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> Rings:
    """Every sound: its handle, and whether it is still heard."""
    heard: Rings = []

    def play(
        _self: object, sound: str, _volume: float, _device: str = "", repeat: bool = False
    ) -> str:
        handle = f"{sound}-{len(heard)}"
        heard.append((handle, repeat))
        return handle

    def stop(_self: object, handle: str = "") -> None:
        heard[:] = [(h, r and handle not in ("", h)) for h, r in heard]

    monkeypatch.setattr(QtSounds, "devices", lambda _self: [])
    monkeypatch.setattr(QtSounds, "play", play)
    monkeypatch.setattr(QtSounds, "stop", stop)
    return heard


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path, rings: Rings) -> Iterator[ChatWindow]:
    with chat_window(qtbot, qapp, tmp_path / "desk") as made:
        yield made


def toasts(desk: ChatWindow) -> list[str]:
    return [toast.text() for toast in desk.window.toasts.toasts()]


def names(desk: ChatWindow) -> list[str]:
    return [chat.name for chat in desk.strip.chats]


# -- ringing ---------------------------------------------------------------------------------------


def test_a_new_chat_rings_until_it_is_taken_and_looking_does_not_stop_it(
    desk: ChatWindow, rings: Rings
) -> None:
    ticket = desk.says("carmen")
    desk.until(lambda: rings and rings[0][1])
    desk.reads(ticket)
    pane = desk.assembly.conversation
    desk.until(lambda: pane.row is not None and pane.row.unread == 0)
    desk.window.activateWindow()
    desk.assembly.notifications.alerts.look()
    assert rings[0][1]
    new = [n for n in desk.ask(GetNotifications()) if n.kind is NotificationKind.NEW_CHAT]
    assert [n.seen_at for n in new] == [None]
    desk.do(TakeChat(ticket_id=ticket))
    desk.until(lambda: not rings[0][1])
    desk.until(lambda: not toasts(desk))


def test_of_several_who_wait_one_rings_on_and_then_the_next(desk: ChatWindow, rings: Rings) -> None:
    tickets = [desk.says(who) for who in ("ana", "bea", "eva")]
    desk.until(lambda: len(desk.assembly.notifications.alerts._calls) == 3)
    for left in (2, 1, 0):
        desk.until(lambda: sum(repeats for _, repeats in rings) == 1)
        desk.do(TakeChat(ticket_id=tickets.pop(0)))
        desk.until(lambda left=left: len(desk.assembly.notifications.alerts._calls) == left)
    desk.until(lambda: not any(repeats for _, repeats in rings))


def test_the_toast_takes_the_chat_and_opens_it(desk: ChatWindow) -> None:
    ticket = desk.says("carmen", "Falta una taza")
    desk.until(lambda: toasts(desk))
    (toast,) = desk.window.toasts.toasts()
    assert toast.button.text() == "Take"
    assert not toast.undoable
    toast.button.click()
    desk.until(lambda: desk.info(ticket).state is ChatState.ACTIVE)
    pane = desk.assembly.conversation
    desk.until(lambda: pane.row is not None and pane.row.id == ticket)


def test_an_answer_from_elsewhere_ends_the_ringing(desk: ChatWindow, rings: Rings) -> None:
    ticket = desk.says("carmen")
    desk.until(lambda: rings and rings[0][1])
    message_id = desk.desk.workspace.new_id()
    desk.do(
        SendReply(ticket_id=ticket, message_id=message_id, body="Hola", seen_order=0, hold_ms=0)
    )
    desk.until(lambda: not rings[0][1])


def test_a_message_in_a_taken_chat_rings_once(desk: ChatWindow, rings: Rings) -> None:
    ticket = desk.says("carmen")
    desk.do(TakeChat(ticket_id=ticket))
    desk.until(lambda: rings and not rings[0][1])
    before = len(rings)
    desk.says("carmen", "¿Sigue ahí?")
    desk.until(lambda: len(rings) > before)
    assert not rings[-1][1]


# -- several at once -------------------------------------------------------------------------------


def test_open_chats_stand_over_the_list_who_waits_longest_first(desk: ChatWindow) -> None:
    assert not desk.strip.isVisible()
    tickets = [desk.says(who) for who in ("ana", "bea", "eva")]
    desk.until(lambda: names(desk) == ["Ana", "Bea", "Eva"])
    assert desk.strip.isVisible()
    assert desk.strip.heading.text().startswith("Chats · 3 waiting, ")
    message_id = desk.desk.workspace.new_id()
    desk.do(
        SendReply(ticket_id=tickets[0], message_id=message_id, body="Hola", seen_order=0, hold_ms=0)
    )
    desk.until(lambda: names(desk) == ["Bea", "Eva", "Ana"])
    assert desk.strip.sentence(desk.strip.chats[2]).startswith("Ana, answered")
    for ticket in tickets:
        desk.do(EndChat(ticket_id=ticket))
    desk.until(lambda: not desk.strip.isVisible())


def test_a_new_chat_does_not_wait_for_what_is_read_together(
    desk: ChatWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chats, "_READ_MS", 600_000)
    desk.says("carmen")
    desk.until(lambda: len(desk.strip.chats) == 1)
    desk.says("carmen", "¿Hola?")  # from now on the next look is a minute away
    desk.says("rosa")
    desk.until(lambda: len(desk.strip.chats) == 2)


def test_keys_lead_from_chat_to_chat(desk: ChatWindow) -> None:
    tickets = [desk.says(who) for who in ("ana", "bea", "eva")]
    desk.until(lambda: len(desk.strip.chats) == 3)
    shortcut = desk.opened.actions.shortcut
    assert (shortcut("chats.longest"), shortcut("chats.next")) == ("G, W", "Alt+PgDown")
    desk.window.show_room("customers")
    for action, place in (("longest", 0), ("next", 1), ("next", 2), ("next", 0), ("previous", 2)):
        assert desk.opened.actions.run(f"chats.{action}")
        desk.until(lambda place=place: desk.strip.current == tickets[place])
    assert desk.window.room == "inbox"
    assert desk.strip.list.currentIndex().row() == 2


def test_enter_in_the_strip_opens_the_chat(desk: ChatWindow) -> None:
    desk.says("ana")
    wanted = desk.says("bea")
    desk.until(lambda: len(desk.strip.chats) == 2)
    rows = desk.strip.list
    rows.setFocus()
    rows.setCurrentIndex(rows.model().index(1, 0))
    QTest.keyClick(rows, Qt.Key.Key_Return)
    desk.until(lambda: desk.strip.current == wanted)


def test_neighbours_go_round() -> None:
    assert neighbour((), "", 1) == ""
    assert longest(()) == ""


def test_the_sidebar_and_the_rail_say_how_many_wait(desk: ChatWindow) -> None:
    views = desk.window.inbox.views
    texts = [entry.text for entry in views._model.entries]
    desk.until(lambda: "Web chat" in [entry.text for entry in views._model.entries])
    assert "Mailboxes" not in texts
    entry = next(e for e in views._model.entries if e.view == f"account:{desk.box_id}")
    assert (entry.text, entry.icon) == ("Tienda", "chat")
    desk.says("ana")
    desk.until(lambda: any(e.note.startswith("1 waiting · ") for e in views._model.entries))
    desk.until(lambda: desk.window.rail._buttons["visitors"].badge == 1)


# -- what keeps visitors from being answered -------------------------------------------------------


def test_the_status_line_says_when_visitors_read_that_nobody_is_online(desk: ChatWindow) -> None:
    status = desk.window.status
    desk.do(SetAgentState(state=AgentState.AWAY))
    desk.until(lambda: status.chat.isVisible())
    assert status.chat.text() == "Chat: visitors read that nobody is online"
    desk.do(SetAgentState(state=AgentState.ONLINE))
    desk.until(lambda: not status.chat.isVisible())
    desk.until(lambda: status.text.text() == "Web chat is on")


def test_a_server_that_cannot_run_says_why(desk: ChatWindow) -> None:
    status = desk.window.status
    desk.chat.tell(ChatServerChanged(ChatServer(problem="port_taken", detail="8790")))
    desk.until(lambda: "another program uses its port" in status.chat.text())
    status.chat.click()
    desk.until(lambda: desk.window.room == "settings")
    desk.do(RemoveAccount(account_id=desk.box_id))
    desk.until(lambda: not status.chat.isVisible())


# -- beside the conversation -----------------------------------------------------------------------


def test_the_site_card_says_where_the_visitor_is(desk: ChatWindow) -> None:
    ticket = desk.says(
        "carmen",
        referrer="https://www.google.com/search?q=tazas",
        answers=(("Pedido", "48213"),),
        email="carmen@correo.test",
    )
    desk.reads(ticket)
    card = desk.part(SiteCard)
    desk.until(lambda: "Tazas" in card.texts())
    assert card.texts() == [
        "Tazas", "/tazas", "From www.google.com", "Chat since now", "Pedido: 48213", "carmen@correo.test",
    ]  # fmt: skip
    desk.chat.tell(VisitorPresence(ticket, True, f"{SITE}/pago?paso=2", "Pago"))
    desk.until(lambda: card.texts()[:2] == ["Pago", "/pago?paso=2"])
    assert desk.assembly.customer.sections.keys()[1] == "site"


def test_mailboxes_are_mail_accounts_only(desk: ChatWindow) -> None:
    mailbox = desk.desk.workspace.new_id()
    desk.do(SaveAccount(account_id=mailbox, name="Taller", address="hola@taller.test"))
    show_page(desk.opened.context, desk.window, "channels")
    desk.window.show_room("settings")
    sheet = desk.part(AccountsSheet)
    desk.until(lambda: sheet.list.keys() == [mailbox])
    ticket = desk.says("carmen")
    desk.reads(ticket)
    tabs = desk.assembly.conversation.composer.box.tabs
    desk.until(lambda: [a.id for a in tabs._accounts] == [mailbox])


# -- the visitors' room ----------------------------------------------------------------------------


def test_the_room_lists_who_is_there_and_opens_a_chat(desk: ChatWindow) -> None:
    ticket = desk.says("carmen")
    now = desk.desk.authority.clock.now()
    people = [visitor(n, now, box_id=desk.box_id) for n in range(3)]
    people[0] = visitor(0, now, name="Carmen", ticket_id=ticket, box_id=desk.box_id)
    desk.chat.come(*reversed(people))
    desk.window.show_room("visitors")
    page = desk.part(VisitorsPage)
    desk.chat.come(visitor(9, now))
    desk.until(lambda: page.model.rowCount() == 4)
    desk.until(lambda: page.queue.isVisible())
    assert page.queue.text().startswith("1 chat waiting for ")
    assert page.sentence(people[0]).startswith("Carmen, In chat, on “Taza Talavera 0” for now")
    page.list.setFocus()
    page.list.setCurrentIndex(page.model.index(1))
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    pane = desk.assembly.conversation
    desk.until(lambda: pane.row is not None and pane.row.id == ticket)
    assert desk.window.room == "inbox"
