"""kill -9 at random moments of real work: nothing that was acknowledged, or typed a second ago, is gone."""

import json
import mailbox
import os
import signal
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path
from random import Random

import pytest

from deskapp.app.bootstrap import open_desk
from deskapp.core.commands.contacts import CreateContact
from deskapp.core.commands.tickets import CreateTicket
from deskapp.core.queries.tickets import GetTicket
from deskapp.core.queries.views import ALL, TicketIds
from deskapp.models.enums import Channel
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("DESKAPP_KILLS", "7"))
SECOND_NS = 1_000_000_000
MAILS = 400
DEADLINE_S = 60


def start(*words: str) -> "subprocess.Popen[bytes]":
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def kill(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def grown(file: Path, lines: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until `file` has that many lines."""
    deadline = time.monotonic() + DEADLINE_S
    while not file.exists() or file.read_bytes().count(b"\n") < lines:
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        assert time.monotonic() < deadline, f"{file.name} does not grow"
        os.sched_yield()


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


@pytest.mark.parametrize("seed", range(KILLS))
def test_typing(tmp_path: Path, seed: int) -> None:
    key_file, out, folder = tmp_path / "key", tmp_path / "typed", tmp_path / "desk"
    ticket = new_desk(folder, key_file)
    process = start("-m", "tests.support.typist", str(folder), str(key_file), str(out))
    grown(out, 90 + Random(seed).randrange(60), process)
    kill(process)
    killed_at = time.monotonic_ns()
    typed = [line.split(" ", 1) for line in out.read_text().splitlines()]
    owed = [text for at, text in typed if killed_at - int(at) > SECOND_NS][-1]
    with open_desk(Profile.at(folder), FileKey(key_file)) as desk:
        draft = desk.workspace.query(GetTicket(ticket)).result().draft
    assert draft is not None
    assert draft.body.startswith(owed)


def test_typing_is_found_missing_when_it_is(tmp_path: Path) -> None:
    """The rig must see a draft that was not saved: a desk that nobody typed in has none."""
    key_file, folder = tmp_path / "key", tmp_path / "desk"
    ticket = new_desk(folder, key_file)
    with open_desk(Profile.at(folder), FileKey(key_file)) as desk:
        assert desk.workspace.query(GetTicket(ticket)).result().draft is None


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


def test_importing(tmp_path: Path) -> None:
    """Killed again and again in the middle, an import ends with every mail there once."""
    box, key_file, folder = tmp_path / "old.mbox", tmp_path / "key", tmp_path / "desk"
    write_mbox(box)
    new_desk(folder, key_file)
    words = ["-m", "deskapp", "--profile", str(folder), "--key-file", str(key_file)]
    words += ["import-mail", str(box), "--json", "--quiet"]
    rng = Random(7)
    for _ in range(KILLS):
        process = start(*words)
        try:
            process.wait(rng.uniform(0.6, 3.0))
        except subprocess.TimeoutExpired:
            kill(process)
        else:
            process.communicate()
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, check=True, timeout=DEADLINE_S
    )
    assert json.loads(done.stdout)["found"] == MAILS
    with open_desk(Profile.at(folder), FileKey(key_file)) as desk:
        tickets = desk.workspace.query(TicketIds(ALL)).result().total
    assert tickets == MAILS + 1
