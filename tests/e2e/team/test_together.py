"""A host and colleagues' machines: what one writes stands at the others, also after a time without a host."""

from pathlib import Path

import pytest

from deskapp.app.joining import join
from deskapp.core.commands.team import RevokeDevice, SaveDepartment
from deskapp.core.commands.tickets import AssignTicket, SetStatus
from deskapp.core.ports import Seen
from deskapp.models.enums import Role, TicketStatus
from deskapp.sync.client import link
from deskapp.system.errors import KnownError
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile
from tests.support.team_rig import Team, do, host_at, texts
from tests.support.waiting import wait_for


@pytest.mark.parametrize("by_code", [False, True])
def test_whoever_was_invited_has_the_desk(taller: Team, by_code: bool) -> None:
    ticket = taller.host.ticket()
    ana = taller.colleague("ana", by_code=by_code)
    ana.sees(ticket)
    connection = ana.workspace.connection
    assert (connection.mode, connection.problem, connection.unsent) == ("team", "", 0)
    assert connection.first_sync is None
    assert (ana.profile.team.stat().st_mode & 0o777) == 0o600
    assert ana.desk.lanes.token.encode() not in ana.profile.team.read_bytes()
    found = ana.desk.link.inspect().result(90)
    assert found.epoch
    assert {name.partition(":")[0] for name, _ in found.cursors} == {"desk", "person"}
    assert sum(one.received for one in found.exchanges) > 0
    assert all(one.bytes > 0 and not one.problem for one in found.exchanges)


def test_what_one_answers_stands_at_the_others(taller: Team) -> None:
    ticket = taller.host.ticket()
    ana, luis = taller.colleague("ana"), taller.colleague("luis")
    ana.reply(ticket, "Sale hoy.")
    luis.sees(ticket, "Sale hoy.")
    wait_for(lambda: texts(taller.host.workspace, ticket) == ["Sale hoy."], "it at the host")
    luis.reply(ticket, "Ya salió.")
    ana.sees(ticket, "Sale hoy.", "Ya salió.")
    assert ana.workspace.connection.unsent == 0


def test_work_goes_on_without_the_host_and_nothing_is_lost_or_doubled(taller: Team) -> None:
    ticket = taller.host.ticket()
    ana, luis = taller.colleague("ana"), taller.colleague("luis")
    ana.sees(ticket)
    taller.host.deafen()
    ana.wait_offline()
    for number in range(20):
        ana.note(ticket, f"nota {number}")
    ana.sees(ticket, *(f"nota {number}" for number in range(20)))
    assert ana.workspace.connection.unsent == 20
    assert ana.workspace.connection.problem == "unreachable"
    assert len(ana.desk.link.unsent()) == 20
    ana.close()
    ana.open()  # the machine is switched off and on in between
    assert ana.workspace.connection.unsent == 20
    ana.sees(ticket, *(f"nota {number}" for number in range(20)))
    taller.host.listen()
    luis.sees(ticket, *(f"nota {number}" for number in range(20)))
    wait_for(lambda: ana.workspace.connection.unsent == 0, "all answered")
    assert texts(taller.host.workspace, ticket) == [f"nota {number}" for number in range(20)]
    assert not ana.desk.link.unsent()


def test_what_needs_the_host_is_refused_without_it(taller: Team) -> None:
    eva = taller.colleague("eva", Role.ADMIN)
    save = SaveDepartment(department_id=eva.workspace.new_id(), name="Ventas")
    assert do(eva.workspace, save).ok
    taller.host.deafen()
    eva.wait_offline()
    later = SaveDepartment(department_id=eva.workspace.new_id(), name="Taller")
    outcome = eva.workspace.submit(later).result(90)
    assert outcome.rejected is not None
    assert outcome.rejected.code == "offline"


def test_what_is_not_allowed_comes_back_with_its_reason(taller: Team) -> None:
    ana = taller.colleague("ana")
    save = SaveDepartment(department_id=ana.workspace.new_id(), name="Ventas")
    outcome = ana.workspace.submit(save).result(90)
    assert outcome.rejected is not None
    assert outcome.rejected.code == "not_allowed"


def test_who_looks_and_who_types(taller: Team) -> None:
    ticket = taller.host.ticket()
    ana, luis = taller.colleague("ana"), taller.colleague("luis")
    luis.sees(ticket)
    ana.desk.link.look_at(ticket)
    me = ana.workspace.agent_id
    wait_for(lambda: luis.desk.link.seen(ticket) == (Seen(me, ticket),), "Ana at it")
    ana.desk.link.look_at(ticket, typing=True)
    wait_for(lambda: luis.desk.link.seen(ticket) == (Seen(me, ticket, True),), "Ana typing")
    ana.close()
    wait_for(lambda: not luis.desk.link.seen(ticket), "Ana gone")
    ana.open()


def test_a_file_comes_along_and_is_fetched_when_it_is_looked_at(taller: Team) -> None:
    ticket = taller.host.ticket()
    ana, luis = taller.colleague("ana"), taller.colleague("luis")
    ana.sees(ticket)
    taller.host.deafen()
    ana.wait_offline()
    data = bytes(range(256)) * 5_000
    sha256 = ana.note_with_file(ticket, "Mira la foto", "foto.jpg", data)
    taller.host.listen()
    luis.sees(ticket, "Mira la foto")
    assert taller.host.workspace.blobs.get(sha256) == data
    assert not luis.workspace.blobs.exists(sha256)
    assert luis.workspace.blobs.get(sha256) == data
    assert luis.workspace.blobs.exists(sha256)


def test_a_revoked_machine_keeps_nothing_but_what_it_could_not_send(taller: Team) -> None:
    ticket = taller.host.ticket()
    ana, luis = taller.colleague("ana"), taller.colleague("luis")
    sha256 = luis.note_with_file(ticket, "Mira", "foto.jpg", b"canary " * 50)
    ana.sees(ticket, "Mira")
    assert ana.workspace.blobs.get(sha256)
    do(taller.host.workspace, RevokeDevice(device_id=ana.desk.member.device))
    wait_for(lambda: ana.workspace.connection.problem == "revoked", "it to know")
    wait_for(lambda: texts(ana.workspace, ticket) == [], "the cache to be empty")
    assert not ana.workspace.blobs.exists(sha256)
    ana.note(ticket, "esto no llegó")
    ana.close()
    left = b"".join(p.read_bytes() for p in ana.profile.folder.rglob("*") if p.is_file())
    assert b"canary" not in left
    assert b"Mira" not in left
    ana.open()
    wait_for(lambda: ana.workspace.connection.problem == "revoked", "it to be told again")
    assert [one.command.body for one in ana.desk.link.unsent()] == ["esto no llegó"]
    luis.note(ticket, "y la casa sigue")
    wait_for(lambda: luis.workspace.connection.unsent == 0, "Luis' note at the host")


def test_a_machine_that_joins_again_sends_what_it_could_not(taller: Team) -> None:
    ticket = taller.host.ticket()
    ana = taller.colleague("ana")
    ana.sees(ticket)
    do(taller.host.workspace, RevokeDevice(device_id=ana.desk.member.device))
    wait_for(lambda: ana.workspace.connection.problem == "revoked", "it to know")
    ana.note(ticket, "esto no llegó")
    ana.close()
    invitation = taller.host.invite(ana.desk.member.agent_id)
    join(ana.profile, invitation.link, keys=ana.keys)
    ana.open()
    ana.wait_online()
    ana.sees(ticket, "esto no llegó")
    wait_for(lambda: texts(taller.host.workspace, ticket) == ["esto no llegó"], "it at the host")


def test_a_profile_is_one_agents(taller: Team) -> None:
    ana = taller.colleague("ana")
    ana.close()
    invitation = taller.host.invite(taller.host.agent("luis"))
    with pytest.raises(KnownError, match="team_other_agent"):
        join(ana.profile, invitation.link, keys=ana.keys)
    ana.open()
    ana.wait_online()


def test_another_host_at_the_same_address_is_a_hard_stop(taller: Team, tmp_path: Path) -> None:
    ana = taller.colleague("ana")
    taller.host.deafen()
    ana.wait_offline()
    with host_at(tmp_path / "false", taller.host.port):
        wait_for(lambda: ana.workspace.connection.problem == "certificate_changed", "the stop")
    taller.host.listen()
    ana.desk.link.sync_now()
    ana.wait_online()


def test_after_an_absence_it_is_told_what_changed(taller: Team) -> None:
    mine, other = taller.host.ticket("mío"), taller.host.ticket("otro")
    ana, luis = taller.colleague("ana"), taller.colleague("luis")
    do(ana.workspace, AssignTicket(ticket_ids=(mine,), agent_id=ana.workspace.agent_id))
    wait_for(lambda: ana.workspace.connection.unsent == 0, "hers")
    ana.close()
    do(luis.workspace, AssignTicket(ticket_ids=(mine,), agent_id=luis.workspace.agent_id))
    do(luis.workspace, SetStatus(ticket_ids=(other,), status=TicketStatus.SOLVED))
    taller.host.ticket("nuevo")
    wait_for(lambda: luis.workspace.connection.unsent == 0, "his")
    ana.told.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link, "ABSENCE_MS", 0)
        ana.open()
        wait_for(lambda: ana.digests, "the digest")
    digest = ana.digests[0]
    assert (digest.new, digest.taken, digest.replied, digest.solved) == (1, 1, 0, 1)


def test_a_name_of_a_desk_of_ones_own_is_not_taken(tmp_path: Path, taller: Team) -> None:
    invitation = taller.host.invite(taller.host.agent("ana"))
    with pytest.raises(KnownError, match="desk_here"):
        join(taller.host.profile, invitation.link, keys=MemoryKey())
    join(Profile(tmp_path / "ana"), invitation.link, keys=MemoryKey())
