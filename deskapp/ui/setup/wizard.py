"""Who are you, and which mailbox: two short pages that may be skipped."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QLineEdit, QScrollArea, QStackedWidget, QWidget

from deskapp.core.api import Outcome
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.desk import SaveAgent
from deskapp.core.ports import Services
from deskapp.core.queries.desk import GetAgents
from deskapp.models.dto import AgentInfo
from deskapp.ui import messages
from deskapp.ui.languages import native_name
from deskapp.ui.settings.connection_form import ConnectionForm
from deskapp.ui.settings.jobs import JobView
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.shell.context import UiContext
from deskapp.ui.widgets import (
    Button,
    PlainLabel,
    PrimaryButton,
    Segmented,
    hbox,
    vbox,
)

_WHO_SIZE = (560, 390)
_MAILBOX_SIZE = (600, 660)


class SetupWizard(QDialog):
    """`sample_ready` carries the folder of the sample desk; `join_wanted`: a team's desk is meant.
    Closing it in any way keeps what was answered and never asks again."""

    sample_ready = Signal(str)
    join_wanted = Signal()

    def __init__(
        self,
        context: UiContext,
        services: Services,
        preferences: Preferences,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._services, self._preferences = context, services, preferences
        self._me: AgentInfo | None = None
        self.setModal(True)
        self.resize(*_WHO_SIZE)
        self._pages = QStackedWidget()
        self._job = JobView(context.bridge)
        vbox(self, (40, 32, 40, 28)).addWidget(self._pages)
        self.who = _WhoPage()
        self.mailbox: MailboxPage | None = None
        self._pages.addWidget(self.who)
        self.who.body.insertWidget(self.who.body.count() - 1, self._job)
        self.who.language.choose(_code(preferences))
        self._connect()
        self.setWindowTitle("deskapp")
        self._job.ended.connect(lambda _well: self.who.sample.setEnabled(True))
        context.bridge.ask(GetAgents(), self._show_me, self)

    def _connect(self) -> None:
        self.who.go.clicked.connect(self._continue)
        self.who.name.returnPressed.connect(self._continue)
        self.who.sample.clicked.connect(self._try_sample)
        self.who.skip.clicked.connect(self.reject)
        self.who.join.clicked.connect(self.join_wanted)
        self.who.join.setVisible(self._services.joiner is not None)
        self.who.language.chosen.connect(self._choose_language)

    def _show_me(self, agents: tuple[AgentInfo, ...]) -> None:
        me = self._context.workspace.agent_id
        self._me = next((agent for agent in agents if agent.id == me), None)
        if self._me is not None and not self.who.name.text():
            self.who.name.setText(self._me.name)
        self.who.name.selectAll()
        self.who.name.setFocus()

    def _choose_language(self, code: str) -> None:
        """Of the window, at once, and of what the desk writes by itself."""
        self._preferences.set("appearance.language", code)
        self._preferences.set("desk.language", code)

    def _continue(self) -> None:
        self._keep_name()
        if self.mailbox is None:
            self.mailbox = MailboxPage(self._context, self._services)
            self.mailbox.connected.connect(self.accept)
            self.mailbox.back.clicked.connect(lambda: self._pages.setCurrentWidget(self.who))
            self.mailbox.skip.clicked.connect(self.reject)
            self._pages.addWidget(self.mailbox)
        self._pages.setCurrentWidget(self.mailbox)
        self.resize(self.size().expandedTo(QSize(*_MAILBOX_SIZE)))
        self.mailbox.form.setFocus()

    def _keep_name(self) -> None:
        name = self.who.name.text().strip()
        if self._me is not None and name and name != self._me.name:
            command = SaveAgent(agent_id=self._me.id, name=name, email=self._me.email)
            self._context.bridge.send(command, None, self)

    def _try_sample(self) -> None:
        self.who.sample.setEnabled(False)
        self._job.start(self._services.jobs.load_sample_data, "")
        running = self._job.job()
        if running is not None:
            self._context.bridge.watch(running.future, self._sample_made, self, lambda _e: None)

    def _sample_made(self, result: Mapping[str, object]) -> None:
        self.sample_ready.emit(str(result.get("profile", "")))
        self.accept()

    def done(self, result: int) -> None:
        """However it ends, it has been asked."""
        running = self._job.job()
        if running is not None:
            running.cancel()
        self._keep_name()
        self._preferences.set("desk.language", self.who.language.key())
        self._preferences.set("desk.setup_done", True)
        super().done(result)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.who.retranslate()
        super().changeEvent(event)


class _WhoPage(QWidget):
    """Name and language, and the way to the sample desk."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._lead = PlainLabel(role="page-title"), PlainLabel(role="muted")
        self._lead.setWordWrap(True)
        self._labels = (PlainLabel(), PlainLabel())
        self.name = QLineEdit()
        self.language = Segmented([(code, native_name(code)) for code in ("es", "en")])
        self.go = PrimaryButton()
        self.sample, self.skip = Button(), Button("", "ghost")
        self.join = Button("", "link")
        self._hint = PlainLabel(role="small")
        self._hint.setWordWrap(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        for row, field in enumerate((self.name, self.language)):
            grid.addWidget(self._labels[row], row, 0)
            grid.addWidget(field, row, 1)
        self._labels[0].setBuddy(self.name)
        buttons = hbox()
        buttons.addWidget(self.go)
        buttons.addWidget(self.sample)
        buttons.addStretch()
        buttons.addWidget(self.skip)
        self.body = vbox(self, spacing=14)
        for part in (self._title, self._lead):
            self.body.addWidget(part)
        self.body.addSpacing(8)
        self.body.addLayout(grid)
        self.body.addSpacing(8)
        self.body.addLayout(buttons)
        self.body.addWidget(self._hint)
        below = hbox()
        below.addWidget(self.join)
        below.addStretch()
        self.body.addLayout(below)
        self.body.addStretch(1)
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Welcome"))
        self._lead.setText(
            self.tr("Answer your customers' mail from one window. Everything stays here.")
        )
        self._labels[0].setText(self.tr("Your name"))
        self._labels[1].setText(self.tr("Language"))
        self.name.setAccessibleName(self.tr("Your name"))
        self.language.setAccessibleName(self.tr("Language"))
        self.name.setPlaceholderText(self.tr("First and last name"))
        self.go.setText(self.tr("Continue"))
        self.sample.setText(self.tr("Try with sample data"))
        self.join.setText(self.tr("My team has a desk already: join it…"))
        self.skip.setText(self.tr("Skip"))
        self._hint.setText(
            self.tr(
                "Sample data opens a desk of its own, with made-up customers. Yours stays empty."
            )
        )


class MailboxPage(QWidget):
    """Address, password, and every step of the connection as it happens."""

    connected = Signal()

    def __init__(self, context: UiContext, services: Services) -> None:
        super().__init__()
        self._bridge, self._mail = context.bridge, services.mail
        self._id = context.workspace.new_id()
        self.form = ConnectionForm(context.bridge, services.mail, self.tr("Connect"))
        self.back = Button(self.tr("Back"), "ghost", "arrow-left")
        self.skip = Button(self.tr("Do this later"), "ghost")
        title = PlainLabel(self.tr("Which mailbox do customers write to?"), "page-title")
        lead = PlainLabel(
            self.tr(
                "New mail comes in, and the last 30 days as silent history. Nothing in the"
                " mailbox is changed."
            ),
            "muted",
        )
        for label in (title, lead):
            label.setWordWrap(True)
        foot = hbox()
        foot.addWidget(self.back)
        foot.addStretch()
        foot.addWidget(self.skip)
        column = vbox(self, spacing=12)
        column.addWidget(title)
        column.addWidget(lead)
        column.addWidget(self._scrolled(self.form), 1)
        column.addLayout(foot)
        self.setFocusProxy(self.form)
        self.form.passed.connect(self._keep)
        self.form.sign_in_wanted.connect(self._sign_in)

    def _scrolled(self, form: QWidget) -> QWidget:
        inside = QWidget()
        column = vbox(inside, (1, 1, 10, 1))
        column.addWidget(form)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        return scroll

    def command(self) -> SaveAccount:
        """The mailbox as it was tried."""
        address = self.form.address.text().strip()
        settings = self.form.settings()
        return SaveAccount(account_id=self._id, name=address, address=address, settings=settings)

    def _keep(self) -> None:
        stored = self._mail.store_password(self._id, self.form.password())
        self._bridge.watch(stored, lambda _none: self._save(), self, self._failed)

    def _sign_in(self) -> None:
        if not self.form.client_id.text().strip():
            self.form.say(self.tr("Write the client ID first."))
            return
        signed = self._mail.sign_in(self._id, self.form.sign_in_settings())
        self._bridge.watch(signed, lambda _none: self._save(), self, self._failed)

    def _save(self) -> None:
        self._bridge.send(self.command(), self._answered, self)

    def _answered(self, outcome: Outcome) -> None:
        if outcome.rejected is not None:
            self.form.say(messages.rejection(outcome.rejected))
            return
        self._mail.check_now(self._id)
        self.connected.emit()

    def _failed(self, error: Exception) -> None:
        self.form.say(messages.failure(error))


def _code(preferences: Preferences) -> str:
    """The language in force: what was chosen, or the system's."""
    wanted = preferences.text("appearance.language")
    if wanted in ("es", "en"):
        return wanted
    return "es" if QLocale().language() == QLocale.Language.Spanish else "en"
