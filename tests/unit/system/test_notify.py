"""Desktop notifications, through a real session bus and through the tray."""

import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from jeepney import (
    DBusAddress,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.threading import DBusConnection, ReceiveStopped, open_dbus_connection
from jeepney.low_level import HeaderFields
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from deskapp.system.notify import QtNotifier, one_line

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"


class Server:
    """A notification server: answers as one, and clicks when told to."""

    def __init__(self, address: str, capabilities: list[str]) -> None:
        self.shown: queue.Queue[tuple[object, ...]] = queue.Queue()
        self.signatures: list[str] = []
        self.broken = False
        self._capabilities = capabilities
        self._connection: DBusConnection = open_dbus_connection(address)
        self._request(message_bus.RequestName(NAME))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def click(self, number: int, action: str = "default") -> None:
        emitter = DBusAddress(PATH, interface=NAME)
        self._connection.send(new_signal(emitter, "ActionInvoked", "us", (number, action)))

    def close(self) -> None:
        self._connection.interrupt()
        self._thread.join()
        self._connection.close()

    def _request(self, message: Message) -> None:
        self._connection.send(message)
        while self._connection.receive().header.message_type is not MessageType.method_return:
            pass

    def _serve(self) -> None:
        count = 0
        try:
            while True:
                message = self._connection.receive()
                member = message.header.fields.get(HeaderFields.member)
                if member == "GetCapabilities":
                    reply = new_method_return(message, "as", (self._capabilities,))
                elif member == "Notify" and self.broken:
                    self.broken = False
                    reply = new_error(message, f"{NAME}.Error")
                elif member == "Notify":
                    count += 1
                    self.signatures.append(message.header.fields[HeaderFields.signature])
                    reply = new_method_return(message, "u", (count,))
                    self.shown.put(message.body)
                else:
                    continue
                self._connection.send(reply)
        except ReceiveStopped:
            pass


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    config = tmp_path / "session.conf"
    config.write_text(
        '<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" '
        '"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd"><busconfig>'
        f"<type>session</type><listen>unix:path={tmp_path}/bus</listen>"
        '<policy context="default"><allow send_destination="*" eavesdrop="true"/>'
        '<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>'
    )
    read, write = os.pipe()
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", f"--print-address={write}"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as daemon:
        os.close(write)
        with os.fdopen(read) as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address.readline().strip())
        yield os.environ["DBUS_SESSION_BUS_ADDRESS"]
        daemon.terminate()


@pytest.fixture
def server(bus: str) -> Iterator[Server]:
    running = Server(bus, ["actions", "body", "body-markup"])
    yield running
    running.close()


class Tray(QSystemTrayIcon):
    """Records what it is told; offscreen there is no tray to look at."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[tuple[str, str]] = []

    def supportsMessages(self) -> bool:  # type: ignore[override]
        return True

    def showMessage(self, title: str, body: str, *_: object) -> None:  # type: ignore[override]
        self.messages.append((title, body))


@pytest.fixture
def tray(qapp: object) -> Tray:
    return Tray()


@pytest.fixture
def notifier(tray: Tray) -> Iterator[QtNotifier]:
    made = QtNotifier(tray, "deskapp")
    yield made
    made.close()


@pytest.mark.real
def test_a_click_on_the_real_bus_arrives_on_the_windows_thread(
    server: Server, notifier: QtNotifier, tray: Tray, qtbot: QtBot
) -> None:
    clicked: list[tuple[str, QThread]] = []
    qtbot.waitUntil(lambda: notifier.on_bus)
    for name in ("first", "second"):
        notifier.show(
            name, "body", lambda name=name: clicked.append((name, QThread.currentThread()))
        )
    assert [server.shown.get(timeout=60)[3] for _ in range(2)] == ["first", "second"]
    server.click(2, "other")
    server.click(1)
    server.click(77)
    qtbot.waitUntil(lambda: bool(clicked))
    assert clicked == [("first", notifier.thread())]
    assert set(server.signatures) == {"susssasa{sv}i"}
    assert tray.messages == []


@pytest.mark.real
def test_what_a_customer_wrote_stays_text(
    server: Server, notifier: QtNotifier, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: notifier.on_bus)
    notifier.show("<b>Ana</b>", '<img src="file:///dev/zero"> &\n\x1b[0m\u202e', lambda: None)
    _, _, _, title, body, *_ = server.shown.get(timeout=60)
    assert title == "<b>Ana</b>"  # a title is never markup
    assert body == '&lt;img src="file:///dev/zero"&gt; &amp; [0m'


@pytest.mark.real
def test_a_server_that_fails_leaves_it_to_the_tray(
    server: Server, notifier: QtNotifier, tray: Tray, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: notifier.on_bus)
    server.broken = True
    notifier.show("Ana", "hello", lambda: None)
    qtbot.waitUntil(lambda: tray.messages == [("Ana", "hello")])


@pytest.mark.real
def test_a_bus_that_goes_away_leaves_it_to_the_tray(
    bus: str, tray: Tray, qtbot: QtBot, tmp_path: Path
) -> None:
    server = Server(bus, ["actions"])
    notifier = QtNotifier(tray, "deskapp")
    qtbot.waitUntil(lambda: notifier.on_bus)
    assert notifier._bus is not None
    notifier._bus.close()
    notifier.show("Ana", "hello", lambda: None)
    assert tray.messages == [("Ana", "hello")]
    server.close()


def test_without_a_bus_the_tray_shows(
    tray: Tray, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    notifier = QtNotifier(tray, "deskapp")
    clicked: list[str] = []
    notifier.show("Ana", "hello", lambda: clicked.append("Ana"))
    notifier.show("Eva", "hello", lambda: clicked.append("Eva"))
    assert tray.messages == [("Ana", "hello"), ("Eva", "hello")]
    tray.messageClicked.emit()
    assert clicked == ["Eva"]
    notifier.close()


def test_without_anything_nothing_happens(
    qapp: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    notifier = QtNotifier(None, "deskapp")
    clicked: list[str] = []
    notifier.show("Ana", "hello", lambda: clicked.append("Ana"))
    notifier.close()
    notifier.show("Eva", "after the end", lambda: clicked.append("Eva"))
    assert not notifier.on_bus
    assert clicked == []


def test_one_line() -> None:
    assert one_line(" a\r\n b\t\x00\u200bc ", 10) == "a b c"
    assert one_line("x" * 1_000_000, 10) == "x" * 9 + "…"
