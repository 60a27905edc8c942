"""The pages of Settings by key, and the way to each from the palette."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from deskapp.ui.shell.actions import Action
from deskapp.ui.shell.context import Shell, UiContext

PAGE_KEY = "settings.page"
"""Under which key of `UiState` the page to be shown stands."""

TITLES: dict[str, object] = {
    "profile": QT_TRANSLATE_NOOP("SettingsPage", "Profile and state"),
    "sound": QT_TRANSLATE_NOOP("SettingsPage", "Sound and notifications"),
    "shortcuts": QT_TRANSLATE_NOOP("SettingsPage", "Keyboard shortcuts"),
    "appearance": QT_TRANSLATE_NOOP("SettingsPage", "Appearance and language"),
    "computer": QT_TRANSLATE_NOOP("SettingsPage", "This computer"),
    "desk": QT_TRANSLATE_NOOP("SettingsPage", "Your desk"),
    "team": QT_TRANSLATE_NOOP("SettingsPage", "Team"),
    "channels": QT_TRANSLATE_NOOP("SettingsPage", "Channels"),
    "webchat": QT_TRANSLATE_NOOP("SettingsPage", "Web chat"),
    "canned": QT_TRANSLATE_NOOP("SettingsPage", "Canned replies"),
    "fields": QT_TRANSLATE_NOOP("SettingsPage", "Customer fields"),
    "tags": QT_TRANSLATE_NOOP("SettingsPage", "Tags"),
    "blocked": QT_TRANSLATE_NOOP("SettingsPage", "Spam and blocked senders"),
    "backups": QT_TRANSLATE_NOOP("SettingsPage", "Backups and export"),
}
"""Page to its title, in their order."""


def page_title(key: str) -> str:
    """What the page is called in the language in force."""
    return QCoreApplication.translate("SettingsPage", str(TITLES[key]))


def show_page(context: UiContext, shell: Shell, key: str) -> None:
    """Bring a page of Settings to the front."""
    context.state.set(PAGE_KEY, key)
    shell.show_room("settings")


def register(
    context: UiContext, shell: Shell, opened: Callable[[str], object] = lambda _key: None
) -> None:
    """Enter every page into the window's actions. `opened` is told the page each time: the room
    may be on screen already."""

    def go(key: str) -> None:
        show_page(context, shell, key)
        opened(key)

    def text(key: str) -> str:
        way = QCoreApplication.translate("SettingsPage", "Settings: %1")
        return way.replace("%1", page_title(key))

    context.actions.add(
        *(
            Action(
                f"settings.{key}",
                partial(text, key),
                partial(go, key),
                icon="settings",
            )
            for key in TITLES
        )
    )
