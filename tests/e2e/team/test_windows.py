"""Two whole windows, the host's and a colleague's: what is sent in one is painted in the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.team_windows import Seat, Windows, open_windows


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
