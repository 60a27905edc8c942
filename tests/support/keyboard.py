"""A person without a mouse, at the window of a real desk with mail in it.

Keys go to whatever has the focus, as the keyboard sends them; nothing here calls a widget or an
action. What the desk was told and what came on screen is kept in `Effects`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.demo import attach_post
from deskapp.app.gui import DeskWindow
from deskapp.core.api import Command, Query
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.canned import SaveCannedReply
from deskapp.core.commands.desk import SaveAgent, SaveView, SetSetting
from deskapp.core.commands.team import DisableAgent, SaveDepartment
from deskapp.core.queries.tickets import GetTicket
from deskapp.models.dto import Condition, TicketRow
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile
from deskapp.ui.palette.palette import Palette
from deskapp.ui.widgets import Popup
from tests.support.looks import choose_looks

if TYPE_CHECKING:
    from deskapp.app.assembly import Assembly

R = TypeVar("R")
WAIT_MS = 75_000
SHOP = "hola@taller.test"
SUBJECTS = ("Taza", "Plato", "Jarra")
HTML = '<p>Mira <a href="https://taller.test/taza">la taza</a></p><img src="https://x.test/a.png">'


def mail(subject: str, *, sender: str = "Carmen <carmen@correo.test>", **headers: str) -> bytes:
    """A customer's mail with a second recipient, HTML and an attachment."""
    made = EmailMessage(SMTP)
    made["From"], made["To"], made["Cc"] = sender, SHOP, "socio@correo.test"
    made["Subject"], made["Message-ID"] = subject, f"<{subject.lower()}@correo.test>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(f"Falta una {subject.lower()}: https://taller.test/taza\n\n> Antes\n")
    made.add_alternative(HTML, subtype="html")
    made.add_attachment(b"una lista", maintype="text", subtype="plain", filename="lista.txt")
    return made.as_bytes()


_KEYS = MemoryKey()


class Person:
    """Presses keys and looks."""

    def __init__(self, qtbot: QtBot, desk: Desk, opened: DeskWindow, stage: Stage) -> None:
        self.qtbot, self.desk, self.opened, self.stage = qtbot, desk, opened, stage
        self.window = opened.window
        self.pane = self.window.inbox.pane
        self.list = self.pane.list

    # -- hands -------------------------------------------------------------------------------

    def press(self, keys: str) -> None:
        """A key or a chord, as in "E", "Ctrl+K", "G, I", to what has the focus."""
        sequence = QKeySequence(keys)
        for place in range(sequence.count()):
            stroke = sequence[place]
            self.give_focus_back()
            QTest.keyClick(self.focus(), stroke.key(), stroke.keyboardModifiers())
        self.give_focus_back()

    def type(self, text: str) -> None:
        self.give_focus_back()
        QTest.keyClicks(self.focus(), text)

    def paste(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.press("Ctrl+V")

    def give_focus_back(self) -> None:
        """To the window below, when a pop-up has gone: there is no window manager here."""
        below = QApplication.activeModalWidget() or self.window
        if QApplication.activePopupWidget() is None and (
            QApplication.activeWindow() is not below or QApplication.focusWidget() is None
        ):
            below.activateWindow()
            QApplication.processEvents()

    def menu_key(self) -> None:
        """The key that opens a context menu; the system turns it into this event."""
        target = self.focus()
        where = target.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
        at = QRectF(where or target.rect()).toRect().center()
        kind = QContextMenuEvent.Reason.Keyboard
        QApplication.sendEvent(target, QContextMenuEvent(kind, at, target.mapToGlobal(at)))

    def tab_to(self, wanted: QWidget, most: int = 250) -> None:
        """Press Tab until `wanted`, once it is there to be seen, has the focus."""
        self.sees(wanted.isVisible)
        seen = []
        for _ in range(most):
            if self.focus() is wanted:
                return
            self.press("Tab")
            seen.append(self.focus())
        names = [f"{type(one).__name__} {one.accessibleName()!r}" for one in seen[:40]]
        raise AssertionError(f"Tab never comes to {wanted.accessibleName()!r}: {names}")

    def through_the_palette(self, name: str) -> None:
        self.press("Ctrl+K")
        palette = self.popup()
        assert isinstance(palette, Palette)
        self.type(name.rstrip("…"))
        self.sees(lambda: (chosen := palette.list.current()) is not None and chosen.text == name)
        self.press("Return")

    def focus(self) -> QWidget:
        """Where the next key goes."""
        over = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if over is not None:
            return over.focusWidget() or over
        return QApplication.focusWidget() or self.window

    # -- eyes --------------------------------------------------------------------------------

    def sees(self, what: Callable[[], object], timeout: int = WAIT_MS) -> None:
        self.qtbot.waitUntil(lambda: bool(what()), timeout=timeout)

    def popup(self) -> Popup | QMenu:
        """The pop-up or menu that is open, once it is."""
        self.sees(lambda: isinstance(QApplication.activePopupWidget(), Popup | QMenu))
        found = QApplication.activePopupWidget()
        assert isinstance(found, Popup | QMenu)
        return found

    def dialog(self, kind: type[QDialog] = QDialog) -> QDialog:
        """The dialog that is open, once it is."""
        self.sees(lambda: isinstance(QApplication.activeModalWidget(), kind))
        found = QApplication.activeModalWidget()
        assert isinstance(found, QDialog)
        return found

    @property
    def assembly(self) -> Assembly:
        assert self.opened.assembly is not None
        return self.opened.assembly

    @property
    def composer(self) -> QWidget:
        return self.assembly.conversation.composer

    def row(self) -> TicketRow:
        """The current ticket as the list shows it."""
        found = self.list.current_row()
        assert found is not None
        return found

    def ask(self, query: Query[R]) -> R:
        return self.desk.workspace.query(query).result(90)

    def ticket(self, ticket_id: str) -> TicketRow:
        """The ticket as the desk has it."""
        return self.ask(GetTicket(ticket_id)).row

    def reads(self, subject: str) -> str:
        """Walk down to the ticket of that subject and wait until it was read; its id."""
        for _ in range(self.pane.model.rowCount()):
            if self.list.currentIndex().isValid():
                self.sees(lambda: self.list.current_row() is not None)
                if self.row().subject == subject:
                    break
            self.press("J")
        conversation = self.assembly.conversation

        def shown() -> bool:
            row, detail = conversation.row, conversation.detail
            return (
                row is not None
                and row.subject == subject
                and row.unread == 0
                and detail is not None
                and bool(conversation.view.blocks)
                and self.assembly.customer.detail() is not None
            )

        self.sees(shown)
        return self.row().id


class Stage:
    """What is done to the desk from elsewhere: other commands, the customers' mail."""

    def __init__(self, desk: Desk, account_id: str = "") -> None:
        """`account_id`: of a desk that was set up before."""
        self._desk = desk
        self._post = attach_post(desk)
        if account_id:
            self._post._delivered = len(SUBJECTS)
        self.account_id = account_id or desk.workspace.new_id()

    def do(self, *commands: Command) -> None:
        for command in commands:
            outcome = self._desk.workspace.submit(command).result(90)
            assert outcome.ok, outcome.rejected

    def deliver(self, raw: bytes) -> str:
        return self._post.deliver(raw, self.account_id)

    def set_up(self) -> None:
        new = self._desk.workspace.new_id
        self.do(
            SetSetting(key="desk.setup_done", value=True),
            SetSetting(key="compose.undo_seconds", value=0),
            SaveAccount(account_id=self.account_id, name="Taller", address=SHOP),
            SaveAccount(account_id=new(), name="Ventas", address="ventas@taller.test"),
            SaveView(view_id=new(), name="Spain", conditions=(Condition("status", "is", "new"),)),
            SaveCannedReply(canned_id=new(), shortcut="gracias", title="Gracias", body="Mil gracias"),
        )  # fmt: skip
        colleague = new()  # who works here no more: nothing is shared out to them
        self.do(
            SaveAgent(agent_id=colleague, name="Ana Ruiz"),
            DisableAgent(agent_id=colleague),
            SaveDepartment(department_id=new(), name="Envíos"),
            SaveDepartment(department_id=new(), name="Facturas", position=1),
        )
        for subject in SUBJECTS:
            self.deliver(mail(subject))


@cache
def _prepared() -> tuple[TemporaryDirectory[str], str]:
    """A desk as everybody finds it, made once; the id of its account."""
    folder = TemporaryDirectory()
    with open_desk(Profile.at(Path(folder.name) / "desk"), _KEYS) as desk:
        stage = Stage(desk)
        stage.set_up()
    return folder, stage.account_id


@contextmanager
def person_at_a_desk(qtbot: QtBot, app: QApplication, folder: Path) -> Iterator[Person]:
    """A shown window in English on a desk with three mails; the newest is "Jarra"."""
    made, account_id = _prepared()
    shutil.copytree(Path(made.name) / "desk", folder)
    desk = open_desk(choose_looks(Profile.at(folder), "en"), _KEYS)
    opened = DeskWindow(app, desk, channels=False)
    try:
        yield _sit_down(qtbot, desk, opened, account_id)
    finally:
        _close_what_is_over()
        opened.close()
        opened.language.clear()
        app.sendPostedEvents(opened.window, QEvent.Type.DeferredDelete)


def _sit_down(qtbot: QtBot, desk: Desk, opened: DeskWindow, account_id: str) -> Person:
    stage = Stage(desk, account_id)
    with qtbot.waitSignal(opened.assembled, timeout=WAIT_MS):
        opened.show()
    opened.window.activateWindow()
    person = Person(qtbot, desk, opened, stage)
    person.sees(lambda: person.pane.model.rowCount() == 3)
    person.sees(lambda: opened.window.inbox.views.views()[-1].startswith("saved:"))
    return person


def _close_what_is_over() -> None:
    for _ in range(5):
        over = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if over is not None:
            over.close()
