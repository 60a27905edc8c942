"""What the chat server, and the test of its reach, run into; in plain words."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from deskapp.core.ports import ChatServer, TestStep
from deskapp.ui import messages

_SERVER: dict[str, object] = {
    "port_taken": QT_TRANSLATE_NOOP(
        "Messages",
        "Chat does not run: another program uses its port. Choose another port in Settings, Web chat.",
    ),
    "no_address": QT_TRANSLATE_NOOP(
        "Messages",
        "Chat does not run: this computer has no address on a network. Connect it, or let chat stay"
        " on this computer.",
    ),
    "failed": QT_TRANSLATE_NOOP(
        "Messages", "Chat does not run. Details are in the log; start the desk again."
    ),
}

REACH: dict[str, object] = {
    "no_server": QT_TRANSLATE_NOOP(
        "Messages", "Chat is not running here yet. Add a chat box and switch it on."
    ),
    "address_invalid": QT_TRANSLATE_NOOP(
        "Messages", "This is no web address. Write it as https://chat.example.com."
    ),
    "not_https": QT_TRANSLATE_NOOP(
        "Messages",
        "A site with https takes no chat without it. Write the address with https:// and let the proxy"
        " do the encryption.",
    ),
    "name_unknown": QT_TRANSLATE_NOOP(
        "Messages",
        "Nobody knows this name. Check the spelling, and that its DNS entry leads to your proxy.",
    ),
    "refused": QT_TRANSLATE_NOOP(
        "Messages",
        "The computer is there but nothing answers. Check that the proxy or the tunnel is running.",
    ),
    "unreachable": QT_TRANSLATE_NOOP(
        "Messages", "It cannot be reached. Check that this computer and the proxy are online."
    ),
    "timeout": QT_TRANSLATE_NOOP(
        "Messages", "Nothing answers in time. A firewall or a router may stand in the way."
    ),
    "no_answer": QT_TRANSLATE_NOOP(
        "Messages", "The connection broke off. Check the proxy's own log."
    ),
    "certificate": QT_TRANSLATE_NOOP(
        "Messages",
        "No browser would trust this certificate: it is expired, for another name, or nobody vouches for"
        " it. Get one from a public authority; Caddy does it by itself.",
    ),
    "no_tls": QT_TRANSLATE_NOOP(
        "Messages", "Encryption could not be agreed. Check the proxy's certificate."
    ),
    "other_desk": QT_TRANSLATE_NOOP(
        "Messages",
        "Something answers there, but not this desk. Let the proxy pass everything on to this computer"
        " and its chat port, with the Host header as it came.",
    ),
    "no_upgrade": QT_TRANSLATE_NOOP(
        "Messages",
        "Pages come through but chat connections do not. Let the proxy pass on the Upgrade and"
        " Connection headers.",
    ),
    "failed": QT_TRANSLATE_NOOP("Messages", "This step did not work. Details are in the log."),
}
"""By the code of a `TestStep` of `LiveChat.test_reach`."""


def server_problem(server: ChatServer) -> str:
    """Why the server does not run; empty when it does."""
    code = server.problem if server.problem in _SERVER else "failed"
    return messages.sentence(_SERVER, code) if server.problem else ""


def reach_title(step: TestStep) -> str:
    """What a step of the test tries."""
    return messages.sentence(messages.REACH_STEPS, step.name)


def reach_advice(step: TestStep) -> str:
    """What to do about a step that failed; empty for one that went well."""
    code = step.code if step.code in REACH else "failed"
    return "" if step.ok else messages.sentence(REACH, code)
