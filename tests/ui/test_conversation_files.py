"""Files, sources and paper: what may leave the conversation, and how."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from deskapp.models.enums import MessageKind
from deskapp.ui.conversation import files, printing
from tests.support.mail_corpora import naughty_strings
from tests.support.talk import MemoryBlobs, Talk, TalkDesk, attachment, message, open_talk, row

KEY = f"{1:032x}"


@pytest.fixture
def talk(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Talk]:
    monkeypatch.setattr(files, "quarantine_folder", lambda: tmp_path / "quarantine")
    desk = TalkDesk([row(1, "Carmen Villalobos", contact_id="c1", account_id="acc1")])
    sha = desk.blobs.put(b"%PDF-1.7 invoice")
    where = desk.rows[1].id
    shown = message(
        1,
        "Files",
        attachments=(
            attachment("../../../etc/cron.d/invoice.pdf", sha256=sha, id="safe"),
            attachment("invoice.pdf.exe", sha256=sha, id="exe"),
            attachment("gone.pdf", sha256="0" * 64, id="gone"),
        ),
    )
    desk.items[where] = [replace(shown, ticket_id=where)]
    desk.sources[KEY] = desk.blobs.put(b"Subject: x\r\n\r\nraw \xff bytes")
    with open_talk(qapp, desk) as talk:
        talk.pane.show_ticket(desk.rows[1])
        qtbot.waitUntil(lambda: talk.pane.view.card(KEY) is not None)
        yield talk


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(
        "deskapp.ui.conversation.takeaway.QDesktopServices.openUrl",
        lambda url: found.append(url.toLocalFile()),
    )
    return found


def test_opens_from_a_quarantine_under_a_safe_name(
    qtbot: QtBot, talk: Talk, opened: list[str], tmp_path: Path
) -> None:
    talk.pane.deeds.do("attachment", "safe")
    qtbot.waitUntil(lambda: bool(opened))
    path = Path(opened[0])
    assert path.parent.parent == tmp_path / "quarantine"
    assert "/" not in path.name
    assert path.name.endswith("invoice.pdf")
    assert path.read_bytes() == b"%PDF-1.7 invoice"
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IRUSR
    assert not os.access(path, os.X_OK)
    talk.pane.deeds.clean_up()
    assert not path.exists()


def test_what_can_run_code_is_saved_never_opened(
    qtbot: QtBot, talk: Talk, opened: list[str], tmp_path: Path
) -> None:
    talk.pane.deeds.do("attachment", "exe")
    dialog = talk.pane.findChild(QFileDialog) or talk.pane.window().findChild(QFileDialog)
    assert dialog is not None
    assert not opened
    assert "can run code" in talk.shell.said[-1]
    target = tmp_path / "kept.exe"
    dialog.fileSelected.emit(str(target))
    qtbot.waitUntil(target.exists)
    qtbot.waitUntil(lambda: talk.shell.said[-1] == "Saved: kept.exe")
    assert not os.access(target, os.X_OK)
    dialog.close()


def test_a_file_that_is_gone_is_told(qtbot: QtBot, talk: Talk, opened: list[str]) -> None:
    talk.pane.deeds.do("attachment", "gone")
    qtbot.waitUntil(lambda: bool(talk.shell.said))
    assert "no longer there" in talk.shell.said[0]
    assert not opened


HOSTILE_NAMES = (
    "../../etc/passwd",
    "..\\..\\windows\\system32\\x.dll.pdf",
    "/etc/passwd",
    "C:\\x.pdf",
    "con.pdf",
    "a\x00b.pdf",
    "in\u202efdp.exe.pdf",
    "\u200b.pdf",
    ".bashrc",
    "-rf.pdf",
    "x" * 5000 + ".pdf",
    "nl\nname.pdf",
    "%2e%2e%2fx.pdf",
    "~root/x.pdf",
    "$(id).pdf",
    "",
    ".",
    "..",
)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_leads_out_of_the_quarantine(tmp_path: Path, name: str) -> None:
    blobs = MemoryBlobs()
    sha = blobs.put(b"x")
    path = files.put_in_quarantine(blobs, sha, name, tmp_path)  # type: ignore[arg-type]
    assert path.resolve().parent.parent == tmp_path.resolve()
    assert path.read_bytes() == b"x"
    assert path.name.isprintable()


def test_naughty_strings_as_names_stay_in_the_quarantine(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    sha = blobs.put(b"x")
    for name in naughty_strings():
        try:
            path = files.put_in_quarantine(blobs, sha, name, tmp_path)  # type: ignore[arg-type]
        except files.FileRefused:
            continue
        assert path.resolve().parent.parent == tmp_path.resolve()


@pytest.mark.parametrize("name", ["x.exe", "a.pdf.JS", "b.desktop", "c.svg", "d.html", "e.SH "])
def test_dangerous_kinds_are_refused(tmp_path: Path, name: str) -> None:
    blobs = MemoryBlobs()
    with pytest.raises(files.FileRefused):
        files.put_in_quarantine(blobs, blobs.put(b"x"), name, tmp_path)  # type: ignore[arg-type]
    assert not list(tmp_path.rglob("*.*"))


def test_saving_is_whole_or_not_at_all(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    target = tmp_path / "kept.pdf"
    target.write_bytes(b"before")
    with pytest.raises(FileNotFoundError):
        files.save_as(blobs, "0" * 64, target)  # type: ignore[arg-type]
    assert target.read_bytes() == b"before"
    assert files.save_as(blobs, blobs.put(b"after"), target) == target  # type: ignore[arg-type]
    assert target.read_bytes() == b"after"
    assert [path.name for path in tmp_path.iterdir()] == ["kept.pdf"]


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    (tmp_path / "kept.pdf.part").symlink_to(victim)
    with pytest.raises(OSError, match=r"symbolic link|levels"):
        files.save_as(blobs, blobs.put(b"theirs"), tmp_path / "kept.pdf")  # type: ignore[arg-type]
    assert victim.read_bytes() == b"mine"


def test_the_source_is_shown_as_text_and_saved_byte_for_byte(
    qtbot: QtBot, talk: Talk, tmp_path: Path
) -> None:
    talk.pane.deeds.do("source", KEY)
    window = talk.pane.window()
    qtbot.waitUntil(lambda: window.findChild(QPlainTextEdit, "") is not None)
    qtbot.waitUntil(lambda: any(d.isVisible() for d in window.findChildren(QDialog)))
    dialog = next(d for d in window.findChildren(QDialog) if d.isVisible())
    text = dialog.findChild(QPlainTextEdit)
    assert text is not None
    assert text.toPlainText().startswith("Subject: x")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    talk.pane.deeds.do("eml", KEY)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    chooser = window.findChild(QFileDialog)
    assert chooser is not None
    target = tmp_path / "m.eml"
    chooser.fileSelected.emit(str(target))
    qtbot.waitUntil(target.exists)
    assert target.read_bytes() == b"Subject: x\r\n\r\nraw \xff bytes"
    chooser.close()


def test_a_pdf_of_the_conversation(qtbot: QtBot, talk: Talk, tmp_path: Path) -> None:
    talk.actions.run("conversation.pdf")
    window = talk.pane.window()
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    chooser = window.findChild(QFileDialog)
    assert chooser is not None
    target = tmp_path / "c.pdf"
    chooser.fileSelected.emit(str(target))
    assert target.read_bytes().startswith(b"%PDF")
    assert talk.shell.said[-1] == "Saved: c.pdf"
    chooser.close()
    assert not printing.save_pdf(printing.paper("x", ()), tmp_path / "none" / "x.pdf")


def test_paper_takes_every_word_as_text(qapp: QApplication) -> None:
    evil = "<img src='/dev/zero'><b>x</b>"
    told = (message(1, evil, author_name=evil), message(2, "n", kind=MessageKind.NOTE))
    text = printing.paper(evil, told).toPlainText()
    assert text.count(evil) == 3
    assert "Internal note of Lucía Marín" in text


def test_only_what_was_opened_here_is_deleted_and_what_others_left(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    sha = blobs.put(b"x")
    here, beside = tmp_path / "q" / "1", tmp_path / "q" / "2"
    mine = files.put_in_quarantine(blobs, sha, "mio.txt", here)
    theirs = files.put_in_quarantine(blobs, sha, "suyo.txt", beside)
    left = files.put_in_quarantine(blobs, sha, "viejo.txt", beside)
    os.utime(left.parent, (1e9, 1e9))
    files.clear_quarantine(here)
    assert [path.exists() for path in (mine, theirs, left)] == [False, True, False]
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "q").stat().st_mode) == 0o700
