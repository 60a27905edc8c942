"""From where the chat can be reached: this computer, the local network, the internet; and a test of it."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from deskapp.core.ports import ChatServer, LiveChat, TestStep
from deskapp.ui import messages
from deskapp.ui.bridge import Bridge
from deskapp.ui.chat.words import reach_advice, reach_title, server_problem
from deskapp.ui.settings import chat_texts
from deskapp.ui.settings.chat_parts import CopyText
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Binder, Row
from deskapp.ui.settings.steps import StepList
from deskapp.ui.shell.context import Shell
from deskapp.ui.theme import icon_pixmap, theme, tokens
from deskapp.ui.widgets import Button, Frame, PlainLabel, Segmented, hbox, vbox

_LOOPBACK = "127.0.0.1"


class ReachSection(QWidget):
    """Rows, the configuration of a proxy, and the test. `refresh` when the server changed."""

    def __init__(
        self, bridge: Bridge, chat: LiveChat, preferences: Preferences, shell: Shell
    ) -> None:
        super().__init__()
        self._bridge, self._chat, self._preferences = bridge, chat, preferences
        bind = self._bind = Binder(preferences, self)
        self.state = _State()
        self.reach = bind.segmented(
            "chat.reach",
            (("computer", self.tr("This computer")), ("network", self.tr("The local network"))),
        )
        self.port = bind.number("chat.port")
        self.public = bind.line("chat.public_url", "https://chat.example.com")
        self.proxies = QLineEdit()
        self.proxies.setMinimumWidth(240)
        self.proxies.setPlaceholderText(_LOOPBACK)
        self.proxies.editingFinished.connect(self._keep_proxies)
        self.which = Segmented((("caddy", "Caddy"), ("nginx", "nginx")))
        self.which.chosen.connect(lambda _key: self._show_text())
        self.text = CopyText(self.tr("Configuration of the proxy"))
        self.text.copied.connect(lambda: shell.toast(self.tr("Copied")))
        self.test = Button(self.tr("Test the address"), icon_name="refresh", on_click=self.run_test)
        self.steps = StepList(
            order=tuple(messages.REACH_STEPS), title=reach_title, advice=reach_advice
        )
        self._build()
        preferences.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        column = vbox(self, spacing=0)
        column.addWidget(self.state)
        column.addSpacing(6)
        rows = (
            Row(
                self.tr("Answer connections from"),
                self.tr("A proxy on this computer needs no more than “This computer”."),
                self.reach,
                first=True,
            ),
            Row(self.tr("Port"), "", self.port),
            Row(
                self.tr("Public address"),
                self.tr("Where a reverse proxy or a tunnel of yours answers, with https."),
                self.public,
            ),
            Row(
                self.tr("Proxies to believe"),
                self.tr(
                    "Their addresses, with commas: whose word counts on where visitors come from."
                ),
                self.proxies,
            ),
        )
        for row in rows:
            column.addWidget(row)
        column.addSpacing(8)
        head = hbox(spacing=8)
        head.addWidget(PlainLabel(self.tr("Configuration of the proxy"), "strong"), 1)
        head.addWidget(self.which)
        column.addLayout(head)
        column.addSpacing(6)
        column.addWidget(self.text)
        column.addSpacing(10)
        foot = hbox()
        foot.addWidget(self.test)
        foot.addStretch()
        column.addLayout(foot)
        column.addSpacing(8)
        column.addWidget(self.steps)

    def refresh(self) -> None:
        """Say how it stands."""
        server, public = self._chat.server(), self._preferences.text("chat.public_url")
        self.state.show_server(server, public)
        self.test.setEnabled(bool(public))
        self._show_text()
        if not self.proxies.hasFocus():
            found = self._preferences.get("chat.proxies")
            self.proxies.setText(", ".join(found) if isinstance(found, tuple) else "")

    def run_test(self) -> None:
        """Come back to this desk through the public address."""
        told = self.steps.begin()
        self.test.setEnabled(False)
        done = self._chat.test_reach(self._preferences.text("chat.public_url"), told)
        self._bridge.watch(done, self._tested, self, self._failed)

    def _tested(self, steps: tuple[TestStep, ...]) -> None:
        for step in steps:
            self.steps.show_step(step)
        self.test.setEnabled(True)

    def _failed(self, _error: Exception) -> None:
        self.steps.show_step(TestStep("address", ok=False, code="failed"))
        self.test.setEnabled(True)

    def _keep_proxies(self) -> None:
        words = (word.strip() for word in self.proxies.text().split(","))
        self._preferences.set("chat.proxies", tuple(word for word in words if word))

    def _show_text(self) -> None:
        make = chat_texts.caddy if self.which.key() == "caddy" else chat_texts.nginx
        upstream = f"{_LOOPBACK}:{self._preferences.number('chat.port')}"
        self.text.show_text(make(self._preferences.text("chat.public_url"), upstream))


class _State(Frame):
    """From where it can be reached now, one line each."""

    def __init__(self) -> None:
        super().__init__("card")
        self._lines: list[tuple[PlainLabel, PlainLabel]] = []
        column = vbox(self, (14, 10, 14, 10), 6)
        for _ in range(3):
            sign, text = PlainLabel(), PlainLabel()
            text.setWordWrap(True)
            row = hbox(spacing=8)
            row.addWidget(sign)
            row.addWidget(text, 1)
            column.addLayout(row)
            self._lines.append((sign, text))
        self._signs: list[tuple[str, str]] = [("circle", "text3")] * 3
        theme().changed.connect(self._paint)

    def texts(self) -> list[str]:
        return [text.text() for _sign, text in self._lines if not text.isHidden()]

    def show_server(self, server: ChatServer, public: str) -> None:
        if server.problem:
            said = [server_problem(server), server.detail[:200], ""]
            self._signs = [("alert", "danger"), ("info", "text3"), ("circle", "text3")]
        else:
            said = self._reach(server, public)
        for (sign, text), words in zip(self._lines, said, strict=True):
            text.setText(words)
            text.setVisible(bool(words))
            sign.setVisible(bool(words))
        self._paint()

    def _reach(self, server: ChatServer, public: str) -> list[str]:
        there, near = bool(server.running), bool(server.running and server.network_url)
        far = there and bool(public)
        self._signs = [("tick", "ok") if on else ("circle", "text3") for on in (there, near, far)]
        here = self.tr("On this computer: %1").replace("%1", server.url)
        if not there:
            here = self.tr("Not running: it starts with the first chat box that is switched on.")
        network = self.tr("On the local network: %1").replace("%1", server.network_url)
        internet = self.tr("On the internet: %1").replace("%1", public)
        return [
            here,
            network if near else self.tr("Not on the local network"),
            internet if far else self.tr("Not on the internet"),
        ]

    def _paint(self) -> None:
        ratio = self.devicePixelRatioF()
        for (sign, _text), (name, ink) in zip(self._lines, self._signs, strict=True):
            sign.setPixmap(icon_pixmap(name, getattr(tokens(), ink), 15, ratio))
