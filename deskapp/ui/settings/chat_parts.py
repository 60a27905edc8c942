"""Parts of the pages of web chat: text to be copied, a colour, the questions before a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from deskapp.core.policies.chat_box import QUESTIONS, Question
from deskapp.ui.theme import tokens
from deskapp.ui.widgets import (
    Button,
    Frame,
    IconButton,
    PlainLabel,
    Switch,
    clear,
    hbox,
    plain_tip,
    restyle,
    vbox,
)

COLOURS = ("#3554d1", "#0f766e", "#15803d", "#b45309", "#c0272d", "#a21caf", "#1f2937")
"""White reads on each with a contrast of at least 4.5 to 1."""


class CopyText(QWidget):
    """Text in a fixed face, and a button that copies it. `copied` fires when it was."""

    copied = Signal()

    def __init__(self, name: str, least: int = 3) -> None:
        """`least`: lines it is high at least."""
        super().__init__()
        self._least = least
        self.field = QPlainTextEdit()
        self.field.setReadOnly(True)
        self.field.setTabChangesFocus(True)
        self.field.setAccessibleName(name)
        self.field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.button = Button(self.tr("Copy"), icon_name="copy", on_click=self.copy)
        self.button.setAccessibleName(self.tr("Copy: %1").replace("%1", name))
        row = hbox(self, spacing=8)
        row.addWidget(self.field, 1)
        side = vbox()
        side.addWidget(self.button)
        side.addStretch()
        row.addLayout(side)

    def show_text(self, text: str) -> None:
        if self.field.toPlainText() != text:
            self.field.setPlainText(text)
            step = self.field.fontMetrics().lineSpacing()
            lines = max(self._least, text.rstrip().count("\n") + 1)
            self.field.setFixedHeight(32 + step * lines)

    def text(self) -> str:
        return self.field.toPlainText()

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
        self.copied.emit()


class _Swatch(QAbstractButton):
    def __init__(self, colour: str, name: str) -> None:
        super().__init__()
        self.colour = colour
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(name))

    def sizeHint(self) -> QSize:
        return QSize(28, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, t = QPainter(self), tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.hasFocus():
            painter.setPen(QPen(QColor(t.accent if self.hasFocus() else t.text2), 2))
            painter.drawEllipse(QRectF(2, 2, 24, 24))
        painter.setPen(QPen(QColor(t.border)))
        painter.setBrush(QColor(self.colour))
        painter.drawEllipse(QRectF(5, 5, 18, 18))


class ColourPicker(QWidget):
    """A few colours on which white reads, or any other by its number."""

    def __init__(self) -> None:
        super().__init__()
        names = (
            self.tr("Blue"),
            self.tr("Teal"),
            self.tr("Green"),
            self.tr("Amber"),
            self.tr("Red"),
            self.tr("Purple"),
            self.tr("Black"),
        )
        self._group = QButtonGroup(self)
        self._swatches = [_Swatch(c, n) for c, n in zip(COLOURS, names, strict=True)]
        self.field = QLineEdit()
        self.field.setFixedWidth(92)
        self.field.setMaxLength(7)
        self.field.setAccessibleName(self.tr("Colour as #RRGGBB"))
        row = hbox(self, spacing=2)
        for swatch in self._swatches:
            self._group.addButton(swatch)
            swatch.clicked.connect(lambda _on=False, c=swatch.colour: self.field.setText(c))
            row.addWidget(swatch)
        row.addSpacing(8)
        row.addWidget(self.field)
        self.field.textChanged.connect(self._mark)

    def show_colour(self, colour: str) -> None:
        self.field.setText(colour)

    def colour(self) -> str:
        return self.field.text().strip()

    def _mark(self, text: str) -> None:
        self._group.setExclusive(False)
        for swatch in self._swatches:
            swatch.setChecked(swatch.colour == text.strip().lower())
        self._group.setExclusive(True)
        wrong = not (len(text.strip()) == 7 and QColor.isValidColorName(text.strip()))
        if self.field.property("invalid") != wrong:
            self.field.setProperty("invalid", wrong)
            restyle(self.field)


class _QuestionRow(Frame):
    """One question; its options stand in a field with commas between them."""

    removed = Signal()

    def __init__(self, question: Question) -> None:
        super().__init__("card")
        self.label, self.kind, self.options = QLineEdit(), QComboBox(), QLineEdit()
        self.required = Switch(self.tr("Must be answered"))
        self.label.setMaxLength(120)
        self.label.setPlaceholderText(self.tr("Order number"))
        self.label.setAccessibleName(self.tr("Question"))
        self.kind.addItem(self.tr("Text"), "text")
        self.kind.addItem(self.tr("One of several"), "choice")
        self.kind.setAccessibleName(self.tr("Kind of answer"))
        self.options.setPlaceholderText(self.tr("Shipping, Invoice, Something else"))
        self.options.setAccessibleName(self.tr("Choices, with commas between them"))
        remove = IconButton("trash", self.tr("Remove the question"), self.removed.emit)
        top = hbox(spacing=8)
        top.addWidget(self.label, 1)
        top.addWidget(self.kind)
        top.addWidget(remove)
        below = hbox(spacing=8)
        below.addWidget(self.options, 1)
        below.addWidget(PlainLabel(self.tr("Must be answered"), "small"))
        below.addWidget(self.required)
        column = vbox(self, (12, 10, 8, 8), 6)
        column.addLayout(top)
        column.addLayout(below)
        self.label.setText(question.label)
        self.kind.setCurrentIndex(max(0, self.kind.findData(question.kind)))
        self.options.setText(", ".join(question.options))
        self.required.setChecked(question.required)
        self.kind.currentIndexChanged.connect(lambda _row: self._show())
        self._show()

    def value(self) -> dict[str, object] | None:
        """As it is stored; None for a row without a question."""
        label, choice = " ".join(self.label.text().split()), self.kind.currentData() == "choice"
        if not label:
            return None
        words = (" ".join(word.split()) for word in self.options.text().split(","))
        options = list(dict.fromkeys(word for word in words if word)) if choice else []
        kind = "choice" if options else "text"
        must = self.required.isChecked()
        return {"label": label, "kind": kind, "options": options, "required": must}

    def _show(self) -> None:
        self.options.setEnabled(self.kind.currentData() == "choice")


class QuestionsEditor(QWidget):
    """What a visitor is asked before a chat, beside name and address."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[_QuestionRow] = []
        self._column = vbox(spacing=6)
        self.add = Button(self.tr("Add a question"), icon_name="plus", on_click=self._begin)
        foot = hbox()
        foot.addWidget(self.add)
        foot.addStretch()
        column = vbox(self, spacing=6)
        column.addLayout(self._column)
        column.addLayout(foot)

    def show_questions(self, questions: Sequence[Question]) -> None:
        clear(self._column)
        self.rows = []
        for question in questions:
            self._append(question)

    def values(self) -> list[Mapping[str, object]]:
        return [value for row in self.rows if (value := row.value()) is not None]

    def _begin(self) -> None:
        self._append(Question(""))
        self.rows[-1].label.setFocus()

    def _append(self, question: Question) -> None:
        row = _QuestionRow(question)
        row.removed.connect(lambda: self._remove(row))
        self.rows.append(row)
        self._column.addWidget(row)
        self.add.setEnabled(len(self.rows) < QUESTIONS)

    def _remove(self, row: _QuestionRow) -> None:
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self.add.setEnabled(True)
        self.add.setFocus()
