"""The rows of a desk large enough to measure, in the order of time."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Table

from deskapp.core.policies.counting import bucket_of, counter_keys, is_visible
from deskapp.devtools.volume_text import Phrasebook
from deskapp.models import tables as t
from deskapp.models.enums import TicketStatus
from deskapp.models.ids import make_uuid7

NOW = 1_793_534_400_000
"""The desk's last moment: 2026-11-01 12:00 UTC."""
DAY = 86_400_000
AGENT = "0" * 12 + "7" + "0" * 3 + "8" + "0" * 14 + "1"
"""The id of the agent whose desk it is."""
RECENT = 60
"""So many of the newest tickets have exactly six messages: even ones text, odd ones HTML. The one below them
is the long one."""


@dataclass(frozen=True, slots=True)
class VolumeSize:
    tickets: int
    messages: int
    contacts: int
    long_ticket: int  # messages of the longest one


@dataclass(slots=True)
class _Ticket:
    """What messages and counters have to know of a ticket while it is generated."""

    key: int
    uid: str
    contact: int
    account: int
    assignee: int | None
    status: str
    language: str
    subject: str
    html: bool
    snoozed_until: int | None
    spam: bool
    deleted: bool
    merged_into: int | None
    times: list[int]
    tags: tuple[int, ...] = ()
    inbound: int = 0
    delivery: str = "none"
    snippet: str = ""
    snippet_kind: str = ""
    snippet_author: str = ""


class VolumeWriter:
    """Writes one desk through a raw connection, inside its transaction."""

    def __init__(self, raw: Any, size: VolumeSize, rng: random.Random) -> None:
        self._raw = raw
        self._size = size
        self._rng = rng
        self._text = Phrasebook(rng)
        self._counters: Counter[str] = Counter()
        self._agents = [(1, AGENT, "Lucía Vega", "lucia@tienda.example")]
        self._agents += [
            (n, self._uid(NOW - 900 * DAY), name, f"{name.split()[0].lower()}@tienda.example")
            for n, name in enumerate(("Marta Gil", "Pablo Cano", "Emma Brown"), start=2)
        ]
        self._accounts = [
            (n, self._uid(NOW - 900 * DAY), name, address)
            for n, (name, address) in enumerate(
                (("Tienda", "hola@tienda.example"), ("Orders", "orders@tienda.example"),
                 ("Taller", "taller@tienda.example")), start=1,
            )
        ]  # fmt: skip
        self._contacts: list[tuple[int, str, str, str]] = []  # key, name, address, language

    def write(self) -> None:
        """Everything, in the order of references."""
        self._write_desk()
        self._write_contacts()
        tickets = self._plan_tickets()
        self._write_stubs(tickets)
        last = self._write_messages(tickets)
        self._write_tickets(tickets)
        self._write_events(tickets)
        desk = {
            "epoch": self._uid(NOW), "device": self._uid(NOW), "agent": AGENT, "created_at": str(NOW - 900 * DAY),
            "seq": "1", "position": str(last),
        }  # fmt: skip
        self._insert(t.desk, ("key", "value"), desk.items())
        self._insert(t.counter, ("key", "value"), self._counters.items())

    # People and accounts -----------------------------------------------------------------------------------

    def _write_desk(self) -> None:
        self._insert(
            t.agent, ("id", "uid", "seq", "name", "email"),
            ((key, uid, 1, name, address) for key, uid, name, address in self._agents),
        )  # fmt: skip
        self._insert(
            t.account,
            ("id", "uid", "seq", "channel", "name", "address", "enabled", "settings", "connected_at"),
            ((key, uid, 1, "email", name, address, 0, "{}", NOW - 900 * DAY)
             for key, uid, name, address in self._accounts),
        )  # fmt: skip
        self._insert(
            t.tag, ("id", "uid", "seq", "name"),
            ((n, self._uid(NOW), 1, name) for n, name in enumerate(self._text.tags, start=1)),
        )  # fmt: skip
        settings: dict[str, object] = {
            "desk.name": "Tienda",
            "desk.language": "es",
            "desk.setup_done": True,
            "backup.daily": False,  # a copy of this desk would be in the way of every measurement
        }
        self._insert(
            t.setting, ("uid", "seq", "key", "value"),
            ((self._uid(NOW), 1, key, json.dumps(value)) for key, value in settings.items()),
        )  # fmt: skip

    def _write_contacts(self) -> None:
        rng = self._rng
        rows, points, names = [], [], []
        for key in range(1, self._size.contacts + 1):
            language = "es" if rng.random() < 0.7 else "en"
            name = self._text.person()
            organisation = self._text.organisation() if rng.random() < 0.15 else ""
            since = NOW - rng.randrange(900 * DAY)
            address = self._text.address(name, key)
            merged_into = key - 1 if key > 1 and rng.random() < 0.003 else None
            rows.append(
                (key, self._uid(since), 1, name, organisation, language, since, since, merged_into)
            )
            own = [("email", address, address)]
            if rng.random() < 0.5:
                digits = (
                    f"6{rng.randrange(10**7, 10**7 + 9 * self._size.contacts * 40) % 10**8:08d}"
                )
                own.append(("phone", f"+34{digits}", f"{digits[:3]} {digits[3:6]} {digits[6:]}"))
            if rng.random() < 0.1:
                number = rng.randrange(10**8)
                own.append(
                    ("national_id", f"{number:08d}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}", "")
                )
            points += [(key, kind, value, display or value) for kind, value, display in own]
            names.append((key, name, organisation, " ".join(value for _, value, _ in own)))
            self._contacts.append((key, name, address, language))
        columns = ("id", "uid", "seq", "name", "organisation", "language", "created_at", "updated_at",
                   "merged_into")  # fmt: skip
        self._insert(t.contact, columns, rows)
        self._insert(
            t.contact_point, ("id", "uid", "seq", "contact_id", "kind", "value", "display", "primary"),
            ((n, self._uid(NOW), 1, contact, kind, value, display, kind == "email")
             for n, (contact, kind, value, display) in enumerate(points, start=1)),
        )  # fmt: skip
        self._fts("contact_fts", ("rowid", "name", "organisation", "points"), names)
        self._fts(
            "point_fts", ("rowid", "value"), ((n, p[2]) for n, p in enumerate(points, start=1))
        )

    # Tickets -----------------------------------------------------------------------------------------------

    def _plan_tickets(self) -> list[_Ticket]:
        counts = self._message_counts()
        begin, span = NOW - 900 * DAY, 899 * DAY
        total = len(counts)
        return [
            self._plan_ticket(
                key, begin + int(span * (key / total) ** 0.8), count, total - key <= RECENT
            )
            for key, count in enumerate(counts, start=1)
        ]

    def _message_counts(self) -> list[int]:
        """How many messages each ticket has, oldest first: mostly few, sometimes many; their sum is exact."""
        size, rng = self._size, self._rng
        recent = min(RECENT, size.tickets // 10)
        free = size.tickets - recent - 1
        weights = [rng.expovariate(1) + 0.1 for _ in range(free)]
        spare = size.messages - size.long_ticket - 6 * recent - free
        scale = spare / sum(weights)
        counts = [1 + int(weight * scale) for weight in weights]
        for n in range(size.messages - size.long_ticket - 6 * recent - sum(counts)):
            counts[n % free] += 1
        return [*counts, size.long_ticket, *[6] * recent]

    def _plan_ticket(self, key: int, at: int, count: int, recent: bool) -> _Ticket:
        rng = self._rng
        contact, _, _, language = self._contacts[int(len(self._contacts) * rng.random() ** 1.3)]
        gap = DAY // 40 if recent else DAY // 2
        times = [at]
        for _ in range(count - 1):
            times.append(times[-1] + 60_000 + int(rng.expovariate(1) * gap))
        latest = NOW - (self._size.tickets - key) * 60_000 if recent else NOW - 3 * DAY
        if recent or times[-1] > latest:
            shift = times[-1] - latest + (0 if recent else rng.randrange(DAY))
            times = [time - shift for time in times]
        active = recent or rng.random() < 0.02
        luck = rng.random()
        status = (
            rng.choice(("new", "open", "open", "waiting"))
            if active
            else rng.choice(("solved", "closed"))
        )
        spare = not recent
        return _Ticket(
            key, self._uid(at), contact, rng.choice((1, 1, 2, 3)),
            rng.choice((1, 1, 1, 2, 3, 4, None)) if active else rng.randint(1, 4),
            status, language, self._text.subject(language, key),
            html=bool(key % 2) if recent else rng.random() < 0.3,
            snoozed_until=NOW + rng.randrange(1, 14) * DAY if spare and active and luck < 0.15 else None,
            spam=spare and not active and luck < 0.01,
            deleted=spare and not active and 0.01 < luck < 0.015,
            merged_into=rng.randrange(1, key) if spare and key > 1 and 0.5 < luck < 0.503 else None,
            times=times,
            tags=tuple(rng.sample(range(1, len(self._text.tags) + 1), rng.choice((0, 0, 1, 1, 2)))),
        )  # fmt: skip

    def _write_stubs(self, tickets: Sequence[_Ticket]) -> None:
        """Tags and participants, which need nothing of the messages."""
        self._insert(
            t.ticket_tag, ("uid", "seq", "ticket_id", "tag_id"),
            ((self._uid(k.times[0]), 1, k.key, tag) for k in tickets for tag in k.tags),
        )  # fmt: skip
        self._insert(
            t.participant, ("uid", "seq", "ticket_id", "address"),
            ((self._uid(k.times[0]), 1, k.key, self._contacts[k.contact - 1][2]) for k in tickets),
        )  # fmt: skip

    def _write_tickets(self, tickets: Sequence[_Ticket]) -> None:
        columns = (
            "id", "uid", "seq", "number", "subject", "status", "bucket", "visible", "channel", "account_id",
            "contact_id", "assignee_id", "merged_into", "created_at", "updated_at", "snoozed_until",
            "needs_reply", "spam", "deleted", "inbound_count", "delivery", "snippet", "snippet_kind",
            "snippet_author", "language",
        )  # fmt: skip
        self._insert(t.ticket, columns, (self._ticket_row(ticket) for ticket in tickets))
        self._insert(
            t.read_mark, ("uid", "seq", "ticket_id", "agent_id", "inbound_seen"),
            ((self._uid(k.times[-1]), 1, k.key, 1, k.inbound) for k in tickets if not self._is_unread(k)),
        )  # fmt: skip

    def _is_unread(self, ticket: _Ticket) -> bool:
        return TicketStatus(ticket.status).is_active and ticket.key % 4 == 0

    def _ticket_row(self, k: _Ticket) -> tuple[object, ...]:
        bucket = bucket_of(
            status=k.status, snoozed=k.snoozed_until is not None, spam=k.spam, deleted=k.deleted,
            merged=k.merged_into is not None,
        )  # fmt: skip
        needs_reply = k.snippet_kind == "inbound" and TicketStatus(k.status).is_active
        keys = counter_keys(
            bucket=bucket, needs_reply=needs_reply, delivery=k.delivery,
            assignee=self._agents[k.assignee - 1][1] if k.assignee else None,
            account=self._accounts[k.account - 1][1],
            tags=[self._text.tags[tag - 1] for tag in k.tags],
        )  # fmt: skip
        self._counters.update(keys)
        return (
            k.key, k.uid, 1, 1000 + k.key, k.subject, k.status, bucket, is_visible(bucket), "email", k.account,
            k.contact, k.assignee, k.merged_into, k.times[0], k.times[-1], k.snoozed_until,
            needs_reply, k.spam, k.deleted, k.inbound, k.delivery, k.snippet, k.snippet_kind,
            k.snippet_author, k.language,
        )  # fmt: skip

    # Messages ----------------------------------------------------------------------------------------------

    def _write_messages(self, tickets: Sequence[_Ticket]) -> int:
        """All messages in the order of time; returns the last position."""
        order = sorted(
            (at, ticket.key, n) for ticket in tickets for n, at in enumerate(ticket.times)
        )
        position = 0
        columns = (
            "id", "uid", "seq", "ticket_id", "position", "kind", "channel", "account_id", "contact_id",
            "agent_id", "author_name", "author_address", "at", "subject", "body", "quoted", "has_html",
            "attachment_count", "recipients", "rfc_message_id", "delivery",
        )  # fmt: skip
        for first in range(0, len(order), 20_000):
            rows: list[tuple[Any, ...]] = []
            for key, (at, ticket_key, n) in enumerate(
                order[first : first + 20_000], start=first + 1
            ):
                position = max(position + 1, at * 1000)
                rows.append(self._message_row(key, position, tickets[ticket_key - 1], at, n))
            self._insert(t.message, columns, rows)
            self._fts(
                "message_fts", ("rowid", "subject", "body", "author"),
                ((row[4], row[13], row[14], f"{row[10]} {row[11]}") for row in rows),
            )  # fmt: skip
            self._write_belongings(rows)
        return position

    def _message_row(
        self, key: int, position: int, ticket: _Ticket, at: int, n: int
    ) -> tuple[Any, ...]:
        rng = self._rng
        _, name, address, language = self._contacts[ticket.contact - 1]
        kind = (
            "inbound"
            if n == 0 or rng.random() < 0.5
            else ("outbound" if rng.random() < 0.85 else "note")
        )
        agent = self._agents[(ticket.assignee or 1) - 1]
        inbound = kind == "inbound"
        body = self._text.body(language, name if inbound else agent[2])
        account = self._accounts[ticket.account - 1]
        to = [account[2], account[3]] if inbound else [name, address]
        ticket.inbound += inbound
        ticket.snippet, ticket.snippet_kind = (
            body.partition("\n\n")[2][:120].replace("\n", " "),
            kind,
        )
        ticket.snippet_author = name if inbound else agent[2]
        html = ticket.html and kind != "note"
        return (
            key, self._uid(at), 1, ticket.key, position, kind, "email", ticket.account,
            ticket.contact if inbound else None, None if inbound else agent[0],
            name if inbound else agent[2], address if inbound else account[3], at,
            ticket.subject if n == 0 else f"Re: {ticket.subject}", body,
            "" if n == 0 or kind == "note" else "> " + self._text.sentence(language), html,
            int(rng.random() < 0.05), json.dumps({"to": [to]}) if kind != "note" else None,
            f"<{key}.{ticket.key}@{'mail' if inbound else 'tienda'}.example>",
            "sent" if kind == "outbound" else "none",
        )  # fmt: skip

    def _write_belongings(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """HTML bodies and attachments of these message rows."""
        rng = self._rng
        listed = list(rows)
        self._insert(
            t.message_html, ("message_id", "html", "remote_urls"),
            ((row[0], self._text.html(row[14], row[15]), "[]") for row in listed if row[16]),
        )  # fmt: skip
        self._insert(
            t.attachment, ("uid", "seq", "message_id", "filename", "mime", "size", "sha256"),
            ((self._uid(row[12]), 1, row[0], f"IMG_{row[0] % 9999:04d}.jpg", "image/jpeg",
              rng.randrange(40_000, 4_000_000), f"{rng.getrandbits(256):064x}")
             for row in listed if row[17]),
        )  # fmt: skip

    def _write_events(self, tickets: Sequence[_Ticket]) -> None:
        columns = ("uid", "seq", "ticket_id", "position", "kind", "actor_kind", "actor_name", "agent_id",
                   "at", "data")  # fmt: skip

        def rows() -> Iterator[tuple[object, ...]]:
            for k in tickets:
                created = k.times[0]
                yield (
                    self._uid(created),
                    1,
                    k.key,
                    created * 1000 + 500,
                    "created",
                    "system",
                    "",
                    None,
                    created,
                    "{}",
                )
                agent = self._agents[k.assignee - 1] if k.assignee else None
                if agent:
                    at = created + 30_000
                    data = json.dumps({"to": agent[2]})
                    yield (
                        self._uid(at),
                        1,
                        k.key,
                        at * 1000,
                        "assigned",
                        "agent",
                        agent[2],
                        agent[0],
                        at,
                        data,
                    )
                if not TicketStatus(k.status).is_active:
                    at = k.times[-1] + 60_000
                    data = json.dumps({"from": "open", "to": k.status})
                    yield (
                        self._uid(at),
                        1,
                        k.key,
                        at * 1000,
                        "status",
                        "agent",
                        "Lucía Vega",
                        1,
                        at,
                        data,
                    )

        self._insert(t.ticket_event, columns, rows())

    # Writing -----------------------------------------------------------------------------------------------

    def _uid(self, at: int) -> str:
        return make_uuid7(at, self._rng.getrandbits(74))

    def _insert(
        self, table: Table, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        self._many(_insert_sql(table.name, [table.c[name].name for name in columns]), rows)

    def _fts(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        self._many(_insert_sql(name, columns), rows)

    def _many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        rows = iter(rows)
        while chunk := list(islice(rows, 10_000)):
            self._raw.executemany(sql, chunk)


def _insert_sql(name: str, columns: Sequence[str]) -> str:
    marks = ", ".join("?" * len(columns))
    names = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {name} ({names}) VALUES ({marks})"  # noqa: S608  names of our own tables
