"""Decoded pictures of messages, made by a worker and kept while they are of use."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from deskapp.core.ports import BlobStore
from deskapp.models.dto import AttachmentInfo
from deskapp.ui.conversation.rich import decode
from deskapp.ui.conversation.work import Work

_KEPT_BYTES = 48_000_000
_PREVIEW_SIDE = 560  # device pixels: a preview at 200 %


class Pictures(QObject):
    """`get` answers at once; `arrived` tells which blob has been decoded since."""

    arrived = Signal(str)

    def __init__(self, work: Work, blobs: BlobStore) -> None:
        super().__init__()
        self._work, self._blobs = work, blobs
        self._kept: OrderedDict[str, QImage] = OrderedDict()
        self._asked: set[str] = set()

    def get(self, attachment: AttachmentInfo) -> QImage | None:
        """None: not yet; a null image: it can't be shown."""
        key = attachment.sha256
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        if key not in self._asked:
            self._asked.add(key)
            blobs = self._blobs
            self._work.run(
                lambda: decode(blobs.get(key), _PREVIEW_SIDE),
                partial(self._keep, key),
                lambda _error: self._keep(key, QImage()),
            )
        return None

    def _keep(self, key: str, image: QImage) -> None:
        self._asked.discard(key)
        self._kept[key] = image
        while sum(i.sizeInBytes() for i in self._kept.values()) > _KEPT_BYTES:
            self._kept.popitem(last=False)
        self.arrived.emit(key)
