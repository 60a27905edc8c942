"""Keeping the full-text index in step. `message_fts.rowid` is `message.position`."""

from sqlalchemy import text

from deskapp.core.authority.tx import Tx
from deskapp.models import tables as t

INDEXED_CHARS = 100_000

_ADD_MESSAGE = text(
    "INSERT INTO message_fts(rowid, subject, body, author) VALUES (:rowid, :subject, :body, :author)"
)
_DROP_MESSAGE = text("DELETE FROM message_fts WHERE rowid = :rowid")
_ADD_CONTACT = text(
    "INSERT OR REPLACE INTO contact_fts(rowid, name, organisation, points) "
    "VALUES (:rowid, :name, :organisation, :points)"
)
_ADD_POINT = text("INSERT OR REPLACE INTO point_fts(rowid, value) VALUES (:rowid, :value)")
_DROP_POINT = text("DELETE FROM point_fts WHERE rowid = :rowid")


def index_message(tx: Tx, position: int, subject: str, body: str, author: str) -> None:
    values = {"rowid": position, "subject": subject, "body": body[:INDEXED_CHARS], "author": author}
    tx.connection.execute(_ADD_MESSAGE, values)


def drop_message(tx: Tx, position: int) -> None:
    tx.connection.execute(_DROP_MESSAGE, {"rowid": position})


def index_contact(tx: Tx, key: int) -> None:
    """Call after a contact or one of its points changed."""
    row = tx.at(t.contact, key)
    points = tx.all(t.contact_point, t.contact_point.c.contact_id == key)
    words = " ".join(word for point in points for word in (point.value, point.display))
    tx.connection.execute(
        _ADD_CONTACT,
        {"rowid": key, "name": row.name, "organisation": row.organisation, "points": words},
    )


def index_point(tx: Tx, key: int, value: str) -> None:
    tx.connection.execute(_ADD_POINT, {"rowid": key, "value": value})


def drop_point(tx: Tx, key: int) -> None:
    tx.connection.execute(_DROP_POINT, {"rowid": key})
