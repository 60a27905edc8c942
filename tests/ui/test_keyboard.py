"""Everything that can be pressed can be reached by Tab and has a name, in every room and page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from deskapp.app.bootstrap import open_desk
from deskapp.app.gui import DeskWindow
from deskapp.core.commands.contacts import CreateContact
from deskapp.core.commands.desk import SetSetting
from deskapp.core.commands.tickets import CreateTicket
from deskapp.models.enums import Channel
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile
from deskapp.system.sound import QtSounds
from deskapp.ui.settings.page import SettingsPage
from tests.support.looks import choose_looks

CONTROLS = (
    QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QAbstractItemView, QAbstractSpinBox, QSlider,
)  # fmt: skip
WAIT_MS = 75_000


@pytest.fixture
def opened(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DeskWindow]:
    monkeypatch.setattr(QtSounds, "devices", lambda _: [])  # no sound server is wanted here
    desk = open_desk(choose_looks(Profile.at(tmp_path / "desk"), "en"), MemoryKey())
    new = desk.workspace.new_id
    contact = new()
    for command in (
        SetSetting(key="desk.setup_done", value=True),
        CreateContact(contact_id=contact, name="Carmen"),
        CreateTicket(
            ticket_id=new(), subject="Taza", channel=Channel.PHONE, contact_id=contact, body="Hola",
            message_id=new(),
        ),
    ):  # fmt: skip
        assert desk.workspace.submit(command).result().ok
    made = DeskWindow(qapp, desk, channels=False)
    with qtbot.waitSignal(made.assembled, timeout=WAIT_MS):
        made.show()
    made.window.inbox.pane.list.go_to(0)
    assembly = made.assembly
    assert assembly is not None
    qtbot.waitUntil(lambda: assembly.conversation.detail is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: assembly.customer.detail() is not None, timeout=WAIT_MS)
    yield made
    made.close()
    made.language.clear()
    qapp.sendPostedEvents(made.window, QEvent.Type.DeferredDelete)


def unreachable(root: QWidget) -> list[str]:
    """Visible, enabled controls that Tab does not stop at, or that a screen reader cannot name."""
    found = []
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, CONTROLS) or not widget.isVisible() or not widget.isEnabled():
            continue
        if _is_part(widget):
            continue
        path = f"{type(widget.parentWidget()).__name__}/{type(widget).__name__} {_name(widget)!r}"
        if not _takes_tab(widget):
            found.append(f"{path}: no Tab")
        if not _name(widget):
            found.append(f"{path}: no name")
    return found


def _takes_tab(widget: QWidget) -> bool:
    """Of an exclusive group Tab stops at the one that is chosen; arrows lead on from there."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    members = group.buttons() if group is not None and group.exclusive() else [widget]
    return any(one.focusPolicy() & Qt.FocusPolicy.TabFocus or one.focusProxy() for one in members)


def _is_part(widget: QWidget) -> bool:
    """Inside a bigger control that is reached itself: the field of a spin box, a group's buttons."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, (QComboBox, QAbstractSpinBox)):
            return True
        parent = parent.parentWidget()
    return False


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", lambda: "")
    shown = text() if callable(text) and isinstance(widget, QAbstractButton) else ""
    hint = widget.placeholderText() if isinstance(widget, (QLineEdit, QPlainTextEdit)) else ""
    return widget.accessibleName() or shown or hint


def test_inbox(opened: DeskWindow) -> None:
    assert unreachable(opened.window) == []


@pytest.mark.parametrize("room", ["customers", "notifications"])
def test_rooms(opened: DeskWindow, room: str) -> None:
    opened.window.show_room(room)
    assert unreachable(opened.window) == []


def test_every_page_of_the_settings(opened: DeskWindow) -> None:
    opened.window.show_room("settings")
    (page,) = opened.window.findChildren(SettingsPage)
    pages = page.keys()
    assert pages
    for key in pages:
        page.open(key)
        assert unreachable(page) == [], key


def test_every_action_is_in_the_palette_or_has_a_key(opened: DeskWindow) -> None:
    for action in opened.actions:
        assert action.palette or action.shortcut, action.id
