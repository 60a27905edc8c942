"""A colleague far away: 50 kbit/s, a second there and back. Words arrive, files go on where they were cut off."""

from dataclasses import replace
from pathlib import Path

from deskapp.app.joining import join
from deskapp.app.team import membership
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile, write_private
from tests.support.slow_proxy import slow_proxy
from tests.support.team_rig import Colleague, Team, texts
from tests.support.waiting import wait_for

RATE = 50_000 // 8
ONE_WAY_S = 0.5
PATIENCE_S = 90.0
PICTURE = bytes(range(256)) * 256


def test_words_are_acknowledged_and_files_resumed(taller: Team, tmp_path: Path) -> None:
    ticket = taller.host.ticket()
    invitation = taller.host.invite(taller.host.agent("ana"))
    with slow_proxy(taller.host.address) as wire:
        ana = Colleague(Profile(tmp_path / "ana"), MemoryKey())
        join(ana.profile, invitation.link, keys=ana.keys)
        far = replace(membership(ana.profile), addresses=(wire.address,))  # and no other way
        write_private(ana.profile.team, far.encode())
        wire.latency_s, wire.rate = ONE_WAY_S, RATE
        ana.open()
        taller.colleagues.append(ana)
        wait_for(lambda: ana.workspace.connection.online, "the first copy", PATIENCE_S)
        ana.note(ticket, "Estoy lejos.")
        wait_for(lambda: not ana.workspace.connection.unsent, "its acknowledgement", PATIENCE_S)
        assert texts(taller.host.workspace, ticket) == ["Estoy lejos."]

        before = wire.carried["up"]
        sha256 = ana.note_with_file(ticket, "La foto", "foto.jpg", PICTURE)
        wait_for(
            lambda: wire.carried["up"] - before > 0.75 * len(PICTURE), "most of it", PATIENCE_S
        )
        wire.reset()
        wait_for(lambda: not ana.workspace.connection.unsent, "all of it", PATIENCE_S)
        assert texts(taller.host.workspace, ticket) == ["Estoy lejos.", "La foto"]
        assert taller.host.workspace.blobs.get(sha256) == PICTURE
        said_again = wire.carried["up"] - before - len(PICTURE)
        assert said_again < 0.5 * len(PICTURE), f"{said_again} bytes were said again"
