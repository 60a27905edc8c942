"""What follows from what happened, in the same transaction: assignment, reopening, ringing, acknowledging.

Every automatic decision leaves a receipt in the ticket's history.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, func, select

from deskapp.core.authority.tx import Actor, Happening, Tx
from deskapp.core.handlers.conversation import change_ticket, insiders, notify
from deskapp.core.handlers.mail import wake_for_customer
from deskapp.core.policies import acknowledgement as ack
from deskapp.core.policies.assignment import Colleague, assign_new
from deskapp.core.policies.threading import reopens
from deskapp.models import tables as t
from deskapp.models.enums import ActorKind, Channel, NotificationKind, Role, TicketStatus

DESK = Actor(ActorKind.SYSTEM, None, "")
SILENT = ("auto_reply", "list", "bulk")


def react(tx: Tx, happening: Happening) -> None:
    """Hand a happening to its reactions, in order."""
    for reaction in _REACTIONS[happening.kind]:
        reaction(tx, happening)


def _assign(tx: Tx, happening: Happening) -> None:
    row = tx.at(t.ticket, happening.ticket_key)
    if row.assignee_id is not None:
        return
    inside = insiders(tx, row) if row.department_id is not None else None
    decision = assign_new(
        [
            Colleague(
                agent.id,
                agent.name,
                Role(agent.role),
                agent.disabled,
                inside is None or agent.id in inside,
            )
            for agent in tx.all(t.agent)
        ]
    )
    if decision.agent_key is not None:
        change_ticket(tx, row, assignee_id=decision.agent_key)
    tx.event(row.id, "assigned", by=DESK, **decision.receipt())


def _reopen(tx: Tx, happening: Happening) -> None:
    row = tx.at(t.ticket, happening.ticket_key)
    if reopens(happening.data.get("automatic", ""), Channel(row.channel)):
        wake_for_customer(tx, row.id)


def _ring(kind: NotificationKind) -> Callable[[Tx, Happening], None]:
    def ring(tx: Tx, happening: Happening) -> None:
        automatic = happening.data.get("automatic", "")
        if automatic in SILENT or happening.data.get("again"):  # it rings, until somebody takes it
            return
        row = tx.at(t.ticket, happening.ticket_key)
        if row.spam:
            return
        live = bool(happening.data.get("live"))
        message = (
            tx.at(t.message, happening.data["message_key"])
            if "message_key" in happening.data
            else None
        )
        contact = tx.at(t.contact, row.contact_id)
        name = (
            (message.author_name or message.author_address)
            if message and message.contact_id
            else contact.name
        )
        notify(
            tx,
            NotificationKind.SEND_FAILED if automatic == "bounce" else _live_kind(kind, row, live),
            row.id,
            agent_key=row.assignee_id,
            title=name,
            body=row.subject,
        )

    return ring


def _live_kind(kind: NotificationKind, row: Row[Any], live: bool) -> NotificationKind:
    """Somebody who sits and waits rings otherwise: as a new chat until it is taken, then message by message."""
    if not live:
        return kind
    waiting = row.status == TicketStatus.NEW
    return NotificationKind.NEW_CHAT if waiting else NotificationKind.CHAT_MESSAGE


def _acknowledge(tx: Tx, happening: Happening) -> None:
    row = tx.at(t.ticket, happening.ticket_key)
    if row.account_id is None:
        return
    situation = _situation(tx, happening, row.id, row.account_id, row.spam)
    reason = ack.refusal(situation)
    if reason == "switched_off":
        return
    if reason:
        tx.event(row.id, "not_acknowledged", by=DESK, why=reason)
        return
    tx.connection.execute(
        t.automatic_mail.insert().values(
            address=situation.address.lower(), ticket_id=row.id, at=tx.now
        )
    )
    tx.effect(
        "email.acknowledge",
        f"acknowledge:{row.uid}",
        ticket_key=row.id,
        message_key=happening.data["message_key"],
        ticket_id=row.uid,
        address=situation.address,
    )
    tx.event(row.id, "acknowledged", by=DESK, address=situation.address, why="new_ticket")


def _situation(
    tx: Tx, happening: Happening, ticket_key: int, account_key: int, spam: bool
) -> ack.Situation:
    account, data = tx.at(t.account, account_key), happening.data
    address, a = str(data.get("address", "")).lower(), t.automatic_mail.c

    def sent(*where: object) -> int:
        query = select(func.count()).select_from(t.automatic_mail).where(*where)  # type: ignore[arg-type]
        return int(tx.connection.execute(query).scalar_one())

    return ack.Situation(
        switched_on=bool(account.settings.get("acknowledge", False)),
        address=address,
        own_addresses=frozenset(row.address.lower() for row in tx.all(t.account)),
        automatic=str(data.get("automatic", ""))
        or ("" if data.get("may_acknowledge", True) else "asks_for_silence"),
        history=False,
        spam=spam,
        held=False,
        known_contact=bool(data.get("known_contact")),
        aligned=bool(data.get("aligned")),
        already_for_ticket=sent(a.ticket_id == ticket_key) > 0,
        to_address_today=sent(a.address == address, a.at > tx.now - ack.DAY_MS),
        to_address_this_hour=sent(a.address == address, a.at > tx.now - ack.HOUR_MS),
        for_ticket_today=sent(a.ticket_id == ticket_key, a.at > tx.now - ack.DAY_MS),
        in_all_this_hour=sent(a.at > tx.now - ack.HOUR_MS),
    )


_REACTIONS: dict[str, tuple[Callable[[Tx, Happening], None], ...]] = {
    "ticket_created": (_assign, _ring(NotificationKind.NEW_TICKET), _acknowledge),
    "customer_replied": (_reopen, _ring(NotificationKind.CUSTOMER_REPLY)),
    "message_held": (_ring(NotificationKind.HELD_MESSAGE),),
    "snooze_ended": (_ring(NotificationKind.SNOOZE_ENDED),),
    "send_failed": (_ring(NotificationKind.SEND_FAILED),),
}
