"""The main job in the real window: a mail comes by itself, is answered, answered again, and resolved."""

import email
import email.policy
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.app.bootstrap import open_desk
from deskapp.app.gui import DeskWindow
from deskapp.channels.email.credentials import password_name
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.desk import SetSetting
from deskapp.core.queries.desk import GetAccounts
from deskapp.core.queries.views import MINE
from deskapp.models.dto import TicketRow
from deskapp.models.enums import TicketStatus
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from deskapp.system.sound import QtSounds
from tests.support.looks import choose_looks
from tests.support.mail_servers import PASSWORDS, MailServers

pytestmark = pytest.mark.real

SHOP, CARMEN = "shop@tienda.test", "carmen@cliente.test"
WAIT_MS = 75_000


class Person:
    """Somebody at the window, who sees rows and presses keys."""

    def __init__(self, qtbot: QtBot, desk_window: DeskWindow) -> None:
        self.qtbot, self.desk_window = qtbot, desk_window
        self.window = desk_window.window

    def rows(self) -> list[TicketRow]:
        model = self.window.inbox.pane.model
        return [row for n in range(model.rowCount()) if (row := model.row_at(n)) is not None]

    def sees(self, what: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(what()), timeout=WAIT_MS)

    def presses(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        target = QApplication.focusWidget() or self.window
        self.qtbot.keyClick(target, key, modifier)

    def toasts(self) -> str:
        return " ".join(toast.text() for toast in self.window.toasts.toasts())


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the sounds that were started. What a loudspeaker does with them is tested apart."""
    played: list[str] = []

    def play(_: QtSounds, sound: str, *_args: object, **_named: object) -> str:
        played.append(sound)
        return ""

    monkeypatch.setattr(QtSounds, "play", play)
    return played


@pytest.fixture
def person(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, mail_servers: MailServers, heard: list[str]
) -> Iterator[Person]:
    desk = open_desk(choose_looks(Profile.at(tmp_path / "desk"), "es"), FileKey(tmp_path / "key"))
    workspace, account = desk.workspace, desk.workspace.new_id()
    desk.secrets.put(password_name(account), PASSWORDS[SHOP])
    for command in (
        SaveAccount(
            account_id=account, name="Tienda", address=SHOP, settings=mail_servers.settings(SHOP)
        ),
        SetSetting(key="compose.undo_seconds", value=0),
    ):
        assert workspace.submit(command).result().ok
    desk_window = DeskWindow(qapp, desk)
    with qtbot.waitSignal(desk_window.assembled, timeout=WAIT_MS):
        desk_window.show()
    desk_window.window.activateWindow()
    someone = Person(qtbot, desk_window)
    # What is there before the first look is history, and silent.
    someone.sees(lambda: workspace.query(GetAccounts()).result()[0].checked_at)
    yield someone
    desk_window.close()
    desk_window.language.clear()


def mail(body: str, **headers: str) -> EmailMessage:
    made = EmailMessage(email.policy.SMTP.clone(max_line_length=998))
    made["From"], made["To"] = f"Carmen Ruiz <{CARMEN}>", SHOP
    made["Subject"] = headers.pop("Subject", "Pedido incompleto")
    made["Message-ID"] = f"<{abs(hash(body))}@cliente.test>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body + "\n")
    return made


def test_the_main_job(person: Person, mail_servers: MailServers, heard: list[str]) -> None:
    mail_servers.send(mail("Falta una de las dos tazas."))
    person.sees(lambda: [row.subject for row in person.rows()] == ["Pedido incompleto"])
    person.sees(lambda: heard == ["customer"])
    person.sees(lambda: "Carmen Ruiz" in person.toasts())

    person.presses(Qt.Key.Key_J)
    assembly = person.desk_window.assembly
    assert assembly is not None
    person.sees(lambda: assembly.conversation.detail is not None)
    person.presses(Qt.Key.Key_R)
    editor = assembly.conversation.composer.editor
    person.sees(editor.hasFocus)
    person.qtbot.keyClicks(editor, "Hoy mismo la enviamos.")
    person.presses(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    (raw,) = mail_servers.wait_for_mail(CARMEN)
    answer = email.message_from_bytes(raw, policy=email.policy.default)
    assert answer["In-Reply-To"] == mail("Falta una de las dos tazas.")["Message-ID"]
    assert "Hoy mismo la enviamos." in answer.get_body(("plain",)).get_content()

    person.sees(lambda: not person.rows()[0].needs_reply)
    person.window.inbox.pane.list.setFocus()
    person.presses(Qt.Key.Key_E)
    person.sees(lambda: person.rows() == [])

    mail_servers.send(
        mail("¡Muchas gracias!", Subject="Re: Pedido incompleto", In_Reply_To=answer["Message-ID"])
    )
    person.sees(lambda: [row.status for row in person.rows()] == [TicketStatus.OPEN])
    assert person.rows()[0].number == 1001
    person.sees(lambda: heard == ["customer", "reply"])
    assert person.window.inbox.pane.feed.view == MINE


def test_a_stranger_is_shown_as_someone_new(person: Person, mail_servers: MailServers) -> None:
    first = mail("Falta una de las dos tazas.")
    mail_servers.send(first)
    person.sees(lambda: len(person.rows()) == 1)
    stranger = mail("Envíenlo a mi casa.", In_Reply_To=first["Message-ID"])
    del stranger["From"]
    stranger["From"] = "Un Extraño <ana@cliente.test>"
    mail_servers.send(stranger)
    person.sees(lambda: person.rows()[0].held == 1)
    assert len(person.rows()) == 1
