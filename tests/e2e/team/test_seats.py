"""Whole windows over TLS: who else is there, an answer that would be blind, and talking among colleagues."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from deskapp.core.commands.rooms import OpenRoom
from deskapp.ui.team.talk_page import TalkPage
from deskapp.ui.team.talks import ROOM, Talks
from deskapp.ui.team.team import Team
from tests.support.room import press, readable
from tests.support.team_windows import Seat, Windows, open_windows


@pytest.fixture
def windows(qapp: QApplication, tmp_path: Path) -> Iterator[tuple[Windows, Seat]]:
    with open_windows(qapp, tmp_path) as opened:
        yield opened


def team_of(seat: Seat) -> Team:
    assert seat.opened.assembly is not None
    assert seat.opened.assembly.team is not None
    return seat.opened.assembly.team


def talks_of(seat: Seat) -> Talks:
    assert seat.opened.assembly is not None
    return seat.opened.assembly.talks


def test_colleagues_see_each_other_at_a_ticket(windows: tuple[Windows, Seat]) -> None:
    team, _lucia = windows
    ticket = team.host.ticket()
    ana, ivan = team.colleague("Ana"), team.colleague("Iván")
    ana.goes_to(ticket)
    ivan.goes_to(ticket)
    line = team_of(ana).presence
    ana.until(lambda: line.text.text() == "Iván is looking")
    ivan.writes("Hola")
    ana.until(lambda: line.text.text() == "Iván is typing")
    ivan.opened.window.inbox.current_changed.emit(None)
    ana.until(line.isHidden)


def test_an_answer_written_offline_never_leaves_blindly(windows: tuple[Windows, Seat]) -> None:
    team, lucia = windows
    ticket = team.host.ticket()
    ana = team.colleague("Ana")
    ana.goes_to(ticket)
    lucia.goes_to(ticket)
    team.host.deafen()
    ana.until(lambda: ana.line().startswith("Offline since "))
    ana.writes("Sale hoy mismo.")
    ana.sends()
    ana.until(lambda: "1 unsent" in ana.line())
    lucia.writes("Ya contesté yo.")
    lucia.sends()
    lucia.until(lambda: lucia.said() == ["Ya contesté yo."])
    team.host.listen()
    team_of(ana).live.sync_now()
    ana.until(lambda: ana.pane.guard.text().startswith("Lucía Marín wrote at "))
    ana.until(lambda: ana.said() == ["Ya contesté yo."])
    assert ana.pane.composer.editor.text() == "Sale hoy mismo."
    ana.until(lambda: not team_of(ana).live.unsent())
    ana.until(lambda: "Send again" in readable(ana.pane.guard))
    press(ana.pane.guard, "Send again")
    lucia.until(lambda: lucia.said() == ["Ya contesté yo.", "Sale hoy mismo."])
    assert ana.pane.guard.isHidden()


def test_colleagues_talk_and_are_told(windows: tuple[Windows, Seat]) -> None:
    team, _lucia = windows
    ana, ivan = team.colleague("Ana"), team.colleague("Iván")
    desk = ana.desk.workspace
    command = OpenRoom(room_id="", kind="direct", member_ids=(ivan.desk.workspace.agent_id,))
    made = desk.submit(command)
    ana.until(made.done)
    room = str(made.result().result["room_id"])
    talks_of(ana).open(room)
    (page,) = ana.opened.window.findChildren(TalkPage)
    ana.until(lambda: page.room is not None)
    page.box.editor.set_text("¿Comes, @Iván?")
    page.box.submit()
    ivan.until(lambda: ivan.opened.window.rail._buttons[ROOM].badge == 1)
    found = talks_of(ivan).rooms.room(room)
    assert found is not None
    assert found.mentioned
    assert found.last is not None
    assert found.last.body == "¿Comes, @Iván?"
