"""To, Cc, Bcc and subject: one short line until somebody needs more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from deskapp.core.policies.display import safe_name
from deskapp.models.dto import Address
from deskapp.ui.i18n import Retranslates
from deskapp.ui.widgets import Button, ElidedLabel, PlainLabel, hbox, restyle, vbox

_PERSON = re.compile(
    r'\s*(?:"(?P<quoted>[^"]*)"|(?P<name>[^<>,;"]*))\s*<(?P<address>[^<>]*)>'
    r"|\s*(?P<bare>[^,;\s][^,;]*)"
)
_ADDRESS = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"]{1,190}")


class Recipients(Retranslates, QWidget):
    """`changed` fires on every edit by a person."""

    changed = Signal()
    all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._others = 0
        self.summary = ElidedLabel("", "small")
        self.everybody = Button(kind="link", on_click=self.all_wanted.emit)
        self.unfold = Button(kind="link", on_click=lambda: self.set_open(True))
        self.fields = {name: QLineEdit() for name in ("to", "cc", "bcc", "subject")}
        self._labels = {name: PlainLabel("", "small") for name in self.fields}
        self._line, self._grid = QWidget(), QWidget()
        self._build()
        self.set_open(False)
        self.retranslate()

    def _build(self) -> None:
        line = hbox(self._line, spacing=8)
        line.addWidget(self.summary, 1)
        line.addWidget(self.everybody)
        line.addWidget(self.unfold)
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 2, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for i, (name, field) in enumerate(self.fields.items()):
            field.setProperty("bare", True)
            field.textEdited.connect(self._edited)
            grid.addWidget(self._labels[name], i, 0)
            grid.addWidget(field, i, 1)
            self._labels[name].setBuddy(field)
        column = vbox(self, (13, 4, 13, 0), 0)
        column.addWidget(self._line)
        column.addWidget(self._grid)

    def set_open(self, opened: bool) -> None:
        """Show the fields, or the short line."""
        if self._line.isHidden() != opened or self._grid.isHidden() == opened:
            self._line.setVisible(not opened)
            self._grid.setVisible(opened)

    def is_open(self) -> bool:
        return not self._grid.isHidden()

    def show_people(
        self,
        to: tuple[Address, ...],
        cc: tuple[Address, ...],
        bcc: tuple[Address, ...],
        subject: str,
        others: int = 0,
        opened: bool = False,
    ) -> None:
        """`others`: how many more an answer to all would reach. `opened`: the fields are wanted."""
        for name, people in (("to", to), ("cc", cc), ("bcc", bcc)):
            self.fields[name].setText(write_addresses(people))
        self.fields["subject"].setText(subject)
        self._others = others
        self.set_open(opened)
        self._check()
        self.retranslate()

    def people(self, name: str) -> tuple[Address, ...]:
        """Addresses of a field: "to", "cc" or "bcc"; what is no address is left out."""
        return read_addresses(self.fields[name].text())

    def subject(self) -> str:
        return " ".join(self.fields["subject"].text().split())

    def invalid(self) -> str:
        """What is written in a field and is no address; empty when all is well."""
        for name in ("to", "cc", "bcc"):
            if wrong := wrong_part(self.fields[name].text()):
                return wrong
        return ""

    def retranslate(self) -> None:
        names = {
            "to": self.tr("To"),
            "cc": self.tr("Cc"),
            "bcc": self.tr("Bcc"),
            "subject": self.tr("Subject"),
        }
        for name, text in names.items():
            self._labels[name].setText(text)
            self.fields[name].setAccessibleName(text)
        self.unfold.setText(self.tr("Cc, Bcc, subject"))
        self.everybody.setText(self.tr("Add the others (%1)").replace("%1", str(self._others)))
        self.everybody.setVisible(self._others > 0)
        shown = [self.tr("To: %1").replace("%1", _short(self.people("to")))]
        if cc := self.people("cc"):
            shown.append(self.tr("Cc: %1").replace("%1", _short(cc)))
        if bcc := self.people("bcc"):
            shown.append(self.tr("Bcc: %1").replace("%1", _short(bcc)))
        self.summary.setText("  ·  ".join(shown))

    def _edited(self) -> None:
        self._check()
        self.retranslate()
        self.changed.emit()

    def _check(self) -> None:
        for name in ("to", "cc", "bcc"):
            field = self.fields[name]
            wrong = bool(wrong_part(field.text()))
            if field.property("invalid") != wrong:
                field.setProperty("invalid", wrong)
                restyle(field)


def read_addresses(text: str) -> tuple[Address, ...]:
    """`Ana <ana@shop.es>, bo@shop.es` as addresses, each once."""
    found: dict[str, Address] = {}
    for name, address in _split(text):
        if _ADDRESS.fullmatch(address):
            found.setdefault(address.casefold(), Address(safe_name(name), address))
    return tuple(found.values())


def write_addresses(people: tuple[Address, ...]) -> str:
    """The reverse. A name that would be read as several is put in quotes."""
    return ", ".join(_written(person) for person in people)


def wrong_part(text: str) -> str:
    """The first piece of `text` that is no address; empty when there is none."""
    for name, address in _split(text):
        if (name or address) and not _ADDRESS.fullmatch(address):
            return safe_name(name or address, 80)
    return ""


def _split(text: str) -> Iterator[tuple[str, str]]:
    """(name, address) of each person; commas and semicolons part them."""
    for match in _PERSON.finditer(text):
        name = (match["quoted"] or match["name"] or "").strip()
        yield name, (match["address"] or match["bare"] or "").strip()


def _written(person: Address) -> str:
    name = safe_name(person.name).replace('"', "")
    if not name or name == person.address:
        return person.address
    quoted = f'"{name}"' if re.search(r"[,;<>@()\[\]:.\\]", name) else name
    return f"{quoted} <{person.address}>"


def _short(people: tuple[Address, ...]) -> str:
    return ", ".join(
        f"{person.name} <{person.address}>" if person.name else person.address for person in people
    )
