"""HTML mail as a document that can reach nothing.

The HTML is already sanitised; this is the second wall. Pictures are decoded by a worker. The document
itself is made on the GUI thread, so its cost is estimated first (`cost`), and what would go over the
budget is not made at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QUrl,
)
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QImage,
    QImageReader,
    QPainter,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
)

from deskapp.models.dto import MessageHtml
from deskapp.ui.conversation.cost import layout_ms
from deskapp.ui.conversation.text import Link
from deskapp.ui.conversation.textbox import Range, selection_format
from deskapp.ui.theme import LIGHT, Tokens

BUDGET_MS = 300
UNASKED_MS = 40
MAX_HTML = 200_000  # characters
MAX_PIXELS = 40_000_000
MAX_SIDE = 1600  # pixels a decoded picture keeps
MIN_SCALE = 0.6

_OWN_COLOURS = re.compile(r"(?:bg)?color\s*[=:]|background", re.IGNORECASE)
_KEEP = Qt.AspectRatioMode.KeepAspectRatio
_FUZZY = Qt.HitTestAccuracy.FuzzyHit
_OPENABLE = ("http", "https", "mailto")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a worker made ready. `paper`: the mail brings colours of its own and is painted on white."""

    source: MessageHtml
    pictures: Mapping[str, QImage]
    paper: bool
    cost_ms: float  # an estimate

    @property
    def cheap(self) -> bool:
        """Whether the window may lay it out unasked."""
        return self.cost_ms <= UNASKED_MS

    @property
    def bearable(self) -> bool:
        """Whether the window may lay it out at all."""
        return self.cost_ms <= BUDGET_MS


class VettedDocument(QTextDocument):
    """Loads nothing but the pictures it was given."""

    def __init__(self, pictures: Mapping[str, QImage]) -> None:
        super().__init__()
        self._pictures = pictures
        self.has_pictures = False
        self.setUndoRedoEnabled(False)

    def loadResource(self, kind: int, url: QUrl) -> object:
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return QByteArray()
        # A null image would make Qt try the name as a file by itself.
        return self._pictures.get(url.toString(), nothing())


def nothing() -> QImage:
    """One transparent pixel."""
    image = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    return image


def decode(data: bytes, side: int = MAX_SIDE) -> QImage:
    """A picture from a stranger's bytes, at most `side` pixels wide and high; null when it is none."""
    device = QBuffer()
    device.setData(QByteArray(data))
    device.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(device)
    reader.setAutoTransform(True)
    if bytes(reader.format().data()).lower() in (b"svg", b"svgz", b"pdf"):
        return QImage()
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MAX_PIXELS:
        return QImage()
    if max(size.width(), size.height()) > side:
        reader.setScaledSize(size.scaled(QSize(side, side), _KEEP))
    return reader.read()


def prepare(source: MessageHtml, load: Callable[[str], bytes]) -> Prepared:
    """Decode the pictures and estimate the layout. For a worker.

    `load` gives the bytes of a blob; a picture it has none for (OSError, ValueError) is left out.
    """
    paper = bool(_OWN_COLOURS.search(source.html))
    if len(source.html) > MAX_HTML:
        return Prepared(source, {}, paper, float("inf"))
    cost_ms = layout_ms(source.html)
    pictures = _pictures(source, load) if cost_ms <= BUDGET_MS else {}
    return Prepared(source, pictures, paper, cost_ms)


def _document(prepared: Prepared, font: QFont, tokens: Tokens) -> VettedDocument:
    document = VettedDocument(prepared.pictures)
    document.setDocumentMargin(0)
    document.setDefaultFont(font)
    ink = LIGHT if prepared.paper else tokens
    document.setDefaultStyleSheet(f"a {{ color: {ink.accent}; }}")
    document.has_pictures = "<img" in prepared.source.html.lower()
    document.setHtml(prepared.source.html)
    return document


class RichBox:
    """A mail's HTML laid out for the window; painted, hit and selected like a `TextBox`.

    `quoted` is the text to leave out when it can be found; `folded` says whether it was.
    """

    def __init__(self, prepared: Prepared, quoted: str, font: QFont, tokens: Tokens) -> None:
        self.paper = prepared.paper
        self.remote_shown = prepared.source.remote_loaded
        self.document = _document(prepared, font, tokens)
        self.folded = bool(quoted) and _cut_at(self.document, quoted)
        self.scale = 1.0
        self.height = 0.0
        self.natural_width = 0.0
        self._width = -1.0
        self._ink = QColor((LIGHT if self.paper else tokens).text)

    def lay_out(self, width: float) -> None:
        if width == self._width:
            return
        self._width = width
        _fit_pictures(self.document, width)
        self.document.setTextWidth(width)
        size = self.document.size()
        # Tables of a fixed width may be wider than the card: make them smaller rather than cut them.
        self.scale = max(MIN_SCALE, min(1.0, width / max(size.width(), 1.0)))
        self.height = size.height() * self.scale
        self.natural_width = min(max(self.document.idealWidth(), 40) * self.scale, width)

    def draw(self, painter: QPainter, at: QPointF, selected: Range | None = None) -> None:
        painter.save()
        painter.translate(at)
        painter.scale(self.scale, self.scale)
        context = QAbstractTextDocumentLayout.PaintContext()
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Text, self._ink)
        context.palette = palette
        clip = painter.clipBoundingRect()
        if not clip.isEmpty():
            context.clip = clip
        if selected is not None:
            context.selections = [self._selection(*selected)]
        self.document.documentLayout().draw(painter, context)
        painter.restore()

    def length(self) -> int:
        return max(0, self.document.characterCount() - 1)

    def hit(self, point: QPointF) -> int:
        where = self.document.documentLayout().hitTest(point / self.scale, _FUZZY)
        return max(0, where)

    def slice(self, start: int, end: int) -> str:
        cursor = QTextCursor(self.document)
        cursor.setPosition(min(start, self.length()))
        cursor.setPosition(min(end, self.length()), QTextCursor.MoveMode.KeepAnchor)
        return cursor.selection().toPlainText()

    @property
    def text(self) -> str:
        return self.document.toPlainText()

    def link_at(self, point: QPointF) -> Link | None:
        layout = self.document.documentLayout()
        href = layout.anchorAt(point / self.scale).strip()
        if href.partition(":")[0].lower() not in _OPENABLE:
            return None
        at = layout.hitTest(point / self.scale, _FUZZY)
        start, end, shown = self._anchor(at, href)
        return Link(start, end, href, shown)

    def links(self) -> tuple[Link, ...]:
        """Every link, in reading order."""
        found: dict[tuple[int, str], Link] = {}
        block = self.document.begin()
        while block.isValid():
            for fragment in _fragments(block):
                href = fragment.charFormat().anchorHref()
                if href.partition(":")[0].lower() in _OPENABLE:
                    start = fragment.position()
                    end = start + fragment.length()
                    found[start, href] = Link(start, end, href, fragment.text())
            block = block.next()
        return tuple(found.values())

    def rects(self, start: int, _end: int) -> list[QRectF]:
        """Where the block that holds `start` is; enough to scroll there."""
        block = self.document.findBlock(start)
        rect = self.document.documentLayout().blockBoundingRect(block)
        return [QRectF(rect.topLeft() * self.scale, rect.size() * self.scale)]

    def _anchor(self, position: int, href: str) -> tuple[int, int, str]:
        """The run of text around `position` that leads to `href`."""
        block = self.document.findBlock(position)
        start, end, shown = position, position, ""
        for fragment in _fragments(block):
            if fragment.charFormat().anchorHref().strip() == href:
                first, last = fragment.position(), fragment.position() + fragment.length()
                if end == first and shown:
                    end, shown = last, shown + fragment.text()
                elif first <= position <= last:
                    start, end, shown = first, last, fragment.text()
        return start, end, shown

    def _selection(self, start: int, end: int) -> QAbstractTextDocumentLayout.Selection:
        chosen = QAbstractTextDocumentLayout.Selection()
        cursor = QTextCursor(self.document)
        cursor.setPosition(min(start, self.length()))
        cursor.setPosition(min(end, self.length()), QTextCursor.MoveMode.KeepAnchor)
        chosen.cursor = cursor
        chosen.format = selection_format()
        return chosen


def _fragments(block: object) -> list:
    found = []
    step = block.begin()  # type: ignore[attr-defined]
    while not step.atEnd():
        fragment = step.fragment()
        if fragment.isValid():
            found.append(fragment)
        step += 1
    return found


def _pictures(source: MessageHtml, load: Callable[[str], bytes]) -> dict[str, QImage]:
    found = {}
    for name, sha256 in source.images.items():
        try:
            image = decode(load(sha256)) if sha256 else QImage()
        except (OSError, ValueError):
            continue
        if not image.isNull():
            found[name] = image
    return found


def _fit_pictures(document: VettedDocument, width: float) -> None:
    """Take away the name of every picture that was not handed in, and keep the others in the card."""
    if not document.has_pictures:
        return
    changes: list[tuple[int, int, QTextImageFormat]] = []
    block = document.begin()
    while block.isValid():
        for fragment in _fragments(block):
            chosen = fragment.charFormat()
            if chosen.isImageFormat():
                known = _fitted(document, QTextImageFormat(chosen.toImageFormat()), width)
                changes.append((fragment.position(), fragment.length(), known))
        block = block.next()
    cursor = QTextCursor(document)
    for position, length, chosen in changes:
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(chosen)


def _fitted(document: VettedDocument, chosen: QTextImageFormat, width: float) -> QTextImageFormat:
    image = document._pictures.get(chosen.name())
    if image is None:
        chosen.setName("")
        chosen.setWidth(1)
        chosen.setHeight(1)
        return chosen
    wide = chosen.width() or image.width()
    high = chosen.height() or image.height() * wide / max(image.width(), 1)
    if wide > width:
        wide, high = width, high * width / wide
    chosen.setWidth(wide)
    chosen.setHeight(high)
    return chosen


def _cut_at(document: QTextDocument, quoted: str) -> bool:
    """Remove everything from the first line of `quoted` on; False when it is not found for sure."""
    lines = [" ".join(line.lstrip("> ").split()) for line in quoted.splitlines()]
    first = next((line for line in lines if len(line) > 8), "")
    if not first:
        return False
    block, matches = document.begin(), []
    while block.isValid():
        text = " ".join(block.text().replace("\u2028", " ").split())
        if text and (text.startswith(first[:60]) or (len(text) > 20 and first.startswith(text))):
            matches.append(block.position())
        block = block.next()
    if len(matches) != 1 or matches[0] == 0:
        return False
    cursor = QTextCursor(document)
    cursor.setPosition(matches[0] - 1)
    cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    cursor.setBlockCharFormat(QTextCharFormat())
    return True
