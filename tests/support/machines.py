"""The real programs as processes of their own: `deskapp serve`, `deskapp join`, and machines that write."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deskapp.app import place
from deskapp.app.bootstrap import open_desk
from deskapp.core.commands.contacts import CreateContact
from deskapp.core.commands.desk import SaveAgent
from deskapp.core.commands.tickets import CreateTicket
from deskapp.models.enums import Channel
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from tests.support.namespaces import Computer
from tests.support.team_rig import do
from tests.support.waiting import free_port

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "deskapp")
DESK = "desk"
CODE = "by its address and the code"
"""The last that is said to whoever is invited."""


@dataclass
class Server:
    """A `deskapp serve`. `said`: its lines until it listened and had told of all invitations."""

    process: "subprocess.Popen[str]"
    said: list[str]

    def link(self, agent: str) -> str:
        """An agent's invitation as a link."""
        return self._told(agent, 1).split("'")[1]

    def code(self, agent: str) -> str:
        """The same as six digits."""
        return self._told(agent, 2).split()[-1].rstrip(".")

    def _told(self, agent: str, after: int) -> str:
        heading = next(n for n, line in enumerate(self.said) if f"To join as {agent} " in line)
        return self.said[heading + after]

    def kill(self) -> None:
        """As by a power cut."""
        self.process.kill()
        self.end()

    def stop(self) -> None:
        """As a system ends it; what was written is finished."""
        self.process.terminate()
        assert self.end() == 0

    def end(self) -> int:
        """Wait until it is gone; its exit code."""
        assert self.process.stdout is not None
        with self.process.stdout:
            self.process.stdout.read()
        return self.process.wait(30)


@dataclass
class Machines:
    """A folder with a profile for each machine, by name; the desk's is "desk".

    Each runs at the computer of its name (`computers`), or at this one when there is none. `address` and `port`
    are the desk's; `database` names one on a server in which its rows are. `under`: what is put before a machine's
    programs, as strace is.
    """

    folder: Path
    address: str = "127.0.0.1"
    port: int = field(default_factory=free_port)
    computers: Mapping[str, Computer] = field(default_factory=dict)
    env: Mapping[str, str] | None = None
    database: str = ""
    under: dict[str, Sequence[str]] = field(default_factory=dict)

    def options(self, name: str) -> tuple[str, ...]:
        profile, keys = self.folder / name, self.folder / f"{name}.keys"
        return ("--profile", str(profile), "--key-file", str(keys))

    def profile(self, name: str) -> Profile:
        return Profile(self.folder / name)

    def keys(self, name: str) -> FileKey:
        return FileKey(self.folder / f"{name}.keys")

    def start(self, name: str, *command: str, **options: Any) -> "subprocess.Popen[str]":
        """Run a program at that machine."""
        options = {"cwd": ROOT, "env": self.env, "stdout": subprocess.PIPE} | options
        command = (*self.under.get(name, ()), *command)
        if name in self.computers:
            return self.computers[name].start(command, **options)
        return subprocess.Popen(command, text=True, **options)

    def settle(self, *people: str) -> str:
        """Make the desk, its people and a ticket; the ticket's id."""
        place.named(self.profile(DESK), self.database)
        with open_desk(self.profile(DESK), self.keys(DESK)) as desk:
            workspace = desk.workspace
            for name in people:
                do(workspace, SaveAgent(agent_id=workspace.new_id(), name=name))
            contact, ticket = workspace.new_id(), workspace.new_id()
            do(workspace, CreateContact(contact_id=contact, name="Carmen"))
            made = CreateTicket(
                ticket_id=ticket,
                contact_id=contact,
                subject="¿Dónde está?",
                channel=Channel.PHONE,
            )
            do(workspace, made)
            return ticket

    def serve(self, *invite: str, port: int = 0, also: int = 0, **options: Any) -> Server:
        """Start the server, and wait until it listens. `invite`: agents for whom it prints invitations; `port`:
        another than the desk's; `also`: that of another process by which the desk is reached, too."""
        words = ["serve", "--host", self.address, "--port", str(port or self.port)]
        words += ["--name", f"{self.address}:{also}"] if also else []
        words += [word for name in invite for word in ("--invite", name)]
        process = self.start(DESK, *PROGRAM, *self.options(DESK), *words, **options)
        assert process.stdout is not None
        said: list[str] = []
        while len(said) < 2 or sum(CODE in line for line in said) < len(invite):
            said.append(process.stdout.readline())
            assert said[-1], "it ended"
        return Server(process, said)

    @contextmanager
    def serving(self, *invite: str) -> Iterator[Server]:
        """The same until the end of the block, unless it was killed before."""
        server = self.serve(*invite)
        try:
            yield server
        except BaseException:
            server.kill()
            raise
        if server.process.poll() is None:
            server.stop()

    def joins(self, name: str, *words: str) -> "subprocess.Popen[str]":
        """`deskapp join` at that machine."""
        command = (
            *PROGRAM,
            *self.options(name),
            "join",
            *words,
            "--name",
            f"PC de {name}",
            "--json",
        )
        return self.start(name, *command, stderr=subprocess.PIPE)

    def pair(
        self, server: Server, people: Mapping[str, str], by_code: tuple[str, ...] = ()
    ) -> None:
        """Let machines join at once, each for the invited agent: by link, or by digits."""
        joining = {}
        for name, agent in people.items():
            code = (f"{self.address}:{self.port}", "--code", server.code(agent))
            words = code if name in by_code else (server.link(agent),)
            joining[name] = self.joins(name, *words)
        for name, process in joining.items():
            _out, problem = process.communicate(timeout=120)
            assert process.returncode == 0, f"{name}: {problem}"

    def writer(self, name: str, ticket: str, first: int, files: int = 0) -> "Writer":
        """A machine that notes numbers in the ticket, from `first` on; every `files`-th note has a file."""
        return Writer(self, name, ticket, first, files)


class Writer:
    """A `team_writer`. `said`: every number that it ever acknowledged."""

    def __init__(
        self, machines: Machines, name: str, ticket: str, first: int, files: int = 0
    ) -> None:
        self._machines, self._ticket, self.first, self._files = machines, ticket, first, files
        self.name, self.said = name, list[int]()
        self.start()

    def start(self) -> None:
        """Switch it on. Of what it wrote last one more may have been kept than it said."""
        given = map(
            str, (self._machines.folder / self.name, f"{self._machines.folder / self.name}.keys")
        )
        first = self.said[-1] + 1_000 if self.said else self.first
        module = (sys.executable, "-m", "tests.support.team_writer")
        command = (*module, *given, self._ticket, str(first), str(self._files))
        self._process = self._machines.start(self.name, *command, stdin=subprocess.PIPE)

    def writes(self, count: int) -> None:
        """Ask for so many more, and do not wait."""
        self._say(str(count))

    def listens(self, count: int) -> None:
        """Wait until it has acknowledged so many more."""
        for _ in range(count):
            self.said.append(int(self._hear()))

    def tells(self) -> dict[str, Any]:
        """How it stands: online, unsent, refused, the notes that it reads, and what its person was told of its disk."""
        self._say("tell")
        told: dict[str, Any] = json.loads(self._hear())
        return told

    def files(self) -> list[int]:
        """The notes whose file it reads now."""
        self._say("files")
        found: list[int] = json.loads(self._hear())
        return found

    def kill(self) -> None:
        """As by a power cut; what it acknowledged before counts."""
        self._process.kill()
        assert self._process.stdout is not None
        self.said += [int(line) for line in self._process.stdout.read().split("\n") if line]
        self._end()

    def stop(self) -> None:
        """Switch it off."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(60) == 0
        self._end()

    def _end(self) -> None:
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the machine of {self.name} ended"
        return line
