"""One mailbox: its connection, how it is read, and what it writes under every answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from deskapp.core.api import Outcome
from deskapp.core.commands.accounts import RemoveAccount, SaveAccount
from deskapp.core.ports import MailSetup
from deskapp.models.dto import AccountInfo
from deskapp.ui import messages
from deskapp.ui.settings.connection_form import ConnectionForm
from deskapp.ui.settings.rows import Row
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.when import date_time
from deskapp.ui.widgets import Button, PlainLabel, PrimaryButton, Switch, hbox, vbox

_FOLDERS = ("INBOX",)


class AccountEditor(QWidget):
    """`left` fires when the person is done with it."""

    left = Signal()

    def __init__(
        self,
        context: UiContext,
        shell: Shell,
        mail: MailSetup,
        account: AccountInfo | None = None,
    ) -> None:
        """`account` None: a new one."""
        super().__init__()
        self._bridge, self._shell, self._mail = context.bridge, shell, mail
        self._account = account
        self._id = account.id if account else context.workspace.new_id()
        self.form = ConnectionForm(context.bridge, mail)
        self.name = QLineEdit()
        self.signature, self.text = QPlainTextEdit(), QPlainTextEdit()
        self.folders, self.sent_folder = QLineEdit(), QLineEdit()
        self.days = QSpinBox()
        self.enabled, self.mark_seen = Switch(), Switch()
        self.copy_sent, self.acknowledge = Switch(), Switch()
        self.save = PrimaryButton(
            self.tr("Save") if account else self.tr("Connect"), on_click=self.submit
        )
        self._column = vbox(self, spacing=0)
        self._build()
        self._fill()
        self.form.passed.connect(self._on_passed)
        self.form.sign_in_wanted.connect(self._sign_in)

    def is_dirty(self) -> bool:
        """A new mailbox that is being written."""
        return self._account is None and bool(self.form.address.text())

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        head = hbox()
        back = Button(self.tr("All mailboxes"), "ghost", "arrow-left", self.left.emit)
        head.addWidget(back)
        head.addStretch()
        self._column.addLayout(head)
        self._column.addSpacing(8)
        if self._account is not None:
            self._state(self._account)
        self._heading(self.tr("Connection"))
        self._column.addWidget(self.form)
        self._reading()
        self._writing()
        self._column.addSpacing(12)
        foot = hbox()
        foot.addWidget(self.save)
        if self._account is not None:
            foot.addWidget(Button(self.tr("Check now"), on_click=self._check))
        foot.addStretch()
        if self._account is not None:
            foot.addWidget(Button(self.tr("Remove mailbox"), "danger", on_click=self._remove))
        self._column.addLayout(foot)

    def _heading(self, text: str) -> None:
        self._column.addSpacing(12)
        self._column.addWidget(PlainLabel(text, "strong"))
        self._column.addSpacing(6)

    def _state(self, account: AccountInfo) -> None:
        """What is wrong, and what was learned."""
        if account.problem:
            problem = PlainLabel(messages.problem(account.problem), "error")
            problem.setWordWrap(True)
            self._column.addWidget(problem)
        if account.problem and account.problem_detail:
            text = self.tr("The server said: %1").replace("%1", account.problem_detail)
            words = PlainLabel(text, "small")
            words.setWordWrap(True)
            self._column.addWidget(words)
        said = [self.tr("Last read: %1").replace("%1", date_time(account.checked_at))] \
            if account.checked_at else []  # fmt: skip
        if account.authserv_id:
            text = self.tr("SPF, DKIM and DMARC are believed from %1 only.")
            said.append(text.replace("%1", account.authserv_id))
        label = PlainLabel("\n".join(said), "small")
        label.setWordWrap(True)
        self._column.addWidget(label)
        self._column.addWidget(Row(self.tr("Switched on"), "", self.enabled, first=True))

    def _reading(self) -> None:
        self._heading(self.tr("Reading"))
        self.days.setRange(0, 3650)
        self.days.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.days.setSuffix(" " + self.tr("days"))
        for field in (self.folders, self.sent_folder, self.name):
            field.setMinimumWidth(220)
        rows = (
            Row(
                self.tr("Folders"),
                self.tr("With commas between them. INBOX is where new mail is."),
                self.folders,
                first=True,
            ),
            Row(
                self.tr("History"),
                self.tr("Mail from before the connection, as silent history."),
                self.days,
            ),
            Row(
                self.tr("Mark as read on the server"),
                self.tr("Off: your phone still shows it as new."),
                self.mark_seen,
            ),
            Row(
                self.tr("Copy answers to the Sent folder"),
                self.tr("Off for providers that do it by themselves."),
                self.copy_sent,
            ),
            Row(self.tr("Sent folder"), self.tr("Empty: the server's own."), self.sent_folder),
        )
        for row in rows:
            self._column.addWidget(row)

    def _writing(self) -> None:
        self._heading(self.tr("Writing"))
        for field in (self.signature, self.text):
            field.setFixedHeight(96)
            field.setMinimumWidth(300)
            field.setTabChangesFocus(True)
        self.text.setPlaceholderText(self.tr("Empty: a friendly sentence with the ticket's number"))
        self._text_row = Row(
            self.tr("Text of the acknowledgement"),
            self.tr(
                "May hold {{ ticket.number }}, {{ contact.first_name }} and {{ account.name }}."
            ),
            self.text,
        )
        rows = (
            Row(self.tr("Name customers see"), "", self.name, first=True),
            Row(
                self.tr("Signature"),
                self.tr("Under every answer. **Bold**, lists and links work."),
                self.signature,
            ),
            Row(
                self.tr("Acknowledge new conversations"),
                self.tr("Once a ticket, never to machines, lists or forged senders."),
                self.acknowledge,
            ),
            self._text_row,
        )
        for row in rows:
            self._column.addWidget(row)
        self.acknowledge.toggled.connect(self._text_row.setVisible)

    def _fill(self) -> None:
        account = self._account
        settings = dict(account.settings) if account else {}
        if account is not None:
            self.form.show_account(account.address, settings)
            self.name.setText(account.name)
            self.signature.setPlainText(account.signature)
        self.enabled.setChecked(account.enabled if account else True)
        folders = settings.get("folders")
        names = folders if isinstance(folders, list | tuple) else _FOLDERS
        self.folders.setText(", ".join(str(name) for name in names))
        self.sent_folder.setText(str(settings.get("sent_folder") or ""))
        days = settings.get("history_days")
        self.days.setValue(days if isinstance(days, int) else 30)
        self.mark_seen.setChecked(settings.get("mark_seen") is True)
        self.copy_sent.setChecked(settings.get("copy_to_sent") is not False)
        self.acknowledge.setChecked(settings.get("acknowledge") is True)
        self.text.setPlainText(str(settings.get("acknowledge_text") or ""))
        self._text_row.setVisible(self.acknowledge.isChecked())

    # -- storing -----------------------------------------------------------------------------

    def command(self) -> SaveAccount:
        """What is on the page."""
        address = self.form.address.text().strip()
        folders = [name.strip() for name in self.folders.text().split(",") if name.strip()]
        settings = {
            **self.form.settings(),
            "folders": folders or list(_FOLDERS),
            "sent_folder": self.sent_folder.text().strip(),
            "history_days": self.days.value(),
            "mark_seen": self.mark_seen.isChecked(),
            "copy_to_sent": self._copies(),
            "acknowledge": self.acknowledge.isChecked(),
            "acknowledge_text": self.text.toPlainText().strip(),
        }
        return SaveAccount(
            account_id=self._id,
            name=self.name.text().strip() or address,
            address=address,
            signature=self.signature.toPlainText().rstrip(),
            enabled=self.enabled.isChecked(),
            settings=settings,
        )

    def _copies(self) -> bool:
        """The switch; for a new mailbox that it was not touched on, what the provider wants."""
        guessed = self.form.settings().get("copy_to_sent")
        if self._account is None and self.copy_sent.isChecked() and isinstance(guessed, bool):
            return guessed
        return self.copy_sent.isChecked()

    def submit(self) -> None:
        """Keep the password first: a mailbox without one would only fail."""
        if not self.form.is_complete():
            self.form.run_test()  # says what is missing
            return
        self.save.setEnabled(False)
        if self.form.password():
            stored = self._mail.store_password(self._id, self.form.password())
            self._bridge.watch(stored, lambda _none: self._store(), self, self._failed)
        else:
            self._store()

    def _store(self) -> None:
        self._bridge.send(self.command(), self._answered, self)

    def _answered(self, outcome: Outcome) -> None:
        self.save.setEnabled(True)
        if outcome.rejected is not None:
            self.form.say(messages.rejection(outcome.rejected))
            return
        self._mail.check_now(self._id)
        self._shell.toast(self.tr("Mailbox saved"))
        self.left.emit()

    def _failed(self, error: Exception) -> None:
        self.save.setEnabled(True)
        self.form.say(messages.failure(error))

    def _on_passed(self) -> None:
        if self._account is None:
            self.submit()

    def _sign_in(self) -> None:
        if not self.form.client_id.text().strip():
            self.form.say(self.tr("Write the client ID first."))
            return
        self.form.say("")
        self.form.sign_in.setEnabled(False)
        signed = self._mail.sign_in(self._id, self.form.sign_in_settings())
        self._bridge.watch(signed, lambda _none: self._signed_in(), self, self._not_signed_in)

    def _signed_in(self) -> None:
        self.form.sign_in.setEnabled(True)
        self._store()

    def _not_signed_in(self, error: Exception) -> None:
        self.form.sign_in.setEnabled(True)
        self.form.say(messages.failure(error))

    def _check(self) -> None:
        self._mail.check_now(self._id)
        self._shell.toast(self.tr("Checking for new mail…"))

    def _remove(self) -> None:
        done = self.tr("Mailbox disconnected; its conversations stay")
        self._shell.do(RemoveAccount(account_id=self._id), done)
        self.left.emit()
