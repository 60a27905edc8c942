"""Address, password, servers: from a mail address to a mailbox that was tried."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QSpinBox, QWidget

from deskapp.core.ports import MailSetup, ServerGuess, TestStep
from deskapp.ui import messages
from deskapp.ui.bridge import Bridge
from deskapp.ui.settings.steps import StepList
from deskapp.ui.widgets import Button, PlainLabel, PrimaryButton, hbox, vbox

_PORTS = {
    "imap": {"tls": 993, "starttls": 143, "none": 143},
    "smtp": {"tls": 465, "starttls": 587, "none": 25},
}


class ConnectionForm(QWidget):
    """`passed` fires once every step of a test went well; `settings()` and `password()` are what
    was tried. `sign_in_wanted` asks for the browser instead of a password."""

    passed = Signal()
    sign_in_wanted = Signal()
    edited = Signal()

    def __init__(self, bridge: Bridge, mail: MailSetup, test_text: str = "") -> None:
        """`test_text` is what the button that tries everything reads."""
        super().__init__()
        self._bridge, self._mail = bridge, mail
        self._test_text = test_text or self.tr("Test connection")
        self._test: Future[tuple[TestStep, ...]] | None = None
        self._base: dict[str, object] = {}
        self._guess: ServerGuess | None = None
        self._guessed_for = ""
        self._again = self._guessing = self._wanted = False
        self.address, self.password_field, self.username = QLineEdit(), QLineEdit(), QLineEdit()
        self.password_field.setEchoMode(QLineEdit.EchoMode.Password)
        self.client_id, self.client_secret = QLineEdit(), QLineEdit()
        self.client_secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.servers = {kind: _ServerRow(kind) for kind in ("imap", "smtp")}
        self._hint = PlainLabel(role="small")
        self._hint.setWordWrap(True)
        self._help = Button(self.tr("How to get one"), "link", "external", self._open_help)
        self.sign_in = PrimaryButton(
            self.tr("Sign in with the browser"), "external", self.sign_in_wanted.emit
        )
        self.test = Button(
            self._test_text, "primary" if test_text else "", on_click=self._start_or_stop
        )
        self.more = Button(self.tr("Server settings"), "link", on_click=self._toggle_more)
        self.steps = StepList()
        self._error = PlainLabel(role="error")
        self._error.setWordWrap(True)
        self._labels = (
            PlainLabel(self.tr("Mail address")),
            PlainLabel(self.tr("Password")),
            PlainLabel(self.tr("User name")),
        )
        self._build()
        self._connect()

    def _build(self) -> None:
        grid = _grid()
        fields = (self.address, self.password_field)
        for row, (label, field) in enumerate(zip(self._labels[:2], fields, strict=True)):
            label.setBuddy(field)
            field.setAccessibleName(label.text())
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        self._more_box = self._server_box()
        self._browser_box = self._oauth_box()
        hint = hbox(spacing=4)
        hint.addWidget(self._hint, 1)
        hint.addWidget(self._help)
        buttons = hbox()
        buttons.addWidget(self.sign_in)
        buttons.addWidget(self.test)
        buttons.addWidget(self.more)
        buttons.addStretch()
        column = vbox(self, spacing=10)
        column.addLayout(grid)
        column.addLayout(hint)
        column.addWidget(self._browser_box)
        column.addWidget(self._more_box)
        column.addLayout(buttons)
        column.addWidget(self._error)
        column.addWidget(self.steps)
        for part in (self._hint, self._help, self._more_box, self._error):
            part.hide()
        self._use_browser(False)
        self.setFocusProxy(self.address)

    def _server_box(self) -> QWidget:
        box = QWidget()
        grid = _grid(box)
        titles = {"imap": self.tr("Incoming (IMAP)"), "smtp": self.tr("Outgoing (SMTP)")}
        for row, (kind, server) in enumerate(self.servers.items()):
            server.name(titles[kind])
            grid.addWidget(PlainLabel(titles[kind]), row, 0)
            grid.addWidget(server, row, 1)
        self._labels[2].setBuddy(self.username)
        self.username.setAccessibleName(self._labels[2].text())
        grid.addWidget(self._labels[2], 2, 0)
        grid.addWidget(self.username, 2, 1)
        return box

    def _oauth_box(self) -> QWidget:
        """What the provider knows this app by; every desk registers its own, once."""
        box = QWidget()
        grid = _grid(box)
        fields = (self.client_id, self.client_secret)
        texts = (self.tr("Client ID"), self.tr("Client secret"))
        hints = (
            self.tr("From the provider's developer page, as “desktop app”"),
            self.tr("Where the provider gives one"),
        )
        for row, (field, text, hint) in enumerate(zip(fields, texts, hints, strict=True)):
            field.setAccessibleName(text)
            field.setPlaceholderText(hint)
            grid.addWidget(PlainLabel(text), row, 0)
            grid.addWidget(field, row, 1)
        return box

    def _use_browser(self, on: bool) -> None:
        """Sign in with the browser, or with a password."""
        for part in (self.sign_in, self._browser_box):
            part.setVisible(on)
        for part in (self.test, self.password_field, self._labels[1]):
            part.setVisible(not on)

    def _connect(self) -> None:
        self.address.editingFinished.connect(self._guess_servers)
        self.password_field.returnPressed.connect(self.run_test)
        for field in (self.address, self.password_field, self.username):
            field.textEdited.connect(self._on_edit)
        for server in self.servers.values():
            server.edited.connect(self._on_edit)
        self.steps.trust_wanted.connect(self._trust)

    # -- what is in it -----------------------------------------------------------------------

    def show_account(self, address: str, settings: Mapping[str, object]) -> None:
        """Fill in a mailbox that is there already; its password is not shown."""
        self._base = dict(settings)
        self._guessed_for = address
        self.address.setText(address)
        self.password_field.clear()
        self.password_field.setPlaceholderText(self.tr("Unchanged"))
        self._fill(settings)
        self.client_id.setText(str(settings.get("oauth_client_id") or ""))
        self._use_browser(settings.get("auth") == "oauth")

    def settings(self) -> dict[str, object]:
        """As `SaveAccount.settings`."""
        typed = self.username.text().strip() or self.address.text().strip()
        client = self.client_id.text().strip()
        return {
            **self._base,
            **self.servers["imap"].settings(),
            **self.servers["smtp"].settings(),
            "username": typed,
            **({"oauth_client_id": client} if client else {}),
        }

    def sign_in_settings(self) -> dict[str, object]:
        """`settings()` with the client's secret, which is for the secret store only."""
        return {**self.settings(), "oauth_client_secret": self.client_secret.text().strip()}

    def password(self) -> str:
        return self.password_field.text()

    def is_complete(self) -> bool:
        """Whether there is something to try."""
        address = self.address.text().strip()
        hosts = all(server.host.text().strip() for server in self.servers.values())
        return "@" in address.strip("@") and hosts

    def say(self, text: str) -> None:
        """An error in plain words; empty takes it away."""
        self._error.setText(text)
        self._error.setVisible(bool(text))

    # -- guessing ----------------------------------------------------------------------------

    def _guess_servers(self) -> None:
        address = self.address.text().strip()
        if address == self._guessed_for or "@" not in address.strip("@"):
            return
        self._guessed_for = address
        self._hint.setText(self.tr("Looking for the servers…"))
        self._hint.show()
        self._guessing = True
        self._bridge.watch(self._mail.guess(address), self._show_guess, self, self._no_guess)

    def _show_guess(self, guess: ServerGuess) -> None:
        self._guessing = False
        self._guess = guess
        self._base = {**self._base, **guess.settings}
        self._fill(guess.settings)
        texts = {
            "oauth": self.tr("%1 wants you to sign in with the browser."),
            "app_password": self.tr("%1 wants an app password, not your usual one."),
        }
        text = texts.get(guess.needs, self.tr("Servers found: %1."))
        self._hint.setText(text.replace("%1", guess.provider or self.address.text()))
        self._hint.show()
        self._help.setVisible(bool(guess.help_url))
        self._use_browser(guess.needs == "oauth")
        self.edited.emit()
        self._go_on()

    def _no_guess(self, _error: Exception) -> None:
        self._hint.setText(self.tr("The servers are not known. Write them below."))
        self._more_box.show()
        self.edited.emit()
        self._guessing = False
        self._go_on()

    def _go_on(self) -> None:
        """Try it, if that was wanted while the servers were still looked for."""
        wanted, self._wanted = self._wanted, False
        if wanted and self._guess is not None and self._guess.needs != "oauth":
            self.run_test()

    def _fill(self, settings: Mapping[str, object]) -> None:
        for server in self.servers.values():
            server.show_settings(settings)
        self.username.setText(str(settings.get("username", "") or ""))
        self.username.setPlaceholderText(self.address.text())

    def _open_help(self) -> None:
        url = QUrl(self._guess.help_url if self._guess else "")
        if url.scheme() == "https":
            QDesktopServices.openUrl(url)

    def _toggle_more(self) -> None:
        self._more_box.setVisible(not self._more_box.isVisibleTo(self))

    def _on_edit(self) -> None:
        self.say("")
        self.edited.emit()

    # -- testing -----------------------------------------------------------------------------

    def _start_or_stop(self) -> None:
        if self._test is None:
            self.run_test()
        else:
            self._test.cancel()  # nobody answers for it any more
            self._ended()

    def _ended(self) -> None:
        self._test = None
        self.test.setText(self._test_text)

    def run_test(self) -> None:
        """Try every step, each shown as it happens."""
        self._guess_servers()
        if self._test is not None:
            return
        if self._guessing:
            self._wanted = True
            return
        if not self.is_complete():
            self.say(
                self.tr("Write the mail address first, and the servers if they were not found.")
            )
            self._more_box.setVisible("@" in self.address.text())
            return
        self.test.setText(self.tr("Stop"))
        self.say("")
        report = self.steps.begin()
        self._test = self._mail.test(self.settings(), self.password(), report)
        self._bridge.watch(self._test, self._tested, self, self._broke)

    def _tested(self, steps: tuple[TestStep, ...]) -> None:
        self._ended()
        if self._again:
            self._again = False
            self.run_test()
            return
        for step in steps:
            self.steps.show_step(step)
        failed = next((step for step in steps if not step.ok), None)
        if failed is None and steps:
            self.passed.emit()
        elif failed is not None and failed.name.endswith("login"):
            self.password_field.setFocus()
        elif failed is not None and not failed.fingerprint:
            self._more_box.show()

    def _broke(self, error: Exception) -> None:
        self._ended()
        self.steps.hide()
        self.say(messages.failure(error))

    def _trust(self, fingerprint: str) -> None:
        self._base["trusted_certificate"] = fingerprint
        self._again = self._test is not None  # the rest of the test may still be running
        self.run_test()


def _grid(parent: QWidget | None = None) -> QGridLayout:
    """Labels at the left, fields at the right."""
    grid = QGridLayout(parent) if parent is not None else QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(8)
    grid.setColumnMinimumWidth(0, 110)
    grid.setColumnStretch(1, 1)
    return grid


class _ServerRow(QWidget):
    """Host, port and encryption of one server."""

    edited = Signal()

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self.host, self.port, self.security = QLineEdit(), QSpinBox(), QComboBox()
        self.port.setRange(1, 65535)
        self.port.setGroupSeparatorShown(False)
        self.port.setMinimumWidth(64)
        names = {"tls": "TLS", "starttls": "STARTTLS", "none": self.tr("No encryption")}
        for key, name in names.items():
            self.security.addItem(name, key)
        row = hbox(self, spacing=6)
        row.addWidget(self.host, 1)
        row.addWidget(self.port)
        row.addWidget(self.security)
        self.host.textEdited.connect(lambda _text: self.edited.emit())
        self.port.valueChanged.connect(lambda _port: self.edited.emit())
        self.security.activated.connect(lambda _row: self._on_security())

    def name(self, title: str) -> None:
        self.host.setAccessibleName(self.tr("%1: server").replace("%1", title))
        self.port.setAccessibleName(self.tr("%1: port").replace("%1", title))
        self.security.setAccessibleName(self.tr("%1: encryption").replace("%1", title))

    def show_settings(self, settings: Mapping[str, object]) -> None:
        kind = self._kind
        security = str(settings.get(f"{kind}_security") or "tls")
        self.security.setCurrentIndex(max(0, self.security.findData(security)))
        self.host.setText(str(settings.get(f"{kind}_host") or ""))
        port = settings.get(f"{kind}_port")
        default = _PORTS[kind].get(security, 993)
        self.port.setValue(port if isinstance(port, int) else default)

    def settings(self) -> dict[str, object]:
        kind = self._kind
        return {
            f"{kind}_host": self.host.text().strip(),
            f"{kind}_port": self.port.value(),
            f"{kind}_security": self.security.currentData(),
        }

    def _on_security(self) -> None:
        """The usual port of the new encryption, unless the port is an unusual one on purpose."""
        usual = _PORTS[self._kind]
        if self.port.value() in usual.values():
            self.port.setValue(usual[self.security.currentData()])
        self.edited.emit()
