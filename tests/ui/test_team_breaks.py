"""Back from a break: what happened at the desk meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.commands.desk import SetAgentState
from deskapp.core.ports import Digest
from deskapp.models.enums import AgentState
from deskapp.ui.bridge import Bridge
from deskapp.ui.i18n import Language
from deskapp.ui.shell.actions import ActionRegistry
from deskapp.ui.shell.context import UiContext
from deskapp.ui.team.breaks import BREAK_MS, Breaks
from tests.support.colleagues import Team
from tests.support.desk import DeskRig, open_rig
from tests.support.ui_state import MemoryUiState

MINUTE = 60_000


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


@pytest.fixture
def context(rig: DeskRig, qapp: QApplication) -> Iterator[UiContext]:
    bridge = Bridge(rig.workspace)
    yield UiContext(bridge, MemoryUiState(), rig.clock, ActionRegistry(), Language(qapp))
    bridge.close()


def be(rig: DeskRig, state: AgentState) -> None:
    rig.do(SetAgentState(state=state, automatic=True))


def test_what_happened_meanwhile_is_told_once(
    qtbot: QtBot, rig: DeskRig, context: UiContext
) -> None:
    team = Team(rig)
    team.hire("Ana Ruiz")
    breaks, told = Breaks(context), []
    breaks.ended.connect(told.append)
    for minutes in (1, 15):  # the first is no break
        be(rig, AgentState.AWAY)
        qtbot.waitUntil(lambda: breaks.away)
        began = rig.clock.now()
        rig.clock.advance(minutes * MINUTE)
        team.ticket()
        be(rig, AgentState.ONLINE)
        qtbot.waitUntil(lambda: not breaks.away)
        rig.clock.advance(1)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [Digest(began, new=1)]


def test_alone_there_is_nobody_to_tell_of(qtbot: QtBot, rig: DeskRig, context: UiContext) -> None:
    breaks, told = Breaks(context), []
    breaks.ended.connect(told.append)
    be(rig, AgentState.AWAY)
    rig.clock.advance(2 * BREAK_MS)
    with qtbot.waitSignal(context.bridge.changed):
        be(rig, AgentState.ONLINE)
    assert not breaks.away
    assert not told
