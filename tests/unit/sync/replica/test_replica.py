"""A replica and its host: what is done here shows at once, and what the host says wins."""

from random import Random

from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.contacts import AddContactPoint, NewPoint, RemoveContactPoint
from deskapp.core.commands.messages import AddNote, SaveDraft, SendReply
from deskapp.core.commands.team import MoveTicket
from deskapp.core.commands.tickets import AddTags, RemoveTags, SetStatus
from deskapp.models.dto import Address
from deskapp.models.enums import PointKind, TicketStatus
from deskapp.sync.replica.replica import CACHE
from tests.support.sync_world import (
    Desk,
    Machine,
    derived_faults,
    differences,
    undone_dump,
    word_faults,
)


def account(desk: Desk) -> str:
    uid = desk.ids.new()
    desk.do(SaveAccount(account_id=uid, name="Tienda", address="tienda@taller.test", settings={}))
    return uid


def agree(machine: Machine) -> None:
    assert differences(machine.dump(), machine.desk.visible(machine.agent_id)) == []
    assert word_faults(machine.replica, machine.desk) == []
    with machine.replica.cache.reading() as connection:
        assert derived_faults(connection) == []


def test_what_an_agent_may_see_is_fetched(desk: Desk, machine: Machine) -> None:
    box = account(desk)
    for n in range(3):
        desk.mail(box, text=f"mensaje {n}", sender=Address("Ana", f"ana{n}@correo.test"))
    machine.step()
    agree(machine)


def test_what_is_done_here_shows_at_once_and_once(desk: Desk, machine: Machine) -> None:
    ticket = str(desk.mail(account(desk)).result["ticket_id"])
    machine.step()
    before = machine.dump()
    note = desk.ids.new()
    machine.do(AddNote(ticket_id=ticket, message_id=note, body="una nota urgente"))
    machine.do(AddTags(ticket_ids=(ticket,), tags=("VIP",)))
    assert note in machine.dump()["message"]
    assert undone_dump(machine.replica) == before
    with machine.replica.cache.reading() as connection:
        assert derived_faults(connection) == []
    machine.step()
    agree(machine)
    assert not machine.replica.outbox.pending


def test_what_waits_is_still_there_after_a_crash(desk: Desk, machine: Machine) -> None:
    ticket = str(desk.mail(account(desk)).result["ticket_id"])
    machine.step()
    machine.do(SetStatus(ticket_ids=(ticket,), status=TicketStatus.SOLVED))
    machine.do(SaveDraft(ticket_id=ticket, mode="reply", body="a medias"))
    shown = machine.dump()["ticket"]
    machine.close()
    for path in machine.folder.glob("cache.sqlite*"):
        path.unlink()
    machine.open()
    machine.step()
    assert machine.dump()["ticket"].keys() == shown.keys()
    assert not machine.replica.outbox.pending
    (draft,) = machine.dump()["draft"].values()
    assert ("body", "a medias") in draft


class Unlucky(Random):
    """Whatever can be lost is."""

    def randrange(self, *_: object) -> int:  # type: ignore[override]
        return 0


def cut_power(machine: Machine) -> None:
    machine.disk.stop({CACHE: False}, Unlucky(), power=True)
    machine.recover()


def test_what_the_host_has_accepted_shows_after_a_power_cut_too(
    desk: Desk, machine: Machine
) -> None:
    """It waits no more, so that nothing but the cache has it until the host is reached again."""
    ticket = str(desk.mail(account(desk)).result["ticket_id"])
    machine.step()
    note = desk.ids.new()
    machine.do(AddNote(ticket_id=ticket, message_id=note, body="una nota"))
    machine.step()
    cut_power(machine)
    assert not machine.replica.outbox.pending
    assert note in machine.dump()["message"]
    agree(machine)


def test_what_was_discarded_does_not_show_after_a_power_cut_either(
    desk: Desk, machine: Machine
) -> None:
    ticket = str(desk.mail(account(desk)).result["ticket_id"])
    machine.step()
    note = desk.ids.new()
    machine.do(AddNote(ticket_id=ticket, message_id=note, body="una nota"))
    machine.replica.cache.flush()
    (waiting,) = machine.replica.outbox.pending
    assert machine.replica.discard(waiting.id)
    cut_power(machine)
    assert note not in machine.dump()["message"]
    agree(machine)


def test_a_reply_takes_its_draft_along(desk: Desk, machine: Machine) -> None:
    ticket = str(desk.mail(account(desk)).result["ticket_id"])
    machine.step()
    machine.do(SaveDraft(ticket_id=ticket, mode="reply", body="a medias"))
    machine.do(
        SendReply(
            ticket_id=ticket,
            message_id=desk.ids.new(),
            body="respuesta",
            seen_order=0,
            to=(Address("Ana", "ana@correo.test"),),
        )
    )
    assert not machine.replica.outbox.drafts
    machine.step()
    agree(machine)


def test_what_went_while_a_ticket_was_elsewhere_is_gone_when_it_is_back(
    desk: Desk, machine: Machine
) -> None:
    ticket = str(desk.mail(account(desk)).result["ticket_id"])
    admin, (theirs, mine) = desk.agents[0], desk.departments
    desk.do(MoveTicket(ticket_id=ticket, department_id=mine), admin)
    desk.do(AddTags(ticket_ids=(ticket,), tags=("VIP",)), admin)
    machine.step()
    assert machine.uids("ticket_tag")
    desk.do(MoveTicket(ticket_id=ticket, department_id=theirs), admin)
    desk.do(RemoveTags(ticket_ids=(ticket,), tags=("VIP",)), admin)
    desk.do(MoveTicket(ticket_id=ticket, department_id=mine), admin)
    machine.step()
    agree(machine)


def test_what_was_removed_here_keeps_its_key_until_the_host_agrees(
    desk: Desk, machine: Machine
) -> None:
    """A program that is started again must not give it to another: one of the two would be lost."""
    box = account(desk)
    for name in ("ana", "eva"):
        desk.mail(box, sender=Address(name, f"{name}@correo.test"))
    machine.step()
    points, contact = machine.uids("contact_point"), machine.uids("contact")[0]
    for point in points:
        machine.do(RemoveContactPoint(point_id=point))
    machine.restart()
    added = NewPoint(desk.ids.new(), PointKind.EMAIL, "otra@correo.test")
    machine.do(AddContactPoint(contact_id=contact, point=added))
    for waiting in reversed(machine.replica.outbox.pending[:2]):
        assert machine.replica.discard(waiting.id)
    assert set(machine.uids("contact_point")) == {*points, added.id}
    machine.step()
    agree(machine)


def test_an_old_ticket_that_stirs_comes_whole(desk: Desk, machine: Machine) -> None:
    box = account(desk)
    ticket = str(desk.mail(box).result["ticket_id"])
    desk.do(SetStatus(ticket_ids=(ticket,), status=TicketStatus.SOLVED), desk.agents[0])
    desk.clock.advance(200 * 86_400_000)
    machine.step()
    assert machine.uids("ticket") == []
    note = AddNote(ticket_id=ticket, message_id=desk.ids.new(), body="otra vez")
    desk.do(note, desk.agents[0])
    machine.step()
    assert len(machine.uids("message")) == 2
    agree(machine)
