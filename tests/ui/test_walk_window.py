"""Every action of the window itself, by keyboard alone on a real desk, and what comes of it.

Every action that the window registers has its step here or in another room's walk, and nothing else
has: a new action without a step fails here.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from deskapp.core.queries.desk import GetNotifications, GetSettings
from deskapp.core.queries.views import ALL, MINE, NEEDS_REPLY, UNASSIGNED
from deskapp.models.enums import TicketStatus
from deskapp.ui.inbox.view_editor import ConditionRow, ViewEditor
from deskapp.ui.palette.palette import Palette
from deskapp.ui.settings.page import SettingsPage
from deskapp.ui.settings.ways import TITLES, page_title
from deskapp.ui.shell.shortcut_sheet import ShortcutSheet
from deskapp.ui.shell.splitter import CUSTOMER, VIEWS
from tests.support.keyboard import Person
from tests.support.keyboard_walk import Act, Walk, button
from tests.ui import test_walk_chats, test_walk_conversation, test_walk_tickets

walks = Walk()


def go(view: str, person: Person, act: Act) -> None:
    person.press("G, U" if view != UNASSIGNED else "G, A")
    person.sees(lambda: person.pane.feed.view != MINE)
    act()
    person.sees(lambda: person.pane.feed.view == view)


walks.update({f"go.{view}": partial(go, view) for view in (MINE, UNASSIGNED, NEEDS_REPLY, ALL)})


def fold(slot: int, person: Person, act: Act) -> None:
    pane = person.window.inbox.panes.widget(slot)
    assert pane is not None
    act()
    person.sees(pane.isHidden)
    act()
    person.sees(pane.isVisible)


walks.update({"panes.views": partial(fold, VIEWS), "panes.customer": partial(fold, CUSTOMER)})


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


walks.update(
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


walks.update({f"settings.{key}": partial(settings_page, key) for key in TITLES})


@walks("notifications.mute")
def mute(person: Person, act: Act) -> None:
    act()
    person.sees(lambda: person.ask(GetSettings()).values.get("alerts.enabled") is False)


@walks("notifications.seen")
def seen(person: Person, act: Act) -> None:
    person.sees(lambda: any(n.seen_at is None for n in person.ask(GetNotifications())))
    act()
    person.sees(lambda: all(n.seen_at is not None for n in person.ask(GetNotifications())))


@pytest.mark.parametrize("action_id", sorted(walks))
def test_action(person: Person, action_id: str) -> None:
    walks.take(person, action_id)


def test_every_action_has_a_step(person: Person) -> None:
    rooms = (test_walk_tickets, test_walk_conversation, test_walk_chats)
    entered = [action_id for walk in (walks, *(room.walks for room in rooms)) for action_id in walk]
    assert len(entered) == len(set(entered))
    assert {action.id for action in person.opened.actions} == set(entered)


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
