"""Colleagues named in notes by @."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.api import Query
from deskapp.core.commands.messages import AddNote
from deskapp.core.queries.desk import GetAgents
from deskapp.models.dto import AgentInfo
from deskapp.models.enums import AgentState
from deskapp.ui.composer import mentions
from tests.support.fake_workspace import ME, row
from tests.support.team_seat import Seat, take_seat

ANA, MARIA, IVAN = "b" * 32, "c" * 32, "d" * 32
KNOWN = mentions.people(
    [(ANA, "Ana Ruiz"), (MARIA, "Ana Ruiz Gómez"), (IVAN, "Iván Peña"), ("e" * 32, " ")]
)


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 3), ("iv", 1), ("IVÁN", 1), ("peña", 1), ("pena", 1), ("ana", 2), ("z", 0)],
)
def test_a_colleague_is_found_by_any_word_of_the_name(query: str, found: int) -> None:
    assert len(mentions.find(KNOWN, query)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Ana Ruiz mira esto", (ANA,)),
        ("@Ana Ruiz Gómez, y @iván peña.", (MARIA, IVAN)),
        ("@Ana Ruiz y @Ana Ruiz Gómez", (ANA, MARIA)),
        ("correo@Ana Ruiz", ()),
        ("@Ana Ruizeñor", ()),
        ("@Ana", ()),
    ],
)
def test_only_whole_names_after_an_at_are_meant(text: str, found: tuple[str, ...]) -> None:
    assert mentions.mentioned(text, KNOWN) == found


@pytest.fixture
def seat(qtbot: QtBot, qapp: QApplication) -> Iterator[Seat]:
    with take_seat(qtbot, qapp) as made:
        answer = made.desk._answer
        named = ((ME, "Lucía Marín"), (ANA, "Ana Ruiz"), (IVAN, "Iván Peña"))
        agents = tuple(AgentInfo(key, name, "", AgentState.ONLINE) for key, name in named)

        def told(query: Query[object]) -> object:
            return agents if isinstance(query, GetAgents) else answer(query)

        made.desk._answer = told  # type: ignore[method-assign]
        made.until(lambda: made.window.inbox.pane.model.rowCount() == 2)
        made.window.open_ticket(row(1).id)
        yield made


def test_a_note_mentions_whom_it_names(seat: Seat) -> None:
    composer = seat.pane.composer
    seat.pane.note()
    seat.until(composer.editor.hasFocus)
    QTest.keyClicks(composer.editor, "Mira, @")
    seat.until(lambda: composer.editor.popup_open)
    popup = composer.aids._popup
    assert popup is not None
    assert [choice.text for choice in popup.list.choices()] == ["Ana Ruiz", "Iván Peña"]
    QTest.keyClicks(composer.editor, "pen")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.editor.text() == "Mira, @Iván Peña "
    composer.sending.send()
    (note,) = (c for c in seat.desk.sent if isinstance(c, AddNote))
    assert note.mentions == (IVAN,)


def test_a_reply_offers_nobody(seat: Seat) -> None:
    composer = seat.pane.composer
    seat.pane.reply()
    seat.until(composer.editor.hasFocus)
    QTest.keyClicks(composer.editor, "@iv")
    seat.desk._pool.submit(int).result()
    QApplication.processEvents()
    assert not composer.editor.popup_open
