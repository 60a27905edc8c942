"""Mail on the desk: where it lands, who may join, what rings, what is acknowledged, what is sent."""

import pytest

from deskapp.core.commands.contacts import BlockSender
from deskapp.core.commands.effects import DropEffect, RetryEffect
from deskapp.core.commands.mail import (
    IncomingMail,
    QuarantineMail,
    RawRef,
    ReceiveMail,
    ReportDelivery,
    StoreRawMail,
)
from deskapp.core.commands.messages import (
    AdmitMessage,
    CancelSend,
    RetrySend,
    SaveDraft,
    SendReply,
    SplitMessage,
)
from deskapp.core.commands.tickets import DeleteTickets, SetStatus, SnoozeTicket
from deskapp.core.queries.tickets import GetConversation, GetTicket
from deskapp.core.queries.views import TicketIds, TicketRows
from deskapp.models.dto import Address, EventView, MailVerdict, MessageView, TicketRow
from deskapp.models.enums import Delivery, MessageKind, TicketStatus
from tests.support.desk import DeskRig

CARMEN = Address("Carmen Villalobos", "carmen@correo.test")
STRANGER = Address("Un Extraño", "extrano@otro.test")


def rows(desk: DeskRig, view: str) -> list[TicketRow]:
    return list(desk.ask(TicketRows(desk.ask(TicketIds(view)).keys)))


def messages(desk: DeskRig, ticket_id: str) -> list[MessageView]:
    items = desk.ask(GetConversation(ticket_id)).items
    return [item for item in items if isinstance(item, MessageView)]


def rang(desk: DeskRig) -> list[object]:
    return [kind for (kind,) in desk.sql("SELECT kind FROM notification ORDER BY id")]


def reply(
    desk: DeskRig, ticket_id: str, body: str = "Hoy mismo la enviamos.", **fields: object
) -> str:
    uid = desk.new()
    values: dict[str, object] = {"to": (CARMEN,), "seen_order": 0} | fields
    desk.do(SendReply(ticket_id=ticket_id, message_id=uid, body=body, **values))  # type: ignore[arg-type]
    return uid


def sent(desk: DeskRig, message_id: str, rfc_message_id: str = "<nuestro@taller.test>") -> None:
    """What the channel reports after the server took the mail."""
    ((effect,),) = desk.sql(f"SELECT uid FROM effect WHERE key = 'send:{message_id}'")
    desk.desk(
        ReportDelivery(
            effect_id=str(effect),
            message_id=message_id,
            delivery=Delivery.SENT,
            rfc_message_id=rfc_message_id,
        )
    )


def test_a_mail_opens_a_ticket_for_the_only_agent_and_rings(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account, text="Hola,\n\nfalta una taza.").result["ticket_id"])
    (row,) = rows(desk, "mine")
    assert (row.id, row.status, row.needs_reply) == (ticket, TicketStatus.NEW, True)
    assert (row.contact_name, row.snippet) == ("Carmen Villalobos", "Hola, falta una taza.")
    assert rang(desk) == ["new_ticket"]
    receipts = [
        item for item in desk.ask(GetConversation(ticket)).items if isinstance(item, EventView)
    ]
    assert [(item.kind, item.data.get("why")) for item in receipts][-1] == (
        "assigned",
        "only_agent",
    )


def test_an_answer_goes_on_in_the_ticket_and_reopens_it(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    ours = reply(desk, ticket)
    sent(desk, ours)
    desk.do(SetStatus(ticket_ids=(ticket,), status=TicketStatus.SOLVED))
    answer = desk.mail(account, in_reply_to="<nuestro@taller.test>", text="¡Gracias!")
    assert answer.result["ticket_id"] == ticket
    assert not answer.result["held"]
    (row,) = rows(desk, "mine")
    assert (row.status, row.needs_reply, row.unread) == (TicketStatus.OPEN, True, 1)
    assert rang(desk)[-1] == "customer_reply"


def test_a_signed_reference_finds_the_ticket_without_any_message_of_it(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    assert desk.mail(account, signed_tickets=(ticket,)).result["ticket_id"] == ticket


@pytest.mark.parametrize("signed", [False, True])
def test_a_stranger_who_quotes_the_thread_is_held(desk: DeskRig, signed: bool) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    held = desk.mail(
        account,
        sender=STRANGER,
        in_reply_to="<m1@correo.test>",
        signed_tickets=(ticket,) if signed else (),
        text="Mándenlo a otra dirección.",
    )
    assert held.result["ticket_id"] == ticket
    assert held.result["held"]
    (row,) = rows(desk, "mine")
    assert row.held == 1
    assert desk.ask(GetTicket(ticket)).reply_to == (CARMEN,), (
        "an answer must not go to the stranger"
    )
    assert rang(desk)[-1] == "held_message"


def test_an_admitted_stranger_takes_part(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    held = desk.mail(account, sender=STRANGER, in_reply_to="<m1@correo.test>")
    desk.do(AdmitMessage(message_id=str(held.result["message_id"])))
    again = desk.mail(account, sender=STRANGER, in_reply_to="<m2@correo.test>")
    assert (again.result["ticket_id"], again.result["held"]) == (ticket, False)
    assert rows(desk, "mine")[0].held == 0


def test_a_held_message_can_have_a_ticket_of_its_own(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    held = desk.mail(account, sender=STRANGER, in_reply_to="<m1@correo.test>", text="Otra cosa")
    other = desk.new()
    desk.do(SplitMessage(message_id=str(held.result["message_id"]), ticket_id=other))
    assert [m.text for m in messages(desk, other)] == ["Otra cosa"]
    assert len(messages(desk, ticket)) == 1
    assert rows(desk, "mine")[0].held == 0


def test_the_subject_alone_never_joins(desk: DeskRig) -> None:
    account = desk.account()
    first = desk.mail(account, subject="[#1001] Falta una taza")
    second = desk.mail(account, subject="Re: [#1001] Falta una taza")
    assert first.result["ticket_id"] != second.result["ticket_id"]


def test_from_never_makes_an_agent(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(
        desk.mail(account, sender=Address("Lucía Marín", "tienda@taller.test")).result["ticket_id"]
    )
    (message,) = messages(desk, ticket)
    assert message.kind is MessageKind.INBOUND


def test_the_same_mail_twice_is_one_message(desk: DeskRig) -> None:
    account, other = desk.account(), desk.account("hola@taller.test")
    first = desk.mail(account)
    by_another_way = desk.mail(other, rfc_message_id="<m1@correo.test>")
    assert by_another_way.result["duplicate"]
    assert by_another_way.result["message_id"] == first.result["message_id"]
    same = IncomingMail(raw_sha256=f"{1:064x}")
    again = desk.desk(
        ReceiveMail(
            mail=same,
            account_id=account,
            ticket_id=desk.new(),
            message_id=desk.new(),
            contact_id=desk.new(),
        )
    )
    assert again.result["duplicate"]
    assert desk.sql("SELECT count(*) FROM message") == [(1,)]


def test_a_reused_message_id_does_not_swallow_another_mail(desk: DeskRig) -> None:
    account = desk.account()
    desk.mail(account)
    other = desk.mail(account, rfc_message_id="<m1@correo.test>", text="Algo distinto")
    assert not other.result["duplicate"]
    assert desk.sql("SELECT count(*) FROM message") == [(2,)]


def test_history_is_silent_and_threads_by_headers(desk: DeskRig) -> None:
    account = desk.account(acknowledge=True)
    old = desk.clock.now() - 90 * 86_400_000
    first = desk.mail(account, history=True, date_at=old)
    ours = desk.mail(
        account,
        history=True,
        date_at=old + 1000,
        sender=Address("", "tienda@taller.test"),
        to=(CARMEN,),
        in_reply_to="<m1@correo.test>",
    )
    assert ours.result["ticket_id"] == first.result["ticket_id"]
    kinds = [m.kind for m in messages(desk, str(first.result["ticket_id"]))]
    assert kinds == [MessageKind.INBOUND, MessageKind.OUTBOUND]
    assert rang(desk) == []
    assert desk.sql("SELECT count(*) FROM effect") == [(0,)]
    (row,) = rows(desk, "done")
    assert row.updated_at == old + 1000


def test_history_that_comes_later_stands_earlier(desk: DeskRig) -> None:
    account = desk.account()
    now = desk.clock.now()
    desk.mail(account, history=True, date_at=now - 1000, text="segundo")
    desk.mail(
        account, history=True, date_at=now - 5000, in_reply_to="<m1@correo.test>", text="primero"
    )
    ticket = rows(desk, "done")[0].id
    assert [m.text for m in messages(desk, ticket)] == ["primero", "segundo"]


def test_a_blocked_sender_goes_to_spam_without_a_sound(desk: DeskRig) -> None:
    account = desk.account()
    desk.do(BlockSender(rule_id=desk.new(), kind="domain", value="otro.test"))
    desk.mail(account, sender=Address("", "premios@news.otro.test"))
    assert rows(desk, "mine") == []
    assert len(rows(desk, "spam")) == 1
    assert rang(desk) == []


@pytest.mark.parametrize("automatic", ["auto_reply", "list", "bulk"])
def test_automatic_mail_neither_rings_nor_reopens_nor_is_acknowledged(
    desk: DeskRig, automatic: str
) -> None:
    account = desk.account(acknowledge=True)
    aligned = MailVerdict(dmarc="pass", aligned=True)
    desk.mail(account, automatic=automatic, verdict=aligned)
    assert rang(desk) == []
    assert desk.sql("SELECT count(*) FROM effect WHERE kind = 'email.acknowledge'") == [(0,)]


def test_a_vacation_notice_leaves_a_solved_ticket_solved(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    desk.do(SetStatus(ticket_ids=(ticket,), status=TicketStatus.SOLVED))
    desk.mail(account, in_reply_to="<m1@correo.test>", automatic="auto_reply")
    (row,) = rows(desk, "done")
    assert not row.needs_reply
    assert len(messages(desk, ticket)) == 2


def test_a_bounce_joins_the_ticket_of_what_it_returns(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    bounced = desk.mail(
        account,
        sender=Address("Mail Delivery System", "mailer-daemon@correo.test"),
        automatic="bounce",
        signed_tickets=(ticket,),
    )
    assert (bounced.result["ticket_id"], bounced.result["held"]) == (ticket, False)
    assert rang(desk)[-1] == "send_failed"


def test_what_a_customer_writes_ends_a_snooze_and_leaves_the_trash(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    desk.do(SnoozeTicket(ticket_ids=(ticket,), until=desk.clock.now() + 9_000_000))
    desk.do(DeleteTickets(ticket_ids=(ticket,)))
    desk.mail(account, in_reply_to="<m1@correo.test>")
    assert [row.id for row in rows(desk, "mine")] == [ticket]


def test_acknowledged_once_and_only_one_a_day(desk: DeskRig) -> None:
    account = desk.account(acknowledge=True)
    aligned = MailVerdict(spf="pass", dkim="pass", dmarc="pass", aligned=True)
    for _ in range(3):
        desk.mail(account, verdict=aligned)
    assert desk.sql("SELECT count(*) FROM effect WHERE kind = 'email.acknowledge'") == [(1,)]
    desk.clock.advance(86_400_001)
    desk.mail(account, verdict=aligned)
    assert desk.sql("SELECT count(*) FROM effect WHERE kind = 'email.acknowledge'") == [(2,)]


def test_an_unknown_forged_sender_gets_no_acknowledgement(desk: DeskRig) -> None:
    account = desk.account(acknowledge=True)
    for n in range(20):
        desk.mail(account, sender=Address("", f"victima{n}@otro.test"))
    assert desk.sql("SELECT count(*) FROM effect WHERE kind = 'email.acknowledge'") == [(0,)]


def test_what_cannot_be_read_is_a_visible_ticket_with_its_source(desk: DeskRig) -> None:
    account = desk.account()
    sha = "f" * 64
    desk.desk(StoreRawMail(items=(RawRef(sha, 9, account, "INBOX", 1, 1),)))
    desk.desk(
        QuarantineMail(
            raw_sha256=sha,
            account_id=account,
            ticket_id=desk.new(),
            message_id=desk.new(),
            reason="too_deep",
        )
    )
    (row,) = rows(desk, "mine")
    (message,) = messages(desk, row.id)
    assert message.has_source
    assert rang(desk) == ["new_ticket"]


def test_a_reply_waits_can_be_undone_and_is_a_draft_again(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    desk.do(SaveDraft(ticket_id=ticket, mode="reply", body="Hoy mismo"))
    uid = reply(desk, ticket, "Hoy mismo la enviamos.")
    (row,) = rows(desk, "to_send")
    assert row.delivery is Delivery.QUEUED
    assert desk.ask(GetTicket(ticket)).draft is None
    desk.do(CancelSend(message_id=uid))
    draft = desk.ask(GetTicket(ticket)).draft
    assert draft is not None
    assert (draft.body, draft.to) == ("Hoy mismo la enviamos.", (CARMEN,))
    assert rows(desk, "to_send") == []
    assert rows(desk, "mine")[0].needs_reply
    assert desk.ask(TicketIds("all")).total == 1
    refused = desk.submit(CancelSend(message_id=uid)).rejected
    assert refused is not None


def test_the_same_reply_can_be_sent_again_after_undo(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    uid = reply(desk, ticket)
    desk.do(CancelSend(message_id=uid))
    reply(desk, ticket)
    assert desk.sql("SELECT count(*) FROM effect WHERE state = 'waiting'") == [(1,)]


def test_a_sent_reply_cannot_be_taken_back(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    uid = reply(desk, ticket)
    sent(desk, uid)
    refused = desk.submit(CancelSend(message_id=uid)).rejected
    assert refused is not None
    assert refused.code == "already_sent"
    assert not rows(desk, "mine")[0].needs_reply


def test_a_failed_send_is_visible_rings_and_is_retried_or_dropped(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    uid = reply(desk, ticket)
    ((effect,),) = desk.sql("SELECT uid FROM effect")
    failed = ReportDelivery(
        effect_id=str(effect), message_id=uid, delivery=Delivery.FAILED, error="login_refused"
    )
    desk.desk(failed)
    assert rows(desk, "to_send")[0].delivery is Delivery.FAILED
    assert messages(desk, ticket)[-1].delivery_error == "login_refused"
    assert rang(desk)[-1] == "send_failed"
    desk.do(RetrySend(message_id=uid))
    assert rows(desk, "to_send")[0].delivery is Delivery.QUEUED
    desk.desk(failed)
    desk.do(RetryEffect(effect_id=str(effect)))
    desk.desk(failed)
    desk.do(DropEffect(effect_id=str(effect)))
    assert rows(desk, "to_send") == []
    assert messages(desk, ticket)[-1].delivery is Delivery.CANCELLED


def test_a_reply_without_anybody_to_send_to_is_refused(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    command = SendReply(ticket_id=ticket, message_id=desk.new(), body="Hola", seen_order=0)
    refused = desk.submit(command).rejected
    assert refused is not None
    assert refused.code == "no_recipient"


@pytest.mark.parametrize(
    "address", ["a@b.test\r\nBcc: x@y.test", "no-at-sign", "a@b.test, c@d.test"]
)
def test_a_recipient_cannot_smuggle_headers(desk: DeskRig, address: str) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    command = SendReply(
        ticket_id=ticket,
        message_id=desk.new(),
        body="Hola",
        seen_order=0,
        to=(Address("", address),),
    )
    refused = desk.submit(command).rejected
    assert refused is not None
    assert refused.code in ("header_invalid", "address_invalid")


def test_two_accounts_answer_from_the_right_one(desk: DeskRig) -> None:
    first, second = desk.account(), desk.account("ventas@taller.test")
    one = str(desk.mail(first).result["ticket_id"])
    two = str(desk.mail(second, text="Quiero comprar").result["ticket_id"])
    reply(desk, one)
    reply(desk, two)
    assert [m.author_address for m in messages(desk, one)][-1] == "tienda@taller.test"
    assert [m.author_address for m in messages(desk, two)][-1] == "ventas@taller.test"
    assert [row.id for row in rows(desk, f"account:{second}")] == [two]
