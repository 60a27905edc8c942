"""Stored mail for import: each mail once, with exactly its bytes."""

from hashlib import sha256
from pathlib import Path

import pytest

from deskapp.channels.email.eml import StoredMail, Unreadable, split_mbox, walk
from tests.support.mail_corpora import real_mails

ONE = b"From: a@b.example\nSubject: one\n\nbody one\n"
TWO = b"From: c@d.example\nSubject: two\n\nbody two\n>From here\nFrom the shop\n\nFrom: x\n"
SEPARATOR = b"From a@b.example Mon Mar  3 10:02:03 2025\n"


def messages(data: bytes) -> list[bytes]:
    return [data[start:end] for start, end in split_mbox(data)]


def test_an_mbox_gives_each_mail_its_bytes() -> None:
    assert messages(SEPARATOR + ONE + b"\n" + SEPARATOR + TWO) == [ONE, TWO]


def test_line_ends_of_windows() -> None:
    one, two = ONE.replace(b"\n", b"\r\n"), TWO.replace(b"\n", b"\r\n")
    separator = SEPARATOR.replace(b"\n", b"\r\n")

    assert messages(separator + one + b"\r\n" + separator + two) == [one, two]


@pytest.mark.parametrize(
    "separator",
    [
        b"From - Mon Mar  3 10:02:03 2025\n",
        b"From a@b.example Mon Mar  3 10:02:03 2025 +0100\n",
        b"From a@b.example Mon Mar  3 10:02:03 CET 2025\n",
        b"From MAILER-DAEMON Mon Mar  3 10:02 2025\n",
        b"From 1234567890@xxx Mon Mar 03 10:02:03 +0000 2025\n",
        b"From a@b.example  3 Mar 2025 10:02:03 2025 remote from here\n",
        b"From a@b.example Mon, 3 Mar 2025 10:02:03 (of 2025)\n",
    ],
)
def test_dialects(separator: bytes) -> None:
    assert messages(separator + ONE + b"\n" + separator + TWO) == [ONE, TWO]


@pytest.mark.parametrize(
    "text",
    [
        b"\nFrom the beginning at 10:02 in 2025 it was broken\nand it still is\n",
        b"\nFrom: nobody\n",
        b"\n>From a@b.example Mon Mar  3 10:02:03 2025\nSubject: quoted\n",
        b"\nFrom a@b.example\nSubject: no date\n",
        b" From a@b.example Mon Mar  3 10:02:03 2025\nSubject: indented\n",
        b"x\nFrom me, at 10:02 in 2025,\nSubject: is unclear\n",
    ],
)
def test_texts_that_look_like_separators_stay_inside(text: bytes) -> None:
    mail = ONE + text

    assert messages(SEPARATOR + mail + b"\n" + SEPARATOR + TWO) == [mail, TWO]


def test_a_missing_empty_line_is_forgiven() -> None:
    assert messages(SEPARATOR + ONE + SEPARATOR + TWO) == [ONE, TWO]


def test_folders_of_everything(tmp_path: Path) -> None:
    (tmp_path / "box.mbox").write_bytes(SEPARATOR + ONE + b"\n" + SEPARATOR + TWO)
    (tmp_path / "a.eml").write_bytes(ONE)
    (tmp_path / "notes.txt").write_bytes(b"no mail at all\n")
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "index.msf").write_bytes(ONE)
    maildir = tmp_path / "Maildir"
    for folder in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"):
        (maildir / folder).mkdir(parents=True)
    (maildir / "cur" / "1.host:2,S").write_bytes(TWO)
    (maildir / "new" / "2.host").write_bytes(ONE)
    (maildir / "tmp" / "3.host").write_bytes(ONE)
    (maildir / ".Sent" / "cur" / "4.host:2,S").write_bytes(TWO)
    (maildir / "dovecot-uidlist").write_bytes(b"3 V1\n")
    (tmp_path / "elsewhere").symlink_to("/etc")

    found = list(walk([tmp_path]))

    mails = {
        one.source.removeprefix(f"{tmp_path}/"): one.raw
        for one in found
        if isinstance(one, StoredMail)
    }
    assert mails == {
        "a.eml": ONE,
        "box.mbox#1": ONE,
        "box.mbox#2": TWO,
        "Maildir/cur/1.host:2,S": TWO,
        "Maildir/new/2.host": ONE,
        "Maildir/.Sent/cur/4.host:2,S": TWO,
    }
    odd = [one for one in found if isinstance(one, Unreadable)]
    assert [(Path(one.source).name, one.reason) for one in odd] == [("notes.txt", "not_mail")]
    progress = [one.done for one in found]
    assert progress == sorted(progress)
    assert found[-1].done == found[-1].total
    assert list(walk([tmp_path])) == found


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(walk([tmp_path, tmp_path / "nothing"]))


def test_a_single_mail_with_an_envelope_line(tmp_path: Path) -> None:
    file = tmp_path / "one.txt"
    file.write_bytes(b"From a@b.example sometime\n" + ONE)

    (found,) = walk([file])

    assert isinstance(found, StoredMail)
    assert found.raw == b"From a@b.example sometime\n" + ONE


def test_real_mails_as_files_and_as_one_mbox(tmp_path: Path) -> None:
    folder = real_mails()[0].parents[1]
    singles = [one for one in walk([folder]) if isinstance(one, StoredMail)]
    mails = [_without_envelope(one.raw) for one in singles]
    box = tmp_path / "all.mbox"
    with box.open("wb") as out:
        for raw in mails:
            out.write(SEPARATOR + raw + (b"\n" if raw.endswith(b"\n") else b"\n\n"))

    together = [one for one in walk([box]) if isinstance(one, StoredMail)]

    assert [sha256(one.raw).digest() for one in singles] == [
        sha256(path.read_bytes()).digest() for path in real_mails()
    ]
    assert [sha256(one.raw.rstrip(b"\n")).digest() for one in together] == [
        sha256(raw.rstrip(b"\n")).digest() for raw in mails
    ]


def _without_envelope(raw: bytes) -> bytes:
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
