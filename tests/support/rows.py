"""Rows put straight into a desk's tables, and queries asked of them, in one transaction."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine, Table, create_engine, insert, select, text
from sqlalchemy.pool import StaticPool

from deskapp.core.api import Query
from deskapp.core.policies import tsearch
from deskapp.core.policies.counting import bucket_of, counter_keys, is_visible
from deskapp.core.readers import Reading, reader_for
from deskapp.models import tables as t
from deskapp.models.dialect import POSTGRESQL
from deskapp.models.tables import FULL_TEXT, metadata

R = TypeVar("R")
NOW = 1_790_000_000_000
DAY = 86_400_000
ME = "a" * 32
VECTORS = {
    "message_fts": tsearch.message_vector,
    "contact_fts": tsearch.contact_vector,
    "point_fts": tsearch.point_vector,
}
UNCHECKED = "SET LOCAL session_replication_role = replica"
"""References may lead nowhere, as they may in memory."""


def memory_engine() -> Engine:
    """An empty desk in memory, on one connection."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite.connect(":memory:", isolation_level=None, check_same_thread=False),
        module=sqlite,
        poolclass=StaticPool,
    )
    with engine.connect() as connection:
        metadata.create_all(connection)
        for statement in FULL_TEXT:
            connection.exec_driver_sql(statement)
    return engine


@contextmanager
def rows_of(engine: Engine) -> Iterator["Rows"]:
    """A desk to fill and ask; what was put in is gone afterwards."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SAVEPOINT empty")
        if connection.dialect.name == POSTGRESQL:
            connection.exec_driver_sql(UNCHECKED)
        try:
            yield Rows(connection)
        finally:
            connection.exec_driver_sql("ROLLBACK TO empty")


class Rows:
    """Inserts with sensible defaults; each method returns the new row's key."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._numbers = itertools.count(1)
        self._insert(t.desk, key="seq", value="7")
        self.me = self.agent("Lucía", uid=ME)

    def ask(self, query: Query[R], agent_id: str = ME) -> R:
        answer: R = reader_for(type(query))(Reading(self.connection, agent_id, NOW), query)
        return answer

    def uid(self, table: Table, key: int) -> str:
        return str(
            self.connection.execute(select(table.c.uid).where(table.c.id == key)).scalar_one()
        )

    def new_number(self) -> int:
        """One that was not given out before."""
        return next(self._numbers)

    def agent(self, name: str, uid: str = "") -> int:
        return self.insert(t.agent, uid=uid, name=name)

    def account(self, name: str = "Shop", address: str = "shop@shop.test", **values: Any) -> int:
        values = {"channel": "email", "enabled": True, "settings": {}} | values
        return self.insert(t.account, name=name, address=address, **values)

    def contact(
        self, name: str = "Carmen", points: Iterable[tuple[str, str]] = (), **values: Any
    ) -> int:
        """`points`: (kind, value) each."""
        values = {"created_at": NOW - DAY, "updated_at": NOW - DAY, "organisation": ""} | values
        key = self.insert(t.contact, name=name, **values)
        listed = list(points)
        for n, (kind, value) in enumerate(listed):
            point = self.insert(
                t.contact_point,
                contact_id=key,
                kind=kind,
                value=value,
                display=value,
                primary=n == 0,
            )
            self.index("point_fts", rowid=point, value=value)
        self.index(
            "contact_fts",
            rowid=key,
            name=name,
            organisation=values["organisation"],
            points=" ".join(value for _, value in listed),
        )
        return key

    def ticket(self, contact: int, tags: Iterable[str] = (), **values: Any) -> int:
        """A ticket in the bucket that follows from its values."""
        values = {
            "number": 1000 + next(self._numbers),
            "subject": "Order",
            "status": "open",
            "channel": "email",
            "created_at": NOW - DAY,
            "updated_at": NOW - DAY,
            "snoozed_until": None,
            "spam": False,
            "deleted": False,
            "merged_into": None,
        } | values
        bucket = bucket_of(
            status=values["status"],
            snoozed=values["snoozed_until"] is not None,
            spam=values["spam"],
            deleted=values["deleted"],
            merged=values["merged_into"] is not None,
        )
        key = self.insert(
            t.ticket, contact_id=contact, bucket=bucket, visible=is_visible(bucket), **values
        )
        for name in tags:
            self.insert(t.ticket_tag, ticket_id=key, tag_id=self.tag(name))
        return key

    def tag(self, name: str) -> int:
        found = self.connection.execute(select(t.tag.c.id).where(t.tag.c.name == name)).scalar()
        return found if found is not None else self.insert(t.tag, name=name)

    def message(self, ticket: int, body: str = "", **values: Any) -> int:
        """`position` defaults to after everything there is."""
        position = values.pop("position", None) or NOW * 1000 + next(self._numbers)
        values = {
            "kind": "inbound",
            "channel": "email",
            "at": position // 1000,
            "subject": "",
            "author_name": "Carmen",
            "author_address": "carmen@mail.test",
        } | values
        key = self.insert(t.message, ticket_id=ticket, position=position, body=body, **values)
        author = f"{values['author_name']} {values['author_address']}"
        self.index(
            "message_fts", rowid=position, subject=values["subject"], body=body, author=author
        )
        return key

    def event(self, ticket: int, position: int, kind: str = "assigned") -> int:
        return self.insert(
            t.ticket_event,
            ticket_id=ticket,
            position=position,
            kind=kind,
            actor_kind="system",
            at=position // 1000,
            data={},
        )

    def seen(self, ticket: int, agent: int, inbound: int) -> None:
        self.insert(t.read_mark, ticket_id=ticket, agent_id=agent, inbound_seen=inbound)

    def saved_view(self, conditions: Iterable[Mapping[str, str]], *, match_all: bool = True) -> str:
        key = self.insert(
            t.saved_view,
            agent_id=self.me,
            name="Mine",
            conditions=list(conditions),
            match_all=match_all,
        )
        return self.uid(t.saved_view, key)

    def count(self) -> None:
        """Fill the counters, as the authority keeps them."""
        totals: dict[str, int] = {}
        agents = {row.id: row.uid for row in self.connection.execute(select(t.agent))}
        accounts = {row.id: row.uid for row in self.connection.execute(select(t.account))}
        for row in self.connection.execute(select(t.ticket)).all():
            tags = self.connection.execute(
                select(t.tag.c.name).join(t.ticket_tag).where(t.ticket_tag.c.ticket_id == row.id)
            ).scalars()
            for key in counter_keys(
                bucket=row.bucket,
                needs_reply=row.needs_reply,
                delivery=row.delivery,
                assignee=agents.get(row.assignee_id),
                account=accounts.get(row.account_id),
                tags=tags,
            ):
                totals[key] = totals.get(key, 0) + 1
        for key, value in totals.items():
            self._insert(t.counter, key=key, value=value)

    def insert(self, table: Table, *, uid: str = "", **values: Any) -> int:
        return self._insert(table, uid=uid or f"{next(self._numbers):032x}", seq=1, **values)

    def _insert(self, table: Table, **values: Any) -> int:
        key = self.connection.execute(insert(table).values(**values)).inserted_primary_key
        assert key is not None
        return int(key[0]) if isinstance(key[0], int) else 0

    def index(self, table: str, /, **values: Any) -> None:
        if self.connection.dialect.name == POSTGRESQL:
            rowid = values.pop("rowid")
            values = {"rowid": rowid, "words": VECTORS[table](**values)}
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        marks = marks.replace(":words", "CAST(:words AS tsvector)")
        self.connection.execute(text(f"INSERT INTO {table}({names}) VALUES ({marks})"), values)
