"""Keeping the full-text index in step. `message_fts.rowid` is `message.position`."""

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import text

from deskapp.core.authority.tx import Tx
from deskapp.core.policies import tsearch
from deskapp.core.readers.statements import Write
from deskapp.models import tables as t
from deskapp.models.dialect import SQLITE

INDEXED_CHARS = 100_000

_DROP_MESSAGE = Write(text("DELETE FROM message_fts WHERE rowid = :rowid"))
_DROP_POINT = Write(text("DELETE FROM point_fts WHERE rowid = :rowid"))


class _Index(Protocol):
    """An index of one kind of database: its statements, and what they are given."""

    add_message: Write
    add_contact: Write
    add_point: Write

    def message(self, subject: str, body: str, author: str) -> Mapping[str, str]: ...

    def contact(self, name: str, organisation: str, points: str) -> Mapping[str, str]: ...

    def point(self, value: str) -> Mapping[str, str]: ...


class _Fts5:
    add_message = Write(
        text(
            "INSERT INTO message_fts(rowid, subject, body, author) "
            "VALUES (:rowid, :subject, :body, :author)"
        )
    )
    add_contact = Write(
        text(
            "INSERT OR REPLACE INTO contact_fts(rowid, name, organisation, points) "
            "VALUES (:rowid, :name, :organisation, :points)"
        )
    )
    add_point = Write(
        text("INSERT OR REPLACE INTO point_fts(rowid, value) VALUES (:rowid, :value)")
    )

    def message(self, subject: str, body: str, author: str) -> Mapping[str, str]:
        return {"subject": subject, "body": body, "author": author}

    def contact(self, name: str, organisation: str, points: str) -> Mapping[str, str]:
        return {"name": name, "organisation": organisation, "points": points}

    def point(self, value: str) -> Mapping[str, str]:
        return {"value": value}


class _Tsearch:
    add_message = Write(
        text("INSERT INTO message_fts(rowid, words) VALUES (:rowid, CAST(:words AS tsvector))")
    )
    add_contact, add_point = (
        Write(
            text(
                f"INSERT INTO {table}(rowid, words) VALUES (:rowid, CAST(:words AS tsvector)) "  # noqa: S608
                "ON CONFLICT (rowid) DO UPDATE SET words = excluded.words"
            )
        )
        for table in ("contact_fts", "point_fts")
    )

    def message(self, subject: str, body: str, author: str) -> Mapping[str, str]:
        return {"words": tsearch.message_vector(subject, body, author)}

    def contact(self, name: str, organisation: str, points: str) -> Mapping[str, str]:
        return {"words": tsearch.contact_vector(name, organisation, points)}

    def point(self, value: str) -> Mapping[str, str]:
        return {"words": tsearch.point_vector(value)}


_FTS5: _Index = _Fts5()
_TSEARCH: _Index = _Tsearch()


def _index_of(tx: Tx) -> _Index:
    return _FTS5 if tx.connection.dialect.name == SQLITE else _TSEARCH


def index_message(tx: Tx, position: int, subject: str, body: str, author: str) -> None:
    index = _index_of(tx)
    words = index.message(subject, body[:INDEXED_CHARS], author)
    index.add_message.run(tx.connection, rowid=position, **words)


def drop_message(tx: Tx, position: int) -> None:
    _DROP_MESSAGE.run(tx.connection, rowid=position)


def index_contact(tx: Tx, key: int) -> None:
    """Call after a contact or one of its points changed."""
    index = _index_of(tx)
    row = tx.at(t.contact, key)
    points = tx.all(t.contact_point, contact_id=key)
    words = " ".join(word for point in points for word in (point.value, point.display))
    values = index.contact(row.name, row.organisation, words)
    index.add_contact.run(tx.connection, rowid=key, **values)


def index_point(tx: Tx, key: int, value: str) -> None:
    index = _index_of(tx)
    index.add_point.run(tx.connection, rowid=key, **index.point(value))


def drop_point(tx: Tx, key: int) -> None:
    _DROP_POINT.run(tx.connection, rowid=key)
