"""What the palette offers while an answer can be written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from deskapp.models.enums import TicketStatus
from deskapp.ui.shell.actions import Action

if TYPE_CHECKING:
    from deskapp.ui.composer.composer import Composer

translate = QCoreApplication.translate


def register(composer: Composer) -> None:
    """Enter the composer's actions into the window's registry."""
    sending, aids = composer.sending, composer.aids
    for name, text, run, key, icon_name in (
        (
            "send",
            lambda: translate("composer", "Send the answer"),
            sending.send,
            "",
            "send",
        ),
        (
            "send_solved",
            lambda: translate("composer", "Send and resolve"),
            partial(sending.send, TicketStatus.SOLVED),
            "Ctrl+Shift+Return",
            "tick",
        ),
        (
            "attach",
            lambda: translate("composer", "Attach files"),
            composer.choose_files,
            "",
            "paperclip",
        ),
        (
            "canned",
            lambda: translate("composer", "Insert a canned reply"),
            aids.start_canned,
            "",
            "zap",
        ),
        (
            "people",
            lambda: translate("composer", "Cc, Bcc and subject"),
            partial(_open_people, composer),
            "Ctrl+Shift+C",
            "users",
        ),
    ):
        action = Action(f"composer.{name}", text, run, key, composer.isVisible, icon_name)
        composer.context.actions.add(action)


def _open_people(composer: Composer) -> None:
    if not composer.recipients.isHidden():
        composer.recipients.set_open(True)
        composer.recipients.fields["cc"].setFocus()
