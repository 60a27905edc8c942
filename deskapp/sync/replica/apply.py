"""What a host tells, written into the cache: rows, removals, and scopes that were lost.

References come as uids and become this machine's keys. One whose target is not here stays open, is remembered,
and is closed when the target comes. Rows of a ticket that is not here are left out; they come with their ticket.
"""
# ruff: noqa: S608  # the names in these statements are those of our own tables

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

import msgspec

from deskapp.core.api import Change
from deskapp.sync.protocol.messages import Removal, Rows
from deskapp.sync.protocol.tables import ENTITIES, HTML, PARTS
from deskapp.sync.replica import derived
from deskapp.sync.replica.derived import listed
from deskapp.sync.replica.keys import Keys, keys_of
from deskapp.sync.replica.schema import Field, fields_of, fillers_of, referrers

_WITH_WORDS = {
    "contact", "contact_note", "contact_field", "contact_point", "message", "attachment", "chat", "notification",
    "room", "room_message",
}  # fmt: skip
"""Rows with what somebody said or is called: when the host takes one away, nothing of it is to stay in the files."""

_IN = "(SELECT value FROM json_each(?))"
_encode = msgspec.json.Encoder().encode


class Applier:
    """One answer at work, in the writer's transaction. `bulk` leaves counting to `derived.count_all`.

    `changes` and `tickets` are what a window looks at again; `position` is the last place that was told.
    """

    def __init__(
        self, raw: Any, keys: Keys, *, seq: int, agent_key: int | None, bulk: bool = False
    ) -> None:
        self.raw = self._raw = raw
        self._keys = keys
        self._seq = seq
        self._agent_key = agent_key
        self._bulk = bulk
        self.remember = False  # what is written, while a scope is fetched again
        self.changes: dict[tuple[str, int], Change] = {}
        self.tickets: set[str] = set()
        self.arrived: set[str] = set()  # tickets that were not here before
        self.blobs_gone: set[str] = set()
        self.position = 0
        self.counts = False
        self.purged = False
        self._counted: set[int] = set()
        self._before: dict[str, int] = {}
        self._messages: set[int] = set()
        self._contacts: set[int] = set()
        self._points: set[int] = set()

    # Rows ------------------------------------------------------------------------------------------------------

    def write(self, tables: Iterable[Rows]) -> None:
        """Put rows in. An entity or a column that this program does not know is left out."""
        for rows in tables:
            if rows.entity in ENTITIES and rows.rows:
                self._write(rows.entity, tuple(rows.columns), rows.rows)

    def _write(self, entity: str, columns: tuple[str, ...], rows: Sequence[list[Any]]) -> None:
        place = {name: at for at, name in enumerate(columns, start=1)}
        rows = self._of_residents(entity, {row[0]: row for row in rows}, place)
        uids = [row[0] for row in rows]
        known = keys_of(self._raw, entity, uids)
        made = iter(self._keys.many(self._raw, entity, [uid for uid in uids if uid not in known]))
        keys = [known[uid] if uid in known else next(made) for uid in uids]
        if not self._bulk:
            self._count_before(entity, rows, place, known)
            self._counted.update(keys if entity == "ticket" else ())
        fields = [one for name, one in fields_of(entity).items() if name in place]
        self._forget_open_ends(entity, known.values())
        values, open_ends = self._values(fields, place, rows, keys)
        columns_sql = tuple(field.name for field in fields)
        extra = tuple(fillers_of(entity).values())
        given = zip(keys, uids, values, strict=True)
        self._raw.executemany(
            _upsert(entity, columns_sql),
            [(key, uid, self._seq, *extra, *one) for key, uid, one in given],
        )
        if open_ends:
            self._raw.executemany(
                "INSERT OR REPLACE INTO dangling VALUES (?, ?, ?, ?, ?)",
                [(entity, *end) for end in open_ends],
            )
        if self.remember:
            self._raw.executemany(
                "INSERT OR IGNORE INTO fetched VALUES (?, ?)", [(entity, uid) for uid in uids]
            )
        self._follow(entity, rows, place, keys)
        self._close_ends(entity, uids, keys)
        if not self._bulk:
            self._tell(entity, uids, keys, known, rows, place)

    def _of_residents(
        self, entity: str, rows: dict[str, list[Any]], place: dict[str, int]
    ) -> list[list[Any]]:
        """Without what belongs to a ticket, or to a message, that is not here. Moved there, it is gone from here."""
        if entity in PARTS:
            owner, at = "ticket", place["ticket_id"]
        elif entity == "attachment":
            owner, at = "message", place["message_id"]
        else:
            return list(rows.values())
        here = keys_of(self._raw, owner, {row[at] for row in rows.values()})
        away = [uid for uid, row in rows.items() if row[at] not in here]
        if away:
            self.remove(Removal(entity=entity, id=uid) for uid in away)
        if away and owner == "ticket" and not self._bulk:
            self._raw.executemany(
                "INSERT OR IGNORE INTO left_out VALUES (?)", [(rows[uid][at],) for uid in away]
            )
        return [row for row in rows.values() if row[at] in here]

    def _values(
        self,
        fields: Sequence[Field],
        place: dict[str, int],
        rows: Sequence[list[Any]],
        keys: Sequence[int],
    ) -> tuple[Iterable[tuple[Any, ...]], list[tuple[int, str, str, str]]]:
        """The values of each row as they are stored, and the references that have no target yet."""
        open_ends: list[tuple[int, str, str, str]] = []
        columns = []
        for field in fields:
            values: list[Any] = [row[place[field.name]] for row in rows]
            if field.target:
                wanted = {uid for uid in values if uid is not None}
                here = keys_of(self._raw, field.target, wanted) if wanted else {}
                open_ends += [
                    (key, field.name, field.target, uid)
                    for key, uid in zip(keys, values, strict=True)
                    if uid is not None and uid not in here
                ]
                values = [here.get(uid, field.filler) for uid in values]
            elif field.is_json:
                values = [
                    field.filler if value is None else _encode(value).decode() for value in values
                ]
            columns.append(values)
        return zip(*columns, strict=True), open_ends

    def _follow(
        self, entity: str, rows: Sequence[list[Any]], place: dict[str, int], keys: Sequence[int]
    ) -> None:
        """What is to be derived from these rows afterwards."""
        if entity in ("message", "ticket_event") and rows:
            at = place["position"]
            self.position = max(self.position, *(row[at] for row in rows))
        if entity == "message":
            self._messages.update(keys)
            self._write_html(rows, place, keys)
        elif entity == "attachment":
            found = {row[place["message_id"]] for row in rows} - {None}
            self._messages.update(keys_of(self._raw, "message", found).values())
        elif entity == "contact":
            self._contacts.update(keys)
        elif entity == "contact_point":
            self._points.update(keys)
            self._contacts |= self._owners(keys)

    def _owners(self, points: Collection[int]) -> set[int]:
        sql = f"SELECT contact_id FROM contact_point WHERE id IN {_IN}"
        return {key for (key,) in self._raw.execute(sql, listed(points))}

    def _write_html(
        self, rows: Sequence[list[Any]], place: dict[str, int], keys: Sequence[int]
    ) -> None:
        if not all(name in place for name in HTML):
            return
        html, urls, images = (place[name] for name in HTML)
        if not self._bulk:
            self._raw.execute(f"DELETE FROM message_html WHERE message_id IN {_IN}", listed(keys))
        self._raw.executemany(
            "INSERT OR REPLACE INTO message_html(message_id, html, remote_urls, remote_images) "
            "VALUES (?, ?, ?, ?)",
            [
                (
                    key,
                    row[html],
                    _encode(row[urls] or []).decode(),
                    None if row[images] is None else _encode(row[images]).decode(),
                )
                for key, row in zip(keys, rows, strict=True)
                if row[html] is not None
            ],
        )

    def _tell(
        self,
        entity: str,
        uids: Sequence[str],
        keys: Sequence[int],
        known: dict[str, int],
        rows: Sequence[list[Any]],
        place: dict[str, int],
    ) -> None:
        for uid, key in zip(uids, keys, strict=True):
            self.changes[(entity, key)] = Change(entity, key, uid, "upsert")
        if entity == "ticket":
            self.tickets.update(uids)
            self.arrived.update(uid for uid in uids if uid not in known)
        elif entity in PARTS:
            self.tickets.update(row[place["ticket_id"]] for row in rows)

    # Open ends -------------------------------------------------------------------------------------------------

    def _forget_open_ends(self, entity: str, keys: Iterable[int]) -> None:
        self._raw.execute(
            f"DELETE FROM dangling WHERE entity = ? AND key IN {_IN}", (entity, *listed(keys))
        )

    def _close_ends(self, target: str, uids: Sequence[str], keys: Sequence[int]) -> None:
        """Lead the references that waited for these rows to them."""
        found = self._raw.execute(
            f"SELECT entity, key, name, target_uid FROM dangling WHERE target = ? AND target_uid IN {_IN}",
            (target, *listed(uids)),
        ).fetchall()
        if not found:
            return
        to = dict(zip(uids, keys, strict=True))
        for entity, key, name, uid in found:
            if entity == "ticket":
                self._count([key])
            elif entity == "ticket_tag":
                self._count(self._tickets_of("ticket_tag", [key]))
            elif entity == "contact_point":
                self._contacts.add(to[uid])
            elif entity == "attachment":
                self._messages.add(to[uid])
            self._raw.execute(f'UPDATE {entity} SET "{name}" = ? WHERE id = ?', (to[uid], key))
            (own,) = self._raw.execute(f"SELECT uid FROM {entity} WHERE id = ?", (key,)).fetchone()
            self.changes[(entity, key)] = Change(entity, key, own, "upsert")
            if entity == "ticket":
                self.tickets.add(own)
        self._raw.execute(
            f"DELETE FROM dangling WHERE target = ? AND target_uid IN {_IN}",
            (target, *listed(uids)),
        )

    def _open_ends_to(self, target: str, keys: Collection[int]) -> None:
        """Rows that refer to what goes now: their references are open again."""
        for entity, field in referrers(target):
            if target == "ticket" and entity in PARTS and field.name == "ticket_id":
                continue  # they go with it
            if entity == "ticket":
                self._count(self._with("ticket", field.name, keys))
            which = f'WHERE "{field.name}" IN {_IN}'
            self._raw.execute(
                f"INSERT OR REPLACE INTO dangling SELECT ?, {entity}.id, ?, ?, target.uid "
                f'FROM {entity} JOIN {target} AS target ON target.id = {entity}."{field.name}" '
                f'WHERE {entity}."{field.name}" IN {_IN}',
                (entity, field.name, target, *listed(keys)),
            )
            self._raw.execute(
                f'UPDATE {entity} SET "{field.name}" = ? {which}', (field.filler, *listed(keys))
            )

    # Removals --------------------------------------------------------------------------------------------------

    def remove(self, removals: Iterable[Removal]) -> None:
        """Take rows out; a ticket goes with all that is its own."""
        by_entity: dict[str, list[str]] = {}
        for removal in removals:
            by_entity.setdefault(removal.entity, []).append(removal.id)
        for entity in reversed(ENTITIES):
            if entity in by_entity:
                found = keys_of(self._raw, entity, by_entity[entity])
                if entity == "ticket":
                    self._remove_tickets(found)
                elif found:
                    self._remove(entity, found)

    def _remove(self, entity: str, found: dict[str, int]) -> None:
        keys = list(found.values())
        self.purged |= entity in _WITH_WORDS
        if entity == "ticket_tag":
            self._count(self._tickets_of("ticket_tag", keys))
        elif entity == "tag":
            self._count(self._tagged(keys))
        elif entity == "room_message":
            self.blobs_gone |= self._files_of_rooms(keys)
        elif entity == "message":
            self.blobs_gone |= self._sources(keys)
            derived.drop_messages(self._raw, self._positions(keys))
            self._raw.execute(f"DELETE FROM message_html WHERE message_id IN {_IN}", listed(keys))
            self._messages.difference_update(keys)
        elif entity == "attachment":
            self._messages |= self._column("attachment", "message_id", keys)
            self.blobs_gone |= self._column("attachment", "sha256", keys)
        elif entity == "contact_point":
            self._contacts |= self._owners(keys)
            self._points.update(keys)
        elif entity == "contact":
            self._contacts.update(keys)
        if entity in PARTS:
            of = self._column(entity, "ticket_id", keys)
            self.tickets |= self._column("ticket", "uid", of)
        self._open_ends_to(entity, keys)
        self._forget_open_ends(entity, keys)
        self._raw.execute(f"DELETE FROM {entity} WHERE id IN {_IN}", listed(keys))
        for uid, key in found.items():
            self.changes[(entity, key)] = Change(entity, key, uid, "exit")

    def let_go(self, found: dict[str, int]) -> None:
        """Take these threads (uid → key) out: they are not kept here any longer."""
        self._remove_tickets(found)
        self.purged = False  # nothing was lost that must leave no word

    def _remove_tickets(self, found: dict[str, int]) -> None:
        """Whole threads. Nothing of them stays, but for what other rows say of them."""
        if not found:
            return
        keys = list(found.values())
        self._count(keys)
        messages = self._with("message", "ticket_id", keys)
        files = self._with("attachment", "message_id", messages)
        self.blobs_gone |= self._column("attachment", "sha256", files)
        self.blobs_gone |= self._sources(messages)
        derived.drop_messages(self._raw, self._positions(messages))
        self._messages.difference_update(messages)
        self._raw.execute(f"DELETE FROM message_html WHERE message_id IN {_IN}", listed(messages))
        self._drop("attachment", files)
        for part in PARTS:
            of_part = messages if part == "message" else self._with(part, "ticket_id", keys)
            self._drop(part, of_part)
        self._open_ends_to("ticket", keys)
        self._drop("ticket", keys)
        self.tickets.update(found)
        self.arrived.difference_update(found)
        self.purged = True
        for uid, key in found.items():
            self.changes[("ticket", key)] = Change("ticket", key, uid, "exit")

    def _drop(self, entity: str, keys: Collection[int]) -> None:
        self._forget_open_ends(entity, keys)
        self._raw.execute(f"DELETE FROM {entity} WHERE id IN {_IN}", listed(keys))

    def purge(self, scope: str) -> None:
        """A scope was lost: what came by it alone goes. Only departments are ever lost."""
        kind, _, uid = scope.partition(":")
        if kind != "department":
            return
        rows = self._raw.execute(
            "SELECT uid, id FROM ticket "
            "WHERE department_id = (SELECT id FROM department WHERE uid = ?) AND NOT EXISTS ("
            "SELECT 1 FROM ticket_access WHERE ticket_id = ticket.id AND agent_id = ?)",
            (uid, self._agent_key),
        )
        self._remove_tickets(dict(rows.fetchall()))

    # Counters --------------------------------------------------------------------------------------------------

    def _count_before(
        self,
        entity: str,
        rows: Sequence[list[Any]],
        place: dict[str, int],
        known: dict[str, int],
    ) -> None:
        if entity == "ticket":
            self._count(known.values())
        elif entity == "ticket_tag":
            uids = {row[place["ticket_id"]] for row in rows}
            self._count(keys_of(self._raw, "ticket", uids).values())
            self._count(self._tickets_of("ticket_tag", list(known.values())))
        elif entity == "tag" and known:
            renamed = dict(self._raw.execute("SELECT uid, name FROM tag"))
            keys = [
                known[r[0]] for r in rows if r[0] in known and renamed[r[0]] != r[place["name"]]
            ]
            self._count(self._tagged(keys))

    def _count(self, tickets: Iterable[int]) -> None:
        """Remember under which counters these tickets stand before they change."""
        new = set(tickets) - self._counted
        if self._bulk or not new:
            return
        for key, count in derived.counts_of(self._raw, new).items():
            self._before[key] = self._before.get(key, 0) + count
        self._counted |= new

    def _tagged(self, tags: Collection[int]) -> set[int]:
        sql = f"SELECT ticket_id FROM ticket_tag WHERE tag_id IN {_IN}"
        return {key for (key,) in self._raw.execute(sql, listed(tags))}

    def _tickets_of(self, part: str, keys: Collection[int]) -> set[int]:
        return self._column(part, "ticket_id", keys)

    # The end ---------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Put right what is derived from the rows."""
        derived.index_messages(self._raw, self._messages)
        derived.index_contacts(self._raw, self._contacts)
        derived.index_points(self._raw, self._points)
        self._messages, self._contacts, self._points = set(), set(), set()
        if not self._bulk:
            after = derived.counts_of(self._raw, self._counted)
            self.counts = derived.move_counts(self._raw, self._before, after)
        if self.blobs_gone:
            sql = f"SELECT sha256 FROM attachment WHERE sha256 IN {_IN}"
            self.blobs_gone -= {sha for (sha,) in self._raw.execute(sql, listed(self.blobs_gone))}
            self.blobs_gone -= self._files_of_rooms()

    # Looking up ------------------------------------------------------------------------------------------------

    def _with(self, entity: str, column: str, values: Collection[int]) -> list[int]:
        sql = f"SELECT id FROM {entity} WHERE {column} IN {_IN}"
        return [key for (key,) in self._raw.execute(sql, listed(values))]

    def _column(self, entity: str, column: str, keys: Collection[int]) -> set[Any]:
        sql = f"SELECT {column} FROM {entity} WHERE id IN {_IN}"
        return {value for (value,) in self._raw.execute(sql, listed(keys)) if value is not None}

    def _sources(self, messages: Collection[int]) -> set[str]:
        """Hashes of these mails as they came, and of pictures that were fetched for them."""
        sql = (
            f"SELECT raw_sha256 FROM message WHERE id IN {_IN} UNION SELECT value "
            f"FROM message_html, json_each(remote_images) WHERE message_id IN {_IN}"
        )
        found = self._raw.execute(sql, listed(messages) * 2)
        return {sha for (sha,) in found if sha and len(sha) == 64}

    def _files_of_rooms(self, keys: Collection[int] | None = None) -> set[str]:
        """Hashes of what was attached to these messages of rooms, or to any."""
        which = "" if keys is None else f"WHERE room_message.id IN {_IN}"
        sql = f"SELECT value ->> 'sha256' FROM room_message, json_each(attachments) {which}"
        given = () if keys is None else listed(keys)
        return {sha for (sha,) in self._raw.execute(sql, given)}

    def _positions(self, messages: Collection[int]) -> set[int]:
        return self._column("message", "position", messages)


@cache
def _upsert(entity: str, columns: tuple[str, ...]) -> str:
    stays = tuple(fillers_of(entity))
    names = ", ".join(f'"{name}"' for name in ("id", "uid", "seq", *stays, *columns))
    marks = ", ".join("?" * (3 + len(stays) + len(columns)))
    sets = ", ".join(f'"{name}" = excluded."{name}"' for name in ("seq", *columns))
    return f"INSERT INTO {entity}({names}) VALUES ({marks}) ON CONFLICT(id) DO UPDATE SET {sets}"
