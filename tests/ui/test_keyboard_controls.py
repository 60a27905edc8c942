"""Every control of every room and page, and every entry of every menu, by keyboard alone.

Tab comes to each control, and a key on it does something: the desk is told, a pop-up or another room
opens, something is remembered. Which controls and entries there are is found, not listed; for menus
`MENUS` says how the keyboard opens each, and a menu that is made anywhere else fails.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import shiboken6
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

import deskapp.ui
from deskapp.system.sound import QtSounds
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.settings.page import SettingsPage
from deskapp.ui.settings.ways import TITLES
from tests.support.keyboard import Person, person_at_a_desk

W = TypeVar("W", bound=QWidget)
CONTROLS = (
    QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QAbstractItemView, QAbstractSpinBox, QSlider,
)  # fmt: skip
UI = Path(deskapp.ui.__file__).parent
PLACES = ["inbox", "customers", "notifications", *(f"settings.{key}" for key in TITLES)]
PATIENCE_MS = 60_000


class Effects:
    """What can be seen, or was told to the desk, since the last look."""

    def __init__(self, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        self._person = person
        self._done: list[str] = []
        for owner, name in (
            (person.opened.bridge, "send"),
            (person.opened.bridge, "watch"),
            (person.opened.state, "set"),
        ):
            self._listen(owner, name, monkeypatch)
        monkeypatch.setattr(QtSounds, "devices", lambda _: [("usb", "Headset")])
        monkeypatch.setattr(QtSounds, "play", lambda *_a, **_k: self._done.append("rings") or "")
        QGuiApplication.clipboard().clear()

    def _listen(self, owner: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        original = getattr(owner, name)

        def told(*args: object, **named: object) -> object:
            self._done.append(f"{name} {args[0]!r:.80}")
            return original(*args, **named)

        monkeypatch.setattr(owner, name, told)

    def look(self) -> tuple[object, ...]:
        return tuple(part() for part in self._parts())

    def differ_from(self, before: tuple[object, ...]) -> bool:
        """Whether a look would be another; what costs more is looked at only when the rest is the same."""
        return any(part() != was for part, was in zip(self._parts(), before, strict=True))

    def _parts(self) -> tuple[Callable[[], object], ...]:
        person, tops = self._person, QApplication.topLevelWidgets
        return (
            lambda: tuple(self._done),
            lambda: person.window.room,
            lambda: _pointer(person.focus()),
            lambda: frozenset(_pointer(w) for w in tops() if w.isVisible()),
            QGuiApplication.clipboard().text,
            lambda: frozenset(_pointer(w) for w in self._visible(QWidget)),
            lambda: tuple(w.text() for w in self._visible(QAbstractButton)),
            lambda: bytes(
                person.assembly.conversation.view.viewport().grab().toImage().constBits()
            ),
        )

    def _visible(self, kind: type[W]) -> list[W]:
        return [w for w in self._person.window.findChildren(kind) if w.isVisible()]


def _pointer(widget: QWidget) -> int:
    return int(shiboken6.getCppPointer(widget)[0])


@pytest.fixture
def sit(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], tuple[Person, Effects]]]:
    """Sit down at a new desk, as often as wanted; the one before is closed."""
    opened: list[object] = []
    monkeypatch.setattr(QtSounds, "devices", lambda _: [("usb", "Headset")])
    monkeypatch.setattr(QtSounds, "play", lambda *_a, **_k: "")

    def leave() -> None:
        while opened:
            opened.pop().__exit__(None, None, None)  # type: ignore[attr-defined]

    def sit_down() -> tuple[Person, Effects]:
        leave()
        folder = tmp_path / f"desk{len(list(tmp_path.iterdir()))}"
        sitting = person_at_a_desk(qtbot, qapp, folder)
        person = sitting.__enter__()
        opened.append(sitting)
        person.reads("Plato")
        return person, Effects(person, monkeypatch)

    yield sit_down
    leave()


# -- controls --------------------------------------------------------------------------------------


def go_to(person: Person, place: str) -> QWidget:
    """The page called `place`, on screen."""
    room, _, page = place.partition(".")
    if room == "inbox":
        return person.window
    action = next(a for a in person.opened.actions if a.id == (place if page else f"room.{room}"))
    person.through_the_palette(action.text())
    person.sees(lambda: person.window.room == room)
    if not page:
        return person.window
    (settings,) = person.window.findChildren(SettingsPage)
    person.sees(lambda: settings.sheet().accessibleName())
    return settings.sheet()


def controls(root: QWidget) -> list[QWidget]:
    """What can be operated now; one of each exclusive group, in which the arrow keys lead on."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and widget.isVisible()
        and widget.isEnabled()
        and not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox)
        and not _is_passed_over(widget)
    ]


def _is_at(widget: QWidget, here: QWidget) -> bool:
    return here in (widget, widget.focusProxy()) or here in _fellows(widget)


def _is_passed_over(widget: QWidget) -> bool:
    return bool(fellows := _fellows(widget)) and widget is not fellows[0]


def _fellows(widget: QWidget) -> list[QAbstractButton]:
    """All buttons of its exclusive group; empty when it is in none."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group.buttons() if group is not None and group.exclusive() else []


@pytest.mark.parametrize("place", PLACES)
def test_tab_comes_to_every_control(sit: Callable[[], tuple[Person, Effects]], place: str) -> None:
    person, _effects = sit()
    root = go_to(person, place)
    person.sees(lambda: controls(root))
    left = controls(root)
    for _ in range(400):
        here = person.focus()
        left = [one for one in left if not _is_at(one, here)]
        if not left:
            break
        person.press("Tab")
    missed = [_name(widget) for widget in left if widget.isVisible()]
    assert not missed, missed


@pytest.mark.parametrize("place", PLACES)
def test_a_key_on_each_control_does_something(
    sit: Callable[[], tuple[Person, Effects]], place: str
) -> None:
    person, effects = sit()
    root = go_to(person, place)
    idle = []
    for number in range(len(controls(root))):
        found = controls(root)
        if number >= len(found):
            break
        widget, name = found[number], _name(found[number])
        if not _answers(person, effects, widget):
            idle.append(name)
        _put_away(person)
        if person.window.room != place.partition(".")[0] or not root.isVisible():
            person, effects = sit()
            root = go_to(person, place)
    assert not idle, idle


def _answers(person: Person, effects: Effects, widget: QWidget) -> bool:
    widget.setFocus()
    before, state = effects.look(), _state(widget)
    _operate(person, widget)
    return _changes(person, lambda: _state(widget) != state or effects.differ_from(before))


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return f"{type(widget).__name__} {widget.accessibleName() or text!r}"


def _operate(person: Person, widget: QWidget) -> None:
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        person.type("a")
    elif isinstance(widget, QSlider):
        person.press("Left")
    elif isinstance(widget, QAbstractSpinBox):
        person.press("Up")
    elif isinstance(widget, QComboBox):
        person.press("Up" if widget.currentIndex() > 0 else "Down")
    elif isinstance(widget, QAbstractItemView):
        person.press("Down")
    elif len(fellows := _fellows(widget)) > 1:
        person.press("Right" if fellows[0].y() == fellows[1].y() else "Down")
    else:
        person.press("Space")


def _state(widget: QWidget) -> object:
    """Of what is not stored at once: what stands in a field, which line of a list is current."""
    try:
        if isinstance(widget, QLineEdit):
            return widget.text()
        if isinstance(widget, QPlainTextEdit):
            return widget.toPlainText()
        if isinstance(widget, QAbstractItemView):
            return widget.currentIndex().row()
        if isinstance(widget, QComboBox) and not widget.objectName():  # of a form, not a setting
            return widget.currentIndex()
    except RuntimeError:  # it was deleted: something happened
        return "gone"
    return None


def _changes(person: Person, changed: Callable[[], bool]) -> bool:
    try:
        person.sees(changed, PATIENCE_MS)
    except person.qtbot.TimeoutError:
        return False
    return True


def _put_away(person: Person) -> None:
    """Esc, as long as something stands over the window."""
    for _ in range(4):
        if QApplication.activePopupWidget() is None and QApplication.activeModalWidget() is None:
            return
        person.press("Escape")


# -- menus -----------------------------------------------------------------------------------------


def _button(name: str) -> Callable[[Person], None]:
    def press(person: Person) -> None:
        found = [
            button
            for button in person.window.findChildren(QAbstractButton)
            if name in (button.accessibleName() or button.text())[: len(name)]
            and button.isVisible()
        ]
        person.tab_to(found[0])
        person.press("Space")

    return press


def _on_list(person: Person) -> None:
    person.menu_key()


def _on_saved_view(person: Person) -> None:
    person.tab_to(person.window.inbox.views.list)
    person.press("End")
    person.menu_key()


def _to_message(person: Person) -> None:
    person.press("M")
    view = person.assembly.conversation.view
    while not isinstance(view.current(), MessageCard):
        person.press("Up")


def _on_message(person: Person) -> None:
    _to_message(person)
    person.press("Return")


def _on_file(person: Person) -> None:
    _to_message(person)
    person.press("Left")
    person.menu_key()


def _on_mail_address(person: Person) -> None:
    person.tab_to(person.assembly.customer.contact._rows.rows[0])
    person.menu_key()


def _on_section(person: Person) -> None:
    person.tab_to(person.assembly.customer.contact._heading)
    person.menu_key()


MENUS: dict[str, Callable[[Person], None]] = {
    "inbox/ticket_actions.py:menu": _on_list,
    "inbox/pane.py:_open_tools": _button("Sort and density"),
    "shell/sidebar.py:_open_menu": _on_saved_view,
    "shell/rail.py:state_menu": _button("Me and my state"),
    "conversation/deeds.py:_more": _button("More"),
    "conversation/deeds.py:_message_menu": _on_message,
    "conversation/takeaway.py:attachment_menu": _on_file,
    "composer/composer.py:_send_and": _button("Send and"),
    "composer/tabs.py:_choose_how": _button("Reply, reply to all"),
    "composer/tabs.py:_choose_account": _button("Sent from Taller"),
    "customer/who.py:_open_menu": _button("More about this customer"),
    "customer/contact_card.py:_open_menu": _on_mail_address,
    "customer/section.py:contextMenuEvent": _on_section,
}
ELSEWHERE = {
    "chat/visitors.py:menu": "of a visitor on the site: tests/ui/test_chat_visitors.py",
    "customer/fields_card.py:_open_calendar": "a calendar: tests/ui/test_customer_panel.py",
    "notify/tray.py:__init__": "the system's tray: tests/ui/test_notify_window.py",
}


def test_every_menu_is_walked() -> None:
    made = set()
    for path in UI.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                calls = (n for n in ast.walk(function) if isinstance(n, ast.Call))
                if any(isinstance(c.func, ast.Name) and c.func.id == "QMenu" for c in calls):
                    made.add(f"{path.relative_to(UI).as_posix()}:{function.name}")
    assert made == MENUS.keys() | ELSEWHERE.keys()


@pytest.mark.parametrize("where", sorted(MENUS))
def test_each_entry_of_the_menu_does_something(
    sit: Callable[[], tuple[Person, Effects]], where: str
) -> None:
    person, effects = sit()
    entries = _entries(_open(person, where))
    assert entries
    idle = []
    for number, entry in enumerate(entries):
        if number:
            person, effects = sit()
            _open(person, where)
        person.press("Escape")
        before = effects.look()
        menu = _open(person, where)
        while menu.activeAction() is None or menu.activeAction().text() != entry:
            person.press("Down")
        person.press("Return")
        if not _happens(person, effects, before):
            idle.append(entry)
        _put_away(person)
    assert not idle, idle


def _happens(person: Person, effects: Effects, before: tuple[object, ...]) -> bool:
    """Something besides the menu's coming and going; a submenu counts as such."""
    if isinstance(_open_menu_or_none(), QMenu):
        person.press("Return")

    def happened() -> bool:
        person.give_focus_back()
        return _open_menu_or_none() is None and effects.differ_from(before)

    return _changes(person, happened)


def _open(person: Person, where: str) -> QMenu:
    MENUS[where](person)
    person.sees(lambda: _open_menu_or_none() is not None)
    return _open_menu()


def _open_menu_or_none() -> QMenu | None:
    found = QApplication.activePopupWidget()
    return found if isinstance(found, QMenu) else None


def _open_menu() -> QMenu:
    found = _open_menu_or_none()
    assert found is not None
    return found


def _entries(menu: QMenu) -> list[str]:
    def counts(action: QAction) -> bool:
        return action.isEnabled() and not action.isSeparator() and not action.isChecked()

    return [action.text() for action in menu.actions() if counts(action)]
