"""Conversations for tests of the window: a fake desk that also answers what the conversation asks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, BinaryIO, TypeVar

from PySide6.QtWidgets import QApplication, QWidget

from deskapp.core.api import Change, ChangeSet, Command, Outcome, Query
from deskapp.core.commands import messages as c
from deskapp.core.queries import contacts, desk, tickets
from deskapp.models.dto import (
    AccountInfo,
    Address,
    AttachmentInfo,
    CannedReplyInfo,
    ContactDetail,
    ContactInfo,
    ContactPointInfo,
    ConversationPage,
    DeskSettings,
    DraftInfo,
    EventView,
    MailVerdict,
    MessageHtml,
    MessageView,
    TicketDetail,
    TicketRow,
)
from deskapp.models.enums import ActorKind, Channel, Delivery, MessageKind, PointKind
from deskapp.ui.bridge import Bridge
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.i18n import Language
from deskapp.ui.shell.actions import ActionRegistry
from deskapp.ui.shell.context import UiContext
from deskapp.ui.theme import ThemeMode, theme
from tests.support.fake_workspace import ME, MINUTE, FakeWorkspace, row
from tests.support.ui_state import MemoryUiState

C = TypeVar("C", bound=Command)

__all__ = ["ME", "MINUTE", "NOW", "MemoryBlobs", "TalkDesk", "event", "message", "row"]

NOW = 1_790_000_000_000
CARMEN = Address("Carmen Villalobos", "carmen@correo.test")
SHOP = AccountInfo(
    "acc1",
    Channel.EMAIL,
    "Taller Norte",
    "hola@taller.test",
    True,
    "Lucía\nTaller Norte",
    {},
    "",
    0,
    "",
    0,
)
OTHER_SHOP = replace(SHOP, id="acc2", name="Taller Sur", address="sur@taller.test", signature="")


class MemoryBlobs:
    """`core.ports.BlobStore` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        key = hashlib.sha256(data).hexdigest()
        self.kept[key] = data
        return key

    def get(self, sha256: str) -> bytes:
        if sha256 not in self.kept:
            raise FileNotFoundError(sha256)
        return self.kept[sha256]

    def open(self, sha256: str) -> BinaryIO:
        return BytesIO(self.get(sha256))


def message(order: int, text: str = "", **values: Any) -> MessageView:
    """A message of Carmen's with everything filled in; `values` override."""
    kind = values.get("kind", MessageKind.INBOUND)
    mine = kind is not MessageKind.INBOUND
    base = MessageView(
        id=f"{order:032x}",
        ticket_id="",
        kind=MessageKind.INBOUND,
        channel=Channel.EMAIL,
        author_name="Lucía Marín" if mine else CARMEN.name,
        author_address="hola@taller.test" if mine else CARMEN.address,
        author_id=ME if mine else "c1",
        at=NOW - 60 * MINUTE + order * MINUTE,
        subject="",
        text=text or f"Message {order}",
        quoted="",
        has_html=False,
        has_source=not mine,
        attachments=(),
        to=(CARMEN,) if mine else (Address("", "hola@taller.test"),),
        cc=(),
        bcc=(),
        delivery=Delivery.SENT if kind is MessageKind.OUTBOUND else Delivery.NONE,
        delivery_error="",
        deliver_at=None,
        held=False,
        automatic=False,
        verdict=MailVerdict(),
        remote_images=0,
        order=order,
    )
    return replace(base, **values)


def event(order: int, kind: str = "assigned", **data: Any) -> EventView:
    at = NOW - 60 * MINUTE + order * MINUTE
    return EventView(f"e{order:031x}", kind, ActorKind.SYSTEM, "", at, data, order)


def attachment(
    name: str, mime: str = "application/pdf", size: int = 1_250_000, **values: Any
) -> AttachmentInfo:
    base = AttachmentInfo(f"at-{name}", name, mime, size, f"{abs(hash(name)):064x}"[:64], "", False)
    return replace(base, **values)


class TalkDesk(FakeWorkspace):
    """Holds items by ticket id; keeps drafts, sends replies at once, takes them back."""

    def __init__(self, rows: list[TicketRow] | None = None) -> None:
        super().__init__(rows)
        self.blobs = MemoryBlobs()
        self.items: dict[str, list[MessageView | EventView]] = {}
        self.html: dict[str, MessageHtml] = {}
        self.sources: dict[str, str] = {}
        self.drafts: dict[str, DraftInfo] = {}
        self.details: dict[str, Mapping[str, Any]] = {}
        self.first_unread: dict[str, str] = {}
        self.replies: tuple[CannedReplyInfo, ...] = ()
        self.settings: dict[str, object] = {}
        self.accounts = (SHOP, OTHER_SHOP)
        self.contact = carmen()
        self.hold = 0

    def say(self, ticket_id: str, *items: MessageView | EventView) -> None:
        """Add or replace items of a ticket, and commit."""
        self._pool.submit(self._say, ticket_id, items).result()

    def touch(self, ticket_id: str, *message_ids: str) -> None:
        self._pool.submit(self._touch, ticket_id, message_ids).result()

    def _say(self, ticket_id: str, items: tuple[MessageView | EventView, ...]) -> None:
        known = {item.id: item for item in self.items.get(ticket_id, [])}
        known |= {
            item.id: replace(item, ticket_id=ticket_id) if isinstance(item, MessageView) else item
            for item in items
        }
        self.items[ticket_id] = sorted(known.values(), key=lambda item: item.order)
        self._touch(ticket_id, tuple(item.id for item in items))

    def _touch(self, ticket_id: str, ids: tuple[str, ...]) -> None:
        self._seq += 1
        changes = tuple(Change("message", 0, i, "upsert") for i in ids)
        for listener in tuple(self._listeners):
            listener(ChangeSet(self._seq, changes, frozenset({ticket_id}), False))

    def _answer(self, query: Query[Any]) -> Any:
        match query:
            case tickets.GetConversation(ticket_id, limit, before):
                return self._page(ticket_id, limit, before)
            case tickets.GetMessage(message_id):
                return self._message(message_id)
            case tickets.GetMessageHtml(message_id):
                return self.html[message_id]
            case tickets.GetMessageSource(message_id):
                return self.sources.get(message_id, "")
            case contacts.GetContact():
                return self.contact
            case desk.GetCannedReplies():
                return self.replies
            case desk.GetSettings():
                return DeskSettings(self.settings)
        return super()._answer(query)

    def _message(self, message_id: str) -> MessageView:
        for items in self.items.values():
            for item in items:
                if item.id == message_id and isinstance(item, MessageView):
                    return item
        raise LookupError(message_id)

    def _page(self, ticket_id: str, limit: int, before: int | None) -> ConversationPage:
        every = [i for i in self.items.get(ticket_id, []) if before is None or i.order < before]
        shown = every[-limit:]
        last = self.items.get(ticket_id, [])[-1].order if self.items.get(ticket_id) else 0
        return ConversationPage(
            ticket_id,
            tuple(shown),
            shown[0].order if len(shown) < len(every) else None,
            last,
            self.first_unread.get(ticket_id, ""),
        )

    def _ticket(self, ticket_id: str) -> TicketDetail:
        detail = super()._ticket(ticket_id)
        values: dict[str, Any] = {
            "account": SHOP,
            "draft": self.drafts.get(ticket_id),
            "reply_to": (CARMEN,),
            "language": "es",
        }
        return replace(detail, **(values | dict(self.details.get(ticket_id, {}))))

    def _do(self, command: Command) -> Outcome:
        if self.refuse is not None:
            return Outcome("", self._seq, rejected=self.refuse)
        match command:
            case c.SaveDraft():
                self._save_draft(command)
                return Outcome("", self._seq)
            case c.SendReply():
                return self._send(command)
            case c.AddNote():
                self.drafts.pop(command.ticket_id, None)
                self._append(command, MessageKind.NOTE, Delivery.NONE)
                return Outcome("", self._seq, {"message_id": command.message_id})
            case c.CancelSend(message_id=message_id):
                return self._cancel(message_id)
        return super()._do(command)

    def _save_draft(self, d: c.SaveDraft) -> None:
        if not d.body.strip() and not d.attachments:
            self.drafts.pop(d.ticket_id, None)
            return
        files = tuple(
            AttachmentInfo(a.id, a.filename, a.mime, a.size, a.sha256, a.content_id, a.inline)
            for a in d.attachments
        )
        self.drafts[d.ticket_id] = DraftInfo(
            d.ticket_id,
            d.mode,
            d.body,
            d.subject,
            d.to,
            d.cc,
            d.bcc,
            files,
            d.account_id,
            d.in_reply_to,
            d.seen_order,
            NOW,
        )

    def _send(self, command: c.SendReply) -> Outcome:
        self.drafts.pop(command.ticket_id, None)
        by_mail = bool(command.to)
        delivery = Delivery.QUEUED if by_mail else Delivery.NONE
        self._append(command, MessageKind.OUTBOUND, delivery, NOW + command.hold_ms)
        return Outcome("", self._seq, {"message_id": command.message_id})

    def _append(
        self,
        command: c.SendReply | c.AddNote,
        kind: MessageKind,
        delivery: Delivery,
        deliver_at: int | None = None,
    ) -> None:
        items = self.items.get(command.ticket_id, [])
        order = items[-1].order + 1 if items else 1
        self._say(
            command.ticket_id,
            (
                message(
                    order,
                    command.body,
                    id=command.message_id,
                    kind=kind,
                    delivery=delivery,
                    deliver_at=deliver_at,
                ),
            ),
        )

    def _cancel(self, message_id: str) -> Outcome:
        found = self._message(message_id)
        self.items[found.ticket_id].remove(found)
        self.drafts[found.ticket_id] = DraftInfo(
            found.ticket_id, "reply", found.text, "", (CARMEN,), (), (), (), "acc1", "", 0, NOW
        )
        self._touch(found.ticket_id, (message_id,))
        return Outcome("", self._seq, {"ticket_id": found.ticket_id})


def carmen() -> ContactDetail:
    info = ContactInfo(
        "c1", "Carmen Villalobos", "Cerámica Sol", "es", NOW,
        (
            ContactPointInfo("p1", PointKind.EMAIL, "carmen@correo.test", "carmen@correo.test", True),
            ContactPointInfo("p2", PointKind.PHONE, "+34611204877", "+34 611 20 48 77", True),
        ),
        (), 1, 3,
    )  # fmt: skip
    return ContactDetail(info, {"size": "XL"}, (), (), False, None, 0, ())


def canned(shortcut: str, body: str, **values: Any) -> CannedReplyInfo:
    base = CannedReplyInfo(
        f"canned-{shortcut}", "", shortcut, shortcut.title(), "", body, (), 0, None
    )
    return replace(base, **values)


class HandClock:
    """Stands still until the test moves it."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> int:
        return self.at


class ShellStub:
    """`ui.shell.context.Shell` that remembers what it was asked."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.said: list[str] = []
        self.undos: list[Callable[[], None] | None] = []
        self.opened: list[str] = []

    def open_ticket(self, ticket_id: str) -> None:
        self.opened.append(ticket_id)

    def open_view(self, view: str) -> None:
        self.opened.append(view)

    def search(self, text: str) -> None:
        self.opened.append(text)

    def show_room(self, name: str) -> None:
        self.opened.append(name)

    def do(self, command: Command, done: str = "") -> None:
        self.bridge.send(command)
        self.toast(done)

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        self.said.append(text)
        self.undos.append(undo)


@dataclass
class Talk:
    """An open conversation pane on a fake desk."""

    desk: TalkDesk
    pane: ConversationPane
    shell: ShellStub
    clock: HandClock
    actions: ActionRegistry
    language: Language

    def sent(self, kind: type[C]) -> list[C]:
        """Commands of one kind that were submitted."""
        return [command for command in self.desk.sent if isinstance(command, kind)]


@contextmanager
def open_talk(
    app: QApplication, desk: TalkDesk, size: tuple[int, int] = (576, 860)
) -> Iterator[Talk]:
    """Show the pane, alone in a window of a fixed size, in English and light colours."""
    theme().install(app, ThemeMode.LIGHT)
    language = Language(app)
    language.set("en")
    bridge = Bridge(desk)
    shell, clock, actions = ShellStub(bridge), HandClock(), ActionRegistry()
    failures: list[object] = []
    bridge.failed.connect(failures.append)
    host = QWidget()
    pane = ConversationPane(UiContext(bridge, MemoryUiState(), clock, actions, language), shell)
    pane.setParent(host)
    pane.setGeometry(0, 0, *size)
    host.resize(*size)
    host.show()
    host.activateWindow()
    try:
        yield Talk(desk, pane, shell, clock, actions, language)
    finally:
        pane.close_down()
        bridge.close()
        host.close()
        host.deleteLater()
        language.clear()
        desk.close()
    assert not failures, failures
