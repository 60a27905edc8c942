"""The window of an agent and the page of a visitor, at the same desk; and pictures of both, side by side.

`python -m tests.support.both_sides FOLDER` takes the pictures; `make screenshots` does it.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from deskapp.app.gui import application
from deskapp.ui.chat.ghost import GhostCard
from tests.support.agent_window import AgentWindow, breathe, open_agent_window
from tests.support.browser import Browser, open_browser
from tests.support.desk import HandClock
from tests.support.shop_site import Shop, Visitor, open_shop, visit
from tests.support.widget_pictures import NOON_MS, SAID, SITE, SIZE, STILL

QUIET = "!root.querySelector('.log img, .log script')"
"""No markup of anybody's became an element of the page."""


@dataclass
class Sides:
    browser: Browser
    window: AgentWindow
    shop: Shop
    clock: HandClock
    language: str
    dark: bool = False
    _pages: list[Visitor] = field(default_factory=list)

    def visit(self) -> Visitor:
        """Somebody comes to the site, with a browser of their own."""
        visitor = visit(
            self.browser,
            self.shop,
            size=SIZE,
            dark=self.dark,
            still=True,
            language=self.language,
        )
        self._pages.append(visitor)
        return visitor

    def leave(self) -> None:
        for visitor in self._pages:
            visitor.close()


@contextmanager
def open_sides(
    app: QApplication, browser: Browser, folder: Path, *, language: str = "es", theme: str = "light"
) -> Iterator[Sides]:
    """A shop whose box asks nothing, and the window of the agent who answers."""
    clock = HandClock(NOON_MS)
    with (
        open_agent_window(app, folder, language=language, theme=theme, clock=clock) as window,
        open_shop() as shop,
    ):
        shop.desk, shop.box, shop.language = window.url, window.box_id, language
        window.box(shop.url)
        assert window.opened.assembly is not None
        live = window.opened.assembly.chats.live
        window.until(lambda: live.now().running)
        sides = Sides(browser, window, shop, clock, language, theme == "dark")
        try:
            yield sides
        finally:
            sides.leave()


def talk(sides: Sides) -> Visitor:
    """Half a conversation: the visitor is typing."""
    window, visitor = sides.window, sides.visit()
    first, answer, more = SAID[sides.language]
    visitor.open()
    visitor.say(first)
    window.opens_the_chat()
    window.writes(answer)
    QTest.keyClick(window.pane.composer.editor, Qt.Key.Key_Return)
    visitor.wait_text(answer)
    window.until(lambda: len(window.cards()) == 2)
    visitor.write(more)
    window.until(
        lambda: isinstance(last := window.pane.view.blocks[-1], GhostCard) and more in last.speech()
    )
    return visitor


def side_by_side(sides: Sides, visitor: Visitor, target: Path) -> None:
    """One picture of both."""
    breathe()
    agent = sides.window.opened.window.grab().toImage()
    visitor.page.settle()
    with tempfile.TemporaryDirectory() as folder:
        visitor.page.screenshot(Path(folder) / "visitor.png")
        page = QImage(str(Path(folder) / "visitor.png"))
    both = QImage(
        agent.width() + 24 + page.width(),
        max(agent.height(), page.height()),
        QImage.Format.Format_RGB32,
    )
    both.fill(QColor("#0d0f13" if sides.dark else "#dfe3ea"))
    painter = QPainter(both)
    painter.drawImage(0, 0, agent)
    painter.drawImage(agent.width() + 24, (both.height() - page.height()) // 2, page)
    painter.end()
    assert both.save(str(target))


def main(target: Path) -> None:
    app = application()
    with tempfile.TemporaryDirectory() as home, open_browser(Path(home), breathe) as browser:
        for language in SAID:
            for theme in ("light", "dark"):
                folder = Path(home) / f"{theme}-{language}"
                with open_sides(app, browser, folder, language=language, theme=theme) as sides:
                    sides.window.opened.window.resize(1200, 720)
                    sides.shop.css, sides.shop.strict = SITE, False
                    sides.shop.head = f"<script>{STILL}</script>"
                    side_by_side(sides, talk(sides), target / f"both-sides-{theme}-{language}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
