"""What only moved is moved on the screen: after whatever happens it looks as if it had all been painted anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.models.dto import MessageView
from deskapp.models.enums import Channel, MessageKind
from deskapp.ui.chat.ghost import GhostCard
from deskapp.ui.conversation import seen
from deskapp.ui.conversation.blocks import Env, State
from deskapp.ui.conversation.timeline import Timeline
from deskapp.ui.conversation.view import MessagesView
from deskapp.ui.theme import ThemeMode, colour, theme
from tests.support.talk import ME, NOW, event, message

WORDS = (
    "Hola",
    "¿Sigue ahí?",
    "Una taza de la mesa de al lado " * 4,
    "Dos\nlíneas",
    "Gracias " * 30,
)
ENV = Env(ME, lambda: NOW, lambda _file: None)


class Typed(GhostCard):
    """Without its dashes: where a line begins to be dashed depends on where its picture is cut off."""

    def paint(self, painter: QPainter, _state: State) -> None:
        painter.fillRect(self._bubble, colour("raised"))
        if self._box is not None:
            self._box.draw(painter, self._bubble.topLeft())


class Chat:
    """A conversation on screen, to which anything may happen."""

    def __init__(self, view: MessagesView, seed: int) -> None:
        self.view, self.rng, self.last = view, Random(seed), 0
        self.timeline = Timeline("t1", ENV)
        self.ghost: GhostCard | None = None
        for _ in range(12):
            self.say()
        view.show_blocks(self.blocks())

    def blocks(self) -> list:
        ghosts = [self.ghost] if self.ghost is not None else []
        return [*self.timeline.blocks(NOW), *ghosts]

    def say(self) -> None:
        self.last += 1
        kind = self.rng.choice((MessageKind.INBOUND, MessageKind.INBOUND, MessageKind.OUTBOUND))
        if self.rng.random() < 0.1:
            self.timeline.items.append(event(self.last, "subject_changed"))
            return
        said = message(self.last, self.rng.choice(WORDS), kind=kind)
        self.timeline.items.append(replace(said, channel=Channel.WEBCHAT))

    def types(self) -> None:
        self.ghost = self.ghost or Typed("Carmen")
        self.ghost.say(self.rng.choice(WORDS))

    def stops(self) -> None:
        self.ghost = None

    def changes(self) -> None:
        items = self.timeline.items
        said = [n for n, item in enumerate(items) if isinstance(item, MessageView)]
        place = self.rng.choice(said[-6:])
        items[place] = replace(items[place], text=self.rng.choice(WORDS))

    def goes(self) -> None:
        del self.timeline.items[
            self.rng.randrange(max(0, len(self.timeline.items) - 4), len(self.timeline.items))
        ]

    def scrolls(self) -> None:
        bar = self.view.verticalScrollBar()
        bar.setValue(self.rng.choice((bar.value() - 70, bar.value() + 45, bar.maximum(), 0)))

    def step(self) -> None:
        self.rng.choice(
            (self.say, self.say, self.types, self.stops, self.changes, self.goes, self.scrolls)
        )()
        self.view.update_blocks(self.blocks())


@pytest.fixture
def view(qapp: QApplication) -> Iterator[MessagesView]:
    theme().install(qapp, ThemeMode.LIGHT)
    view = MessagesView()
    view.resize(620, 480)
    view.show()
    yield view
    view.close()
    view.deleteLater()


def on_screen(view: MessagesView) -> QImage:
    """What was left on the screen by all that was painted so far."""
    place = view.viewport().geometry()
    screen = view.screen().grabWindow(view.winId())
    return screen.copy(place).toImage().convertToFormat(QImage.Format.Format_RGB32)


def anew(view: MessagesView) -> QImage:
    return view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def is_true(qtbot: QtBot, view: MessagesView) -> bool:
    qtbot.waitUntil(lambda: not view._idle.isActive(), timeout=60_000)
    QApplication.processEvents()
    return on_screen(view) == anew(view)


@pytest.mark.parametrize("seed", range(4))
def test_the_screen_is_as_if_painted_anew(qtbot: QtBot, view: MessagesView, seed: int) -> None:
    with qtbot.waitExposed(view, timeout=60_000):
        view.show()
    chat = Chat(view, seed)
    assert is_true(qtbot, view)
    for step in range(40):
        chat.step()
        assert is_true(qtbot, view), f"step {step}"


def test_a_change_that_was_not_painted_is_found(
    qtbot: QtBot, view: MessagesView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: what changed is forgotten."""
    with qtbot.waitExposed(view, timeout=60_000):
        view.show()
    chat = Chat(view, 1)
    assert is_true(qtbot, view)
    monkeypatch.setattr(seen.Seen, "_paint_again", lambda *_: None)
    chat.types()
    view.update_blocks(chat.blocks())
    chat.types()
    view.update_blocks(chat.blocks())
    assert not is_true(qtbot, view)


class Painted(QObject):
    """How many lines of a widget were painted."""

    lines = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.lines += sum(rect.height() for rect in event.region())  # type: ignore[attr-defined]
        return False


def test_a_word_at_the_end_paints_little_more_than_itself(qtbot: QtBot, view: MessagesView) -> None:
    with qtbot.waitExposed(view, timeout=60_000):
        view.show()
    chat = Chat(view, 2)
    assert is_true(qtbot, view)
    painted = Painted()
    view.viewport().installEventFilter(painted)
    chat.timeline.items.append(message(99, "Hola"))
    view.update_blocks(chat.blocks())
    qtbot.waitUntil(lambda: painted.lines > 0, timeout=60_000)
    assert painted.lines < view.viewport().height() // 2
