"""Walks every widget there is and finds texts that Qt would read as markup, or that hide something."""

import re

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtGui import Qt as RichQt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QMessageBox,
    QTextBrowser,
    QTextEdit,
    QWidget,
)

from deskapp.core.policies.display import has_hidden_characters

_LITERAL = re.compile(r"<span>[^<>]*</span>")  # what `plain_tip` makes: it can only be words
_ROWS = 50


def misleading_texts() -> list[str]:
    """'where: text' for each label, tooltip, box or editor that takes markup, in every window, and
    for each text to be read that holds characters nobody sees."""
    found: list[str] = []
    for widget in QApplication.allWidgets():
        found += [f"{_name(widget)}: {text}" for text in _of(widget)]
    return found


def _of(widget: QWidget) -> list[str]:
    found = []
    plain = Qt.TextFormat.PlainText
    if isinstance(widget, (QLabel, QMessageBox)) and widget.textFormat() != plain:
        found.append(f"takes markup: {widget.text()}")
    if isinstance(widget, QTextBrowser) or (
        isinstance(widget, QTextEdit) and widget.acceptRichText()
    ):
        found.append(f"takes markup: {widget.toPlainText()[:80]}")
    texts = [widget.toolTip(), widget.whatsThis()]
    texts += [text for action in widget.actions() for text in _of_action(action)]
    if isinstance(widget, (QAbstractItemView, QComboBox)) and (model := widget.model()):
        texts += _of_model(model)
    shown = [widget.toolTip(), widget.windowTitle()]
    if isinstance(widget, (QLabel, QAbstractButton)):
        shown.append(widget.text())
    found += [f"hides something: {text!a}" for text in shown if has_hidden_characters(text)]
    return found + [text for text in texts if _is_markup(text)]


def _is_markup(text: str) -> bool:
    return RichQt.mightBeRichText(text) and not _LITERAL.fullmatch(text)


def _of_action(action: QAction) -> list[str]:
    return [action.toolTip() if action.toolTip() != action.text() else "", action.whatsThis()]


def _of_model(model: QAbstractItemModel) -> list[str]:
    root = QModelIndex()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(root)
    return [
        str(model.index(row, column, root).data(role) or "")
        for row in range(min(model.rowCount(root), _ROWS))
        for column in range(columns)
        for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.WhatsThisRole)
    ]


def _name(widget: QWidget) -> str:
    kinds = []
    at: QWidget | None = widget
    while at is not None and len(kinds) < 4:
        kinds.append(type(at).__name__)
        at = at.parentWidget()
    return " < ".join(kinds)
