"""Contacts that look like one person, with what they share. Nothing is merged by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from deskapp.core.commands.contacts import DismissMergeSuggestion, MergeContacts, UnmergeContact
from deskapp.models.dto import ContactDetail, ContactInfo, MergeSuggestion
from deskapp.ui.customer.section import Section
from deskapp.ui.shell.context import Shell
from deskapp.ui.widgets import Avatar, Button, ElidedLabel, PlainLabel, clear, hbox, vbox
from deskapp.ui.widgets.avatar import SMALL


class MergeCard(Section):
    """Suggestions to accept or dismiss, and what was merged before, to undo."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__("merge", parent)
        self._shell = shell
        self._info: ContactInfo | None = None
        self._merged: tuple[ContactInfo, ...] = ()
        self._suggestions: tuple[MergeSuggestion, ...] = ()
        self._list = vbox(spacing=8)
        self._list.setContentsMargins(5, 0, 5, 0)
        self.body.addLayout(self._list)
        self.show_if(False)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Same person?") if self._suggestions else self.tr("Merged"))
        self._show()

    def show_contact(self, detail: ContactDetail) -> None:
        other = self._info is None or self._info.id != detail.info.id
        self._info = detail.info
        if other:
            self._suggestions = ()
        if other or self._merged != detail.merged:
            self._merged = detail.merged
            self.retranslate()

    def show_suggestions(self, suggestions: Sequence[MergeSuggestion]) -> None:
        if tuple(suggestions) != self._suggestions:
            self._suggestions = tuple(suggestions)
            self.retranslate()

    def _show(self) -> None:
        clear(self._list)
        for suggestion in self._suggestions:
            self._list.addWidget(self._suggested(suggestion))
        for contact in self._merged:
            self._list.addWidget(self._done(contact))
        self.show_if(bool(self._suggestions or self._merged))

    def _suggested(self, suggestion: MergeSuggestion) -> QWidget:
        info = self._info
        same = info is not None and suggestion.contact.id == info.id
        other = suggestion.other if same else suggestion.contact
        box, column = _person(other, self._evidence(suggestion.evidence, other))
        buttons = hbox(spacing=6)
        merge = Button(self.tr("Merge"), on_click=lambda: self._merge(other))
        keep = Button(self.tr("Not the same"), "ghost", on_click=lambda: self._dismiss(other))
        for button in (merge, keep):
            button.setAccessibleDescription(other.name)
            buttons.addWidget(button)
        buttons.addStretch()
        column.addLayout(buttons)
        return box

    def _done(self, contact: ContactInfo) -> QWidget:
        box, column = _person(contact, self.tr("Part of this customer"))
        undo = Button(self.tr("Take apart again"), "link", on_click=lambda: self._undo(contact))
        row = hbox()
        row.addWidget(undo)
        row.addStretch()
        column.addLayout(row)
        return box

    def _evidence(self, evidence: Sequence[tuple[str, str]], other: ContactInfo) -> str:
        written = {point.value: point.display for point in other.points}
        texts = {
            "email": self.tr("Same mail address %1"),
            "phone": self.tr("Same phone %1"),
            "national_id": self.tr("Same identity number %1"),
            "name": self.tr("Same name"),
            "organisation": self.tr("Same organisation %1"),
            "domain": self.tr("Same mail domain %1"),
        }
        return " · ".join(
            texts.get(kind, self.tr("Same %1")).replace("%1", written.get(value, value))
            for kind, value in evidence
        )

    def _merge(self, other: ContactInfo) -> None:
        if self._info is not None:
            done = self.tr("Merged with %1").replace("%1", other.name)
            self._shell.do(MergeContacts(contact_id=other.id, into_id=self._info.id), done)

    def _dismiss(self, other: ContactInfo) -> None:
        if self._info is not None:
            command = DismissMergeSuggestion(contact_id=self._info.id, other_id=other.id)
            self._shell.do(command, self.tr("Kept apart"))

    def _undo(self, contact: ContactInfo) -> None:
        self._shell.do(UnmergeContact(contact_id=contact.id), self.tr("Taken apart"))


def _person(contact: ContactInfo, line: str) -> tuple[QWidget, QVBoxLayout]:
    box = QWidget()
    column = vbox(box, spacing=4)
    head = hbox(spacing=8)
    head.addWidget(Avatar(contact.name, contact.id, SMALL))
    point = next((point.display for point in contact.points), "")
    lines = vbox(spacing=0)
    lines.addWidget(ElidedLabel(contact.name or point))
    if contact.name and point:
        lines.addWidget(ElidedLabel(point, "small"))
    head.addLayout(lines, 1)
    column.addLayout(head)
    evidence = PlainLabel(line, "small")
    evidence.setWordWrap(True)
    column.addWidget(evidence)
    return box, column
