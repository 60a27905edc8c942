"""The tour: a mail comes to a demo desk in a real window, is answered, resolved and found again."""

import tempfile
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtWidgets import QApplication

from deskapp.app.bootstrap import open_desk
from deskapp.app.demo import attach_post, prepare
from deskapp.app.driver import Driver, StepFailed
from deskapp.app.errors import Exit
from deskapp.app.gui import DeskWindow, application
from deskapp.app.task import Task
from deskapp.core.api import Command, Query
from deskapp.core.commands.desk import SetSetting
from deskapp.core.policies.placeholders import leftovers
from deskapp.core.queries.desk import GetAccounts, GetNotifications
from deskapp.core.queries.tickets import GetConversation, GetTicket
from deskapp.devtools.demo import files
from deskapp.models.dto import MessageView
from deskapp.models.enums import Delivery, MessageKind, TicketStatus
from deskapp.system.clock import SystemClock
from deskapp.system.errors import KnownError
from deskapp.system.paths import Profile
from deskapp.ui.composer.popups import InlinePopup
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.inbox.pane import InboxPane

if TYPE_CHECKING:
    from deskapp.app.console import ProgressBar

R = TypeVar("R")

SENDER: Final = "Marina Soler <marina.soler@correo.example>"
SUBJECT: Final = "¿Tenéis la jarra grande en azul?"
_WORDS: Final = """\
Hola:

Vi la jarra grande en vuestro escaparate y me encantó. ¿La tenéis también en azul, como la taza de la foto?

Gracias,
Marina
"""
_PICTURE: Final = "taza_azul.png"


def take_tour(folder: Path, show: "ProgressBar") -> int:
    """Play a mail through a demo desk made for it; a PNG of each step in `folder`.

    Raises KnownError("tour_failed") with the step that did not happen.
    """
    folder.mkdir(parents=True, exist_ok=True)
    app = application()
    with tempfile.TemporaryDirectory(prefix="deskapp-tour-") as name:
        profile = Profile(Path(name) / "desk")
        with show:
            prepare(SystemClock().now(), Task(show), profile)
        tour = Tour(app, profile, folder)
        try:
            tour.play()
        except StepFailed as failed:
            raise KnownError("tour_failed", step=str(failed)) from failed
        finally:
            tour.close()
    print(f"A mail went through the demo desk; pictures of each step are in {folder}:")
    for picture in tour.pictures:
        print(f"  {picture.name}")
    return Exit.OK


class Tour:
    """Each step does one thing with mouse or keys, and waits until it can be seen."""

    def __init__(self, app: QApplication, profile: Profile, folder: Path) -> None:
        self.desk = open_desk(profile)
        self.post = attach_post(self.desk)
        self.desk_window = DeskWindow(app, self.desk, channels=False)
        self.driver = Driver(app, self.desk_window)
        self.folder = folder
        self.pictures: list[Path] = []
        self.ticket_id = ""

    def play(self) -> None:
        steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("inbox", self.open),
            ("new-mail", self.receive),
            ("conversation", self.read),
            ("canned-replies", self.offer_replies),
            ("reply", self.write),
            ("sent", self.send),
            ("resolved", self.resolve),
            ("found", self.search),
        )
        for number, (name, step) in enumerate(steps, start=1):
            step()
            picture = self.driver.picture(self.folder / f"{number:02}-{name}.png")
            self.pictures.append(picture)

    def close(self) -> None:
        self.desk_window.close()

    # Steps -------------------------------------------------------------------------------------

    def open(self) -> None:
        window = self.desk_window
        window.show()
        window.window.activateWindow()
        self._wait("the window did not show the inbox", lambda: self._pane.model.rowCount() > 20)
        self._wait("the window was not completed", lambda: window.assembly is not None)
        # Nobody's hand is on the list: new mail may come in from above.
        window.window.inbox.pane.search_box.field.setFocus()
        self._submit(SetSetting(key="compose.undo_seconds", value=1))

    def receive(self) -> None:
        """A raw mail through the channel's own intake: it is in the list, it is said, it rings."""
        account = next(a for a in self._ask(GetAccounts()) if a.address.startswith("hola@"))
        self.ticket_id = self.post.deliver(fresh_mail(account.address), account.id)
        pane = self._pane
        self._wait(
            "the new mail did not appear at the top of the list",
            lambda: pane.model.position_of_id(self.ticket_id) == 0,
        )
        self._wait("no message on the screen told of the new mail", self._is_told)
        self._wait("the new mail did not ring", self._has_rung)

    def read(self) -> None:
        self.driver.press("Escape")
        self._pane.list.setFocus()
        self.driver.press("J", self._pane.list)
        conversation = self._conversation
        self._wait(
            "the conversation did not open",
            lambda: conversation.row is not None and conversation.row.id == self.ticket_id,
        )
        self._wait("the mail was not shown", lambda: bool(conversation.view.blocks))

    def offer_replies(self) -> None:
        self.driver.press("R", self._pane.list)
        editor = self._conversation.composer.editor
        self._wait("R did not lead into the composer", editor.hasFocus)
        self.driver.type("/aviso")
        self._wait("no canned replies were offered", lambda: self._popup() is not None)

    def write(self) -> None:
        self.driver.press("Return")
        editor = self._conversation.composer.editor
        self._wait(
            "the canned reply was not put in",
            lambda: len(editor.text()) > 40 and "/aviso" not in editor.text(),
        )
        if leftovers(editor.text()):
            raise StepFailed("the canned reply has a placeholder without a value")
        self.driver.press("Return")
        self.driver.press("Return")
        self.driver.type("Un saludo")

    def send(self) -> None:
        editor = self._conversation.composer.editor
        self.driver.press("Ctrl+Return", editor)
        self._wait("the composer was not emptied", lambda: not editor.text().strip())
        self._wait("the answer was not sent", lambda: self._delivery() is Delivery.SENT)

    def resolve(self) -> None:
        self._pane.list.setFocus()
        self.driver.press("E", self._pane.list)
        self._wait("E did not resolve the ticket", self._is_solved)
        self._wait(
            "the resolved ticket is still in the list",
            lambda: self._pane.model.position_of_id(self.ticket_id) < 0,
        )

    def search(self) -> None:
        self.driver.press("Slash", self._pane.list)
        field = self._pane.search_box.field
        self._wait("/ did not lead into the search", field.hasFocus)
        self.driver.type("jarra marina")
        self._wait(
            "the search did not find the ticket",
            lambda: self._pane.model.position_of_id(self.ticket_id) >= 0,
        )

    # What they look at -------------------------------------------------------------------------

    @property
    def _pane(self) -> InboxPane:
        return self.desk_window.window.inbox.pane

    @property
    def _conversation(self) -> ConversationPane:
        assert self.desk_window.assembly is not None
        return self.desk_window.assembly.conversation

    def _wait(self, what: str, condition: Callable[[], bool]) -> None:
        self.driver.wait(what, condition)

    def _is_told(self) -> bool:
        toasts = self.desk_window.window.toasts.toasts()
        return any("Marina Soler" in toast.accessibleName() for toast in toasts)

    def _has_rung(self) -> bool:
        news = self._ask(GetNotifications(limit=10))
        return any(n.ticket_id == self.ticket_id and n.played_at is not None for n in news)

    def _popup(self) -> InlinePopup | None:
        popups = self.desk_window.window.findChildren(InlinePopup)
        return next((popup for popup in popups if popup.isVisible()), None)

    def _delivery(self) -> Delivery:
        said = self._ask(GetConversation(self.ticket_id)).items
        ours = [item for item in said if isinstance(item, MessageView)]
        return next(
            (item.delivery for item in ours if item.kind is MessageKind.OUTBOUND), Delivery.NONE
        )

    def _is_solved(self) -> bool:
        return self._ask(GetTicket(self.ticket_id)).row.status is TicketStatus.SOLVED

    def _ask(self, query: Query[R]) -> R:
        return self.desk.workspace.query(query).result()

    def _submit(self, command: Command) -> None:
        self.desk.workspace.submit(command).result()


def fresh_mail(to: str) -> bytes:
    """The mail that comes in, as bytes."""
    message = EmailMessage(policy=SMTP)
    message["From"] = SENDER
    message["To"] = to
    message["Subject"] = SUBJECT
    message["Message-ID"] = "<jarra-azul-1@correo.example>"
    message.set_content(_WORDS)
    main, _, sub = files.make(_PICTURE)[0].partition("/")
    message.add_attachment(files.make(_PICTURE)[1], maintype=main, subtype=sub, filename=_PICTURE)
    return message.as_bytes()
