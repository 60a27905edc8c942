"""Three chats of this very minute, for pictures: one waits, one is answered, one has its answer."""

from typing import TYPE_CHECKING, Final, Protocol

from deskapp.app.bootstrap import Desk
from deskapp.core.api import Command, Outcome
from deskapp.core.commands.messages import SendReply
from deskapp.core.commands.webchat import MarkChat, ReceiveChat, TakeChat, VisitorClaim
from deskapp.core.queries.desk import GetAccounts
from deskapp.core.queries.views import MINE
from deskapp.devtools.demo.live import StagedChat
from deskapp.models.enums import Channel
from deskapp.ui.chat.waiting import ChatStrip
from deskapp.ui.composer.composer import Composer
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.settings.chat_boxes import ChatBoxesSheet
from deskapp.ui.settings.ways import show_page
from deskapp.ui.shell.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable

_SITE: Final = "https://www.tallernorte.example"
_WAIT_S: Final = 20
_READING: Final = "Envíos y plazos /ayuda/envios"
_PAYING: Final = "Pago /pago"


class Clock(Protocol):
    at: int


class ChatScene:
    """`begin` lets it happen; before that the desk is as it was."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk, self._clock, self._now = desk, clock, clock.at
        self._count = 0
        accounts = desk.workspace.query(GetAccounts()).result(_WAIT_S)
        self.box_id = next(a.id for a in accounts if a.channel is Channel.WEBCHAT)
        self.live = StagedChat(clock.at, self.box_id)

    def begin(self) -> tuple[str, str]:
        """Ids of the tickets: the one that waits, and the one in which somebody types."""
        answered = self._says(640, "pau", "Hola, ¿abrís el sábado?", "Cursos de torno /cursos")
        self._answer(600, answered, "¡Hola! Sí, de diez a dos.", seen=True)
        self._says(560, "pau", "Genial, gracias", "Cursos de torno /cursos")
        self._answer(540, answered, "¡A ti!", seen=True)
        talking = self._says(
            240,
            "Beatriz",
            "Hola, acabo de recibir mi pedido y falta una de las dos tazas.",
            _READING,
            email="bea.nunez@correo.example",
        )
        self._do(225, TakeChat(ticket_id=talking))
        reply = "¡Hola, Beatriz! Lamento mucho eso. Ya lo estoy revisando con el almacén."
        self._answer(200, talking, reply, seen=True)
        for ago, words in ((70, "Gracias"), (62, "¿Me la podéis reenviar hoy? Es un regalo.")):
            self._says(ago, "Beatriz", words, _READING)
        waiting = self._says(
            19, "Hugo", "Buenas, no me deja pagar con tarjeta", _PAYING, answers=True
        )
        self.live.talks(waiting, "Hugo", _PAYING)
        self.live.talks(talking, "Beatriz", _READING, "y si puede ser con una nota que diga")
        self._clock.at = self._now
        return waiting, talking

    def _says(
        self, ago_s: int, who: str, body: str, page: str, *, email: str = "", answers: bool = False
    ) -> str:
        new, (title, _, path) = self._new_id, page.rpartition(" ")
        claim = VisitorClaim(
            token_hash=f"{sum(who.encode()):064x}",
            name=who.capitalize(),
            email=email,
            language="es",
            answers=(("Número de pedido", "48251"),) if answers else (),
            page_url=_SITE + path,
            page_title=title,
            referrer="https://www.google.com/",
        )
        command = ReceiveChat(
            account_id=self.box_id,
            visitor=claim,
            client_id=new(),
            body=body,
            visitor_id=new(),
            contact_id=new(),
            ticket_id=new(),
            message_id=new(),
        )
        return str(self._do(ago_s, command, outside=True).result["ticket_id"])

    def _answer(self, ago_s: int, ticket_id: str, body: str, *, seen: bool) -> None:
        message_id = self._new_id()
        self._do(
            ago_s,
            SendReply(
                ticket_id=ticket_id, message_id=message_id, body=body, seen_order=0, hold_ms=0
            ),
        )
        if seen:
            far = 2**53 - 1
            self._do(ago_s, MarkChat(ticket_id=ticket_id, seen_to=far), outside=True)

    def _new_id(self) -> str:
        """The same each time: faces have their colours from ids."""
        self._count += 1
        return f"c4a7{self._count:028x}"

    def _do(self, ago_s: int, command: Command, *, outside: bool = False) -> Outcome:
        self._clock.at = self._now - ago_s * 1000
        submit = self._desk.authority.submit_as_desk if outside else self._desk.workspace.submit
        outcome = submit(command).result(_WAIT_S)
        assert outcome.ok, outcome.rejected
        return outcome


class Studio(Protocol):
    """Where the pictures are taken: see deskapp.app.pictures."""

    @property
    def chats(self) -> ChatScene: ...

    @property
    def window(self) -> MainWindow: ...

    @property
    def conversation(self) -> ConversationPane: ...

    @property
    def composer(self) -> Composer: ...

    def write(self, mode: str, text: str) -> None: ...

    def shoot(self, name: str) -> None: ...

    def wait(self, what: str, condition: "Callable[[], bool]") -> None: ...


class ChatPictures:
    """Somebody waits, somebody types, everybody on the site, and the settings."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def take(self) -> None:
        studio = self._studio
        studio.window.open_view(MINE)
        waiting, talking = studio.chats.begin()
        strip = studio.window.findChild(ChatStrip)
        studio.wait("the chats are not there", lambda: bool(strip and len(strip.chats) == 3))
        self._open(waiting)
        studio.shoot("chat-waiting")
        self._open(talking)
        studio.write("reply", "Claro, ¿qué quieres que")
        studio.shoot("chat")
        studio.composer.editor.set_text("")
        studio.window.show_room("visitors")
        studio.shoot("chat-visitors")
        self._settings()

    def _settings(self) -> None:
        studio = self._studio
        show_page(studio.window.context, studio.window, "webchat")
        studio.shoot("chat-settings")
        sheet = studio.window.findChild(ChatBoxesSheet)
        assert sheet is not None
        sheet.open(studio.chats.box_id)
        studio.shoot("chat-box")

    def _open(self, ticket_id: str) -> None:
        pane = self._studio.conversation
        self._studio.window.open_ticket(ticket_id)

        def shown() -> bool:
            info, row = pane.chat.info, pane.row
            known = info is not None and info.ticket_id == ticket_id
            read = row is not None and row.unread == 0 and pane.detail is not None
            return known and read and pane.chat.contact is not None

        self._studio.wait("the chat was not shown", shown)
