"""Handlers of commands on tickets."""

from typing import Any

from sqlalchemy import Row

from deskapp.core.api import Command, Outcome, Rejected
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import tickets as c
from deskapp.core.handlers.access import (
    ASSIGNED,
    CREATED,
    able,
    assignment_over,
    let_in,
    let_in_as,
    move,
)
from deskapp.core.handlers.base import done, handles
from deskapp.core.handlers.contacts import block
from deskapp.core.handlers.conversation import (
    NewMessage,
    add_message,
    change_ticket,
    family,
    new_ticket,
    root_of,
    set_status,
    settle_ticket,
)
from deskapp.core.handlers.tags import tag_keys
from deskapp.models import tables as t
from deskapp.models.enums import MessageKind, Role, TicketStatus

COMMENT = 1_000  # characters of a rating's comment
SCALE = 100  # the finest a rating may be


def _revert_of(tx: Tx, rows: list[Row[Any]]) -> c.RevertTickets:
    names = {agent.id: agent.uid for agent in tx.all(t.agent)}
    return c.RevertTickets(
        items=tuple(
            c.TicketRevert(
                row.uid,
                TicketStatus(row.status),
                names.get(row.assignee_id, ""),
                row.snoozed_until,
                row.spam,
                row.deleted,
            )
            for row in rows
        )
    )


def _rows(tx: Tx, uids: tuple[str, ...]) -> list[Row[Any]]:
    return [tx.get(t.ticket, uid) for uid in dict.fromkeys(uids)]


@handles(c.CreateTicket)
def create_ticket(tx: Tx, cmd: c.CreateTicket) -> Outcome:
    contact = tx.get(t.contact, cmd.contact_id)
    account = tx.get(t.account, cmd.account_id) if cmd.account_id else None
    if not cmd.subject.strip():
        raise Rejected("subject_empty")
    key = new_ticket(
        tx,
        uid=cmd.ticket_id,
        subject=cmd.subject,
        channel=cmd.channel,
        contact_key=contact.id,
        account_key=account.id if account else None,
        status=TicketStatus.OPEN if cmd.assign_to_me else TicketStatus.NEW,
        assignee_id=tx.actor.key if cmd.assign_to_me else None,
    )
    if cmd.body.strip():
        add_message(
            tx,
            NewMessage(
                ticket_key=key,
                uid=cmd.message_id or tx.ids.new(),
                kind=MessageKind.INBOUND,
                channel=cmd.channel,
                body=cmd.body.strip(),
                contact_key=contact.id,
                author_name=contact.name,
                subject=cmd.subject,
            ),
        )
        settle_ticket(tx, key)
        mark_read(tx, key)
    if tx.actor.key is not None:
        why = ASSIGNED if cmd.assign_to_me else CREATED
        let_in(tx, key, tx.at(t.agent, tx.actor.key), why)
    return done(ticket_id=cmd.ticket_id, number=tx.at(t.ticket, key).number)


@handles(c.SetStatus)
def change_status(tx: Tx, cmd: c.SetStatus) -> Outcome:
    rows = [row for row in _rows(tx, cmd.ticket_ids) if row.status != cmd.status]
    for row in rows:
        set_status(tx, row, cmd.status)
    return done(_revert_of(tx, rows) if rows else None, changed=len(rows))


@handles(c.AssignTicket)
def assign(tx: Tx, cmd: c.AssignTicket) -> Outcome:
    agent = able(tx, cmd.agent_id) if cmd.agent_id else None
    if agent is not None and agent.role == Role.LIGHT:
        raise Rejected("agent_is_light", name=agent.name)
    rows = [
        row for row in _rows(tx, cmd.ticket_ids) if row.assignee_id != (agent.id if agent else None)
    ]
    for row in rows:
        if agent is not None and agent.id == tx.actor.key and cmd.expected is not None:
            _check_free(tx, row, cmd.expected)
        _give(tx, row, agent)
        tx.event(row.id, "assigned", agent=agent.name if agent else "", why="by_hand")
    return done(_revert_of(tx, rows) if rows else None, changed=len(rows))


def _check_free(tx: Tx, row: Row[Any], expected: str) -> None:
    """Rejects already_assigned when somebody else has a ticket than the window showed."""
    holder = tx.at(t.agent, row.assignee_id) if row.assignee_id is not None else None
    if holder is not None and holder.uid != expected:
        raise Rejected("already_assigned", name=holder.name, number=row.number)


def _give(tx: Tx, row: Row[Any], agent: Row[Any] | None) -> None:
    change_ticket(tx, row, assignee_id=agent.id if agent else None)
    assignment_over(tx, row.id, row.assignee_id)
    if agent is not None:
        let_in(tx, row.id, agent, ASSIGNED)


@handles(c.SetSubject)
def set_subject(tx: Tx, cmd: c.SetSubject) -> Outcome:
    row = tx.get(t.ticket, cmd.ticket_id)
    if not cmd.subject.strip():
        raise Rejected("subject_empty")
    tx.update(t.ticket, row.id, subject=cmd.subject.strip()[:400])
    tx.event(row.id, "subject_changed", before=row.subject, after=cmd.subject.strip())
    return done(c.SetSubject(ticket_id=row.uid, subject=row.subject))


@handles(c.AddTags)
def add_tags(tx: Tx, cmd: c.AddTags) -> Outcome:
    rows, added = _rows(tx, cmd.ticket_ids), set()
    for name, tag_key in tag_keys(tx, cmd.tags).items():
        for row in rows:
            if tx.first(
                t.ticket_tag, t.ticket_tag.c.ticket_id == row.id, t.ticket_tag.c.tag_id == tag_key
            ):
                continue
            tx.count_ticket(row.id)
            tx.insert(t.ticket_tag, ticket_id=row.id, tag_id=tag_key)
            tx.touch(t.ticket, row.id)
            added.add(name)
    undo: Command | None = (
        c.RemoveTags(ticket_ids=cmd.ticket_ids, tags=tuple(sorted(added))) if added else None
    )
    return done(undo, added=len(added))


@handles(c.RemoveTags)
def remove_tags(tx: Tx, cmd: c.RemoveTags) -> Outcome:
    rows, removed = _rows(tx, cmd.ticket_ids), set()
    for name in cmd.tags:
        tag = tx.first(t.tag, t.tag.c.name == name)
        if tag is None:
            continue
        for row in rows:
            link = tx.first(
                t.ticket_tag, t.ticket_tag.c.ticket_id == row.id, t.ticket_tag.c.tag_id == tag.id
            )
            if link:
                tx.count_ticket(row.id)
                tx.delete(t.ticket_tag, link.id)
                tx.touch(t.ticket, row.id)
                removed.add(name)
    undo: Command | None = (
        c.AddTags(ticket_ids=cmd.ticket_ids, tags=tuple(sorted(removed))) if removed else None
    )
    return done(undo, removed=len(removed))


def set_snooze(tx: Tx, row: Row[Any], until: int | None) -> None:
    """Set or end a snooze, with the timer that ends it."""
    change_ticket(tx, row, snoozed_until=until)
    if until is not None:
        tx.effect(
            "timer.wake_ticket",
            f"wake:{row.uid}:{until}",
            due_at=until,
            ticket_key=row.id,
            ticket_id=row.uid,
            until=until,
        )


@handles(c.SnoozeTicket)
def snooze(tx: Tx, cmd: c.SnoozeTicket) -> Outcome:
    if cmd.until and cmd.until <= tx.now:
        raise Rejected("snooze_in_past")
    rows = _rows(tx, cmd.ticket_ids)
    for row in rows:
        if cmd.until and not TicketStatus(row.status).is_active:
            raise Rejected("snooze_not_active", number=row.number)
        set_snooze(tx, row, cmd.until or None)
        tx.event(row.id, "snoozed" if cmd.until else "woken", until=cmd.until, why="by_hand")
    return done(_revert_of(tx, rows))


@handles(c.WakeTicket)
def wake(tx: Tx, cmd: c.WakeTicket) -> Outcome:
    row = tx.find(t.ticket, cmd.ticket_id)
    if row is None or row.snoozed_until != cmd.until:
        return done(woken=False)
    change_ticket(tx, row, snoozed_until=None, updated_at=tx.now)
    tx.event(row.id, "woken", why="time_came")
    tx.happened("snooze_ended", row.id)
    return done(woken=True)


@handles(c.MarkSpam)
def mark_spam(tx: Tx, cmd: c.MarkSpam) -> Outcome:
    rows = _rows(tx, cmd.ticket_ids)
    for row in rows:
        change_ticket(tx, row, spam=cmd.spam)
        tx.event(row.id, "marked_spam" if cmd.spam else "unmarked_spam")
        if cmd.block_sender and cmd.spam:
            points = t.contact_point.c
            for point in tx.all(
                t.contact_point, points.contact_id == row.contact_id, points.kind == "email"
            ):
                block(tx, "sender", point.value)
    return done(_revert_of(tx, rows))


@handles(c.DeleteTickets)
def delete(tx: Tx, cmd: c.DeleteTickets) -> Outcome:
    rows = _rows(tx, cmd.ticket_ids)
    for row in rows:
        change_ticket(tx, row, deleted=cmd.deleted)
        tx.event(row.id, "deleted" if cmd.deleted else "restored")
    return done(_revert_of(tx, rows))


@handles(c.RevertTickets)
def revert(tx: Tx, cmd: c.RevertTickets) -> Outcome:
    before = _rows(tx, tuple(item.ticket_id for item in cmd.items))
    for item, row in zip(cmd.items, before, strict=True):
        agent = tx.get(t.agent, item.assignee_id) if item.assignee_id else None
        settle_ticket(
            tx,
            row.id,
            status=item.status,
            assignee_id=agent.id if agent else None,
            spam=item.spam,
            deleted=item.deleted,
        )
        if row.assignee_id != (agent.id if agent else None):
            assignment_over(tx, row.id, row.assignee_id)
        if agent is not None:
            let_in(tx, row.id, agent, ASSIGNED)
        set_snooze(tx, tx.at(t.ticket, row.id), item.snoozed_until)
        tx.event(row.id, "change_undone", status=item.status)
    return done(_revert_of(tx, before))


@handles(c.MergeTickets)
def merge(tx: Tx, cmd: c.MergeTickets) -> Outcome:
    target = root_of(tx, tx.get(t.ticket, cmd.into_id))
    merged = []
    for row in _rows(tx, cmd.ticket_ids):
        if target.id in family(tx, row.id):
            raise Rejected("merge_into_itself", number=row.number)
        if row.merged_into is None:
            change_ticket(tx, row, merged_into=target.id)
            home = _join(tx, row, target)
            tx.event(row.id, "merged_into", number=target.number, subject=target.subject, **home)
            tx.event(target.id, "merged_from", number=row.number, subject=row.subject)
            merged.append(row.uid)
    settle_ticket(tx, target.id)
    undo = c.UnmergeTickets(ticket_ids=tuple(merged)) if merged else None
    return done(undo, ticket_id=target.uid, merged=len(merged))


def _join(tx: Tx, row: Row[Any], target: Row[Any]) -> dict[str, Any]:
    """What is merged is seen by whoever sees where it shows. Returns the department that it had, if another."""
    home = {}
    if row.department_id != target.department_id:
        before = tx.at(t.department, row.department_id).uid if row.department_id else ""
        home["department"] = before
        move(tx, row.id, target.department_id)
    for key in family(tx, row.id) if target.access_count else ():
        let_in_as(tx, key, target.id)
    return home


def _leave(tx: Tx, row: Row[Any]) -> None:
    """Back into the department that a ticket had before it was merged, if that is still there."""
    events = t.ticket_event.c
    told = tx.all(t.ticket_event, events.ticket_id == row.id, events.kind == "merged_into")
    last = max(told, key=lambda event: event.position, default=None)
    if last is None or "department" not in last.data:
        return
    uid = last.data["department"]
    home = tx.find(t.department, uid) if uid else None
    if not uid or (home is not None and not home.removed):
        move(tx, row.id, home.id if home else None)


@handles(c.UnmergeTickets)
def unmerge(tx: Tx, cmd: c.UnmergeTickets) -> Outcome:
    targets = {}
    for row in _rows(tx, cmd.ticket_ids):
        if row.merged_into is None:
            continue
        root_of(tx, row)  # who does not see where it shows does not take it out of there
        target = tx.at(t.ticket, row.merged_into)
        targets[target.id] = target.uid
        change_ticket(tx, row, merged_into=None)
        _leave(tx, row)
        settle_ticket(tx, row.id)
        tx.event(row.id, "unmerged_from", number=target.number)
        tx.event(target.id, "unmerged", number=row.number, subject=row.subject)
    for key in targets:
        settle_ticket(tx, key)
    undo = (
        c.MergeTickets(ticket_ids=cmd.ticket_ids, into_id=next(iter(targets.values())))
        if targets
        else None
    )
    return done(undo)


@handles(c.SetTicketContact)
def set_contact(tx: Tx, cmd: c.SetTicketContact) -> Outcome:
    row, contact = tx.get(t.ticket, cmd.ticket_id), tx.get(t.contact, cmd.contact_id)
    before = tx.at(t.contact, row.contact_id)
    tx.update(t.ticket, row.id, contact_id=contact.id)
    tx.event(row.id, "contact_changed", before=before.name, after=contact.name)
    return done(c.SetTicketContact(ticket_id=row.uid, contact_id=before.uid))


@handles(c.RateConversation)
def rate(tx: Tx, cmd: c.RateConversation) -> Outcome:
    if not 2 <= cmd.scale <= SCALE or not 1 <= cmd.score <= cmd.scale:
        raise Rejected("rating_invalid", score=cmd.score, scale=cmd.scale)
    row = tx.get(t.ticket, cmd.ticket_id)
    tx.put(
        t.rating,
        {"ticket_id": row.id},
        contact_id=row.contact_id,
        score=cmd.score,
        scale=cmd.scale,
        comment=cmd.comment.strip()[:COMMENT],
        at=tx.now,
    )
    tx.event(row.id, "rated", score=cmd.score, scale=cmd.scale, comment=cmd.comment.strip())
    tx.touch(t.ticket, row.id)
    tx.touch(t.contact, row.contact_id)
    return done()


def mark_read(tx: Tx, ticket_key: int, *, read: bool = True) -> bool:
    """Move the acting agent's read mark; returns whether it moved."""
    if tx.actor.key is None:
        return False
    seen = tx.at(t.ticket, ticket_key).inbound_count - (0 if read else 1)
    where: dict[str, Any] = {"ticket_id": ticket_key, "agent_id": tx.actor.key}
    found = tx.first(t.read_mark, **where)
    if (found.inbound_seen if found else 0) == max(seen, 0):
        return False
    if found is None:
        tx.insert(t.read_mark, **where, inbound_seen=max(seen, 0))
    else:
        tx.update(t.read_mark, found.id, inbound_seen=max(seen, 0))
    return True


@handles(c.MarkRead)
def mark(tx: Tx, cmd: c.MarkRead) -> Outcome:
    moved = [row.uid for row in _rows(tx, cmd.ticket_ids) if mark_read(tx, row.id, read=cmd.read)]
    return done(
        c.MarkRead(ticket_ids=tuple(moved), read=not cmd.read) if moved else None,
        changed=len(moved),
    )
