"""Conversations page without gaps or repeats, across merged tickets, and say what is unread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from deskapp.core.queries.tickets import (
    GetConversation,
    GetMessage,
    GetMessageHtml,
    GetMessageSource,
    GetOutbox,
    GetTicket,
)
from deskapp.models import tables as t
from deskapp.models.dto import Address, EventView, MergedTicket, MessageView
from deskapp.models.enums import Delivery
from tests.support.rows import ME, NOW, Rows, rows_of


def conversation(rows: Rows, ticket: int, **values: int | None) -> list[str]:
    page = rows.ask(GetConversation(rows.uid(t.ticket, ticket), **values))  # type: ignore[arg-type]
    return [item.text if isinstance(item, MessageView) else item.kind for item in page.items]


items = st.lists(
    st.tuples(st.sampled_from(["message", "event"]), st.integers(0, 2), st.integers(1, 12)),
    max_size=24,
)


@given(drawn=items, limit=st.integers(1, 5))
def test_pages_join_to_the_whole_conversation(
    engine: Engine, drawn: list[tuple[str, int, int]], limit: int
) -> None:
    """History may put several events, and a message, at one place."""
    with rows_of(engine) as rows:
        contact = rows.contact()
        root = rows.ticket(contact)
        middle = rows.ticket(contact, merged_into=root)
        leaf = rows.ticket(contact, merged_into=middle)
        taken: set[int] = set()
        places = []
        for kind, where, position in drawn:
            if kind == "message" and position in taken:
                continue
            ticket = (root, middle, leaf)[where]
            if kind == "message":
                taken.add(position)
                rows.message(ticket, position=position)
            else:
                rows.event(ticket, position)
            places.append((position, kind == "message"))
        uid = rows.uid(t.ticket, root)
        seen: list[tuple[int, bool]] = []
        ids: list[str] = []
        before: int | None = None
        while True:
            page = rows.ask(GetConversation(uid, limit, before))
            seen = [(item.order, isinstance(item, MessageView)) for item in page.items] + seen
            ids += [item.id for item in page.items]
            if page.before is None:
                break
            assert len({item.order for item in page.items}) == limit
            before = page.before
        assert seen == sorted(places)
        assert len(ids) == len(set(ids))


def test_a_message_says_everything(rows: Rows) -> None:
    contact = rows.contact("Carmen")
    ticket = rows.ticket(contact)
    key = rows.message(
        ticket,
        "Hello",
        quoted="> before",
        subject="Order",
        contact_id=contact,
        has_html=True,
        raw_sha256="f" * 64,
        attachment_count=1,
        recipients={"to": [["Shop", "shop@shop.test"]], "cc": [["", "x@y.test"]]},
        verdict={"spf": "pass", "aligned": True},
        automatic="auto_reply",
        delivery="failed",
        delivery_error="smtp_refused",
    )
    rows.insert(
        t.attachment,
        message_id=key,
        filename="a.pdf",
        mime="application/pdf",
        size=3,
        sha256="e" * 64,
    )
    message = rows.ask(GetMessage(rows.uid(t.message, key)))
    assert message.ticket_id == rows.uid(t.ticket, ticket)
    assert (message.text, message.quoted, message.subject) == ("Hello", "> before", "Order")
    assert message.author_id == rows.uid(t.contact, contact)
    assert message.to == (Address("Shop", "shop@shop.test"),)
    assert message.cc == (Address("", "x@y.test"),)
    assert (message.has_html, message.has_source, message.automatic) == (True, True, True)
    assert (message.verdict.spf, message.verdict.dkim, message.verdict.aligned) == (
        "pass",
        "",
        True,
    )
    assert (message.delivery, message.delivery_error) == (Delivery.FAILED, "smtp_refused")
    assert [file.filename for file in message.attachments] == ["a.pdf"]
    page = rows.ask(GetConversation(message.ticket_id))
    assert page.items == (message,)
    assert page.last_order == message.order
    assert rows.ask(GetMessageSource(message.id)) == "f" * 64


def test_a_note_has_no_recipients_and_no_source(rows: Rows) -> None:
    ticket = rows.ticket(rows.contact())
    key = rows.message(ticket, "Call him", kind="note", agent_id=rows.me, recipients=None)
    note = rows.ask(GetMessage(rows.uid(t.message, key)))
    assert (note.to, note.author_id, note.has_source) == ((), ME, False)
    assert rows.ask(GetMessageSource(note.id)) == ""


def test_events_keep_their_data(rows: Rows) -> None:
    ticket = rows.ticket(rows.contact())
    rows.insert(
        t.ticket_event,
        ticket_id=ticket,
        position=5,
        kind="assigned",
        actor_kind="agent",
        actor_name="Lucía",
        at=NOW,
        data={"to": "Pablo", "why": ["rule"]},
    )
    event = rows.ask(GetConversation(rows.uid(t.ticket, ticket))).items[0]
    assert isinstance(event, EventView)
    assert (event.kind, event.actor_name, event.data) == (
        "assigned",
        "Lucía",
        {"to": "Pablo", "why": ["rule"]},
    )


def test_the_first_unread_is_the_next_after_those_seen(rows: Rows) -> None:
    contact = rows.contact()
    ticket = rows.ticket(contact, inbound_count=3)
    merged = rows.ticket(contact, merged_into=ticket, inbound_count=1)
    uid = rows.uid(t.ticket, ticket)
    first = rows.uid(t.message, rows.message(ticket, "one"))
    rows.message(ticket, "answer", kind="outbound")
    second = rows.uid(t.message, rows.message(merged, "two"))
    rows.message(ticket, "three")
    assert rows.ask(GetConversation(uid)).first_unread == first
    rows.seen(ticket, rows.me, 1)
    assert rows.ask(GetConversation(uid)).first_unread == second
    other = rows.agent("Pablo")
    rows.seen(ticket, other, 3)
    assert rows.ask(GetConversation(uid), rows.uid(t.agent, other)).first_unread == ""


def test_html_names_its_images(rows: Rows) -> None:
    ticket = rows.ticket(rows.contact())
    key = rows.message(ticket, "x", has_html=True)
    rows.insert(
        t.attachment, message_id=key, filename="logo.png", mime="image/png", size=1, sha256="a" * 64,
        content_id="logo@x", inline=True,
    )  # fmt: skip
    rows.insert(
        t.attachment,
        message_id=key,
        filename="b.pdf",
        mime="application/pdf",
        size=1,
        sha256="b" * 64,
    )
    urls = ["https://one.test/a.png", "https://two.test/b.png"]
    rows.connection.execute(
        t.message_html.insert().values(message_id=key, html="<p>hi</p>", remote_urls=urls)
    )
    uid = rows.uid(t.message, key)
    html = rows.ask(GetMessageHtml(uid))
    assert html.images == {"cid:logo@x": "a" * 64}
    assert (html.html, html.remote_urls, html.remote_loaded) == ("<p>hi</p>", tuple(urls), False)
    rows.connection.execute(
        t.message_html.update().values(remote_images={urls[0]: "", urls[1]: "c" * 64})
    )
    html = rows.ask(GetMessageHtml(uid))
    assert html.images == {"cid:logo@x": "a" * 64, "remote:1": "c" * 64}
    assert html.remote_loaded


def addresses(rows: Rows, ticket: int) -> tuple[list[str], list[str]]:
    detail = rows.ask(GetTicket(rows.uid(t.ticket, ticket)))
    return [a.address for a in detail.reply_to], [a.address for a in detail.reply_all_cc]


def test_an_answer_goes_to_the_customer_and_never_to_ourselves(rows: Rows) -> None:
    rows.account(address="Shop@shop.test")
    rows.account(address="old@shop.test", removed=True)
    ticket = rows.ticket(rows.contact("Carmen", [("email", "carmen@mail.test")]))
    assert addresses(rows, ticket) == (["carmen@mail.test"], []), "nothing came yet: its contact"
    rows.message(
        ticket,
        author_address="carmen@work.test",
        recipients={
            "to": [["", "shop@SHOP.test"], ["Ben", "ben@mail.test"]],
            "cc": [["", "BEN@mail.test"], ["", "old@shop.test"], ["", "carmen@work.test"]],
        },
    )
    assert addresses(rows, ticket) == (["carmen@work.test"], ["ben@mail.test"])
    rows.message(ticket, author_address="x@y.test", recipients={"reply_to": [["", "list@y.test"]]})
    assert addresses(rows, ticket) == (["list@y.test"], [])
    rows.message(ticket, author_address="stranger@z.test", held=True)
    assert addresses(rows, ticket) == (["list@y.test"], []), "a held message is nobody to answer"
    rows.message(ticket, author_address="shop@shop.test")
    assert addresses(rows, ticket) == (["carmen@mail.test"], []), "a mail of our own: its contact"


def test_the_contact_of_a_phone_call_answers_by_its_primary_address(rows: Rows) -> None:
    root = rows.contact("Ana")
    alias = rows.contact("A.", [("email", "alias@mail.test")], merged_into=root)
    ticket = rows.ticket(alias, channel="phone")
    call = rows.uid(t.message, rows.message(ticket, author_address="", channel="phone"))
    detail = rows.ask(GetTicket(rows.uid(t.ticket, ticket)))
    assert detail.reply_to == (Address("Ana", "alias@mail.test"),)
    assert detail.last_inbound_id == call


def test_a_ticket_knows_its_merges_its_people_and_its_draft(rows: Rows) -> None:
    account = rows.account()
    contact = rows.contact()
    root = rows.ticket(contact, number=7, account_id=account, assignee_id=rows.me, language="es")
    middle = rows.ticket(contact, number=8, subject="Second", merged_into=root)
    rows.ticket(contact, number=9, subject="Third", merged_into=middle)
    rows.insert(
        t.draft, ticket_id=root, agent_id=rows.me, mode="reply", body="Dear", updated_at=NOW,
        recipients={"to": [["C", "c@d.test"]]},
        attachments=[{"id": "1", "filename": "a", "mime": "b", "size": 1, "sha256": "c"}
                     | {"content_id": "", "inline": False}],
    )  # fmt: skip
    detail = rows.ask(GetTicket(number=7))
    assert detail.assignee is not None
    assert detail.account is not None
    assert (detail.assignee.id, detail.account.address, detail.language) == (
        ME,
        "shop@shop.test",
        "es",
    )
    assert [(m.number, m.subject) for m in detail.merged_from] == [(8, "Second"), (9, "Third")]
    assert detail.merged_into is None
    assert detail.draft is not None
    assert (detail.draft.body, detail.draft.to) == ("Dear", (Address("C", "c@d.test"),))
    assert detail.draft.attachments[0].filename == "a"
    other = rows.uid(t.agent, rows.agent("Pablo"))
    assert rows.ask(GetTicket(number=7), other).draft is None
    child = rows.ask(GetTicket(number=8))
    assert child.merged_into == MergedTicket(detail.row.id, 7, "Order")
    assert [m.number for m in child.merged_from] == [9]


def test_the_outbox_hides_nothing_but_timers(rows: Rows) -> None:
    ticket = rows.ticket(rows.contact())
    message = rows.message(ticket, kind="outbound", delivery="failed")

    def effect(kind: str, state: str, due_at: int, **values: int) -> str:
        uid = f"{kind}-{state}-{due_at}"
        rows.connection.execute(
            t.effect.insert().values(
                uid=uid,
                kind=kind,
                key=uid,
                payload={},
                state=state,
                due_at=due_at,
                created_at=1,
                **values,
            )
        )
        return uid

    later = effect("email.send", "waiting", 20)
    sooner = effect("email.send", "running", 10)
    failed = effect("email.send", "failed", 30, ticket_id=ticket, message_id=message)
    effect("email.send", "done", 1)
    effect("email.send", "dropped", 1)
    effect("timer.wake_ticket", "waiting", 1)
    outbox = rows.ask(GetOutbox())
    assert [item.effect_id for item in outbox] == [failed, sooner, later]
    assert outbox[0].ticket_id == rows.uid(t.ticket, ticket)
    assert outbox[0].message_id == rows.uid(t.message, message)


@pytest.mark.parametrize(
    "query",
    [
        GetTicket("none"),
        GetTicket(number=1),
        GetConversation("none"),
        GetMessage("none"),
        GetMessageHtml("none"),
        GetMessageSource("none"),
    ],
)
def test_what_is_not_there_is_told(rows: Rows, query: GetTicket) -> None:
    with pytest.raises(LookupError):
        rows.ask(query)
