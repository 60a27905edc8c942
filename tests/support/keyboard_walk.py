"""What a walk through the window's actions by keyboard is made of: steps, and what they look at.

A room's tests enter a step for each of its actions; a step is given the person, and the way to do the
action by its own key, or through the palette where it has none.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QFileDialog, QWidget

from deskapp.core.queries.tickets import GetConversation
from deskapp.models.dto import EventView, MessageView
from deskapp.models.enums import Delivery, MessageKind
from tests.support.keyboard import Person

Act = Callable[[], None]
Step = Callable[[Person, Act], None]


class Walk(dict[str, Step]):
    """By action, its step."""

    def __call__(self, *action_ids: str) -> Callable[[Step], Step]:
        """Enter a step."""

        def enter(step: Step) -> Step:
            for action_id in action_ids:
                assert action_id not in self, action_id
                self[action_id] = step
            return step

        return enter

    def take(self, person: Person, action_id: str) -> None:
        """Do the action, and see what comes of it."""
        action = next(a for a in person.opened.actions if a.id == action_id)

        def act() -> None:
            if action.shortcut:
                person.press(action.shortcut)
            else:
                person.through_the_palette(action.text())

        self[action_id](person, act)


def subjects(person: Person) -> list[str]:
    model = person.pane.model
    return [row.subject for n in range(model.rowCount()) if (row := model.row_at(n)) is not None]


def button(root: QWidget, text: str) -> QAbstractButton:
    (found,) = (one for one in root.findChildren(QAbstractButton) if one.text() == text)
    return found


def answered(person: Person) -> str:
    """Start an answer to "Plato"; the ticket's id."""
    ticket = person.reads("Plato")
    person.press("R")
    person.sees(person.assembly.conversation.composer.editor.hasFocus)
    person.type("Va de camino")
    return ticket


def sent(person: Person, ticket: str) -> str:
    """What was sent to the customer of `ticket`; empty as long as nothing was."""
    for item in person.ask(GetConversation(ticket)).items:
        if isinstance(item, MessageView) and item.kind is MessageKind.OUTBOUND:
            return item.text if item.delivery is Delivery.SENT else ""
    return ""


def kinds(person: Person, ticket: str) -> list[str]:
    """What happened with a ticket."""
    items = person.ask(GetConversation(ticket)).items
    return [item.kind for item in items if isinstance(item, EventView)]


def choose_file(person: Person, path: Path) -> None:
    """Type the path into the file dialog."""
    person.dialog(QFileDialog)
    person.paste(str(path))
    person.press("Return")
