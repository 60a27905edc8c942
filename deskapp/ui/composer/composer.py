"""The composer: what is written, to whom, from where; and everything that keeps it from being lost."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.policies import preflight, settings
from deskapp.core.queries.desk import GetAccounts, GetSettings
from deskapp.models.dto import (
    AccountInfo,
    AgentInfo,
    DeskSettings,
    MessageView,
    TicketDetail,
    TicketRow,
)
from deskapp.models.enums import Channel, TicketStatus
from deskapp.ui import messages
from deskapp.ui.composer.actions import register
from deskapp.ui.composer.aids import Aids
from deskapp.ui.composer.attachments import FileTooLarge
from deskapp.ui.composer.box import ComposerBox
from deskapp.ui.composer.drafts import DraftKeeper
from deskapp.ui.composer.people import Answer, answer_to
from deskapp.ui.composer.sending import Sending
from deskapp.ui.composer.snapshot import (
    BY_MAIL,
    FORWARD,
    HEARD,
    NOTE,
    REPLY,
    REPLY_ALL,
    Snapshot,
    of_draft,
)
from deskapp.ui.composer.way import ChatWay
from deskapp.ui.conversation.phrases import file_size
from deskapp.ui.conversation.text import visible
from deskapp.ui.conversation.work import Work
from deskapp.ui.i18n import Retranslates
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.theme import icon
from deskapp.ui.widgets import vbox


class Composer(Retranslates, QWidget):
    """One for the window; it follows the ticket that is shown.

    `detail_wanted` asks the pane to read the ticket again, because its draft changed in the desk.
    `held_back` carries a ticket's id and who wrote (`guard.Newer`) before the answer left, `cleared` the
    id of one whose composer was emptied.
    """

    detail_wanted = Signal()
    held_back = Signal(str, object)
    cleared = Signal(str)

    def __init__(
        self, context: UiContext, shell: Shell, work: Work, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.context, self.shell = context, shell
        self.row: TicketRow | None = None
        self.detail: TicketDetail | None = None
        self.agent: AgentInfo | None = None
        self.accounts: tuple[AccountInfo, ...] = ()
        self.settings = DeskSettings()
        self._mode, self._account_id, self._in_reply_to = REPLY, "", ""
        self._seen = 0
        self._canned_ids: tuple[str, ...] = ()
        self._fresh = True  # the desk's draft has not been looked at yet
        self._loading = False
        workspace = context.workspace
        self.box = ComposerBox(work, workspace.blobs, workspace.new_id)
        self.editor, self.recipients = self.box.editor, self.box.recipients
        self.files = self.box.files
        self.way = ChatWay(self)
        self.keeper = DraftKeeper(context.bridge, self.snapshot, self)
        vbox(self, (18, 6, 18, 14)).addWidget(self.box)
        self.aids = Aids(self, work)
        self.sending = Sending(self)
        self._connect()
        register(self)
        self.retranslate()

    def _connect(self) -> None:
        box = self.box
        box.tabs.mode_wanted.connect(self.set_mode)
        box.tabs.account_wanted.connect(self._set_account)
        box.recipients.changed.connect(self._touched)
        box.recipients.all_wanted.connect(lambda: self.set_mode(REPLY_ALL))
        box.editor.textChanged.connect(self._touched)
        box.editor.left.connect(self.flush)
        box.editor.files.connect(self.attach)
        box.editor.picture.connect(self._paste_picture)
        box.editor.send.connect(self._send)
        box.files.changed.connect(self._files_changed)
        box.files.refused.connect(self._refused)
        box.clip_clicked.connect(self.choose_files)
        box.send_clicked.connect(self._send)
        box.send_and_clicked.connect(self._send_and)
        bridge = self.context.bridge
        bridge.changed.connect(self._on_changed)
        self._ask_desk()

    def _ask_desk(self) -> None:
        bridge = self.context.bridge
        bridge.ask(GetAccounts(), self._on_accounts, self)
        bridge.ask(GetSettings(), self._on_settings, self)

    # -- which ticket ----------------------------------------------------------------------------

    def show_ticket(self, row: TicketRow | None) -> None:
        """Put away what is written for the ticket before, and show what was written for this one."""
        self.flush()
        self.aids.close()
        known = self.keeper.open(row.id if row is not None else "")
        self.row, self.detail = row, None
        self.way.info, self.way.person = None, ()
        self._seen = 0
        self._fresh = known is None
        self.box.bar.clear()
        if row is None:
            return
        self.load(known if known is not None and not known.empty else self._blank(REPLY))
        self.aids.forget()

    def set_detail(self, detail: TicketDetail) -> None:
        """What the list did not know: whom an answer goes to, and the draft that the desk keeps."""
        first = self.detail is None
        self.detail = detail
        if first:
            self.aids.read(detail.row)
        self.aids.set_language(detail.language)
        if self._fresh:
            self._fresh = False
            if detail.draft is not None:
                self._bring(of_draft(detail.draft))
                return
        if first and (self.snapshot().empty or self._answers_nobody()):
            self.suggest(self._mode)
        self.show_state()

    def _answers_nobody(self) -> bool:
        """Whether somebody began to write before it was known whom an answer goes to."""
        named = any(self.recipients.people(name) for name in ("to", "cc", "bcc"))
        return self._mode in (REPLY, REPLY_ALL) and not named

    def set_agent(self, agent: AgentInfo) -> None:
        self.agent = agent

    def set_notes_only(self, on: bool) -> None:
        """Whether whoever sits here reads and notes, but never answers a customer."""
        if on != self.way.notes_only:
            self.way.notes_only = self.box.tabs.notes_only = on
            self._mode = self.way.usual()
            self.show_state()

    def set_seen(self, order: int) -> None:
        """The last item of the conversation that is on the screen."""
        self._seen = order

    def expect_return(self, ticket_id: str = "") -> None:
        """The desk turned a message back into a draft: show it when it comes."""
        self.keeper.forget(ticket_id or (self.row.id if self.row is not None else ""))
        if self.row is not None and ticket_id in ("", self.row.id):
            self._fresh = True
            self.detail_wanted.emit()

    @property
    def loading(self) -> bool:
        """Whether the text changes because another ticket is shown, not because somebody types."""
        return self._loading

    @property
    def mode(self) -> str:
        """What is being written: one of `snapshot.MODES`."""
        return self._mode

    # -- the state as a value --------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Everything that is written."""
        people = self.recipients.people
        return Snapshot(
            mode=self._mode,
            body=self.editor.text(),
            subject=self.recipients.subject(),
            to=people("to"),
            cc=people("cc"),
            bcc=people("bcc"),
            attachments=self.files.items(),
            account_id=self._account_id,
            in_reply_to=self._in_reply_to,
            seen_order=self._seen,
            canned_ids=self._canned_ids,
        )

    def load(self, snapshot: Snapshot) -> None:
        """Show this."""
        self._loading = True
        self._mode, self._account_id = self.way.fitting(snapshot.mode), snapshot.account_id
        self._in_reply_to, self._canned_ids = snapshot.in_reply_to, snapshot.canned_ids
        if self.editor.text() != snapshot.body:
            self.editor.set_text(snapshot.body)
        self.files.show_items(snapshot.attachments)
        s = snapshot
        opened = s.mode == FORWARD or bool(s.bcc) or (s.mode == BY_MAIL and not s.to)
        self.recipients.show_people(s.to, s.cc, s.bcc, s.subject, self._others(s), opened)
        self._loading = False
        self.show_state()
        self.keeper.loaded(self.snapshot())

    def _bring(self, draft: Snapshot) -> None:
        """A draft of the desk; what was typed before it came stays under it."""
        typed = self.editor.text()
        self.load(draft)
        if typed.strip() and typed.strip() not in draft.body:
            self.editor.set_text(f"{draft.body}\n\n{typed}")

    def flush(self) -> None:
        """Save now what is not saved yet."""
        if self.row is not None:
            self.keeper.flush()

    def clear(self) -> None:
        """After something has left."""
        self._canned_ids = ()
        self._loading = True
        self.editor.set_text("")
        self.files.show_items(())
        self._loading = False
        self._in_reply_to = ""
        self.box.bar.clear()
        self.suggest(self.way.usual())
        self.keeper.sent()
        self._tell_cleared()

    def discard(self) -> None:
        """Throw away what is written, here and in the desk."""
        self.editor.set_text("")
        self.files.show_items(())
        self.suggest(self.way.usual())
        self.flush()
        self._tell_cleared()

    def _tell_cleared(self) -> None:
        if self.row is not None:
            self.cleared.emit(self.row.id)

    def put_back(self, ticket_id: str, snapshot: Snapshot) -> None:
        """Something that should have left did not: its words come back."""
        if self.row is None or self.row.id != ticket_id:
            self.keeper.put_back(ticket_id, snapshot)
            return
        typed = self.editor.text()
        merged = f"{snapshot.body}\n\n{typed}" if typed.strip() else snapshot.body
        self.load(replace(snapshot, body=merged))
        self.keeper.loaded(Snapshot())
        self.flush()

    # -- modes -----------------------------------------------------------------------------------

    def start(self, mode: str, message: MessageView | None = None) -> None:
        """Begin to write; `message` is the one that is answered or forwarded, if not the last."""
        if self.row is None:
            return
        self._in_reply_to = message.id if message is not None else self._in_reply_to
        answers = (REPLY, REPLY_ALL, FORWARD, BY_MAIL)
        keeps = mode == REPLY and message is None and self._mode in answers
        if not keeps:
            self.set_mode(mode, message)
        if self._mode == FORWARD and not self.recipients.people("to"):
            self.recipients.fields["to"].setFocus()
        else:
            self.editor.setFocus()

    def set_mode(self, mode: str, message: MessageView | None = None) -> None:
        """Change the tab, or how it is answered. What is typed stays."""
        mode = self.way.fitting(mode)
        if mode not in (NOTE, HEARD):
            self.suggest(mode, message)
        self._mode = mode
        if mode == NOTE:
            self.aids.read_people()
        self.box.bar.clear()
        self.show_state()
        self._touched()
        self.editor.setFocus()

    def quote(self, text: str, message: MessageView) -> None:
        """Put somebody's words under the cursor, marked as quoted."""
        if self._mode in (NOTE, HEARD) and self.editor.text().strip() == "":
            self.set_mode(REPLY, message)
        quoted = "\n".join(f"> {line}" for line in visible(text).split("\n"))
        before = self.editor.text()
        lead = "" if not before or before.endswith("\n") else "\n"
        self.editor.insert(f"{lead}{quoted}\n\n")
        self.editor.setFocus()

    def make_canned(self, text: str) -> None:
        """Offer to keep `text` as a canned reply."""
        self.aids.make_canned(text)

    def used_canned(self, canned_id: str) -> None:
        if canned_id not in self._canned_ids:
            self._canned_ids = (*self._canned_ids, canned_id)

    def _blank(self, mode: str) -> Snapshot:
        mail = self.row is not None and self.row.channel is not Channel.WEBCHAT
        return Snapshot(mode=mode, account_id=self.row.account_id if self.row and mail else "")

    def suggest(self, mode: str, message: MessageView | None = None) -> None:
        """Fill in whom an answer of this kind goes to."""
        self._mode = mode
        people = answer_to(mode, self.detail, message, self._own_addresses())
        if self.way.is_chat():
            people = Answer(self.way.people() if mode == BY_MAIL else ())
        subject = self.recipients.subject()
        if mode == FORWARD and not subject and self.row is not None:
            subject = f"Fwd: {self.row.subject}"
        elif mode != FORWARD and subject.startswith("Fwd: "):
            subject = ""
        self._loading = True
        opened = mode in (FORWARD, BY_MAIL) or not self.way.is_chat()
        opened = mode == FORWARD or (opened and self.detail is not None and not people.to)
        others = len(people.others)
        self.recipients.show_people(people.to, people.cc, (), subject, others, opened)
        self._loading = False
        self.show_state()

    def _others(self, snapshot: Snapshot) -> int:
        if snapshot.mode != REPLY or self.way.is_chat():
            return 0
        return len(answer_to(REPLY, self.detail, None, self._own_addresses()).others)

    def _own_addresses(self) -> frozenset[str]:
        return frozenset(account.address.casefold() for account in self.accounts)

    # -- files -----------------------------------------------------------------------------------

    def choose_files(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Attach files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.attach([Path(name) for name in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def attach(self, paths: list[Path]) -> None:
        self.files.add_files(paths)

    def _paste_picture(self, image: QImage) -> None:
        name = self.tr("picture-%1.png").replace("%1", str(len(self.files.items()) + 1))
        content_id = self.files.add_picture(image, name)
        if self.by_mail() and self._mode != NOTE:
            self.editor.insert(f"![{name}](cid:{content_id})")

    def _files_changed(self) -> None:
        self._touched()
        self.sending.files_changed()

    def _refused(self, name: str, error: Exception) -> None:
        if isinstance(error, FileTooLarge):
            words = self.tr("%1 is too large: most mail servers take up to %2.")
            text = words.replace("%2", file_size(25_000_000)).replace("%1", name)
        else:
            words = self.tr("%1 could not be attached. %2")
            text = words.replace("%2", messages.job_error(error)).replace("%1", name)
        self.shell.toast(text)

    # -- showing ---------------------------------------------------------------------------------

    def by_mail(self) -> bool:
        """Whether an answer leaves as a mail, rather than being written down."""
        if self.way.is_chat():
            return self._mode in (BY_MAIL, FORWARD)
        return self.row is not None and self.row.channel is Channel.EMAIL

    def outgoing(self) -> preflight.Outgoing:
        """What the preflight looks at."""
        now = self.snapshot()
        public = self._mode not in (NOTE, HEARD)
        subject = now.subject or (self.row.subject if self.row is not None else "")
        return preflight.Outgoing(
            body=now.body or (" -" if self._mode == FORWARD else ""),
            subject=subject if self.by_mail() else None,
            recipients=len(now.to) + len(now.cc) + len(now.bcc),
            attachments=len(now.attachments) + self.files.busy,
            needs_recipient=self.by_mail(),
            public=public,
        )

    def hold_ms(self) -> int:
        """How long a mail waits before it leaves."""
        if not self.by_mail():
            return 0
        return settings.number(self.settings.values, "compose.undo_seconds") * 1000

    def account(self) -> AccountInfo | None:
        """From which mailbox it leaves."""
        if self.way.is_chat() and self.by_mail():
            return self.way.mailbox(self._account_id)
        wanted = self._account_id or (self.row.account_id if self.row is not None else "")
        found = next((a for a in self.accounts if a.id == wanted), None)
        return found or (self.detail.account if self.detail is not None else None)

    def show_state(self) -> None:
        channel = self.row.channel if self.row is not None else Channel.EMAIL
        account = self.account()
        mine = account.id if account is not None else ""
        mail = (a for a in self.accounts if a.channel is Channel.EMAIL)
        usable = tuple(a for a in mail if a.enabled or a.id == mine)
        self.box.tabs.show_state(self._mode, channel, usable, mine)
        people = self.by_mail() and self._mode not in (NOTE, HEARD)
        signature = account.signature if account is not None and people else ""
        self.box.show_mode(self._mode, channel, people, signature)
        self._count()

    def _set_account(self, account_id: str) -> None:
        self._account_id = account_id
        if self.way.is_chat() and self.by_mail() != bool(account_id):
            self.set_mode(BY_MAIL if account_id else REPLY)
        self.show_state()
        self._touched()

    def _touched(self) -> None:
        self._count()
        if not self._loading:
            self.keeper.touched()
            self.box.bar.clear()

    def _count(self) -> None:
        self.box.count(len(self.editor.text()) if self.way.is_chat() else 0, self.way.most())
        self.box.say(self.way.remark())

    def _send(self) -> None:
        if not (self.snapshot().empty and self.way.most() and self.way.enter_empty()):
            self.sending.send()

    def _send_and(self, anchor: QWidget) -> None:
        menu = QMenu(self)
        choices: tuple[tuple[TicketStatus, str, str], ...] = (
            (TicketStatus.WAITING, self.tr("…wait for the customer"), "clock"),
            (TicketStatus.SOLVED, self.tr("…resolve"), "tick"),
            (TicketStatus.OPEN, self.tr("…keep open"), "inbox"),
        )
        for status, text, icon_name in choices:
            entry = menu.addAction(icon(icon_name), text)
            entry.triggered.connect(partial(self._send_with, status))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(anchor.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))

    def _send_with(self, status: TicketStatus, _on: bool = False) -> None:
        self.sending.send(status)

    def _on_accounts(self, accounts: tuple[AccountInfo, ...]) -> None:
        self.accounts = accounts
        self.show_state()

    def _on_settings(self, found: DeskSettings) -> None:
        self.settings = found

    def _on_changed(self, change: ChangeSet) -> None:
        if change.touches("account", "setting"):
            self._ask_desk()
        if change.touches("canned_reply"):
            self.aids.forget_canned()
        if change.touches("agent"):
            self.aids.read_people(again=True)

    def retranslate(self) -> None:
        self.show_state()
