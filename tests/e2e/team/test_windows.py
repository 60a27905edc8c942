"""Two whole windows, the host's and a colleague's: what is sent in one is painted in the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from deskapp.app.team import TeamDesk, open_team_desk
from deskapp.core.commands.messages import AddNote
from deskapp.core.commands.team import RevokeDevices
from deskapp.sync.pairing.nearby import Finder
from deskapp.sync.server.seat import HostSeat
from deskapp.ui.team.join import JoinDialog
from tests.support.team_rig import do, texts
from tests.support.team_windows import Seat, Windows, open_windows
from tests.support.waiting import wait_for


@pytest.fixture
def windows(qapp: QApplication, tmp_path: Path) -> Iterator[tuple[Windows, Seat]]:
    with open_windows(qapp, tmp_path) as opened:
        yield opened


def test_an_answer_of_one_is_painted_at_the_other(windows: tuple[Windows, Seat]) -> None:
    team, lucia = windows
    ticket = team.host.ticket("¿Dónde está mi pedido?")
    ana = team.colleague("Ana")
    ana.goes_to(ticket)
    lucia.goes_to(ticket)
    ana.writes("Sale hoy con el camión de las tres.")
    ana.sends()
    ana.until(lambda: ana.said() == ["Sale hoy con el camión de las tres."])
    lucia.until(lambda: lucia.said() == ["Sale hoy con el camión de las tres."])
    lucia.writes("Ya va de camino.")
    lucia.sends()
    ana.until(lambda: ana.said()[-1:] == ["Ya va de camino."])
    assert "Online" in ana.line()


def own_seat(lucia: Seat) -> HostSeat:
    assert lucia.opened.assembly is not None
    seat = lucia.opened.assembly.services.team
    assert isinstance(seat, HostSeat)
    return seat


def presence(seat: Seat) -> str:
    """What the line above the composer says; empty while it is not there."""
    assert seat.opened.assembly is not None
    assert seat.opened.assembly.team is not None
    line = seat.opened.assembly.team.presence
    return line.text.text() if line.isVisible() else ""


def test_the_person_who_shares_the_desk_is_there_for_the_others(
    windows: tuple[Windows, Seat],
) -> None:
    team, lucia = windows
    team.host.seat_at_own_window(own_seat(lucia))
    ticket = team.host.ticket("¿Dónde está mi pedido?")
    ana = team.colleague("Ana")
    ana.goes_to(ticket)
    lucia.goes_to(ticket)
    ana.until(lambda: presence(ana) == "Lucía Marín is looking")
    lucia.until(lambda: presence(lucia) == "Ana is looking")
    lucia.writes("Lo miro")
    ana.until(lambda: presence(ana) == "Lucía Marín is typing")
    ana.writes("Sale hoy.")
    lucia.until(lambda: presence(lucia) == "Ana is typing")
    ana.sends()
    ana.until(lambda: ana.said() == ["Sale hoy."])
    team.host.deafen()
    lucia.until(lambda: presence(lucia) == "")


def test_an_answer_from_the_hosts_window_does_not_leave_blindly(
    windows: tuple[Windows, Seat],
) -> None:
    team, lucia = windows
    ticket = team.host.mail("Hola, falta una taza.")
    ana = team.colleague("Ana")
    ana.goes_to(ticket)
    lucia.goes_to(ticket)
    lucia.writes("Sale mañana.")
    ana.writes("Sale hoy.")
    ana.sends()
    both = ["Hola, falta una taza.", "Sale hoy."]
    wait_for(lambda: texts(team.host.workspace, ticket) == both, "Ana's answer")
    assert lucia.said() == both[:1]  # no event of the windows was handled meanwhile
    lucia.pane.composer.sending.send()
    lucia.until(lucia.pane.guard.isVisible)
    assert lucia.pane.guard.text().startswith("Ana wrote")
    assert lucia.pane.composer.editor.text() == "Sale mañana."


def test_who_was_shut_out_joins_again_and_sends_what_waited(
    windows: tuple[Windows, Seat], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Finder, "look", lambda *_: lambda: None)  # no multicast from here
    team, _lucia = windows
    ticket = team.host.ticket()
    ana = team.colleague("Ana")
    ana.goes_to(ticket)
    desk = ana.desk
    assert isinstance(desk, TeamDesk)
    do(team.host.workspace, RevokeDevices(agent_id=desk.member.agent_id))
    assert ana.opened.assembly is not None
    window = ana.opened.assembly.team
    assert window is not None
    ana.until(lambda: window.panel is not None)  # what happened is said without being asked
    desk.workspace.submit(
        AddNote(ticket_id=ticket, message_id=desk.workspace.new_id(), body="esto no llegó")
    ).result(90)
    panel = window.panel
    assert panel is not None
    ana.until(lambda: panel.text.toPlainText() == "esto no llegó")
    panel.join_again.click()
    (dialog,) = panel.findChildren(JoinDialog)
    dialog.where.setText(team.host.invite(desk.member.agent_id).link)
    dialog.go.click()
    folder = str(desk.profile.folder)
    ana.until(lambda: ana.opened.again == folder)
    team.leave(ana)
    back = team.sit(open_team_desk(desk.profile, desk.secrets.keys, start=False))
    back.until(lambda: texts(team.host.workspace, ticket) == ["esto no llegó"])
    back.until(lambda: "Online" in back.line())
