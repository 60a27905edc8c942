"""A real host over TLS on the loopback, and devices of its people."""

import http.client
import json
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import websocket

from deskapp.core.ports import LiveChat
from deskapp.sync.server.host import Host, Place
from deskapp.sync.server.seat import HostSeat
from tests.support.desk import WAIT_SECONDS
from tests.support.team_desk import TeamDesk
from tests.support.waiting import wait_for


class MemorySecrets:
    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def put(self, name: str, value: str) -> None:
        self.values[name] = value

    def delete(self, name: str) -> None:
        self.values.pop(name, None)


@dataclass
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json()["code"])


@dataclass
class Served:
    """A host with a token for each of the team's people."""

    team: TeamDesk
    host: Host
    tokens: dict[str, str] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.host.state().addresses[0].rpartition(":")[2])

    def join(self, name: str) -> str:
        token, device = self.host.desk.devices.register(self.team.people[name], f"{name}'s laptop")
        self.tokens[name], self.devices[name] = token, device
        return token

    def ask(
        self, method: str, path: str, body: Any = None, token: str = "", **headers: str
    ) -> Answered:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        data = body if isinstance(body, bytes | None) else msgspec.json.encode(body)
        line = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=unpinned())
        try:
            line.request(method, path, data, sent)
            answer = line.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answered(answer.status, found, answer.read())
        finally:
            line.close()

    def as_(self, name: str, method: str, path: str, body: Any = None, **headers: str) -> Answered:
        return self.ask(method, path, body, self.tokens[name], **headers)

    def line(self, name: str, **hello: Any) -> "TestLine":
        return TestLine(self.port, {"token": self.tokens.get(name, name), "version": 1, **hello})


def unpinned() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class TestLine:
    """A live line that is read by hand."""

    __test__ = False

    def __init__(self, port: int, hello: dict[str, Any]) -> None:
        self._line = websocket.create_connection(
            f"wss://127.0.0.1:{port}/v1/live",
            timeout=WAIT_SECONDS,
            sslopt={"context": unpinned()},
            suppress_origin=True,
        )
        self.say(hello)

    def say(self, frame: object) -> None:
        self._line.send(msgspec.json.encode(frame).decode())

    def hear(self, kind: str = "") -> dict[str, Any]:
        """The next frame (of that kind). A line that was closed answers {"t": "closed", "code": …}."""
        while True:
            opcode, data = self._line.recv_data()
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                return {"t": "closed", "code": int.from_bytes(data[:2], "big")}
            if opcode == websocket.ABNF.OPCODE_BINARY:
                data = zlib.decompress(data)
            frame: dict[str, Any] = json.loads(data)
            if not kind or frame["t"] in (kind, "closed"):
                return frame

    def close(self) -> None:
        self._line.shutdown()  # type: ignore[no-untyped-call]


@contextmanager
def serving(
    team: TeamDesk, folder: Path, chat: LiveChat | None = None, seat: HostSeat | None = None
) -> Iterator[Served]:
    """`seat`: Lucía, who has the desk, sits at its own window."""
    place = Place("127.0.0.1")
    own = (team.desk.workspace.agent_id, seat) if seat else None
    host = Host(team.desk.authority, MemorySecrets(), folder, place=place, chat=chat, own=own)
    host.start()
    try:
        wait_for(lambda: host.state().running or host.state().problem, "the start of the host")
        assert host.state().running, host.state()
        yield Served(team, host)
    finally:
        host.stop()
