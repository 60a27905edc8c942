"""Finding one customer among all, in a pop-up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from deskapp.core.queries.contacts import FindContacts
from deskapp.models.dto import ContactInfo
from deskapp.ui.bridge import Bridge, Latest
from deskapp.ui.customer.model import second_line, shown_name
from deskapp.ui.widgets import Choice, ChoicePopup

_TYPING_MS = 120


class ContactPicker(ChoicePopup):
    """`chosen` carries the contact's id. What is typed is looked for in the whole desk."""

    chosen = Signal(str)

    def __init__(
        self, bridge: Bridge, placeholder: str, but: str = "", parent: QWidget | None = None
    ):
        """`but`: a contact that may not be chosen."""
        super().__init__(placeholder, parent=parent)
        self._but = but
        self._finding = Latest(bridge, self)
        self._soon = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._soon.timeout.connect(self._find)
        self.box.changed.connect(lambda _text: self._soon.start())
        self.picked.connect(self.chosen)
        self._find()

    def _find(self) -> None:
        self._finding.ask(FindContacts(self.box.text(), limit=20), self._show)

    def _show(self, found: Sequence[ContactInfo]) -> None:
        self.show_choices(
            [Choice(c.id, shown_name(c), second_line(c)) for c in found if c.id != self._but]
        )

    def _filter(self, _text: str) -> None:
        """Everything the desk found fits, also by what is not shown (a phone, an identity number)."""
        super()._filter("")
