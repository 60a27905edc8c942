"""Files that will go along: stored by a worker as soon as they are chosen."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QWidget

from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.policies.display import display_filename
from deskapp.core.ports import BlobStore
from deskapp.ui.conversation.phrases import file_size
from deskapp.ui.conversation.work import Work
from deskapp.ui.theme import icon_pixmap, theme, tokens
from deskapp.ui.widgets import ElidedLabel, IconButton, PlainLabel, clear, hbox, vbox

MOST_BYTES = 25_000_000
"""What most mail servers still take."""


class FileTooLarge(ValueError):
    """More than `MOST_BYTES`."""


class AttachmentBar(QWidget):
    """`changed` fires when the list changes, `refused` with (file name, error) when one can't be added."""

    changed = Signal()
    refused = Signal(str, object)

    def __init__(
        self,
        work: Work,
        blobs: BlobStore,
        new_id: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._work, self._blobs, self._new_id = work, blobs, new_id
        self._items: list[AttachmentRef] = []
        self._generation = 0
        self.busy = 0
        self._column = vbox(self, (13, 4, 13, 4), 4)
        self.hide()

    def items(self) -> tuple[AttachmentRef, ...]:
        return tuple(self._items)

    def show_items(self, items: Sequence[AttachmentRef]) -> None:
        """Another ticket's, or none. What is still being stored is forgotten."""
        self._generation += 1
        self.busy = 0
        self._items = list(items)
        self._refresh()

    def add_items(self, items: Sequence[AttachmentRef]) -> None:
        """What is already stored, such as a canned reply's."""
        self._items += [item for item in items if item.sha256 not in self._hashes()]
        self._refresh()
        self.changed.emit()

    def add_files(self, paths: Sequence[Path]) -> None:
        for path in paths:
            job = partial(_store_file, self._blobs, path, self._new_id())
            self._run(job, path.name)

    def add_picture(self, image: QImage, name: str) -> str:
        """Store a pasted picture; returns the content id under which the text may show it."""
        uid = self._new_id()
        content_id = f"{uid}@deskapp"
        job = partial(_store_picture, self._blobs, image.copy(), name, uid, content_id)
        self._run(job, name)
        return content_id

    def _hashes(self) -> set[str]:
        return {item.sha256 for item in self._items}

    def _run(self, job: Callable[[], AttachmentRef], name: str) -> None:
        generation = self._generation
        self.busy += 1

        def stored(item: AttachmentRef) -> None:
            if generation == self._generation:
                self.busy -= 1
                self._items.append(item)
                self._refresh()
                self.changed.emit()

        def failed(error: Exception) -> None:
            if generation == self._generation:
                self.busy -= 1
                self.refused.emit(name, error)
                self.changed.emit()

        self._work.run(job, stored, failed)

    def _refresh(self) -> None:
        clear(self._column)
        for item in self._items:
            self._column.addWidget(_Chip(item, partial(self._remove, item)))
        self.setVisible(bool(self._items))

    def _remove(self, item: AttachmentRef) -> None:
        self._items.remove(item)
        self._refresh()
        self.changed.emit()


class _Chip(QFrame):
    """One file, its size, and a button that takes it out."""

    def __init__(self, item: AttachmentRef, remove: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("frame", "segmented")
        self._icon_name = "image" if item.mime.startswith("image/") else "file"
        self._picture = PlainLabel()
        name = display_filename(item.filename)
        words = self.tr("Remove %1").replace("%1", name)
        row = hbox(self, (8, 2, 2, 2), 8)
        row.addWidget(self._picture)
        row.addWidget(ElidedLabel(name), 1)
        row.addWidget(PlainLabel(file_size(item.size), "small"))
        row.addWidget(IconButton("x", words, remove, size=12))
        self.setMaximumWidth(420)
        self.setAccessibleName(f"{name}, {file_size(item.size)}")
        theme().changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        pixmap = icon_pixmap(self._icon_name, tokens().text2, 15, self.devicePixelRatioF())
        self._picture.setPixmap(pixmap)


def _store_file(blobs: BlobStore, path: Path, uid: str) -> AttachmentRef:
    """Read and store a file. Raises OSError, `FileTooLarge`."""
    if path.stat().st_size > MOST_BYTES:
        raise FileTooLarge(path.name)
    data = path.read_bytes()
    mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return AttachmentRef(uid, path.name, mime, len(data), blobs.put(data))


def _store_picture(
    blobs: BlobStore, image: QImage, name: str, uid: str, content_id: str
) -> AttachmentRef:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    raw = bytes(data.data())
    return AttachmentRef(uid, name, "image/png", len(raw), blobs.put(raw), content_id, inline=True)
