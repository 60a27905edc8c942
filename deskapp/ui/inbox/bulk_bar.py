"""What may be done with several tickets at once, in the place of the search box."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from deskapp.ui.i18n import Retranslates, number
from deskapp.ui.inbox.ticket_actions import TicketActions
from deskapp.ui.widgets import ElidedLabel, Frame, IconButton, hbox


class BulkBar(Retranslates, Frame):
    """Shown while more than one ticket is selected."""

    def __init__(self, actions: TicketActions, parent: QWidget | None = None) -> None:
        super().__init__("bar", parent)
        self._count = 0
        self._label = ElidedLabel(role="strong")
        self.close_button = IconButton("x")
        self._resolve = IconButton("tick", on_click=actions.resolve)
        self._assign = IconButton("user", on_click=lambda: actions.assign(self._assign))
        self._snooze = IconButton("snooze", on_click=lambda: actions.snooze(self._snooze))
        self._tag = IconButton("tag", on_click=lambda: actions.tag(self._tag))
        self._more = IconButton("more", on_click=lambda: self._open_menu(actions))
        row = hbox(self, (8, 0, 8, 0), 1)
        row.addWidget(self.close_button)
        row.addWidget(self._label, 1)
        for button in self._buttons():
            row.addWidget(button)
        self.retranslate()

    def set_count(self, count: int) -> None:
        self._count = count
        self._label.setText(self.tr("%1 selected").replace("%1", number(count)))

    def retranslate(self) -> None:
        names = (
            self.tr("Resolve"),
            self.tr("Assign…"),
            self.tr("Snooze…"),
            self.tr("Label…"),
            self.tr("More"),
        )
        for button, name in zip(self._buttons(), names, strict=True):
            button.set_name(name)
        self.close_button.set_name(self.tr("Clear the selection"))
        self.set_count(self._count)

    def _buttons(self) -> tuple[IconButton, ...]:
        return (self._resolve, self._assign, self._snooze, self._tag, self._more)

    def _open_menu(self, actions: TicketActions) -> None:
        menu = actions.menu(self)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))
