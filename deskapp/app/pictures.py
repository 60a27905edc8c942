"""Pictures of every screen of the demo desk, in both themes and both languages, the same each time."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from deskapp.app.bootstrap import open_desk
from deskapp.app.chat_scene import ChatPictures, ChatScene
from deskapp.app.demo import attach_post
from deskapp.app.driver import SIZE, Driver, StepFailed
from deskapp.app.errors import Exit
from deskapp.app.gui import DeskWindow, application
from deskapp.app.story import Story
from deskapp.devtools.demo.builder import build_demo
from deskapp.system.errors import KnownError
from deskapp.system.paths import Profile
from deskapp.ui.composer.composer import Composer
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.settings.canned import CannedSheet
from deskapp.ui.settings.ways import PAGE_KEY
from deskapp.ui.setup.wizard import SetupWizard
from deskapp.ui.shell.main_window import MainWindow
from deskapp.ui.theme import ThemeMode

NOW: Final = 1_795_079_220_000
"""Thursday 19 November 2026, 10:07 in Madrid: the moment of all pictures."""
ZONE: Final = "Europe/Madrid"
LANGUAGES: Final = ("es", "en")
MODES: Final = (ThemeMode.LIGHT, ThemeMode.DARK)
SETTINGS: Final = ("sound", "appearance", "channels", "canned", "backups")


class FixedClock:
    """Stands still; what happened before a picture is told with `at` set back."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> int:
        return self.at


def take_pictures(folder: Path) -> int:
    """Write `<screen>-<theme>-<language>.png` of every screen into `folder`.

    Raises KnownError("tour_failed") with what did not show.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _same_everywhere()
    app = application()
    app.setCursorFlashTime(0)
    with tempfile.TemporaryDirectory(prefix="deskapp-pictures-") as name:
        original = Path(name) / "desk"
        build_demo(Profile(original), now=NOW)
        count = 0
        for language in LANGUAGES:
            for mode in MODES:
                copy = shutil.copytree(original, Path(name) / f"{mode.value}-{language}")
                count += _take(app, Profile(copy), folder, mode, language)
    print(f"{count} pictures are in {folder}.")
    return Exit.OK


def _same_everywhere() -> None:
    """No screen's size, no zone, no scale of this machine may be seen in a picture."""
    os.environ.update(TZ=ZONE, QT_FONT_DPI="96", QT_SCALE_FACTOR="1")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if hasattr(time, "tzset"):
        time.tzset()


def _take(app: QApplication, profile: Profile, folder: Path, mode: ThemeMode, language: str) -> int:
    studio = Studio(app, profile, folder, mode, language)
    try:
        return studio.take_all()
    except StepFailed as failed:
        raise KnownError("tour_failed", step=str(failed)) from failed
    finally:
        studio.close()


class Studio:
    """One window in one theme and language, led from screen to screen."""

    def __init__(
        self, app: QApplication, profile: Profile, folder: Path, mode: ThemeMode, language: str
    ) -> None:
        chosen = {"appearance.theme": mode.value, "appearance.language": language}
        profile.ui_state.write_text(json.dumps(chosen), "utf-8")
        self.clock = FixedClock()
        self.desk = open_desk(profile, clock=self.clock)
        self.post = attach_post(self.desk)
        self.desk_window = DeskWindow(app, self.desk, channels=False)
        self.chats = ChatScene(self.desk, self.clock)
        self.desk_window.chat = self.chats.live
        self.driver = Driver(app, self.desk_window)
        self._folder, self._suffix = folder, f"{mode.value}-{language}"
        self.count = 0

    def take_all(self) -> int:
        self._open()
        for screen in (
            self.inbox,
            self.canned,
            self.note,
            self.palette,
            self.html_mail,
            self.held,
            self.failed,
            self.search,
            self.bulk,
            self.new_ticket,
            self.customers,
            self.notifications,
            self.settings,
            self.setup,
            Story(self).play,
            ChatPictures(self).take,
        ):
            screen()
        return self.count

    def close(self) -> None:
        self.desk_window.close()
        self.desk_window.language.clear()

    # Screens -----------------------------------------------------------------------------------

    def inbox(self) -> None:
        self.show("Pedido #48213 llegó incompleto")
        self.shoot("inbox")

    def canned(self) -> None:
        self.write("reply", "/re")
        self.shoot("canned")
        self.composer.editor.set_text("")

    def note(self) -> None:
        self.write("note", "El almacén lo deja en la puerta a las 12:00. Llamar a Carmen.")
        self.shoot("note")
        self.composer.editor.set_text("")
        self.composer.set_mode("reply")

    def html_mail(self) -> None:
        self.show("Incidencia en la entrega 48190")
        self.shoot("html-mail")

    def held(self) -> None:
        self.show("Cambio de cuenta para los abonos")
        self.shoot("held")

    def failed(self) -> None:
        self.show("Photos from the workshop")
        self.shoot("failed-send")

    def search(self) -> None:
        self.window.search("jarra")
        pane = self.window.inbox.pane
        self.wait("the search found nothing", lambda: 1 < pane.model.rowCount() < 30)
        pane.list.setFocus()
        pane.list.go_to(0)
        self.shoot("search")
        pane.leave_search()

    def palette(self) -> None:
        self.window.context.actions.run("palette.open")
        self.wait("the palette did not open", lambda: bool(self.driver.over()))
        self.driver.type("carm")
        self.driver.settle()
        self.shoot("palette")
        self.driver.close_over()

    def bulk(self) -> None:
        pane = self.window.inbox.pane
        self.wait("the list did not come back", lambda: pane.model.rowCount() > 30)
        pane.list.setFocus()
        pane.list.scrollToTop()
        pane.list.go_to(1)
        for place in (3, 4, 6):
            pane.list.toggle(place)
        self.shoot("bulk")
        pane.list.clear_to_current()

    def new_ticket(self) -> None:
        self.window.context.actions.run("ticket.create")
        self.wait("the form did not open", lambda: bool(self.driver.over()))
        self.driver.type("pepa")
        self.driver.settle()
        self.shoot("new-ticket")
        self.driver.close_over()

    def customers(self) -> None:
        self.window.show_room("customers")
        self.driver.settle()
        self.shoot("customers")

    def notifications(self) -> None:
        self.window.show_room("notifications")
        self.shoot("notifications")

    def settings(self) -> None:
        assembly = self.desk_window.assembly
        assert assembly is not None
        # Not those of the machine on which the pictures are taken.
        assembly.sounds.devices = lambda: [("speakers", "Speakers")]  # type: ignore[method-assign]
        for page in SETTINGS:
            self.window.context.state.set(PAGE_KEY, page)
            self.window.show_room("inbox")
            self.window.show_room("settings")
            if page == "canned":
                self._open_a_reply()
            self.shoot(f"settings-{page}")

    def _open_a_reply(self) -> None:
        (sheet,) = self.window.findChildren(CannedSheet)
        self.wait("there are no canned replies", lambda: bool(sheet.list.keys()))
        sheet.open(sheet.list.keys()[0])

    def setup(self) -> None:
        assembly = self.desk_window.assembly
        assert assembly is not None
        self.window.show_room("inbox")
        wizard = SetupWizard(
            self.window.context, assembly.services, assembly.preferences, self.window
        )
        wizard.open()
        self.shoot("setup")
        wizard.close()

    # How they are reached ----------------------------------------------------------------------

    def _open(self) -> None:
        window = self.window
        self.desk_window.show()
        window.resize(*SIZE)
        window.activateWindow()
        self.wait("the inbox stayed empty", lambda: window.inbox.pane.model.rowCount() > 20)
        self.wait("the window was not completed", lambda: self.desk_window.assembly is not None)

    def show(self, subject: str) -> None:
        """Select the ticket of that subject and wait until it has been read."""
        pane = self.window.inbox.pane
        self.wait(f"{subject} is not in the list", lambda: self._place_of(subject) >= 0)
        pane.list.setFocus()
        pane.list.go_to(self._place_of(subject))
        conversation = self.conversation

        def shown() -> bool:
            row = conversation.row
            return (
                row is not None
                and row.subject == subject
                and row.unread == 0
                and conversation.detail is not None
                and bool(conversation.view.blocks)
            )

        self.wait(f"{subject} was not shown", shown)

    def _place_of(self, subject: str) -> int:
        model = self.window.inbox.pane.model
        rows = [model.row_at(place) for place in range(model.rowCount())]
        return next((n for n, row in enumerate(rows) if row and row.subject == subject), -1)

    def write(self, mode: str, text: str) -> None:
        self.composer.start(mode)
        self.wait("the composer has no focus", self.composer.editor.hasFocus)
        self.composer.editor.set_text("")
        self.composer.editor.insert(text)
        self.driver.settle()

    def shoot(self, name: str) -> None:
        self.driver.picture(self._folder / f"{name}-{self._suffix}.png")
        self.count += 1

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        self.driver.wait(what, condition)

    @property
    def window(self) -> MainWindow:
        return self.desk_window.window

    @property
    def conversation(self) -> ConversationPane:
        assert self.desk_window.assembly is not None
        return self.desk_window.assembly.conversation

    @property
    def composer(self) -> Composer:
        return self.conversation.composer
