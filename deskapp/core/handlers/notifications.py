"""Handlers of the notification centre."""

from typing import Any

from sqlalchemy import Row

from deskapp.core.api import Outcome
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import notifications as c
from deskapp.core.handlers.base import done, handles
from deskapp.models import tables as t


def _mine(tx: Tx, uids: tuple[str, ...], column: Any) -> list[Row[Any]]:
    where = [t.notification.c.agent_id == tx.actor.key, column.is_(None)]
    if uids:
        where.append(t.notification.c.uid.in_(uids))
    return tx.all(t.notification, *where)


def _stamp(tx: Tx, rows: list[Row[Any]], name: str) -> Outcome:
    for row in rows:
        tx.update(t.notification, row.id, **{name: tx.now})
    return done(changed=len(rows))


@handles(c.MarkPlayed)
def mark_played(tx: Tx, cmd: c.MarkPlayed) -> Outcome:
    return _stamp(
        tx,
        _mine(tx, cmd.notification_ids, t.notification.c.played_at) if cmd.notification_ids else [],
        "played_at",
    )


@handles(c.MarkNotificationsSeen)
def mark_seen(tx: Tx, cmd: c.MarkNotificationsSeen) -> Outcome:
    return _stamp(tx, _mine(tx, cmd.notification_ids, t.notification.c.seen_at), "seen_at")
