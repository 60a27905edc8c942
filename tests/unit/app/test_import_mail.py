"""Old mail as history: threaded, silent, once, and resumed after a kill."""

import mailbox
import os
import random
import signal
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.import_mail import run as import_mail
from deskapp.app.task import Task
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.queries.desk import GetNotifications
from deskapp.core.queries.tickets import GetConversation, GetOutbox
from deskapp.core.queries.views import TicketIds, TicketRows
from deskapp.models.dto import MessageView
from deskapp.system.errors import KnownError
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile
from tests.support.looking import rows_in
from tests.unit.app.conftest import submit

THREADS, LENGTH = 12, 4


def mail(thread: int, number: int) -> bytes:
    made = EmailMessage()
    made["From"] = f"Ana {thread} <ana{thread}@example.com>"
    made["To"] = "shop@example.org"
    made["Subject"] = f"{'Re: ' if number else ''}Question {thread}"
    made["Date"] = f"Mon, 0{1 + number} Jan 2024 1{thread % 10}:00:00 +0000"
    made["Message-ID"] = f"<m{thread}.{number}@example.com>"
    if number:
        made["References"] = " ".join(f"<m{thread}.{n}@example.com>" for n in range(number))
    made.set_content(f"Thread {thread}, mail {number}.\n")
    return made.as_bytes()


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """A folder with an mbox, a Maildir and .eml files, whose names are in no order."""
    folder = tmp_path / "mails"
    (folder / "loose").mkdir(parents=True)
    all_mails = [mail(thread, number) for thread in range(THREADS) for number in range(LENGTH)]
    random.Random(3).shuffle(all_mails)
    box = mailbox.mbox(folder / "old.mbox")
    maildir = mailbox.Maildir(folder / "maildir")
    for number, raw in enumerate(all_mails):
        if number % 3 == 0:
            box.add(raw)
        elif number % 3 == 1:
            maildir.add(raw)
        else:
            (folder / "loose" / f"{number}.eml").write_bytes(raw)
    box.close()
    maildir.close()
    (folder / "loose" / "notes.txt").write_text("this is no mail at all\n")
    return folder


def brought_in(desk: Desk, *paths: Path, account: str = "") -> dict[str, object]:
    params = {"paths": [str(path) for path in paths], "account": account}
    return dict(import_mail(desk, params, Task()))


def test_threads_come_together_whatever_the_files_names_are(desk: Desk, mails: Path) -> None:
    result = brought_in(desk, mails)
    assert result == {
        "found": 48,
        "imported": 48,
        "known": 0,
        "quarantined": 0,
        "skipped": 1,
        "held": 0,
        "tickets": THREADS,
    }
    keys = desk.workspace.query(TicketIds("all")).result().keys
    rows = desk.workspace.query(TicketRows(keys)).result()
    assert sorted(row.subject for row in rows) == sorted(f"Question {n}" for n in range(THREADS))
    page = desk.workspace.query(GetConversation(rows[0].id)).result()
    texts = [item.text for item in page.items if isinstance(item, MessageView)]
    assert [text.strip()[-2:] for text in texts] == ["0.", "1.", "2.", "3."]


def test_it_is_silent(desk: Desk, mails: Path) -> None:
    brought_in(desk, mails)
    assert desk.workspace.query(GetNotifications()).result() == ()
    assert desk.workspace.query(GetOutbox()).result() == ()


def test_the_same_mail_again_is_nothing(desk: Desk, mails: Path) -> None:
    brought_in(desk, mails)
    before = desk.workspace.connection.complete_to
    result = brought_in(desk, mails)
    assert (result["imported"], result["known"], result["tickets"]) == (0, 48, 0)
    assert desk.workspace.connection.complete_to == before
    one = mails / "copy.eml"
    one.write_bytes(mail(0, 0))
    assert brought_in(desk, one)["known"] == 1


def test_raw_bytes_are_kept_as_they_were(desk: Desk, tmp_path: Path) -> None:
    raw = mail(0, 0).replace(b"\n", b"\r\n") + b"\xff\xfe trailing"
    (tmp_path / "a.eml").write_bytes(raw)
    brought_in(desk, tmp_path / "a.eml")
    assert [desk.blobs.get(name) for name in desk.blobs] == [raw]


def test_what_cannot_be_read_is_a_visible_ticket(desk: Desk, tmp_path: Path) -> None:
    bomb = (
        b"From: a@example.com\r\nSubject: bomb\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    )
    (tmp_path / "bomb.eml").write_bytes(bomb + b"--b\r\n\r\nx\r\n" * 20_000)
    result = brought_in(desk, tmp_path / "bomb.eml")
    assert (result["imported"], result["quarantined"], result["tickets"]) == (0, 1, 1)
    assert desk.workspace.query(TicketIds("all")).result().total == 1


def test_for_an_account(desk: Desk, mails: Path) -> None:
    account = SaveAccount(
        account_id=desk.workspace.new_id(), name="Shop", address="shop@example.org"
    )
    submit(desk, account)
    brought_in(desk, mails, account=" Shop@Example.org ")
    keys = desk.workspace.query(TicketIds("all")).result().keys
    rows = desk.workspace.query(TicketRows(keys)).result()
    assert [row.account_id for row in rows] == [account.account_id] * THREADS


@pytest.mark.parametrize(
    ("path", "account", "code"),
    [("mails", "nobody@example.org", "unknown_account"), ("empty", "", "no_mail_found")],
)
def test_refused(path: str, account: str, code: str, desk: Desk, mails: Path) -> None:
    (mails.parent / "empty").mkdir()
    with pytest.raises(KnownError) as caught:
        brought_in(desk, mails.parent / path, account=account)
    assert caught.value.code == code


class StopAt(Task):
    def __init__(self, number: int) -> None:
        super().__init__()
        self._left = number

    def step(self, done: int, total: int, note: str = "") -> None:
        assert 0 <= done <= total
        self._left -= 1
        if self._left <= 0:
            self.cancel()
        super().step(done, total, note)


@pytest.mark.parametrize("number", [1, 30, 60, 90])
def test_cancelled_anywhere_the_next_one_goes_on(number: int, desk: Desk, mails: Path) -> None:
    with pytest.raises(KnownError) as caught:
        import_mail(desk, {"paths": [str(mails)]}, StopAt(number))
    assert caught.value.code == "cancelled"
    brought_in(desk, mails)
    assert desk.workspace.query(TicketIds("all")).result().total == THREADS
    assert messages_in(desk.profile) == THREADS * LENGTH


def messages_in(profile: Profile) -> int:
    ((count,),) = rows_in(profile.folder, "SELECT count(*) FROM message")
    return int(count)


CHILD = """
import sys
from deskapp.app.bootstrap import open_desk
from deskapp.app.import_mail import run
from deskapp.app.task import Task
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile

class Telling(Task):
    def step(self, done, total, note=""):
        super().step(done, total, note)
        print(note, flush=True)

with open_desk(Profile.at(sys.argv[1]), MemoryKey()) as desk:
    run(desk, {"paths": [sys.argv[2]]}, Telling())
"""


def test_kill_9_loses_and_doubles_nothing(tmp_path: Path, mails: Path) -> None:
    profile = Profile.at(tmp_path / "killed")
    for steps in (5, 45, 55, 70, 85):
        command = [sys.executable, "-c", CHILD, str(profile.folder), str(mails)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            assert child.stdout is not None
            for _ in range(steps):
                child.stdout.readline()
            os.kill(child.pid, signal.SIGKILL)
            child.communicate()
    with open_desk(profile, MemoryKey()) as desk:
        brought_in(desk, mails)
        assert desk.workspace.query(TicketIds("all")).result().total == THREADS
        assert messages_in(profile) == THREADS * LENGTH
        assert brought_in(desk, mails)["known"] == THREADS * LENGTH
