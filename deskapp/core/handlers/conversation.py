"""What several handlers share about a ticket and what is said in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, column, func, select, text, union

from deskapp.core.api import Rejected
from deskapp.core.authority.scopes import may_see
from deskapp.core.authority.tx import Tx
from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.handlers.indexing import index_message
from deskapp.core.policies.counting import bucket_of, is_visible
from deskapp.core.policies.excerpts import snippet_of
from deskapp.core.readers.statements import Statement, Write, among
from deskapp.models import tables as t
from deskapp.models.dto import Address, MailVerdict
from deskapp.models.enums import Channel, Delivery, MessageKind, Role, TicketStatus

SUBJECT = 400
_SAID_COLUMNS = (
    "inbound", "held", "kind", "body", "author_name", "at", "public_kind", "public_automatic", "delivery"
)  # fmt: skip
_SAID = Statement(
    text("""
WITH RECURSIVE family(id) AS (
    SELECT CAST(:key AS bigint)
    UNION SELECT ticket.id FROM ticket JOIN family ON ticket.merged_into = family.id
), said AS (
    SELECT max(position) AS last,
        max(position) FILTER (WHERE kind <> 'note' AND NOT held) AS last_public,
        count(*) FILTER (WHERE kind = 'inbound') AS inbound,
        count(*) FILTER (WHERE held) AS held
    FROM message WHERE ticket_id IN (SELECT id FROM family)
)
SELECT said.inbound, said.held, last.kind, last.body, last.author_name, last.at,
    public.kind AS public_kind, public.automatic AS public_automatic,
    coalesce((
        SELECT delivery FROM message
        WHERE delivery IN ('queued','sending','failed','uncertain') AND +ticket_id IN (SELECT id FROM family)
        ORDER BY CASE delivery
            WHEN 'failed' THEN 1 WHEN 'uncertain' THEN 2 WHEN 'sending' THEN 3 ELSE 4 END
        LIMIT 1
    ), 'none') AS delivery
FROM said
LEFT JOIN message AS last ON last.position = said.last
LEFT JOIN message AS public ON public.position = said.last_public
""").columns(*map(column, _SAID_COLUMNS))
)
"""What a ticket's messages, and those of all that were merged into it, come to: how many there are, the last
one, the last public one, and the worst of the deliveries that keep it in "to send" (by the index of those)."""
_MERGED = Statement(select(t.ticket.c.id).where(among(t.ticket.c.merged_into, "keys")))
_LAST_NUMBER = Statement(select(func.coalesce(func.max(t.ticket.c.number), 1000)))
_NEW_HTML = Write(t.message_html.insert())
_INSIDERS = Statement(
    union(
        select(t.membership.c.agent_id).where(
            t.membership.c.department_id == bindparam("department")
        ),
        select(t.ticket_access.c.agent_id).where(
            t.ticket_access.c.ticket_id == bindparam("ticket")
        ),
        select(t.agent.c.id).where(t.agent.c.role == Role.ADMIN),
    )
)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be written. Times in ms; `at` None is now."""

    ticket_key: int
    uid: str
    kind: MessageKind
    channel: Channel
    body: str
    at: int | None = None
    account_key: int | None = None
    contact_key: int | None = None
    agent_key: int | None = None
    author_name: str = ""
    author_address: str = ""
    subject: str = ""
    quoted: str = ""
    html: str = ""
    remote_urls: tuple[str, ...] = ()
    attachments: tuple[AttachmentRef, ...] = ()
    recipients: Mapping[str, Iterable[Address]] = field(default_factory=dict)
    rfc_message_id: str | None = None
    in_reply_to: str = ""
    raw_sha256: str | None = None
    delivery: Delivery = Delivery.NONE
    deliver_at: int | None = None
    held: bool = False
    automatic: str = ""
    verdict: MailVerdict | None = None
    options: Mapping[str, Any] | None = None


def add_message(tx: Tx, new: NewMessage) -> int:
    """Write a message with its HTML, attachments and index entry. The ticket is settled by the caller."""
    position = tx.position(new.at)
    key = tx.insert(
        t.message,
        uid=new.uid,
        ticket_id=new.ticket_key,
        position=position,
        kind=new.kind,
        channel=new.channel,
        account_id=new.account_key,
        contact_id=new.contact_key,
        agent_id=new.agent_key,
        author_name=new.author_name,
        author_address=new.author_address,
        at=tx.now if new.at is None else new.at,
        subject=new.subject[:SUBJECT],
        body=new.body,
        quoted=new.quoted,
        has_html=bool(new.html),
        remote_images=len(new.remote_urls),
        attachment_count=len(new.attachments),
        recipients={
            name: [[a.name, a.address] for a in people] for name, people in new.recipients.items()
        },
        rfc_message_id=new.rfc_message_id or None,
        in_reply_to=new.in_reply_to,
        raw_sha256=new.raw_sha256,
        delivery=new.delivery,
        deliver_at=new.deliver_at,
        held=new.held,
        automatic=new.automatic,
        verdict=msgspec.to_builtins(new.verdict) if new.verdict else None,
        options=dict(new.options) if new.options else None,
    )
    if new.html:
        _NEW_HTML.run(
            tx.connection, message_id=key, html=new.html, remote_urls=list(new.remote_urls)
        )
    for ref in new.attachments:
        add_attachment(tx, key, ref)
    files = " ".join(ref.filename for ref in new.attachments if not ref.inline)
    index_message(
        tx, position, new.subject, f"{new.body}\n{files}", f"{new.author_name} {new.author_address}"
    )
    return key


def add_attachment(tx: Tx, message_key: int, ref: AttachmentRef) -> None:
    tx.insert(
        t.attachment,
        uid=ref.id,
        message_id=message_key,
        filename=ref.filename[:255],
        mime=ref.mime,
        size=ref.size,
        sha256=ref.sha256,
        content_id=ref.content_id,
        inline=ref.inline,
    )


def root_of(tx: Tx, row: Row[Any]) -> Row[Any]:
    """The ticket that a merged one shows in; the ticket itself otherwise.

    Rejects ticket_not_found when the acting agent sees what was merged, but not where.
    """
    root = row
    while root.merged_into is not None:
        root = tx.at(t.ticket, root.merged_into)
    if root.id != row.id and not may_see(tx, "ticket", root):
        raise Rejected("ticket_not_found", id=root.uid)
    return root


def ticket_for_writing(tx: Tx, uid: str) -> Row[Any]:
    """The ticket of that uid, or the one it was merged into. Rejects ticket_not_found, ticket_deleted."""
    row = root_of(tx, tx.get(t.ticket, uid))
    if row.deleted:
        raise Rejected("ticket_deleted", number=row.number)
    return row


def family(tx: Tx, key: int) -> list[int]:
    """A ticket's key and those of all that were merged into it, at any depth."""
    keys, level = [key], [key]
    while level:
        level = _MERGED.column(tx.connection, keys=level)
        keys += level
    return keys


def change_ticket(tx: Tx, row: Row[Any], **values: Any) -> None:
    """Change columns of a ticket and put it in the bucket that follows from them."""
    after = {**row._asdict(), **values}
    bucket = bucket_of(
        status=after["status"],
        snoozed=after["snoozed_until"] is not None,
        spam=after["spam"],
        deleted=after["deleted"],
        merged=after["merged_into"] is not None,
    )
    if "status" in values and values["status"] != row.status:
        solved = not TicketStatus(values["status"]).is_active
        values["solved_at"] = tx.now if solved else None
    tx.update(t.ticket, row.id, bucket=bucket, visible=is_visible(bucket), **values)


def settle_ticket(tx: Tx, key: int, **values: Any) -> None:
    """Derive from its messages what a ticket's row shows, and change `values` with it.

    "Needs reply" is computed: the last public word is the customer's, and it was no automatic notice.
    """
    row = tx.at(t.ticket, key)
    said = _SAID.first(tx.connection, key=key)
    status = TicketStatus(values.get("status", row.status))
    derived: dict[str, Any] = {
        "needs_reply": bool(
            said.public_kind == MessageKind.INBOUND
            and said.public_automatic != "auto_reply"
            and status.is_active
        ),
        "inbound_count": said.inbound,
        "held_count": said.held,
        "delivery": said.delivery,
    }
    if said.kind is not None:
        derived |= {
            "snippet": snippet_of(said.body),
            "snippet_kind": said.kind,
            "snippet_author": said.author_name,
            "updated_at": max(said.at, row.updated_at),
        }
    change_ticket(tx, row, **(derived | values))


def set_status(tx: Tx, row: Row[Any], status: TicketStatus, **why: Any) -> None:
    """Change a status and write it into the history; nothing when it is that already."""
    if row.status == status:
        return
    settle_ticket(
        tx, row.id, status=status, snoozed_until=None if not status.is_active else row.snoozed_until
    )
    tx.event(row.id, "status_changed", before=row.status, after=status, **why)


def new_ticket(
    tx: Tx,
    *,
    uid: str,
    subject: str,
    channel: Channel,
    contact_key: int,
    account_key: int | None,
    status: TicketStatus = TicketStatus.NEW,
    at: int | None = None,
    **values: Any,
) -> int:
    """Insert a ticket with the next number. `at` (ms) is when it began, now if None.

    It belongs to the department of its account, unless `department_id` says otherwise.
    """
    number = int(_LAST_NUMBER.scalar(tx.connection)) + 1
    when = tx.now if at is None else at
    if "department_id" not in values and account_key is not None:
        values["department_id"] = tx.at(t.account, account_key).department_id
    bucket = bucket_of(
        status=status, snoozed=False, spam=values.get("spam", False), deleted=False, merged=False
    )
    key = tx.insert(
        t.ticket,
        uid=uid,
        number=number,
        subject=subject.strip()[:SUBJECT],
        status=status,
        bucket=bucket,
        visible=is_visible(bucket),
        channel=channel,
        account_id=account_key,
        contact_id=contact_key,
        created_at=when,
        updated_at=when,
        **values,
    )
    tx.event(key, "ticket_created", at=at, channel=channel)
    return key


def take_part(tx: Tx, ticket_key: int, addresses: Iterable[str]) -> None:
    """From now on mail of these addresses that refers to the ticket joins it."""
    for address in {a.strip().lower() for a in addresses if a.strip()}:
        if tx.first(t.participant, ticket_id=ticket_key, address=address) is None:
            tx.insert(t.participant, ticket_id=ticket_key, address=address)


def notify(
    tx: Tx, kind: str, ticket_key: int | None, *, agent_key: int | None, title: str, body: str
) -> None:
    """Write into the notification centre of one agent who works here.

    Of all who may see the ticket when `agent_key` is None, or is of somebody who is disabled.
    """
    one = tx.at(t.agent, agent_key) if agent_key else None
    told = [one] if one is not None and not one.disabled else _who_may_see(tx, ticket_key)
    values = {
        "kind": kind,
        "ticket_id": ticket_key,
        "title": title[:SUBJECT],
        "body": snippet_of(body),
        "at": tx.now,
    }
    tx.insert_all(t.notification, [{"agent_id": agent.id, **values} for agent in told])


def _who_may_see(tx: Tx, ticket_key: int | None) -> list[Row[Any]]:
    working = tx.all(t.agent, disabled=False)
    ticket = tx.at(t.ticket, ticket_key) if ticket_key is not None else None
    if ticket is None or ticket.department_id is None:
        return working
    inside = insiders(tx, ticket)
    return [agent for agent in working if agent.id in inside]


def insiders(tx: Tx, ticket: Row[Any]) -> set[int]:
    """Keys of the agents who may see a ticket that has a department: members, those let in, and admins."""
    asked = {"department": ticket.department_id, "ticket": ticket.id}
    return set(_INSIDERS.column(tx.connection, **asked))
