"""Files of a chat: what a page uploads waits in memory until a message names it; what it may have goes out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from deskapp.channels.webchat.limits import UPLOADED_BYTES

WAIT_S: Final = 30 * 60
PLAIN: Final = "application/octet-stream"

_IMAGES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_INERT: Final = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/csv",
        "text/plain",
    }
)
"""Types that a browser runs nothing of; everything else is stored as bytes of no type."""


def image_type(head: bytes) -> str:
    """The type of an image by its first bytes; empty when it is none that pages show. Never SVG."""
    for magic, mime in _IMAGES:
        if head.startswith(magic):
            return mime
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return ""


def sniffed(claimed: str, head: bytes) -> str:
    """The type to keep: an image only if the bytes say so, a harmless type as claimed, else none."""
    mime = claimed.partition(";")[0].strip().lower()
    return image_type(head) or (mime if mime in _INERT else PLAIN)


@dataclass(slots=True)
class Upload:
    """A stored blob that no message has named yet, or only `named_by`, which may be sent again."""

    id: str
    owner: tuple[str, str]  # box, SHA-256 of the token
    name: str
    mime: str
    size: int
    sha256: str
    at: float
    named_by: str = ""


class Uploads:
    """Waiting uploads of all visitors. `now` tells seconds, monotonic."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._waiting: dict[str, Upload] = {}
        self._bytes = 0

    @property
    def full(self) -> bool:
        return self._bytes >= UPLOADED_BYTES

    def add(self, upload: Upload) -> None:
        self._waiting[upload.id] = upload
        self._bytes += upload.size

    def name(
        self, ids: tuple[str, ...], owner: tuple[str, str], message: str
    ) -> list[Upload] | None:
        """The uploads that `message` names; None when one is not the owner's or another message's.

        They stay, so that the same message may come again.
        """
        found = []
        for uid in dict.fromkeys(ids):
            upload = self._waiting.get(uid)
            if upload is None or upload.owner != owner or upload.named_by not in ("", message):
                return None
            found.append(upload)
        for upload in found:
            upload.named_by = message
        return found

    def forget_old(self) -> None:
        end = self._now() - WAIT_S
        for uid in [uid for uid, upload in self._waiting.items() if upload.at < end]:
            self._bytes -= self._waiting.pop(uid).size
