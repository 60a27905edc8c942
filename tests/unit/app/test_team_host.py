"""Sharing a desk: switched on and off by its settings, and served without a window."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyotp
import pytest

from deskapp.app import jobs
from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.console import summary
from deskapp.app.place import named
from deskapp.app.task import Task
from deskapp.app.team_host import TeamSharing
from deskapp.app.webchat import WebChat
from deskapp.core.commands.desk import SaveAgent, SetSetting
from deskapp.core.ports import HostState
from deskapp.sync.pairing.joining import Myself, pair_by_link
from deskapp.sync.pairing.link import Link
from deskapp.sync.server.second_factor import SecondFactors
from deskapp.system.errors import KnownError
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile
from tests.support.waiting import free_port, wait_for

WAIT_S = 90


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskapp.sync.server.host.own_addresses", lambda: ("127.0.0.1",))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(Profile.at(str(tmp_path / "desk")), MemoryKey()) as made:
        yield made


def switch(desk: Desk, **values: object) -> None:
    for name, value in values.items():
        command = SetSetting(key=f"team.{name}", value=value)  # type: ignore[arg-type]
        outcome = desk.workspace.submit(command).result(WAIT_S)
        assert outcome.ok, outcome.rejected


def test_nothing_listens_until_it_is_switched_on_and_after_it_is_off(desk: Desk) -> None:
    sharing = TeamSharing(desk, WebChat(desk, start=False))
    states: list[HostState] = []
    sharing.subscribe(states.append)
    assert not sharing.state().running
    with pytest.raises(LookupError):
        sharing.invite(desk.who.agent_id).result(WAIT_S)
    ports = free_port(), free_port()
    switch(desk, port=ports[0], enabled=True)
    wait_for(lambda: sharing.state().running, "the start")
    first = sharing.state()
    assert first.addresses[0].endswith(f":{ports[0]}")
    switch(desk, port=ports[1])
    other = first.addresses[0].replace(str(ports[0]), str(ports[1]))
    wait_for(lambda: other in sharing.state().addresses, "the other port")
    assert sharing.state().fingerprint == first.fingerprint
    invitation = sharing.invite(desk.who.agent_id).result(WAIT_S)
    joined = pair_by_link(Link.parse(invitation.link), Myself("Portátil"))
    assert joined.membership.agent_id == desk.who.agent_id
    switch(desk, enabled=False)
    wait_for(lambda: not sharing.state().running, "the end")
    assert states[-1] == HostState()


def test_a_taken_port_is_said(desk: Desk) -> None:
    import socket

    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        sharing = TeamSharing(desk, WebChat(desk, start=False))
        switch(desk, port=other.getsockname()[1], enabled=True)
        wait_for(lambda: sharing.state().problem, "the problem")
        assert sharing.state().problem == "port_taken"


@pytest.mark.parametrize("name", ["mysql://db/desk", "/tmp/other.db", "sqlite:////tmp/x"])
def test_only_a_desk_can_be_served(tmp_path: Path, name: str) -> None:
    with pytest.raises(KnownError, match="database_unknown"):
        named(Profile.at(str(tmp_path)), name)


def test_a_desk_is_named_by_its_database(tmp_path: Path) -> None:
    own = Profile.at(str(tmp_path / "own"))
    file = tmp_path / "other" / "desk.sqlite"
    assert named(own, "") == own
    assert named(own, str(file)).folder == file.parent
    assert named(own, f"sqlite:///{file}").folder == file.parent


def test_serve_invites_the_first_admin_and_ends_when_asked(tmp_path: Path) -> None:
    words = ["serve", "--profile", str(tmp_path / "desk"), "--key-file", str(tmp_path / "key")]
    words += ["--host", "127.0.0.1", "--port", str(free_port())]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        [sys.executable, "-m", "deskapp", *words],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            assert process.stdout is not None
            link = ""
            for line in process.stdout:
                found = re.search(r"deskapp://[^']+", line)
                if found:
                    link = found.group()
                    break
            assert pair_by_link(Link.parse(link), Myself("Portátil")).token
            process.send_signal(signal.SIGTERM)
            assert "finished first" in process.stdout.read()
            assert process.wait(WAIT_S) == 0
        finally:
            process.kill()


def team_does(desk: Desk, what: str, name: str = "", **more: str) -> Mapping[str, object]:
    return jobs.do(desk, jobs.TEAM, {"what": what, "name": name, **more}, Task())


def test_who_works_here_is_seen_and_changed_from_the_command_line(desk: Desk) -> None:
    with pytest.raises(KnownError, match="agent_missing"):
        team_does(desk, "revoke", "Nadie")
    uid = desk.workspace.new_id()
    assert desk.workspace.submit(SaveAgent(agent_id=uid, name="Ana")).result(WAIT_S).ok
    with pytest.raises(KnownError, match="team_not_shared"):
        team_does(desk, "invite", "Ana")
    TeamSharing(desk, WebChat(desk, start=False))
    switch(desk, port=free_port(), enabled=True)
    wait_for(lambda: desk.host is not None and desk.host.state().running, "the start")
    link = Link.parse(str(team_does(desk, "invite", "Ana")["link"]))
    assert pair_by_link(link, Myself("Portátil")).membership.agent_id == uid
    assert team_does(desk, "password", "Ana", password="una frase larga") == {"password": True}
    people = {one["name"]: one for one in team_does(desk, "list")["people"]}  # type: ignore[attr-defined]
    ana = people["Ana"]
    assert (ana["devices"], ana["password"], ana["second_factor"]) == (0, True, False)
    assert summary("team", {"people": [ana]}) == "Ana: agent, 0 devices, password"
    assert team_does(desk, "reset-second-factor", "Ana") == {"devices": 0}
    assert team_does(desk, "revoke", "Ana") == {"devices": 0}


@pytest.mark.parametrize("later", [False, True], ids=["now", "when it is opened again"])
def test_a_reset_takes_the_secret_out_of_the_store(tmp_path: Path, later: bool) -> None:
    profile, keys = Profile.at(str(tmp_path / "desk")), MemoryKey()
    with open_desk(profile, keys) as desk:
        factors, me = SecondFactors(desk.authority, desk.secrets), desk.who.agent_id
        secret = factors.begin(me).secret
        factors.confirm(me, pyotp.TOTP(secret).now())
        assert secret in factor_of(desk)
        if later:
            desk.authority.effects.close()
        (person,) = team_does(desk, "list")["people"]  # type: ignore[misc]
        team_does(desk, "reset-second-factor", str(person["name"]))
        assert not factors.state(me).on
        if not later:
            wait_for(lambda: not factor_of(desk), "the secret to go")
    with open_desk(profile, keys) as desk:
        wait_for(lambda: not factor_of(desk), "the secret to be gone")


def factor_of(desk: Desk) -> str:
    return desk.secrets.get(f"totp.{desk.who.agent_id}") or ""
