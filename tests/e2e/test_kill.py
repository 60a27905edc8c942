"""kill -9 at random moments of real work: nothing that was acknowledged, or typed a second ago, is gone."""

import json
import mailbox
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from random import Random

import pytest
from pysqlite3 import dbapi2

from deskapp.app.bootstrap import open_desk
from deskapp.core.commands.contacts import CreateContact
from deskapp.core.commands.tickets import CreateTicket
from deskapp.core.queries.tickets import GetTicket
from deskapp.core.queries.views import ALL, TicketIds
from deskapp.models.enums import Channel
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from tests.support.faults import program
from tests.support.waiting import wait_for

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("DESKAPP_KILLS", "7"))
SECOND_NS = 1_000_000_000
MAILS = 400
DEADLINE_S = 60


def start(module: str, *words: str, fault: str = "") -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*program(module, fault), *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def kill_once(process: "subprocess.Popen[bytes]", reached: Callable[[], bool], what: str) -> None:
    """kill -9 as soon as `reached`; a process that was through before is no kill."""

    def moment() -> bool:
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        return reached()

    try:
        wait_for(moment, what, DEADLINE_S)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL


def new_desk(folder: Path, key_file: Path) -> str:
    """A desk with one ticket; returns its id."""
    with open_desk(Profile.at(folder), FileKey(key_file)) as desk:
        workspace = desk.workspace
        contact, ticket = workspace.new_id(), workspace.new_id()
        workspace.submit(CreateContact(contact_id=contact, name="Carmen")).result()
        workspace.submit(
            CreateTicket(
                ticket_id=ticket,
                subject="Taza",
                channel=Channel.PHONE,
                contact_id=contact,
                body="Falta una taza",
                message_id=workspace.new_id(),
            )
        ).result()
        return ticket


def typed_and_killed(tmp_path: Path, seed: int, fault: str = "") -> tuple[str, str]:
    """What had been typed a second before the kill, and what the desk has of it."""
    key_file, out, folder = tmp_path / "key", tmp_path / "typed", tmp_path / "desk"
    ticket = new_desk(folder, key_file)
    out.touch()
    keys = 90 + Random(seed).randrange(60)
    process = start("tests.support.typist", str(folder), str(key_file), str(out), fault=fault)
    kill_once(process, lambda: out.read_bytes().count(b"\n") >= keys, f"{keys} keys")
    killed_at = time.monotonic_ns()
    typed = [line.split(" ", 1) for line in out.read_text().splitlines()]
    owed = [text for at, text in typed if killed_at - int(at) > SECOND_NS][-1]
    with open_desk(Profile.at(folder), FileKey(key_file)) as desk:
        draft = desk.workspace.query(GetTicket(ticket)).result().draft
    return owed, draft.body if draft else ""


@pytest.mark.parametrize("seed", range(KILLS))
def test_typing(tmp_path: Path, seed: int) -> None:
    owed, kept = typed_and_killed(tmp_path, seed)
    assert len(owed) > 10
    assert kept.startswith(owed)


def test_a_draft_that_is_saved_too_late_is_found_missing(tmp_path: Path) -> None:
    owed, kept = typed_and_killed(tmp_path, 0, "drafts_saved_late")
    assert not kept.startswith(owed)


def write_mbox(path: Path) -> None:
    box = mailbox.mbox(str(path))
    for n in range(MAILS):
        mail = EmailMessage()
        mail["From"] = f"Cliente {n % 40} <cliente{n % 40}@correo.test>"
        mail["To"] = "tienda@taller.test"
        mail["Subject"] = f"Pedido {n}"
        mail["Message-ID"] = f"<pedido{n}@correo.test>"
        mail["Date"] = f"Mon, 05 Jan 2026 10:{n % 60:02}:00 +0000"
        mail.set_content(f"Hola, es el pedido {n}.\n" * 20)
        box.add(mail)
    box.flush()
    box.close()


def imported_and_killed(tmp_path: Path, kills: int, fault: str = "") -> int:
    """Tickets of an import that was killed so many times in the middle and then left to its end."""
    box, key_file, folder = tmp_path / "old.mbox", tmp_path / "key", tmp_path / "desk"
    write_mbox(box)
    new_desk(folder, key_file)
    common = ("--profile", str(folder), "--key-file", str(key_file))
    words = (*common, "import-mail", str(box), "--json", "--quiet")
    rng = Random(7)
    with closing(dbapi2.connect(str(folder / "desk.sqlite"), timeout=60)) as look:

        def rows(table: str) -> int:
            ((count,),) = look.execute(f"SELECT count(*) FROM {table}").fetchall()
            return int(count)

        for turn in range(kills):
            # The first end comes while raw mails are being stored, the others while they are received.
            table = "raw_mail" if turn == 0 and kills > 1 else "message"
            goal = rows(table) + rng.randrange(1, MAILS // 2 // kills)
            process = start("deskapp", *words, fault=fault)
            kill_once(process, lambda t=table, g=goal: rows(t) >= g, f"{goal} rows in {table}")
    done = subprocess.run(
        [*program("deskapp"), *words], cwd=ROOT, capture_output=True, check=True, timeout=DEADLINE_S
    )
    assert json.loads(done.stdout)["found"] == MAILS
    with open_desk(Profile.at(folder), FileKey(key_file)) as desk:
        return len(desk.workspace.query(TicketIds(ALL)).result().keys) - 1


def test_importing(tmp_path: Path) -> None:
    """Killed again and again in the middle, an import ends with every mail there once."""
    assert imported_and_killed(tmp_path, KILLS) == MAILS


def test_a_mail_that_is_noted_before_it_is_imported_is_found_missing(tmp_path: Path) -> None:
    assert 0 < imported_and_killed(tmp_path, 1, "import_told_first") < MAILS
