"""A conversation or one message on paper, or in a PDF: text only, so that it can load nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMarginsF, QSizeF
from PySide6.QtGui import (
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QWidget

from deskapp.core.policies.display import display_filename, safe_name
from deskapp.models.dto import MessageView
from deskapp.models.enums import MessageKind
from deskapp.ui.conversation.phrases import address_line, file_size
from deskapp.ui.conversation.text import visible
from deskapp.ui.theme import LIGHT, base_font
from deskapp.ui.when import date_time

translate = QCoreApplication.translate


def paper(title: str, messages: Sequence[MessageView]) -> QTextDocument:
    """The document. Everything goes in as plain text."""
    document = QTextDocument()
    document.setDefaultFont(base_font(11))
    cursor = QTextCursor(document)
    heading, strong, small, plain = _style(15, 600), _style(11, 600), _style(9), _style(11)
    cursor.insertText(visible(title), heading)
    for message in messages:
        block = QTextBlockFormat()
        block.setTopMargin(14)
        cursor.insertBlock(block)
        name = safe_name(message.author_name) or message.author_address
        if message.kind is MessageKind.NOTE:
            words = translate("printing", "Internal note of %1")
            name = words.replace("%1", name)
        cursor.insertText(name, strong)
        cursor.insertText(f"  {date_time(message.at)}", small)
        if message.to:
            words = translate("printing", "To: %1").replace("%1", address_line(message.to))
            cursor.insertBlock(QTextBlockFormat())
            cursor.insertText(visible(words), small)
        cursor.insertBlock(QTextBlockFormat())
        cursor.insertText(visible(message.text), plain)
        for attachment in message.attachments:
            cursor.insertBlock(QTextBlockFormat())
            text = f"{display_filename(attachment.filename)} ({file_size(attachment.size)})"
            cursor.insertText(text, small)
    return document


def save_pdf(document: QTextDocument, target: Path) -> bool:
    """Write an A4 PDF; False when the place can't be written to."""
    try:
        target.write_bytes(b"")
    except OSError:
        return False
    writer = QPdfWriter(str(target))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(18, 18, 18, 18), QPageLayout.Unit.Millimeter)
    writer.setResolution(96)
    area = writer.pageLayout().paintRectPixels(96)
    document.setPageSize(QSizeF(area.size()))
    document.print_(writer)
    return target.stat().st_size > 0


def print_document(document: QTextDocument, window: QWidget) -> None:
    """Ask for a printer and print."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # loads the printing system

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, window)
    dialog.accepted.connect(lambda: document.print_(printer))
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()


def _style(size: int, weight: int = 400) -> QTextCharFormat:
    chosen = QTextCharFormat()
    font = QFont(base_font(size, weight))
    chosen.setFont(font)
    chosen.setForeground(QColor(LIGHT.text))
    return chosen
