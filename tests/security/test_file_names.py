"""Names of attachments: whatever they say, nothing lies or opens anywhere but where it should.

A first set: 5,000 and more names that want to leave their folder (made here, after the well-known
lists of path traversals), the naughty strings, and names of uploads that pretend.
"""

import os
import re
from base64 import b64encode
from collections.abc import Sequence
from itertools import product
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from deskapp.core.policies.display import (
    display_filename,
    has_hidden_characters,
    is_dangerous_file,
    pretends_to_be_document,
)
from deskapp.ui.conversation import files
from tests.support.intake_rig import open_intake
from tests.support.mail_corpora import naughty_strings
from tests.support.talk import MemoryBlobs

UP = (
    "..", "....", "..;", ".%00.", "%2e%2e", "%252e%252e", "..%00", ".\u200b.", "\u202e..", "．．", "‥",
)  # fmt: skip
SLASHES = (
    "/", "\\", "//", "\\\\", "%2f", "%5c", "%252f", "%c0%af", "%u2215", "∕", "⁄", "／", "＼", "\x00/",
)  # fmt: skip
DEPTHS = (1, 3, 8)
TARGETS = (
    "etc/passwd", "windows/win.ini", ".ssh/authorized_keys", ".bashrc", "desk.sqlite", "proc/self/environ",
)  # fmt: skip
ENDINGS = ("", "%00.pdf", "\x00.png", ".pdf ")
ABSOLUTE = (
    "/etc/passwd", "//etc//passwd", "\\\\host\\share\\x.pdf", "//host/share/x.pdf", "C:\\x.pdf", "C:x.pdf",
    "file:///etc/passwd", "\\\\?\\C:\\x.pdf", "\\\\.\\COM1", "x.pdf:stream", "x.pdf::$DATA", "~/x.pdf",
    "~root/x.pdf", "$HOME/x.pdf", "%APPDATA%\\x.pdf", "/dev/zero", "/proc/self/fd/0", "CON", "nul.pdf",
    "aux.", "com1.txt", "LPT¹", "\u200b.htaccess", "\u200b\u200b/\u200b", "-rf.pdf", "|id.pdf", "`id`.pdf",
)  # fmt: skip
# Names of uploads that get run where somebody only looks at what they pretend to be.
RUNS = (
    "x.php", "x.pht", "x.phtml", "x.phar", "x.php.pdf.php", "x.asp", "x.aspx", "x.jsp.exe", "x.svg", "x.svgz",
    "x.html", "x.xhtml", "x.hta", "x.htm", "x.mht", "x.shtml", "x.xht", "x.js", "x.jse", "x.vbs", "x.wsf",
    "x.ps1", "x.bat", "x.cmd", "x.com", "x.scr", "x.pif", "x.cpl", "x.msi", "x.msp", "x.lnk", "x.url",
    "x.website", "x.desktop", "x.sh", "x.run", "x.AppImage", "x.deb", "x.rpm", "x.jar", "x.jnlp", "x.iso",
    "x.img", "x.vhd", "x.docm", "x.xlsm", "x.pptm", "x.xll", "x.slk", "x.iqy", "x.chm", "x.reg", "x.inf",
    "x.scf", "x.library-ms", "x.search-ms", "x.appref-ms", "x.settingcontent-ms", "x.one", "x.py", "x.pyw",
    "x.command", "x.terminal", "x.webloc", "x.dmg", "x.pkg",
)  # fmt: skip
PRETENDS = (
    "{}.exe", "{}.exe ", "{}.exe.", "{}.EXE", "{}.e\u200bxe", "{}.ｅｘｅ", "{}\u202efdp.exe", "{} .exe",
    "{}\u2800\u2800.exe", "{}" + " " * 150 + ".exe", "{}\x00.exe", "{}.exe\u200f", "{}.\u202dexe", "{}.scr\u00a0",
)  # fmt: skip


def _traversals() -> list[str]:
    """Every way up by every slash to every target, with every ending."""
    ways = product(UP, SLASHES, DEPTHS, TARGETS, ENDINGS)
    return [f"{(up + slash) * n}{target}{end}" for up, slash, n, target, end in ways]


NAMES: Sequence[str] = [*_traversals(), *ABSOLUTE, *naughty_strings()]


def test_a_shown_name_is_one_part_of_a_path_on_every_system(tmp_path: Path) -> None:
    assert len(NAMES) > 5_000
    for name in NAMES:
        shown = display_filename(name)
        assert (tmp_path / shown).resolve().parent == tmp_path.resolve(), name
        assert PurePosixPath(shown).name == PureWindowsPath(shown).name == shown, name
        assert not PureWindowsPath(shown).drive, name
        assert not has_hidden_characters(shown), name
        # What was made safe stays so: nothing is decoded or folded later that could lead elsewhere.
        assert display_filename(shown) == shown, name


def test_what_is_opened_lies_in_a_folder_of_its_own(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    sha = blobs.put(b"x")
    opened = 0
    for name in NAMES[::7]:
        try:
            path = files.put_in_quarantine(blobs, sha, name, tmp_path / "q")  # type: ignore[arg-type]
        except files.FileRefused:
            continue
        opened += 1
        assert path.resolve().parent.parent == (tmp_path / "q").resolve(), name
        assert not os.access(path, os.X_OK) or path.stat().st_mode & 0o111 == 0
    assert opened > 500
    assert [path.name for path in tmp_path.iterdir()] == ["q"]


@pytest.mark.parametrize("name", RUNS)
def test_what_could_run_is_never_opened(name: str, tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    for form in (
        name,
        name.upper(),
        f"{name} ",
        f"{name}.",
        f"a\u200b.{name}",
        f"factura.pdf.{name}",
    ):
        assert is_dangerous_file(form)
        with pytest.raises(files.FileRefused):
            files.put_in_quarantine(blobs, blobs.put(b"x"), form, tmp_path)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", PRETENDS)
@pytest.mark.parametrize("name", ["factura.pdf", "foto.jpg", "informe.docx", "video.mp4"])
def test_what_pretends_to_be_a_document_is_seen_through(form: str, name: str) -> None:
    shown = display_filename(form.format(name))
    assert is_dangerous_file(form.format(name))
    assert pretends_to_be_document(form.format(name))
    assert re.search(r"\.(exe|scr|ｅｘｅ)$", shown, re.IGNORECASE)  # the ending is in sight


def test_mails_leave_no_name_on_the_disk(tmp_path: Path) -> None:
    """A thousand names by way of the parser into a desk: its folder holds digests and the database."""
    chosen, together = NAMES[:: len(NAMES) // 1_000], 25
    with open_intake(tmp_path) as rig:
        for at in range(0, len(chosen), together):
            rig.take(_mail(chosen[at : at + together], at))
        names = [str(name) for (name,) in rig.desk.sql("SELECT filename FROM attachment")]
    assert len(names) == len(chosen)
    found = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert len(found) > together
    for path in found:
        assert re.fullmatch(
            r"desk\.sqlite(-wal|-shm)?|blobs/[0-9a-f]{2}/[0-9a-f]{62,64}", str(path)
        )
    assert all(display_filename(name) == name for name in names)


def _mail(names: Sequence[str], number: int) -> bytes:
    parts = "".join(
        "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment;"
        f' filename="=?utf-8?B?{b64encode(name.encode("utf-8", "replace")).decode()}?="\r\n\r\n'
        f"{number}-{place}\r\n"
        for place, name in enumerate(names)
    )
    return (
        f"From: a@b.test\r\nMessage-ID: <{number}@b.test>\r\nSubject: x\r\n"
        f"Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n"
    ).encode()
