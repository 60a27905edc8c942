"""A copy of the generated desk with a team on it, and `deskapp serve` for it, on a core of its own."""

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from deskapp.core.api import Command, Outcome
from deskapp.core.authority.workspace import Authority
from deskapp.core.commands.desk import SaveAgent, SetSetting
from deskapp.core.commands.team import RegisterDevice, SetRole
from deskapp.core.commands.webchat import ReceiveChat, SaveChatBox, TakeChat, VisitorClaim
from deskapp.devtools import volume
from deskapp.models.enums import Role
from deskapp.system.blobs import FileBlobs
from deskapp.system.clock import SystemClock, SystemIds
from tests.support.crowd import SITE
from tests.support.waiting import free_port

GIVE_UP_S = 120.0
IDS = SystemIds()


def token_of(visitor: int) -> str:
    """By which a visitor who has a chat is known."""
    return f"{visitor:064x}"


@dataclass
class Desk:
    """A copy of the generated desk, with agents who each have a device, and a box for chats."""

    folder: Path
    tokens: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    tickets: list[str] = field(default_factory=list)
    chats: dict[str, list[str]] = field(default_factory=dict)  # that each has taken, by token
    counts: dict[str, int] = field(default_factory=dict)
    epoch: str = ""
    box: str = ""
    chat_port: int = 0

    @classmethod
    def of(cls, source: Path, folder: Path, agents: int, chats: int) -> "Desk":
        desk = cls(folder, box=IDS.new(), chat_port=free_port())
        shutil.copyfile(source, folder / "desk.sqlite")
        blobs = FileBlobs(folder / "blobs")
        authority = Authority(folder / "desk.sqlite", clock=SystemClock(), ids=IDS, blobs=blobs)
        authority.start(effects=False)
        with closing(authority):
            desk._open_box(authority)
            chatting = desk._open_chats(authority, chats)  # before there are hundreds to be rung
            desk._hire(authority, agents)
            desk._take(authority, chatting)
            with authority.more_readers(1).connect() as connection:
                told = connection.exec_driver_sql
                desk.epoch = str(told("SELECT value FROM desk WHERE key = 'epoch'").scalar())
                desk.counts = dict(map(tuple, told("SELECT name, seq FROM scope").all()))
                sql = (
                    "SELECT uid FROM ticket WHERE bucket = 'active' AND channel = 'email' LIMIT 200"
                )
                desk.tickets = list(told(sql).scalars())
        return desk

    def _open_box(self, authority: Authority) -> None:
        settings = {"origins": (SITE,), "ask_name": "no", "ask_email": "no"}
        do: list[Command] = [
            SetSetting(key="chat.port", value=self.chat_port),
            SetSetting(key="chat.proxies", value=("127.0.0.1",)),
            SaveChatBox(account_id=self.box, name="Tienda", settings=settings),
        ]
        _done(authority.submit(one, volume.AGENT, "", None) for one in do)

    def _open_chats(self, authority: Authority, chats: int) -> list[str]:
        made = []
        for n in range(chats):
            digest = hashlib.sha256(token_of(n).encode()).hexdigest()
            made.append(
                ReceiveChat(
                    account_id=self.box, visitor=VisitorClaim(token_hash=digest),
                    client_id=IDS.new(), body="Hola", visitor_id=IDS.new(), contact_id=IDS.new(),
                    ticket_id=IDS.new(), message_id=IDS.new(),
                )
            )  # fmt: skip
        _done([authority.submit_as_desk(one) for one in made])
        return [one.ticket_id for one in made]

    def _take(self, authority: Authority, chats: list[str]) -> None:
        """Each agent has as many chats as the others, and is talking in all of them."""
        many = len(self.agents)
        _done(
            [
                authority.submit(TakeChat(ticket_id=ticket), self.agents[n % many], "", None)
                for n, ticket in enumerate(chats)
            ]
        )
        self.chats = {token: chats[n::many] for n, token in enumerate(self.tokens)}

    def _hire(self, authority: Authority, agents: int) -> None:
        do: list[Command] = []
        as_desk: list[Command] = []
        for n in range(agents):
            agent, token = IDS.new(), secrets.token_urlsafe(32)
            do += [
                SaveAgent(agent_id=agent, name=f"Agente {n}"),
                SetRole(agent_id=agent, role=Role.AGENT),
            ]
            digest = hashlib.sha256(token.encode()).hexdigest()
            as_desk.append(
                RegisterDevice(device_id=IDS.new(), agent_id=agent, name=f"PC {n}", key_hash=digest)
            )
            self.agents.append(agent)
            self.tokens.append(token)
        _done(authority.submit(one, volume.AGENT, "", None) for one in do)
        _done(authority.submit_as_desk(one) for one in as_desk)


def _done(waiting: "Iterable[Future[Outcome]]") -> None:
    for one in list(waiting):
        outcome = one.result(GIVE_UP_S)
        assert outcome.ok, outcome.rejected


class Server:
    """`deskapp serve`, on the first core."""

    def __init__(self, desk: Desk) -> None:
        self.port = free_port()
        words = [sys.executable, "-m", "deskapp", "serve", "--profile", str(desk.folder)]
        words += ["--key-file", str(desk.folder / "key"), "--host", "127.0.0.1"]
        words += ["--port", str(self.port)]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        os.sched_setaffinity(self._process.pid, {0})
        assert self._process.stdout is not None
        first = self._process.stdout.readline()
        if not first:
            raise RuntimeError("the host did not start")

    def close(self) -> None:
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(20)
        self._process.kill()
        self._process.wait()

    def memory_mb(self) -> float:
        """The most that it ever had (VmHWM)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def seconds(self) -> float:
        """Processor time so far."""
        words = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
