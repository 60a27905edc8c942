"""The small parts: plain text, names for screen readers, targets, toasts, pop-up lists."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from deskapp.ui.theme import ThemeMode, theme
from deskapp.ui.widgets import (
    Avatar,
    Button,
    Card,
    Choice,
    ChoicePopup,
    ElidedLabel,
    EmptyState,
    IconButton,
    Pill,
    PlainLabel,
    PopupList,
    SearchBox,
    Segmented,
    Switch,
    Toast,
    ToastStack,
    plain_tip,
    vbox,
)

HOSTILE = "<b onclick=x>hi</b><img src='http://evil/x.png'>"


@pytest.fixture
def host(qtbot: QtBot, qapp: QApplication) -> QWidget:
    theme().install(qapp, ThemeMode.LIGHT)
    widget = QWidget()
    widget.resize(800, 600)
    vbox(widget)
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    return widget


def test_labels_never_read_markup(host: QWidget) -> None:
    for label in (PlainLabel(HOSTILE), ElidedLabel(HOSTILE)):
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert label.text().startswith("<b")


def test_a_tooltip_shows_markup_as_it_is_written() -> None:
    assert plain_tip("a & b") == "a & b"
    assert "<b" not in plain_tip(HOSTILE).removeprefix("<span>").removesuffix("</span>")


def test_a_long_line_is_cut_and_its_tooltip_says_all(host: QWidget) -> None:
    label = ElidedLabel("one two\nthree " * 40)
    host.layout().addWidget(label)
    label.resize(100, 20)
    assert label.toolTip() == label.text()
    assert "\n" not in label.text()
    label.setText("short")
    assert label.toolTip() == ""


def test_everything_pressed_is_24_px_or_more_and_has_a_name(host: QWidget) -> None:
    parts = [
        IconButton("more", "More"),
        Button("Send", "primary"),
        Button("Edit", "link"),
        Switch("Sound"),
    ]
    for part in parts:
        host.layout().addWidget(part)
        part.adjustSize()
        assert min(part.sizeHint().height(), part.sizeHint().width()) >= 24
        assert part.accessibleName() or part.text()
    assert parts[0].toolTip() == "More"


def test_nothing_opens_a_window_of_its_own(host: QWidget) -> None:
    before = {w for w in QApplication.topLevelWidgets() if w.isVisible()}
    Toast("Done", "Undo", lambda: None, parent=host)
    Card("Title", "Edit", host)
    EmptyState("inbox", "Nothing", "at all", host)
    SearchBox(host)
    Segmented((("a", "A"),), host)
    after = {w for w in QApplication.topLevelWidgets() if w.isVisible()}
    assert after == before


def test_a_click_runs_once_and_without_arguments(qtbot: QtBot, host: QWidget) -> None:
    calls: list[tuple[object, ...]] = []
    for button in (
        Button("x", on_click=lambda *a: calls.append(a)),
        IconButton("x", "Close", lambda *a: calls.append(a)),
    ):
        host.layout().addWidget(button)
        button.click()
    assert calls == [(), ()]


def test_a_segment_is_chosen_by_key(qtbot: QtBot, host: QWidget) -> None:
    segmented = Segmented((("a", "Chat"), ("b", "Mail")))
    host.layout().addWidget(segmented)
    assert segmented.key() == "a"
    with qtbot.waitSignal(segmented.chosen, check_params_cb=lambda key: key == "b"):
        segmented._group.buttons()[1].click()
    segmented.choose("a")
    assert segmented.key() == "a"
    segmented.set_texts({"a": "Charla", "b": "Correo"})
    assert segmented._group.buttons()[1].text() == "Correo"


def test_pills_and_avatars_say_what_they_show(host: QWidget) -> None:
    pill, avatar = Pill("2 min", "bad", "clock"), Avatar("Ana Gil", "id")
    host.layout().addWidget(pill)
    host.layout().addWidget(avatar)
    assert pill.accessibleName() == "2 min"
    assert avatar.accessibleName() == "Ana Gil"
    wide = pill.sizeHint().width()
    pill.set("2 minutes and more")
    assert pill.sizeHint().width() > wide
    assert not host.grab().isNull()


def test_a_toast_goes_when_its_time_is_over(qtbot: QtBot, host: QWidget) -> None:
    stack = ToastStack(host)
    toast = stack.add(Toast("Saved", stays_ms=200))
    assert stack.toasts() == (toast,)
    qtbot.waitUntil(lambda: stack.toasts() == ())


def test_a_toast_without_a_time_stays_until_it_is_closed(qtbot: QtBot, host: QWidget) -> None:
    stack = ToastStack(host)
    toast = stack.add(Toast("Carmen waits", "Take", lambda: None, stays_ms=0))
    short = stack.add(Toast("Saved", stays_ms=200))
    qtbot.waitUntil(lambda: short not in stack.toasts())
    for _ in range(100):
        toast._tick()
    assert stack.toasts() == (toast,)
    toast.dismiss()
    assert stack.toasts() == ()


def test_what_stays_is_not_pushed_out_by_what_passes(host: QWidget) -> None:
    stack = ToastStack(host)
    stays = stack.add(Toast("While you were away: 12 new", stays_ms=0))
    passing = [stack.add(Toast(f"New conversation {number}")) for number in range(4)]
    assert stack.toasts() == (stays, *passing[-2:])


def test_a_toast_stays_while_the_pointer_is_on_it(qtbot: QtBot, host: QWidget) -> None:
    stack = ToastStack(host)
    toast = stack.add(Toast("Saved", stays_ms=200))
    QTest.mouseMove(toast, QPoint(3, 3))
    QTest.mouseMove(toast, QPoint(5, 5))
    qtbot.waitUntil(lambda: toast._held)
    for _ in range(10):
        toast._tick()
    assert stack.toasts() == (toast,)
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: stack.toasts() == ())


def test_undo_runs_once(qtbot: QtBot, host: QWidget) -> None:
    undone: list[int] = []
    stack = ToastStack(host)
    toast = stack.add(Toast("Resolved", "Undo", lambda: undone.append(1)))
    assert toast.undoable
    toast.button.click()
    toast.button.click()
    assert undone == [1]
    assert not toast.undoable
    assert stack.toasts() == ()


def test_at_most_three_toasts_and_none_outside(qtbot: QtBot, host: QWidget) -> None:
    stack = ToastStack(host)
    for number in range(5):
        stack.add(Toast(f"Message {number}", parent=host))
    assert [toast.text() for toast in stack.toasts()] == [f"Message {n}" for n in (2, 3, 4)]
    tops = [toast.y() for toast in stack.toasts()]
    assert tops == sorted(tops)
    assert all(host.rect().contains(toast.geometry()) for toast in stack.toasts())


CHOICES = (
    Choice("a", "Ana", detail="me", icon="user"),
    Choice("b", "Iván Peña", icon="user", group="People"),
    Choice("c", "Sara", checked=True, group="People", hint="3"),
)


def test_a_popup_list_is_walked_around_its_ends(qtbot: QtBot, host: QWidget) -> None:
    shown = PopupList()
    host.layout().addWidget(shown)
    assert not shown.accept()
    shown.show_choices(CHOICES)
    assert shown.current().key == "a"
    shown.move(-1)
    assert shown.current().key == "c"
    shown.move(1)
    shown.move(1)
    with qtbot.waitSignal(shown.picked, check_params_cb=lambda key: key == "b"):
        assert shown.accept()
    assert not shown.grab().isNull()
    index = shown.model().index(2, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Sara, 3"


def test_a_choice_popup_filters_and_takes_what_is_typed(qtbot: QtBot, host: QWidget) -> None:
    picked: list[str] = []
    popup = ChoicePopup("Assign…", free_text=True, parent=host)
    popup.picked.connect(picked.append)
    popup.show_choices(CHOICES)
    popup.open_at_point(QPoint(0, 0))
    popup.box.set_text("peña iv")
    assert [choice.key for choice in popup.list.choices()] == ["b"]
    popup.box.set_text("someone")
    QTest.keyClick(popup.box.field, Qt.Key.Key_Return)
    assert picked == ["someone"]


def test_the_search_box_hands_arrows_and_esc_on(qtbot: QtBot, host: QWidget) -> None:
    box = SearchBox()
    box.set_texts("Search", "Ctrl K", "Clear")
    host.layout().addWidget(box)
    box.show()
    moved: list[int] = []
    box.moved.connect(moved.append)
    QTest.keyClick(box.field, Qt.Key.Key_Down)
    QTest.keyClick(box.field, Qt.Key.Key_Up)
    assert moved == [1, -1]
    with qtbot.waitSignal(box.left):
        QTest.keyClick(box.field, Qt.Key.Key_Escape)
    assert box._key.isVisible()
    QTest.keyClicks(box.field, "x")
    assert not box._key.isVisible()
    box._clear.click()
    assert box.text() == ""
    box.set_text("jar")
    with qtbot.assertNotEmitted(box.changed):
        box.forget_text()
    assert not box._clear.isVisible()
    assert box.field.accessibleName() == "Search"
