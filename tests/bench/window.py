"""The real window on the real desk, offscreen: opening tickets, scrolling, memory. Run as a process of its own."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from deskapp.app.bootstrap import open_desk
from deskapp.app.gui import DeskWindow, application, key_keeper
from deskapp.core.queries.views import ALL
from deskapp.devtools.volume import RECENT
from deskapp.system.paths import Profile
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.conversation.view import MessagesView
from deskapp.ui.inbox.ticket_list import TicketList
from deskapp.ui.shell.main_window import MainWindow
from tests.bench.results import Result, dump, p95
from tests.support.looks import choose_looks

FRAME_MS = 1000 / 60
SCROLL_GOAL_MS = 33.0
MEMORY_GOAL_MB = 250.0
SETTLE_S = 2.5
HEARTBEAT_MS = 4
_WAIT = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
GIVE_UP_S = 60


class Painted:
    """When a widget class last finished painting (s, perf_counter)."""

    def __init__(self, widget: type[QAbstractScrollArea]) -> None:
        self.at = 0.0
        original = widget.paintEvent

        def paint(view: QAbstractScrollArea, event: QPaintEvent) -> None:
            original(view, event)
            self.at = time.perf_counter()

        widget.paintEvent = paint  # type: ignore[method-assign]


class Flushed:
    """When the window last finished a frame: every widget painted, and all of it handed to the screen."""

    def __init__(self) -> None:
        self.at = 0.0
        original = MainWindow.event

        def heard(window: MainWindow, event: QEvent) -> bool:
            done = original(window, event)
            if event.type() == QEvent.Type.UpdateRequest:
                self.at = time.perf_counter()
            return done

        MainWindow.event = heard  # type: ignore[method-assign]


class Bench:
    """One open window, and what is done in it."""

    def __init__(self, profile: Path) -> None:
        self.conversation_painted = Painted(MessagesView)
        self.list_painted = Painted(TicketList)
        self.flushed = Flushed()
        self.app: QApplication = application(["deskapp"])
        self._heart = QTimer(interval=HEARTBEAT_MS)  # so that waiting ends when nothing happens
        self._heart.start()
        desk = open_desk(choose_looks(Profile.at(profile), "es"), key_keeper(str(profile / "key")))
        self.window = DeskWindow(self.app, desk)
        self.window.window.resize(1440, 900)
        self.window.show()
        self.wait(lambda: self.window.assembly is not None)
        assert self.window.assembly is not None
        self.conversation = self.window.assembly.conversation
        self.pane = self.window.window.inbox.pane
        self.window.window.open_view(ALL)
        self.wait(lambda: self.pane.feed.view == ALL and self.pane.model.rowCount() > RECENT)
        self.settle(SETTLE_S)

    def close(self) -> None:
        self.window.close()

    def turn(self) -> None:
        """Wait for what comes next, as a window does: the readers have the interpreter meanwhile."""
        self.app.processEvents(_WAIT)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Let the window work until `condition` holds."""
        end = time.perf_counter() + GIVE_UP_S
        while not condition():
            if time.perf_counter() > end:
                raise TimeoutError("the window did not come to what was waited for")
            self.turn()

    def settle(self, seconds: float) -> None:
        """Let the window do what it does when nobody acts."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.turn()

    def open_ticket(self, position: int) -> tuple[float, float]:
        """Milliseconds from choosing a ticket to its first screen painted, HTML included; and to the frame
        in which it was being finished."""
        self.conversation._known.clear()  # what was read before would be shown at once
        key = self.pane.model.key_at(position)
        begin = time.perf_counter()
        self.pane.list.go_to(position)
        self.wait(lambda: self._shows(key, begin))
        took = self.conversation_painted.at - begin, self.flushed.at - begin
        self.settle(0.05)
        return took[0] * 1000, took[1] * 1000

    def _shows(self, key: int | None, begin: float) -> bool:
        pane = self.conversation
        if pane.row is None or pane.row.key != key or pane.timeline is None:
            return False
        if pane.timeline.ticket_id != pane.row.id or not pane.view.blocks:
            return False
        return self.conversation_painted.at > begin and all(
            card.rich is not None for card in self._seen_cards() if card.message.has_html
        )

    def _seen_cards(self) -> Iterator[MessageCard]:
        """Messages on the first screen."""
        view = self.conversation.view
        high = view.viewport().height()
        for index, block in enumerate(view.blocks):
            rect = view.rect_of(index)
            if isinstance(block, MessageCard) and rect.bottom() > 0 and rect.top() < high:
                yield block

    def scroll(self, frames: int) -> list[float]:
        """Milliseconds that each frame kept the window's thread busy, from the top to the end."""
        bar = self.pane.list.verticalScrollBar()
        took = []
        for frame in range(frames + 1):
            begin = time.perf_counter()
            bar.setValue(bar.maximum() * frame // frames)
            self.app.processEvents()
            took.append((time.perf_counter() - begin) * 1000)
            while time.perf_counter() - begin < FRAME_MS / 1000:
                self.turn()
        return took


def memory_mb() -> float:
    """Proportional set size of this process."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def measure(profile: Path, *, openings: int, frames: int, bare_mb: float) -> list[Result]:
    bench = Bench(profile)
    try:
        memory = memory_mb() if sys.platform == "linux" else None
        text, frame, html, long = [], [], [], []
        bench.open_ticket(1)
        for n in range(openings):
            painted, flushed = bench.open_ticket(2 * (n % (RECENT // 2)))
            text.append(painted)
            frame.append(flushed)
            html.append(bench.open_ticket(2 * (n % (RECENT // 2)) + 1)[0])
            if n % 5 == 0:
                long.append(bench.open_ticket(RECENT)[0])
        scrolled = bench.scroll(frames)
        used = memory_mb() if memory is not None else None
    finally:
        bench.close()
    return [
        _within("text conversation of 6 painted, p95", p95(text), 1),
        Result("the same, the whole window's frame done, p95", p95(frame), "ms", FRAME_MS),
        _within("HTML on the first screen painted, p95", p95(html), 3),
        _within("1,000 messages: first screen painted, p95", p95(long), 3),
        Result(
            "scrolling the whole list, worst frame",
            max(scrolled),
            "ms",
            FRAME_MS,
            f"≤ {SCROLL_GOAL_MS:.0f} ms",
            max(scrolled) <= SCROLL_GOAL_MS,
        ),
        *(_memory("memory (PSS) with the desk open", mb, bare_mb) for mb in (memory,) if mb is not None),
        *(_memory("memory (PSS) after all this", mb, bare_mb) for mb in (used,) if mb is not None),
    ]  # fmt: skip


def _within(metric: str, value: float, frames: int) -> Result:
    goal = "≤ 1 frame" if frames == 1 else f"≤ {frames} frames"
    return Result(metric, value, "ms", FRAME_MS, goal, value <= frames * FRAME_MS)


def _memory(metric: str, value: float, bare: float) -> Result:
    return Result(metric, value, "MB", bare, f"≤ {MEMORY_GOAL_MB:.0f} MB", value <= MEMORY_GOAL_MB)


if __name__ == "__main__":
    folder, openings, frames, bare = sys.argv[1:]
    print(
        dump(measure(Path(folder), openings=int(openings), frames=int(frames), bare_mb=float(bare)))
    )
