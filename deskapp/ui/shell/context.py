"""What every pane of the window is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QWidget

from deskapp.core.api import Command, Workspace
from deskapp.core.ports import Clock, UiState
from deskapp.models.dto import TicketRow
from deskapp.ui.bridge import Bridge
from deskapp.ui.i18n import Language
from deskapp.ui.shell.actions import ActionRegistry


@dataclass(frozen=True, slots=True)
class UiContext:
    """The few things that panes share. `bridge` is the only way to read and write."""

    bridge: Bridge
    state: UiState
    clock: Clock
    actions: ActionRegistry
    language: Language

    @property
    def workspace(self) -> Workspace:
        return self.bridge.workspace


class Shell(Protocol):
    """What panes may ask of the window around them (`MainWindow` does it)."""

    def open_ticket(self, ticket_id: str) -> None:
        """Show a ticket, selecting it in the list when the list holds it."""

    def open_view(self, view: str) -> None:
        """Show a view by its key (core.queries.views)."""

    def search(self, text: str) -> None:
        """Show what the desk finds for `text` in the list."""

    def show_room(self, name: str) -> None:
        """Bring a room of the rail to the front: inbox, customers, settings."""

    def do(self, command: Command, done: str = "") -> None:
        """Send `command`; say `done` with an Undo where there is one, or why it was refused."""

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """Say something for a few seconds."""


class ConversationPane(Protocol):
    """The middle of the inbox. Also a QWidget."""

    def show_ticket(self, row: TicketRow | None) -> None:
        """Show this ticket; None when nothing is selected. Called for each step of J and K."""

    def reply(self) -> None:
        """Put the cursor into the composer, on the reply tab."""

    def note(self) -> None:
        """The same, on the note tab."""


class CustomerPane(Protocol):
    """The right of the inbox. Also a QWidget."""

    def show_contact(self, contact_id: str, ticket_id: str) -> None:
        """Show this contact beside that ticket; empty ids when nothing is selected."""


@dataclass(frozen=True, slots=True)
class Room:
    """An entry of the rail. `build` runs when the room is first opened.

    Its widget's attribute `home`, if it has one, is where the keyboard is on entering.
    `order`: place in the rail, 0 first; from 100 on it sits at the bottom. `shortcut` goes there.
    """

    name: str
    title: Callable[[], str]
    icon: str
    build: Callable[[], QWidget]
    order: int = 50
    shortcut: str = ""
