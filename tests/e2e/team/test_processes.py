"""The real programs as processes of their own: `deskapp serve`, `deskapp join`, and colleagues at work."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from deskapp.app.bootstrap import open_desk
from deskapp.core.commands.contacts import CreateContact
from deskapp.core.commands.desk import SaveAgent
from deskapp.core.commands.tickets import CreateTicket
from deskapp.models.enums import Channel
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from tests.support.team_rig import Colleague, do, texts
from tests.support.waiting import free_port, listens, wait_for

ROOT = Path(__file__).parents[3]
PROGRAM = (sys.executable, "-m", "deskapp")
NAMES = ("Ana", "Luis")


@dataclass
class Machines:
    folder: Path
    port: int
    ticket: str = ""

    def options(self, name: str) -> tuple[str, ...]:
        return (
            "--profile",
            str(self.folder / name),
            "--key-file",
            str(self.folder / f"{name}.keys"),
        )

    def settle(self) -> None:
        """The desk, its people and a ticket."""
        with open_desk(self.profile("desk"), self.keys("desk")) as desk:
            workspace = desk.workspace
            for name in NAMES:
                do(workspace, SaveAgent(agent_id=workspace.new_id(), name=name))
            contact, self.ticket = workspace.new_id(), workspace.new_id()
            do(workspace, CreateContact(contact_id=contact, name="Carmen"))
            made = CreateTicket(
                ticket_id=self.ticket,
                contact_id=contact,
                subject="¿Dónde está?",
                channel=Channel.PHONE,
            )
            do(workspace, made)

    def profile(self, name: str) -> Profile:
        return Profile(self.folder / name)

    def keys(self, name: str) -> FileKey:
        return FileKey(self.folder / f"{name}.keys")

    @contextmanager
    def serving(self, *, invite: str = "") -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
        """The server, and what it says until it listens. Ended as a system ends it, unless it was killed."""
        words = ["serve", "--host", "127.0.0.1", "--port", str(self.port)]
        words += ["--invite", invite] if invite else []
        process = subprocess.Popen(
            [*PROGRAM, *self.options("desk"), *words], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert process.stdout is not None
        with process, process.stdout:
            said: list[str] = []
            while not said or (invite and not said[-1].startswith("or,")):
                said.append(process.stdout.readline())
                assert said[-1], "it ended"
            yield process, said
            if process.poll() is None:
                process.terminate()
                process.stdout.read()
                assert process.wait(20) == 0

    def joins(self, name: str, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [
            *PROGRAM,
            *self.options(name),
            "join",
            *words,
            "--name",
            f"PC de {name}",
            "--json",
        ]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)

    def writing(self, name: str, first: int) -> "subprocess.Popen[str]":
        given = (self.folder / name, self.folder / f"{name}.keys", self.ticket, first)
        command = [sys.executable, "-m", "tests.support.team_writer", *map(str, given)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.fixture
def machines(tmp_path: Path) -> Machines:
    made = Machines(tmp_path, free_port())
    made.settle()
    return made


def lines(process: "subprocess.Popen[str]", count: int) -> list[int]:
    assert process.stdout is not None
    return [int(process.stdout.readline()) for _ in range(count)]


def test_two_join_by_the_command_line_and_work_on_while_the_server_is_killed(
    machines: Machines,
) -> None:
    for name in NAMES:
        with machines.serving(invite=name) as (_server, said):
            link = next(
                word.strip("'\n ") for line in said for word in line.split() if "://" in word
            )
            joined = machines.joins(name, link)
        assert joined.returncode == 0, joined.stderr
        assert json.loads(joined.stdout)["agent"] == name
    said_by: dict[str, list[int]] = {}
    with ExitStack() as stack:
        with machines.serving() as (server, _said):
            writers = {
                name: stack.enter_context(machines.writing(name, 1 + 1_000_000 * place))
                for place, name in enumerate(NAMES)
            }
            said_by = {name: lines(process, 40) for name, process in writers.items()}
            server.kill()
            server.wait()
        for name, process in writers.items():  # nobody notices
            said_by[name] += lines(process, 40)
        with machines.serving():
            wait_for(lambda: listens(machines.port), "the server")
            for name, process in writers.items():
                said_by[name] += lines(process, 20)
                process.kill()
                assert process.stdout is not None
                said_by[name] += [int(line) for line in process.stdout.read().split()]
            everything = all_in_step(machines)
    assert len(everything) == len(set(everything)), "doubled"
    assert {n for said in said_by.values() for n in said} <= set(everything), "lost"


def all_in_step(machines: Machines) -> list[int]:
    """Both machines are opened, have nothing left to send, and show the same; what that is."""
    colleagues = [Colleague(machines.profile(name), machines.keys(name)) for name in NAMES]
    for one in colleagues:
        one.open()
    try:
        for one in colleagues:
            one.wait_online()
            wait_for(lambda one=one: one.workspace.connection.unsent == 0, "all sent", 30)

        def shown() -> list[list[str]]:
            return [texts(one.workspace, machines.ticket, 5_000) for one in colleagues]

        wait_for(lambda: shown()[0] == shown()[1], "the same at both")
        return list(map(int, shown()[0]))
    finally:
        for one in colleagues:
            one.close()


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("nowhere at all",), 2, "A code has six digits; name it with --code."),
        (("a b", "--code", "123456"), 2, "This is no address; write it as you were told"),
        (("deskapp://pair?h=x",), 2, "This link is not complete"),
        (("127.0.0.1:9", "--code", "123 456"), 1, "The team's desk cannot be reached"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    machines: Machines, words: tuple[str, ...], code: int, sentence: str
) -> None:
    told = machines.joins("Eva", *words)
    assert (told.returncode, told.stdout) == (code, "")
    assert sentence in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert not machines.profile("Eva").team.exists()


def test_a_colleagues_machine_has_no_desk_to_back_up(machines: Machines) -> None:
    with machines.serving(invite="Ana") as (_server, said):
        code = said[-1].split()[-1].rstrip(".")
        joined = machines.joins("Ana", f"127.0.0.1:{machines.port}", "--code", code)
    assert joined.returncode == 0, joined.stderr
    for command in (
        ("backup", str(machines.folder / "b.zip")),
        ("export", str(machines.folder / "x")),
    ):
        told = subprocess.run(
            [*PROGRAM, *machines.options("Ana"), *command],
            capture_output=True,
            text=True,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
        )
        assert told.returncode == 1
        assert "do this on the machine that has the desk" in told.stderr
