"""One chat box: how it looks, what it asks, what it lets visitors do, on which sites it stands."""

from __future__ import annotations

from dataclasses import asdict, replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from deskapp.core.api import Outcome
from deskapp.core.commands.accounts import RemoveAccount
from deskapp.core.commands.webchat import SaveChatBox
from deskapp.core.policies import chat_box
from deskapp.core.policies.display import safe_name
from deskapp.core.ports import LiveChat
from deskapp.models.dto import AccountInfo
from deskapp.ui import messages
from deskapp.ui.languages import NATIVE_NAMES
from deskapp.ui.settings.chat_box_new import LANGUAGES
from deskapp.ui.settings.chat_identity import IdentityCard
from deskapp.ui.settings.chat_install import InstallCard
from deskapp.ui.settings.chat_parts import ColourPicker, QuestionsEditor
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Row
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import Button, PlainLabel, PrimaryButton, Segmented, Switch, hbox, vbox

_SAID_MS = 4_000


class BoxEditor(QWidget):
    """`left` fires when the page is done with."""

    left = Signal()

    def __init__(
        self,
        context: UiContext,
        shell: Shell,
        chat: LiveChat,
        preferences: Preferences,
        box: AccountInfo,
        mailboxes: tuple[AccountInfo, ...],
    ) -> None:
        super().__init__()
        self._context, self._shell, self._box = context, shell, box
        self._known = chat_box.read(box.settings)
        self.install = InstallCard(chat, preferences, shell, box.id)
        self.identity = IdentityCard(context.bridge, chat, shell, box.id)
        self.name, self.greeting = QLineEdit(), QPlainTextEdit()
        self.origins = QPlainTextEdit()
        self.colour, self.questions = ColourPicker(), QuestionsEditor()
        self.language, self.mailbox = QComboBox(), QComboBox()
        self.position = Segmented((("left", self.tr("Left")), ("right", self.tr("Right"))))
        self.theme = Segmented(
            (
                ("auto", self.tr("The visitor's")),
                ("light", self.tr("Light")),
                ("dark", self.tr("Dark")),
            )
        )
        self.ask_name, self.ask_email = self._asking(), self._asking()
        self.enabled, self.preview, self.files, self.transcript = (Switch() for _ in range(4))
        self.error, self.saved = PlainLabel("", "error"), PlainLabel("", "small")
        self.error.setWordWrap(True)
        self.save = PrimaryButton(self.tr("Save"), on_click=self.submit)
        self._said = QTimer(self, singleShot=True, interval=_SAID_MS)
        self._said.timeout.connect(self.saved.clear)
        self._column = vbox(self, spacing=0)
        self._build()
        self._fill(mailboxes)
        self._was = self.command()
        self.enabled.toggled.connect(self._switch)

    def is_dirty(self) -> bool:
        """Whether something is not stored yet."""
        return self.command() != self._was

    def refresh(self) -> None:
        """The chat server changed."""
        self.install.refresh()

    def _asking(self) -> Segmented:
        return Segmented(
            (
                ("no", self.tr("No")),
                ("optional", self.tr("If they like")),
                ("required", self.tr("Always")),
            )
        )

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        head = hbox()
        head.addWidget(Button(self.tr("All chat boxes"), "ghost", "arrow-left", self.left.emit))
        head.addStretch()
        self._column.addLayout(head)
        self._column.addSpacing(8)
        title = hbox()
        title.addWidget(PlainLabel(safe_name(self._box.name), "title"), 1)
        self.enabled.setAccessibleName(self.tr("Switched on"))
        title.addWidget(PlainLabel(self.tr("Switched on"), "muted"))
        title.addWidget(self.enabled)
        self._column.addLayout(title)
        self._column.addSpacing(8)
        self._column.addWidget(self.install)
        self._look()
        self._before()
        self._talk()
        self._sites()
        self._heading(self.tr("Customers who are signed in"))
        self._column.addWidget(self.identity)
        self._column.addSpacing(14)
        self._column.addWidget(self.error)
        foot = hbox()
        foot.addWidget(self.save)
        foot.addWidget(self.saved)
        foot.addStretch()
        foot.addWidget(Button(self.tr("Remove the box"), "danger", on_click=self._remove))
        self._column.addLayout(foot)
        self.error.hide()

    def _heading(self, text: str) -> None:
        self._column.addSpacing(16)
        self._column.addWidget(PlainLabel(text, "strong"))
        self._column.addSpacing(6)

    def _rows(self, *rows: Row) -> None:
        for row in rows:
            self._column.addWidget(row)

    def _look(self) -> None:
        self._heading(self.tr("How it looks"))
        self.name.setMaxLength(120)
        self.greeting.setFixedHeight(64)
        self.greeting.setTabChangesFocus(True)
        self.greeting.setPlaceholderText(
            self.tr("Empty: a friendly sentence in the visitor's language")
        )
        for field in (self.name, self.greeting, self.language):
            field.setMinimumWidth(280)
        self._rows(
            Row(self.tr("Name"), self.tr("Visitors read it at the top."), self.name, first=True),
            Row(self.tr("Greeting"), "", self.greeting),
            Row(self.tr("Colour"), "", self.colour),
            Row(self.tr("Side of the page"), "", self.position),
            Row(self.tr("Light or dark"), "", self.theme),
            Row(self.tr("Language"), "", self.language),
        )

    def _before(self) -> None:
        self._heading(self.tr("Before the chat"))
        self._rows(
            Row(self.tr("Ask for the name"), "", self.ask_name, first=True),
            Row(
                self.tr("Ask for the mail address"),
                self.tr("Then you can answer by mail when the visitor has left."),
                self.ask_email,
            ),
        )
        self._column.addSpacing(4)
        self._column.addWidget(self.questions)

    def _talk(self) -> None:
        self._heading(self.tr("While they chat"))
        self.mailbox.setMinimumWidth(240)
        self._rows(
            Row(
                self.tr("See what is being typed"),
                self.tr("Before it is sent. Tell your visitors in your privacy notice."),
                self.preview,
                first=True,
            ),
            Row(self.tr("Visitors may send files"), self.tr("Up to 10 MB each."), self.files),
            Row(self.tr("Visitors may have the transcript mailed"), "", self.transcript),
            Row(
                self.tr("Mail leaves from"),
                self.tr("Transcripts, and answers to those who have left."),
                self.mailbox,
            ),
        )

    def _sites(self) -> None:
        self._heading(self.tr("Where it may stand"))
        self.origins.setFixedHeight(72)
        self.origins.setMinimumWidth(280)
        self.origins.setTabChangesFocus(True)
        self.origins.setPlaceholderText("https://www.example.com")
        self._rows(
            Row(
                self.tr("Websites"),
                self.tr("One a line. On other sites the box does not appear."),
                self.origins,
                first=True,
            )
        )

    def _fill(self, mailboxes: tuple[AccountInfo, ...]) -> None:
        known = self._known
        self.name.setText(self._box.name)
        self.enabled.setChecked(self._box.enabled)
        self.greeting.setPlainText(known.greeting)
        self.colour.show_colour(known.colour)
        self.position.choose(known.position)
        self.theme.choose(known.theme)
        self.language.addItem(self.tr("The visitor's"), "auto")
        for code in LANGUAGES:
            self.language.addItem(NATIVE_NAMES[code], code)
        self.language.setCurrentIndex(max(0, self.language.findData(known.language)))
        self.ask_name.choose(known.ask_name)
        self.ask_email.choose(known.ask_email)
        self.questions.show_questions(known.questions)
        self.preview.setChecked(known.preview)
        self.files.setChecked(known.files)
        self.transcript.setChecked(known.transcript)
        self.origins.setPlainText("\n".join(known.origins))
        self.mailbox.addItem(self.tr("The first mailbox"), "")
        for mailbox in mailboxes:
            self.mailbox.addItem(safe_name(mailbox.name or mailbox.address), mailbox.id)
        self.mailbox.setCurrentIndex(max(0, self.mailbox.findData(known.mail_account)))

    # -- storing -------------------------------------------------------------------------------

    def command(self) -> SaveChatBox:
        """What is on the page."""
        lines = self.origins.toPlainText().splitlines()
        settings = asdict(self._known) | {
            "origins": tuple(line.strip() for line in lines if line.strip()),
            "language": self.language.currentData(),
            "colour": self.colour.colour(),
            "greeting": self.greeting.toPlainText().strip(),
            "ask_name": self.ask_name.key(),
            "ask_email": self.ask_email.key(),
            "questions": tuple(self.questions.values()),
            "preview": self.preview.isChecked(),
            "files": self.files.isChecked(),
            "transcript": self.transcript.isChecked(),
            "mail_account": self.mailbox.currentData(),
            "position": self.position.key(),
            "theme": self.theme.key(),
        }
        return SaveChatBox(
            account_id=self._box.id,
            name=self.name.text().strip(),
            enabled=self.enabled.isChecked(),
            settings=settings,
        )

    def _switch(self, on: bool) -> None:
        """At once, whatever else is being changed."""
        command = replace(self._was, enabled=on)
        self._context.bridge.send(command, lambda out: self._switched(command, out), self)

    def _switched(self, command: SaveChatBox, outcome: Outcome) -> None:
        if outcome.rejected is not None:
            self._shell.toast(messages.rejection(outcome.rejected))
            return
        self._was = command
        on = command.enabled
        self._shell.toast(
            self.tr("Chat box switched on") if on else self.tr("Chat box switched off")
        )
        self.install.refresh()

    def submit(self) -> None:
        command = self.command()
        self.save.setEnabled(False)
        self._context.bridge.send(command, lambda out: self._answered(command, out), self)

    def _answered(self, command: SaveChatBox, outcome: Outcome) -> None:
        self.save.setEnabled(True)
        self.error.setVisible(outcome.rejected is not None)
        if outcome.rejected is not None:
            self.error.setText(messages.rejection(outcome.rejected))
            return
        self._was = command
        self.saved.setText(self.tr("Saved"))
        self._said.start()
        self.install.refresh()

    def _remove(self) -> None:
        done = self.tr("Chat box removed; its conversations stay")
        self._shell.do(RemoveAccount(account_id=self._box.id), done)
        self.left.emit()
