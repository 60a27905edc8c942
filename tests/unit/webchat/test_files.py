"""Types by bytes, and uploads that wait for their message."""

import pytest

from deskapp.channels.webchat.files import PLAIN, WAIT_S, Upload, Uploads, image_type, sniffed
from deskapp.channels.webchat.limits import UPLOADED_BYTES

PNG = b"\x89PNG\r\n\x1a\n0000"
OWNER = ("box", "hash")


@pytest.mark.parametrize(
    ("claimed", "head", "found"),
    [
        ("image/png", PNG, "image/png"),
        ("text/html", PNG, "image/png"),
        ("image/jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("image/gif", b"GIF89a..", "image/gif"),
        ("image/webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("image/png", b"<script>alert(1)", PLAIN),
        ("image/svg+xml", b"<svg onload=alert(1)>", PLAIN),
        ("image/png", b"<svg onload=alert(1)>", PLAIN),
        ("text/html", b"<html>", PLAIN),
        ("application/xhtml+xml", b"<html>", PLAIN),
        ("text/xml", b"<?xml", PLAIN),
        ("application/javascript", b"alert(1)", PLAIN),
        ("application/x-msdownload", b"MZ", PLAIN),
        ("application/pdf", b"%PDF-1.4", "application/pdf"),
        ("text/plain; charset=utf-8", b"hola", "text/plain"),
        ("TEXT/CSV", b"a;b", "text/csv"),
        ("", b"", PLAIN),
        ("text/plain\r\nX: y", b"hola", PLAIN),
        ("image/webp", b"RIFF\0\0\0\0WAVEfmt ", PLAIN),
    ],
)
def test_types(claimed: str, head: bytes, found: str) -> None:
    assert sniffed(claimed, head) == found


def test_no_text_is_an_image() -> None:
    assert image_type(b"") == ""
    assert image_type(b"<svg xmlns=") == ""


def upload(uid: str, at: float = 0.0, size: int = 10) -> Upload:
    return Upload(uid, OWNER, f"{uid}.png", "image/png", size, "0" * 64, at)


def test_a_file_belongs_to_one_visitor_and_one_message() -> None:
    uploads = Uploads(lambda: 0.0)
    uploads.add(upload("a"))
    assert uploads.name(("a",), ("box", "another"), "m1") is None
    assert uploads.name(("a",), ("other", "hash"), "m1") is None
    assert uploads.name(("a", "unknown"), OWNER, "m1") is None
    assert uploads.name((), OWNER, "m1") == []
    found = uploads.name(("a", "a"), OWNER, "m1")
    assert found is not None
    assert [one.id for one in found] == ["a"]
    assert uploads.name(("a",), OWNER, "m2") is None
    assert uploads.name(("a",), OWNER, "m1") == found


def test_what_no_message_names_is_forgotten() -> None:
    now = [0.0]
    uploads = Uploads(lambda: now[0])
    uploads.add(upload("a", size=UPLOADED_BYTES))
    assert uploads.full
    now[0] = WAIT_S - 1
    uploads.forget_old()
    assert uploads.name(("a",), OWNER, "m") is not None
    now[0] = WAIT_S + 1
    uploads.forget_old()
    assert uploads.name(("a",), OWNER, "m") is None
    assert not uploads.full
