"""Placeholders as people read them: "Customer's first name" where the text says contact.first_name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from deskapp.core.policies.placeholders import FIELD_PREFIX, VARIABLES
from deskapp.models.dto import CustomFieldInfo
from deskapp.ui.composer.canned import label
from deskapp.ui.theme import theme, tokens

_PLACEHOLDER = re.compile(r"\{\{-?\s*([\w.]{1,100})\s*(?:\|[^{}]{0,200})?-?\}\}")
_TAG = re.compile(r"\{%[^{}%]{0,300}%\}")


def variable_names(fields: Iterable[CustomFieldInfo] = ()) -> dict[str, str]:
    """Variable to its name in the language in force; the desk's own fields by their labels."""
    known = {name: label(name) for name in VARIABLES}
    return known | {FIELD_PREFIX + field.key: field.label for field in fields}


def preview(text: str, names: Mapping[str, str]) -> str:
    """`text` with each placeholder as ‹its name›; conditions are left out."""
    return _PLACEHOLDER.sub(
        lambda found: f"‹{names.get(found[1], found[1])}›", _TAG.sub("", text)
    ).strip()


class PlaceholderHighlighter(QSyntaxHighlighter):
    """Known placeholders look like chips, unknown ones like mistakes."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._names: Mapping[str, str] = {}
        theme().changed.connect(self.rehighlight)

    def set_names(self, names: Mapping[str, str]) -> None:
        self._names = names
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        t = tokens()
        for found in _PLACEHOLDER.finditer(text):
            known = found[1] in self._names
            ink, ground = (t.accent, t.accent_weak) if known else (t.danger, t.danger_weak)
            self.setFormat(found.start(), len(found[0]), _look(ink, ground))
        for found in _TAG.finditer(text):
            self.setFormat(found.start(), len(found[0]), _look(t.text3, t.raised))


def _look(ink: str, ground: str) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(QColor(ink))
    look.setBackground(QColor(ground))
    look.setFontWeight(QFont.Weight.Medium)
    return look
