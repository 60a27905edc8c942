"""The guard against answering blindly: somebody spoke whom the author of an answer has not heard."""

from typing import Any

from sqlalchemy import Row, text

from deskapp.core.api import Rejected
from deskapp.core.authority.tx import Tx
from deskapp.core.readers.statements import Statement
from deskapp.models import tables as t

_m = t.message.c
_NEWER = Statement(
    text("""
WITH RECURSIVE family(id) AS (
    SELECT CAST(:ticket AS bigint)
    UNION SELECT ticket.id FROM ticket JOIN family ON ticket.merged_into = family.id
)
SELECT author_name, author_address, at, position FROM message
WHERE ticket_id IN (SELECT id FROM family) AND position > :seen AND kind <> 'note' AND NOT held
    AND (CASE WHEN agent_id IS NULL THEN kind = 'inbound' AND :customers ELSE agent_id <> :me END)
ORDER BY position DESC LIMIT 1
""").columns(_m.author_name, _m.author_address, _m.at, _m.position)
)
"""The newest public message of somebody else. What the desk wrote by itself is nobody's word."""


def check_heard(tx: Tx, ticket: Row[Any], seen_order: int, *, colleagues_only: bool) -> None:
    """Rejects newer_message(name, at, order) when there is one that the author has not seen.

    The rejection takes back all that the command wrote, so the words are not kept here: they are still with
    whoever sent the command, which puts them back before a person. `seen_order` 0: not known, not checked.
    """
    if not seen_order or tx.actor.key is None:
        return
    asked = {
        "ticket": ticket.id,
        "seen": seen_order,
        "me": tx.actor.key,
        "customers": not colleagues_only,
    }
    newer = _NEWER.first(tx.connection, **asked)
    if newer is not None:
        name = newer.author_name or newer.author_address
        raise Rejected("newer_message", name=name, at=newer.at, order=newer.position)
