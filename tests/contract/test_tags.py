"""Tags as a whole: renamed and deleted everywhere at once."""

from deskapp.core.commands.contacts import TagContact
from deskapp.core.commands.desk import SaveView
from deskapp.core.commands.tags import DeleteTag, RenameTag
from deskapp.core.commands.tickets import AddTags, SetStatus
from deskapp.core.queries.contacts import GetContact
from deskapp.core.queries.desk import GetTags
from deskapp.core.queries.views import GetSidebar, TicketIds, TicketRows
from deskapp.models.dto import Condition, TicketRow
from deskapp.models.enums import TicketStatus
from tests.support.desk import DeskRig


def rows(desk: DeskRig, view: str) -> list[TicketRow]:
    return list(desk.ask(TicketRows(desk.ask(TicketIds(view)).keys)))


def tags(desk: DeskRig) -> list[tuple[str, int]]:
    """Names and counters, as the sidebar shows them."""
    return [(tag.name, tag.uses) for tag in desk.ask(GetSidebar()).tags]


def tagged(desk: DeskRig) -> tuple[str, tuple[str, ...]]:
    """Carmen and two tickets of hers, all tagged; one is solved."""
    carmen = desk.contact()
    tickets = desk.ticket(carmen), desk.ticket(carmen)
    desk.do(AddTags(ticket_ids=tickets, tags=("VIP", "envío")))
    desk.do(TagContact(contact_id=carmen, add=("VIP",)))
    desk.do(SetStatus(ticket_ids=tickets[1:], status=TicketStatus.SOLVED))
    return carmen, tickets


def test_a_tag_is_renamed_everywhere_and_back(desk: DeskRig) -> None:
    carmen, tickets = tagged(desk)
    view = desk.new()
    mine = (Condition("tag", "has", "VIP"), Condition("tag", "has_not", "otra"))
    desk.do(SaveView(view_id=view, name="Los VIP", conditions=mine))
    seen = []
    desk.workspace.subscribe(seen.append)

    renamed = desk.do(RenameTag(tag="VIP", name="  cliente  fiel "))

    assert tags(desk) == [("cliente fiel", 1), ("envío", 1)]
    assert set(rows(desk, "tag:cliente fiel")[0].tags) == {"cliente fiel", "envío"}
    assert rows(desk, "tag:VIP") == []
    assert desk.ask(GetContact(carmen)).info.tags == ("cliente fiel",)
    (saved,) = desk.ask(GetSidebar()).saved_views
    assert [one.value for one in saved.conditions] == ["cliente fiel", "otra"]
    assert {row.id for row in rows(desk, f"saved:{view}")} == set(tickets)
    assert {uid for change in seen for uid in change.tickets} == set(tickets)
    assert renamed.undo is not None
    desk.do(renamed.undo)
    assert tags(desk) == [("VIP", 1), ("envío", 1)]
    assert desk.ask(GetSidebar()).saved_views[0].conditions == mine


def test_a_name_that_is_taken_or_none_is_refused(desk: DeskRig) -> None:
    tagged(desk)
    for tag, name, code in (
        ("VIP", "envío", "tag_taken"),
        ("VIP", " ", "tag_invalid"),
        ("VIP", "x" * 61, "tag_invalid"),
        ("nadie", "x", "tag_not_found"),
    ):
        refused = desk.submit(RenameTag(tag=tag, name=name)).rejected
        assert refused is not None
        assert refused.code == code
    unchanged = desk.do(RenameTag(tag="VIP", name=" VIP "))
    assert unchanged.undo is None
    assert tags(desk) == [("VIP", 1), ("envío", 1)]


def test_a_deleted_tag_leaves_everything_and_is_told(desk: DeskRig) -> None:
    carmen, tickets = tagged(desk)
    links = desk.sql(
        "SELECT l.uid FROM ticket_tag l JOIN tag g ON g.id = l.tag_id WHERE g.name = 'VIP' "
        "UNION SELECT l.uid FROM contact_tag l UNION SELECT uid FROM tag WHERE name = 'VIP'"
    )
    seen = []
    desk.workspace.subscribe(seen.append)

    deleted = desk.do(DeleteTag(tag="VIP"))

    assert deleted.result == {"tickets": 2, "contacts": 1}
    assert tags(desk) == [("envío", 1)]
    assert [tag.name for tag in desk.ask(GetTags())] == ["envío"]
    assert rows(desk, "tag:VIP") == []
    assert rows(desk, "all")[0].tags == ("envío",)
    assert desk.ask(GetContact(carmen)).info.tags == ()
    assert {uid for change in seen for uid in change.tickets} == set(tickets)
    exits = desk.sql("SELECT uid FROM sync_log WHERE op = 'exit'")
    assert set(exits) == set(links)
    assert len(links) == 4
    counters = desk.sql("SELECT value FROM counter WHERE key = 'tag:VIP'")
    assert counters in ([], [(0,)])
    again = desk.submit(DeleteTag(tag="VIP")).rejected
    assert again is not None
    assert again.code == "tag_not_found"
    desk.do(AddTags(ticket_ids=tickets[:1], tags=("VIP",)))
    assert ("VIP", 1) in tags(desk)
