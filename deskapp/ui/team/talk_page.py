"""The room of the team's own conversations: which there are, what was said in one, and writing there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QFileDialog, QSplitter, QWidget

from deskapp.core.api import ChangeSet, Outcome
from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.commands.rooms import MarkRoomSeen, PostInRoom
from deskapp.core.policies.display import display_filename, is_dangerous_file
from deskapp.core.policies.rooms import GROUP
from deskapp.core.queries.rooms import GetRoomMessages
from deskapp.models.team_dto import RoomInfo, RoomPage
from deskapp.ui import messages
from deskapp.ui.bridge import Latest
from deskapp.ui.conversation import files
from deskapp.ui.conversation.blocks import Env
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.conversation.pictures import Pictures
from deskapp.ui.conversation.text import Link
from deskapp.ui.conversation.view import MessagesView
from deskapp.ui.conversation.work import Work
from deskapp.ui.i18n import Retranslates
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.team.talk_box import TalkBox
from deskapp.ui.team.talk_cards import RoomTimeline, names
from deskapp.ui.team.talks import Rooms
from deskapp.ui.theme.tokens import LIST_WIDTH
from deskapp.ui.when import relative_time
from deskapp.ui.widgets import (
    Button,
    ElidedLabel,
    EmptyState,
    Frame,
    IconButton,
    PlainLabel,
    hbox,
    vbox,
)

PAGE = 60
_SEEN_AFTER_MS = 600
_LAST = "talk.room"
_SCHEMES = ("http", "https", "mailto")


class TalkPage(Retranslates, QWidget):
    """`begin_new` asks with whom to talk."""

    def __init__(
        self, context: UiContext, shell: Shell, rooms: Rooms, begin_new: Callable[[], object]
    ) -> None:
        super().__init__()
        self._context, self._shell, self._rooms = context, shell, rooms
        self._begin_new = begin_new
        self.room: RoomInfo | None = None
        self.timeline: RoomTimeline | None = None
        self.work = Work(context.bridge, self)
        self.pictures = Pictures(self.work, context.workspace.blobs)
        self._env = Env(context.workspace.agent_id, context.clock.now, self.pictures.get)
        self._page_slot, self._earlier_slot = (
            Latest(context.bridge, self),
            Latest(context.bridge, self),
        )
        self._loading = False
        self._place = ("", 0)
        self._seen = QTimer(self, singleShot=True, interval=_SEEN_AFTER_MS)
        self._seen.timeout.connect(self._mark_seen)
        self._heading, self._new = (
            PlainLabel(role="title"),
            IconButton("plus", on_click=self._ask_new),
        )
        self.list = ItemList("", row=54)
        self.title, self.people = ElidedLabel(role="title"), ElidedLabel(role="small")
        self.ticket = Button("", "link", on_click=self._open_ticket)
        self.group = Button(on_click=self._change_group)
        self.view = MessagesView()
        self.box = TalkBox(context, shell, self.work, self)
        self._empty = EmptyState("chat")
        self._build()
        self._connect()
        self.retranslate()
        self._show_rooms()

    def _build(self) -> None:
        left, bar = Frame("pane"), Frame("bar")
        head = hbox(bar, (14, 0, 8, 0), 6)
        head.addWidget(self._heading, 1)
        head.addWidget(self._new)
        column = vbox(left, spacing=0)
        column.addWidget(bar)
        inside = vbox(margins=(6, 6, 6, 6))
        inside.addWidget(self.list)
        column.addLayout(inside, 1)
        right, self._bar = Frame("pane"), Frame("bar")
        texts = vbox(spacing=0)
        texts.addWidget(self.title)
        texts.addWidget(self.people)
        top = hbox(self._bar, (18, 6, 14, 6), 10)
        top.addLayout(texts, 1)
        top.addWidget(self.ticket)
        top.addWidget(self.group)
        talk = vbox(right, spacing=0)
        talk.addWidget(self._bar)
        talk.addWidget(self._empty, 1)
        talk.addWidget(self.view, 1)
        self._foot = QWidget()
        vbox(self._foot, (18, 6, 18, 14)).addWidget(self.box)
        talk.addWidget(self._foot)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        for pane in (left, right):
            splitter.addWidget(pane)
        splitter.setSizes([LIST_WIDTH, 900])
        splitter.setStretchFactor(1, 1)
        left.setMinimumWidth(220)
        vbox(self, spacing=0).addWidget(splitter)
        self.home = self.list

    def _connect(self) -> None:
        self.list.chosen.connect(self.open)
        self.list.activated.connect(lambda _index: self.box.editor.setFocus())
        self._rooms.changed.connect(self._show_rooms)
        self._empty.button.clicked.connect(self._ask_new)
        self._empty.button.show()
        self.box.sent.connect(self._post)
        self.box.editor.escaped.connect(self.view.setFocus)
        self.view.earlier_wanted.connect(self._load_earlier)
        self.view.acted.connect(self._on_act)
        self.view.opened.connect(self._open_link)
        self.pictures.arrived.connect(self._on_picture)
        self._context.bridge.changed.connect(self._on_change)
        self.destroyed.connect(self.work.close)

    def retranslate(self) -> None:
        self._heading.setText(self.tr("Team chat"))
        self._new.set_name(self.tr("New conversation"))
        self.list.setAccessibleName(self.tr("Conversations with colleagues"))
        self.view.setAccessibleName(self.tr("Messages"))
        self.group.setText(self.tr("Group…"))
        self._empty.set(
            self.tr("Talk with your colleagues"),
            self.tr("Customers never see what is said here."),
        )
        self._empty.button.setText(self.tr("New conversation"))
        self._show_rooms()

    # -- which rooms there are -----------------------------------------------------------------

    def _show_rooms(self) -> None:
        self.list.show_items([self._item(room) for room in self._rooms.rooms])
        current = self.room.id if self.room is not None else str(self._context.state.get(_LAST, ""))
        found = self._rooms.room(current)
        if found is None and self._rooms.rooms:
            found = self._rooms.rooms[0]
        self._show(found)

    def open(self, room_id: str, place: int = 0) -> None:
        """Show a room, at a message if one is named; one that is not known yet as soon as it is."""
        self._context.state.set(_LAST, room_id)
        self._place = (room_id, place)
        found = self._rooms.room(room_id)
        if found is None:
            self.room = None
            self._rooms.read()
        else:
            self._show(found)
            self._go_to_place()

    def _go_to_place(self) -> None:
        """To the message that was asked for; what is before it is fetched first."""
        (room_id, place), timeline = self._place, self.timeline
        if not place or timeline is None or timeline.room_id != room_id or not timeline.messages:
            return
        if timeline.messages[0].position > place and timeline.more:
            self._load_earlier()
            return
        self._place = (room_id, 0)
        said = next((one for one in timeline.messages if one.position >= place), None)
        for index, block in enumerate(self.view.blocks):
            if said is not None and isinstance(block, MessageCard) and block.message.id == said.id:
                self.view.go_to(index)
                self.view.set_current(index)

    def _item(self, room: RoomInfo) -> Item:
        at, said = "", self.tr("Nothing said yet")
        if room.last is not None:
            at = relative_time(room.last.at, self._context.clock.now())
            words = " ".join(room.last.body.split())[:160] or self.tr("A file")
            mine = room.last.agent_id == self._context.workspace.agent_id
            said = self.tr("You: %1").replace("%1", words) if mine else words
        count = str(room.unread) if room.unread < 100 else "99+"
        kind = "bad" if room.mentioned else "accent"
        pill = (f"@ {count}" if room.mentioned else count, kind) if room.unread else ("", "")
        icon = "users" if room.kind == GROUP else "user"
        return Item(room.id, self._rooms.title(room), said, icon, pill=pill, beside=(at, ""))

    # -- one room ------------------------------------------------------------------------------

    def _show(self, room: RoomInfo | None) -> None:
        before, self.room = self.room, room
        for widget in (self._bar, self.view, self._foot):
            widget.setVisible(room is not None)
        self._empty.setVisible(room is None)
        if room is None:
            self.timeline = None
            return
        self.list.select(room.id, silent=True)
        self._show_head(room)
        others = [m for m in room.members if m.agent_id != self._env.agent_id]
        self.box.open(room.id, [(m.agent_id, m.name) for m in others])
        if before is None or before.id != room.id or self.timeline is None:
            self.timeline = RoomTimeline(room.id, self._env, self._seen_to(room))
            self._earlier_slot.cancel()
            self._loading = False
            self.view.show_blocks([])
            self._read()

    def _show_head(self, room: RoomInfo) -> None:
        self.title.setText(self._rooms.title(room))
        self.people.setText(names(self._rooms.others(room), most=12))
        self.people.setVisible(bool(room.name))
        self.group.setVisible(room.kind == GROUP)
        self.ticket.setVisible(bool(room.ticket_id))
        words = self.tr("Conversation #%1").replace("%1", str(room.ticket_number))
        self.ticket.setText(words)

    def _seen_to(self, room: RoomInfo) -> int:
        me = self._env.agent_id
        return next((one.seen_to for one in room.members if one.agent_id == me), 0)

    def _read(self) -> None:
        if self.room is not None:
            query = GetRoomMessages(self.room.id, limit=PAGE)
            self._page_slot.ask(query, partial(self._on_page, self.room.id), self._on_gone)

    def _on_page(self, room_id: str, page: RoomPage) -> None:
        timeline = self.timeline
        if timeline is None or timeline.room_id != room_id:
            return
        fresh = not timeline.messages
        timeline.take_newest(page)
        blocks = timeline.blocks(self._context.clock.now())
        (self.view.show_blocks if fresh else self.view.update_blocks)(blocks)
        self._go_to_place()
        self._seen.start()

    def _on_gone(self, error: Exception) -> None:
        if isinstance(error, LookupError):
            self.room = None
            self._rooms.read()
        else:
            self._context.bridge.failed.emit(error)

    def _load_earlier(self) -> None:
        timeline = self.timeline
        if timeline is None or not timeline.more or self._loading or not timeline.messages:
            return
        self._loading = True
        query = GetRoomMessages(timeline.room_id, timeline.messages[0].position, PAGE)
        self._earlier_slot.ask(query, partial(self._on_earlier, timeline))

    def _on_earlier(self, timeline: RoomTimeline, page: RoomPage) -> None:
        self._loading = False
        if timeline is self.timeline:
            timeline.take_earlier(page)
            self.view.update_blocks(timeline.blocks(self._context.clock.now()))
            self._go_to_place()

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("room_message"):
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._seen.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self.timeline is not None:
            self.timeline.relabel()
            self.view.show_blocks(self.timeline.blocks(self._context.clock.now()))

    def _mark_seen(self) -> None:
        """What is on screen in a window that is looked at has been seen."""
        room, timeline = self.room, self.timeline
        looked_at = self.isVisible() and self.window().isActiveWindow()
        if room is None or timeline is None or not looked_at or timeline.room_id != room.id:
            return
        if timeline.last() > self._seen_to(room):
            command = MarkRoomSeen(room_id=room.id, position=timeline.last())
            self._context.bridge.send(command, None, self)

    # -- doing ---------------------------------------------------------------------------------

    def _ask_new(self) -> None:
        self._begin_new()

    def _change_group(self) -> None:
        from deskapp.ui.team.talk_new import NewTalkDialog

        if self.room is not None:
            NewTalkDialog(self._context, self.window(), room=self.room).open()

    def _open_ticket(self) -> None:
        if self.room is not None and self.room.ticket_id:
            self._shell.open_ticket(self.room.ticket_id)

    def _post(self, body: str, attached: tuple[AttachmentRef, ...], named: tuple[str, ...]) -> None:
        if self.room is None:
            return
        room_id = self.room.id
        command = PostInRoom(
            room_id=room_id,
            message_id=self._context.workspace.new_id(),
            body=body,
            attachments=attached,
            mentions=named,
        )

        def answered(outcome: Outcome) -> None:
            if outcome.rejected is not None:
                self.box.put_back(room_id, body, attached)
                self._shell.toast(messages.rejection(outcome.rejected))

        self._context.bridge.send(command, answered, self)

    def _on_act(self, action: str, key: str) -> None:
        card = self.view.card(key)
        if action == "attachment":
            self._open_file(key)
        elif action == "show_whole" and card is not None:
            card.show_whole()
            self.view.block_changed(card)

    def _open_link(self, link: Link) -> None:
        url = QUrl(link.href, QUrl.ParsingMode.TolerantMode)
        if url.scheme().lower() in _SCHEMES:
            QDesktopServices.openUrl(url)

    def _open_file(self, attachment_id: str) -> None:
        """Open from the quarantine; what can run code is only saved."""
        found = self.timeline.attachment(attachment_id) if self.timeline is not None else None
        if found is None:
            return
        blobs = self._context.workspace.blobs
        if is_dangerous_file(found.filename):
            dialog = QFileDialog(self.window(), self.tr("Save as…"))
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.selectFile(display_filename(found.filename))
            dialog.fileSelected.connect(
                lambda target: self.work.run(
                    partial(files.save_as, blobs, found.sha256, Path(target)),
                    lambda _path: self._shell.toast(self.tr("Saved")),
                    self._say_error,
                )
            )
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()
            return
        folder = files.quarantine_folder()
        job = partial(files.put_in_quarantine, blobs, found.sha256, found.filename, folder)
        self.work.run(job, _open_path, self._say_error)

    def _say_error(self, error: Exception) -> None:
        self._shell.toast(messages.job_error(error))

    def _on_picture(self, sha256: str) -> None:
        for block in self.view.blocks:
            if isinstance(block, MessageCard) and block.shows_file(sha256):
                self.view.block_changed(block)


def _open_path(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
