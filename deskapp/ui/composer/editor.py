"""The text field of the composer: grows with its text, takes files and pictures, opens pop-ups."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from deskapp.core.policies.placeholders import is_variable
from deskapp.ui.conversation.text import slice_units, units
from deskapp.ui.theme import colour, theme

LEAST, MOST = 54, 300  # px
_CANNED = re.compile(r"(?:^|(?<=\s))/([\w-]{0,40})$")
_EMOJI = re.compile(r"(?:^|(?<=\s)):(\w{2,30})$")
_MENTION = re.compile(r"(?:^|(?<=\s))@([^\W_][\w.'-]{0,39})?$")
_BRACES = re.compile(r"\{\{-?\s*([^{}]{0,200}?)\s*-?\}\}")
_BOLD = re.compile(r"(?<![\w*])\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*(?![\w*])")
_WORDS = {"/": _CANNED, ":": _EMOJI, "@": _MENTION}
_PICTURE = re.compile(r"(!\[)([^\[\]\n]*)(\]\(cid:[^()\s]+\))")


class Editor(QPlainTextEdit):
    """`typing_word` carries ("/", ":" or "@", what follows) while such a word is typed, ("", "") else.

    `picture` carries a `QImage` that was pasted or dropped, `files` a list of paths.
    """

    typing_word = Signal(str, str)
    picture = Signal(QImage)
    files = Signal(list)
    send = Signal()
    key_for_popup = Signal(int)
    left = Signal()
    escaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("bare", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().setDocumentMargin(0)
        self.popup_open = False
        self.enter_sends = False
        """As in a chat: Enter sends, Shift+Enter begins a new line."""
        self._highlighter = Marks(self.document())
        self._height = LEAST
        self.textChanged.connect(self._fit)
        self.cursorPositionChanged.connect(self._look_at_word)

    def sizeHint(self) -> QSize:
        return QSize(200, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._height)

    def text(self) -> str:
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace everything, as a person's own undoable step would not."""
        self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def insert(self, text: str) -> None:
        """Put `text` in at the cursor, as one step to undo."""
        self.textCursor().insertText(text)

    def take_word(self, mark: str) -> None:
        """Remove the "/word", ":word" or "@word" before the cursor."""
        cursor, match = self._word(mark)
        if match is not None:
            start = units(match.string[: match.start()])
            cursor.setPosition(cursor.block().position() + start, _KEEP)
            cursor.removeSelectedText()
            self.setTextCursor(cursor)

    def select_next(self, text: str) -> bool:
        """Select the first `text`, so that typing replaces it."""
        found = self.document().find(text)
        if found.isNull():
            return False
        self.setTextCursor(found)
        self.setFocus()
        return True

    # -- events ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        if self.popup_open and key in _POPUP_KEYS and not modifiers & _CONTROL:
            self.key_for_popup.emit(int(key))
        elif key in _ENTER and (
            modifiers & _CONTROL or (self.enter_sends and not modifiers & ~_PAD)
        ):
            self.send.emit()
        elif key in _ENTER and self.enter_sends:
            self.textCursor().insertBlock()  # Qt's own would be a line separator, U+2028
            self.ensureCursorVisible()
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        # While a pop-up is open, Tab picks from it.
        return False if self.popup_open else super().focusNextPrevChild(forward)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        paths = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        if paths:
            self.files.emit(paths)
        elif source.hasImage() and not source.hasText():
            image = source.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self.picture.emit(image)
        elif source.hasText():
            self.insert(source.text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        lines = self.document().size().height()
        wanted = round(min(MOST, max(LEAST, lines * self.fontMetrics().lineSpacing() + 8)))
        if wanted != self._height:
            self._height = wanted
            self.updateGeometry()

    def _look_at_word(self) -> None:
        for mark in _WORDS:
            _cursor, match = self._word(mark)
            if match is not None and not self.textCursor().hasSelection():
                self.typing_word.emit(mark, match[1] or "")
                return
        self.typing_word.emit("", "")

    def _word(self, mark: str) -> tuple[QTextCursor, re.Match[str] | None]:
        cursor = self.textCursor()
        before = slice_units(cursor.block().text(), 0, cursor.positionInBlock())
        return cursor, _WORDS[mark].search(before)


class Marks(QSyntaxHighlighter):
    """Makes unfilled placeholders, pictures and bold words stand out."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        font = document.defaultFont()
        font.setPixelSize(1)
        font.setStretch(1)
        self._unseen = QTextCharFormat()
        self._unseen.setFont(font)
        self._unseen.setForeground(Qt.GlobalColor.transparent)
        theme().changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        for match in _BRACES.finditer(text):
            known = is_variable(match[1])
            ink, ground = ("accent", "accent_weak") if known else ("warn", "warn_weak")
            self._mark(match, ink, ground)
        for match in _PICTURE.finditer(text):
            self._mark(match, "accent", "accent_weak", 2)
            for markup in (1, 3):
                self._format(match, self._unseen, markup)
        strong = QTextCharFormat()
        strong.setFontWeight(600)
        for match in _BOLD.finditer(text):
            self._format(match, strong)

    def _mark(self, match: re.Match[str], ink: str, ground: str, group: int = 0) -> None:
        chosen = QTextCharFormat()
        chosen.setForeground(colour(ink))
        chosen.setBackground(colour(ground))
        self._format(match, chosen, group)

    def _format(self, match: re.Match[str], chosen: QTextCharFormat, group: int = 0) -> None:
        start = units(match.string[: match.start(group)])
        self.setFormat(start, units(match.group(group)), chosen)


_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PAD = Qt.KeyboardModifier.KeypadModifier
_KEEP = QTextCursor.MoveMode.KeepAnchor
_CONTROL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
_POPUP_KEYS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Escape,
)
