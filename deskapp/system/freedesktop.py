"""Desktop Notifications Specification 1.3 over the session bus, on a thread of its own."""

import html
import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.threading import DBusConnection

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_SERVER_DECIDES = -1
KEPT = 50
"""How many notifications may still be clicked."""

_log = logging.getLogger(__name__)


class NotificationBus:
    """The session's notification server. Never raises: where there is none, `ready` stays False.

    `on_click` and `on_failure` are called with a notification's tag on the bus's own thread.
    """

    def __init__(
        self, app_name: str, on_click: Callable[[str], None], on_failure: Callable[[str], None]
    ) -> None:
        self._app_name = app_name
        self._on_click = on_click
        self._on_failure = on_failure
        self._lock = threading.Lock()
        self._connection: DBusConnection | None = None
        self._capabilities: frozenset[str] | None = None
        self._awaited: dict[int, Callable[[Message], None]] = {}
        self._tags: dict[int, str] = {}
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="desktop-notifications", daemon=True)
        self._thread.start()

    @property
    def ready(self) -> bool:
        """Whether a notification server has answered."""
        return self._capabilities is not None

    def show(self, tag: str, title: str, body: str) -> bool:
        """Hand it to the server; False when there is none. What a customer wrote stays text."""
        capabilities = self._capabilities
        if capabilities is None:
            return False
        if "body-markup" in capabilities:
            body = html.escape(body, quote=False)
        actions = ["default", ""] if "actions" in capabilities else []
        hints = {"category": ("s", "im.received")}
        arguments = (self._app_name, 0, "", title, body, actions, hints, _SERVER_DECIDES)

        def shown(reply: "Message") -> None:
            if _is_error(reply):
                self._on_failure(tag)
                return
            self._tags[int(reply.body[0])] = tag
            while len(self._tags) > KEPT:
                del self._tags[next(iter(self._tags))]

        return self._call("Notify", "susssasa{sv}i", arguments, shown)

    def close(self) -> None:
        """Let go of the bus and wait for the thread."""
        with self._lock:
            self._closing = True
            if self._connection is not None:
                self._connection.interrupt()
        self._thread.join()

    def _run(self) -> None:
        from jeepney import MatchRule, message_bus
        from jeepney.io.common import RouterClosed
        from jeepney.io.threading import ReceiveStopped, open_dbus_connection

        try:
            connection = open_dbus_connection("SESSION")
        except (OSError, KeyError, ValueError, RouterClosed, TimeoutError) as error:
            _log.info("no session bus: %s", error)
            return
        with connection:
            with self._lock:
                if self._closing:
                    return
                self._connection = connection
            clicks = MatchRule(type="signal", interface=_NAME, member="ActionInvoked", path=_PATH)
            try:
                self._send(message_bus.AddMatch(clicks), lambda _: None)
                self._call("GetCapabilities", "", (), self._learned)
                while True:
                    self._dispatch(connection.receive())
            except (ReceiveStopped, OSError) as error:
                _log.debug("session bus closed: %r", error)
            finally:
                with self._lock:
                    self._connection = self._capabilities = None

    def _learned(self, reply: "Message") -> None:
        if not _is_error(reply):
            self._capabilities = frozenset(reply.body[0])

    def _dispatch(self, message: "Message") -> None:
        from jeepney import HeaderFields, MessageType

        fields = message.header.fields
        if message.header.message_type is MessageType.signal:
            if fields.get(HeaderFields.member) == "ActionInvoked":
                number, action = message.body
                tag = self._tags.pop(number, None)
                if tag is not None and action == "default":
                    self._on_click(tag)
        elif then := self._awaited.pop(fields.get(HeaderFields.reply_serial, 0), None):
            then(message)

    def _call(
        self, method: str, signature: str, body: tuple[Any, ...], then: Callable[["Message"], None]
    ) -> bool:
        from jeepney import DBusAddress, new_method_call

        address = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)
        return self._send(new_method_call(address, method, signature or None, body), then)

    def _send(self, message: "Message", then: Callable[["Message"], None]) -> bool:
        """A few hundred bytes into a local socket's buffer: this does not wait for the server."""
        with self._lock:
            if self._connection is None:
                return False
            serial = next(self._connection.outgoing_serial)
            self._awaited[serial] = then
            try:
                self._connection.send(message, serial=serial)
            except OSError:
                del self._awaited[serial]
                return False
        return True


def _is_error(reply: "Message") -> bool:
    from jeepney import MessageType

    return reply.header.message_type is MessageType.error
