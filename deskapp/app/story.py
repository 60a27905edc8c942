"""The main job in pictures: a mail comes, is answered with files, answered again, held, found, resolved."""

from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from PySide6.QtGui import QImage

from deskapp.app.driver import Driver
from deskapp.core.api import Query
from deskapp.core.queries.desk import GetAccounts
from deskapp.core.queries.tickets import GetConversation, GetTicket
from deskapp.devtools.demo import files
from deskapp.devtools.demo.mails import Inbound, Said, build
from deskapp.devtools.demo.post import DemoPost
from deskapp.models.dto import AccountInfo, Address, MessageView
from deskapp.models.enums import Delivery, MessageKind, TicketStatus
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.shell.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from deskapp.app.bootstrap import Desk

R = TypeVar("R")

SUBJECT: Final = "¿Tenéis la jarra grande en azul?"
_CUSTOMER: Final = Address("Silvia Ocaña", "silvia.ocana@buzon.example")
_STRANGER: Final = Address("Gonzalo Iriarte", "gonzalo.iriarte@postal.example")
_ASKS: Final = """\
<p>Hola:</p><p>Vi la jarra grande en vuestro escaparate y me encantó. ¿La tenéis también en este azul?</p>
<p><img src="cid:taza_azul.png"></p><p>Gracias,<br>Silvia</p>"""
_ANSWER: Final = "Hola, Silvia: sí, en el mismo azul. Aquí la tienes, y la factura va adjunta."
_AGREES: Final = "¡Es justo esa! Me quedo dos. ¿Las tendríais para el sábado?"
_INTRUDES: Final = "Hola, soy su cuñado. Mandadlas mejor a mi casa: calle Mayor, 3."
_SHARE_LEFT: Final = 0.7
"""How much of a toast's time is left in each picture."""


class Studio(Protocol):
    """Where the story is played: see deskapp.app.pictures."""

    desk: "Desk"
    post: DemoPost
    driver: Driver

    @property
    def window(self) -> MainWindow: ...

    @property
    def conversation(self) -> ConversationPane: ...

    def show(self, subject: str) -> None: ...

    def shoot(self, name: str) -> None: ...

    def wait(self, what: str, condition: "Callable[[], bool]") -> None: ...


class Story:
    """One ticket from its first mail to its end; a picture of each step."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._window = studio.window
        self._pane = studio.window.inbox.pane
        self._ticket_id = ""
        self._said: list[Said] = []

    def play(self) -> None:
        for name, step in (
            ("new-mail", self._receive),
            ("attachments", self._read),
            ("answer", self._write),
            ("undo", self._send),
            ("resolved", self._resolve),
            ("reopened", self._hear_again),
            ("someone-new", self._hold),
            ("found", self._search),
        ):
            step()
            for toast in self._window.toasts.toasts():
                toast.hold(_SHARE_LEFT)
            self._studio.shoot(f"story-{name}")

    # Steps -------------------------------------------------------------------------------------

    def _receive(self) -> None:
        """It comes by itself: on top of the list, with a toast."""
        self._window.activateWindow()
        self._window.show_room("inbox")
        self._pane.search_box.field.setFocus()
        self._deliver(_CUSTOMER, _ASKS, ("taza_azul.png", "lista_regalos.pdf"), html=True)
        self._studio.wait(
            "the new mail is not on top",
            lambda: self._pane.model.position_of_id(self._ticket_id) == 0,
        )
        self._wait_for_toast(_CUSTOMER.name)

    def _read(self) -> None:
        self._clear_toasts()
        self._studio.show(SUBJECT)

    def _write(self) -> None:
        composer = self._studio.conversation.composer
        self._studio.driver.press("R", self._pane.list)
        self._studio.wait("R did not lead into the composer", composer.editor.hasFocus)
        self._studio.driver.type(_ANSWER)
        self._studio.driver.press("Return")
        composer.editor.picture.emit(QImage.fromData(files.make("taza_azul.png")[1]))
        self._studio.wait("the picture was not stored", lambda: len(composer.files.items()) == 1)
        invoice = Path(self._studio.desk.profile.folder) / "factura_2611.pdf"
        invoice.write_bytes(files.make(invoice.name)[1])
        composer.attach([invoice])
        self._studio.wait("the invoice was not stored", lambda: len(composer.files.items()) == 2)

    def _send(self) -> None:
        """It waits a few seconds, and can be taken back."""
        editor = self._studio.conversation.composer.editor
        self._studio.driver.press("Ctrl+Return", editor)
        self._studio.wait("the composer was not emptied", lambda: not editor.text().strip())
        self._studio.wait("nothing offers to undo", self._can_undo)

    def _resolve(self) -> None:
        """With one key, once the answer has gone."""
        self._clear_toasts()
        answer = self._answer()
        self._studio.conversation.deeds.do("send_now", answer.id)
        self._studio.wait(
            "the answer was not sent", lambda: self._answer().delivery is Delivery.SENT
        )
        sent = self._answer()
        rfc_id = f"<{sent.id}@{self._account().address.partition('@')[2]}>"
        self._said.append(Said(rfc_id, Address("", self._account().address), _ANSWER, sent.at))
        self._pane.list.setFocus()
        self._studio.driver.press("E", self._pane.list)
        self._wait_for_status(TicketStatus.SOLVED)
        self._studio.wait("nothing offers to undo", self._can_undo)

    def _hear_again(self) -> None:
        """The customer's answer opens the same ticket again."""
        self._clear_toasts()
        self._pane.search_box.field.setFocus()
        self._deliver(_CUSTOMER, _AGREES)
        self._wait_for_status(TicketStatus.OPEN)
        self._wait_for_toast(_CUSTOMER.name)
        self._studio.show(SUBJECT)

    def _hold(self) -> None:
        """Who was not in this ticket is held, however well the mail quotes it."""
        self._clear_toasts()
        self._deliver(_STRANGER, _INTRUDES)
        self._studio.wait("the stranger was not held", lambda: self._row_held() > 0)
        view = self._studio.conversation.view
        self._studio.wait("the stranger's mail is not shown", lambda: len(view.blocks) > 6)

    def _search(self) -> None:
        self._clear_toasts()
        self._window.search("jarra azul")
        self._studio.wait(
            "the search did not find it", lambda: 0 < self._pane.model.rowCount() < 20
        )
        self._pane.list.setFocus()
        self._pane.list.go_to(0)
        self._studio.wait("it is not shown", lambda: self._studio.conversation.row is not None)

    # What they need ----------------------------------------------------------------------------

    def _deliver(
        self, sender: Address, text: str, attached: tuple[str, ...] = (), *, html: bool = False
    ) -> None:
        account = self._account()
        number = len(self._said) + 1
        mail = Inbound(
            rfc_id=f"<jarra-{number}.{sender.address}>",
            sender=sender,
            to=Address(account.name, account.address),
            subject=f"Re: {SUBJECT}" if self._said else SUBJECT,
            text=text,
            at=self._studio.desk.authority.clock.now(),
            language="es",
            files=attached,
            html=html,
            answers=self._said[-1] if self._said else None,
            references=tuple(said.rfc_id for said in self._said[:-1]),
        )
        self._ticket_id = self._studio.post.deliver(build(mail), account.id)
        self._said.append(Said(mail.rfc_id, sender, text, mail.at))

    def _wait_for_status(self, status: TicketStatus) -> None:
        what = f"the ticket is not {status.value}"
        self._studio.wait(what, lambda: self._ask(GetTicket(self._ticket_id)).row.status is status)

    def _wait_for_toast(self, word: str) -> None:
        toasts = self._window.toasts
        told = f"no toast tells of {word}"
        self._studio.wait(told, lambda: any(word in t.text() for t in toasts.toasts()))

    def _clear_toasts(self) -> None:
        for toast in self._window.toasts.toasts():
            toast.dismiss()

    def _can_undo(self) -> bool:
        return any(toast.undoable for toast in self._window.toasts.toasts())

    def _row_held(self) -> int:
        return self._ask(GetTicket(self._ticket_id)).row.held

    def _answer(self) -> MessageView:
        said = self._ask(GetConversation(self._ticket_id)).items
        ours = [m for m in said if isinstance(m, MessageView) and m.kind is MessageKind.OUTBOUND]
        return ours[-1]

    def _account(self) -> AccountInfo:
        return next(a for a in self._ask(GetAccounts()) if a.address.startswith("hola@"))

    def _ask(self, query: Query[R]) -> R:
        return self._studio.desk.workspace.query(query).result()
