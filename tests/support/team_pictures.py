"""Pictures of a team: an answer that stands in two windows, and work that goes on without the host.

`python -m tests.support.team_pictures FOLDER` takes them; `make screenshots` does it.
"""

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from deskapp.app.demo import prepare
from deskapp.app.gui import application
from deskapp.app.task import Task
from deskapp.core.queries.views import ALL, TicketIds, TicketRows
from deskapp.models.enums import Channel
from deskapp.system.paths import Profile
from tests.support.desk import HandClock
from tests.support.team_rig import ask
from tests.support.team_windows import Seat, Windows, open_windows
from tests.support.widget_pictures import NOON_MS

SIZE = (1_400, 820)
ANSWER = "Ya he hablado con el taller: sale mañana a primera hora."
ALONE = "Mañana te escribo en cuanto salga."
"""In the customer's language, whatever the window's: another would be pointed out before it leaves."""
LANGUAGES = ("es", "en")


def side_by_side(seats: tuple[Seat, ...], target: Path, *, dark: bool) -> None:
    for seat in seats:
        bar = seat.pane.view.verticalScrollBar()
        bar.setValue(bar.maximum())
    for _turn in range(20):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    pictures = [seat.opened.window.grab().toImage() for seat in seats]
    width = sum(picture.width() for picture in pictures) + 24 * (len(pictures) - 1)
    both = QImage(width, pictures[0].height(), QImage.Format.Format_RGB32)
    both.fill(QColor("#0d0f13" if dark else "#dfe3ea"))
    painter = QPainter(both)
    left = 0
    for picture in pictures:
        painter.drawImage(left, 0, picture)
        left += picture.width() + 24
    painter.end()
    assert both.save(str(target))


def a_mail_of(windows: Windows) -> str:
    """The newest ticket by mail."""
    workspace = windows.host.workspace
    keys = ask(workspace, TicketIds(ALL, limit=50)).keys
    return next(row.id for row in ask(workspace, TicketRows(keys)) if row.channel is Channel.EMAIL)


def play(windows: Windows, lucia: Seat, target: Path, language: str, theme: str) -> None:
    seat = windows.colleague("Ana Robles", (language, theme))
    for one in (lucia, seat):
        one.opened.window.resize(*SIZE)
    ticket = a_mail_of(windows)
    lucia.goes_to(ticket)
    seat.goes_to(ticket)
    seat.until(lambda: seat.pane.composer.recipients.people("to"))
    seat.writes(ANSWER)
    seat.sends()
    for one in (lucia, seat):
        one.until(lambda one=one: one.said()[-1:] == [ANSWER])
    name = f"{theme}-{language}.png"
    side_by_side((lucia, seat), target / f"team-both-{name}", dark=theme == "dark")
    windows.host.deafen()
    seat.until(lambda: not seat.desk.workspace.connection.online)
    seat.writes(ALONE)
    seat.sends()
    seat.until(lambda: seat.said()[-1:] == [ALONE])
    seat.until(lambda: seat.desk.workspace.connection.unsent > 0)
    side_by_side((seat,), target / f"team-offline-{name}", dark=theme == "dark")


def main(target: Path) -> None:
    app = application()
    with tempfile.TemporaryDirectory() as home:
        for language in LANGUAGES:
            for theme in ("light", "dark"):
                folder = Path(home) / f"{theme}-{language}"
                prepare(NOON_MS, Task(), Profile(folder / "host"))
                with open_windows(app, folder, language, theme, HandClock(NOON_MS)) as (
                    windows,
                    lucia,
                ):
                    play(windows, lucia, target, language, theme)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
