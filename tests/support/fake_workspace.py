"""A desk in memory for tests of the window: a handful of rows, answered like the real one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from deskapp.core.api import (
    Change,
    ChangeSet,
    Command,
    Connection,
    Elsewhere,
    Outcome,
    Query,
    Rejection,
)
from deskapp.core.commands.tickets import (
    AddTags,
    AssignTicket,
    DeleteTickets,
    MarkSpam,
    RevertTickets,
    SetStatus,
    SnoozeTicket,
    TicketRevert,
)
from deskapp.core.queries import contacts, desk, search, tickets, views
from deskapp.models.dto import (
    AccountInfo,
    AgentInfo,
    ContactInfo,
    DeskSettings,
    DeskStatus,
    SearchHit,
    SearchPage,
    Sidebar,
    TagInfo,
    TicketDetail,
    TicketIdPage,
    TicketRow,
)
from deskapp.models.enums import (
    AgentState,
    Channel,
    Delivery,
    MessageKind,
    SortOrder,
    TicketStatus,
)
from deskapp.models.ids import TicketKey

ME = "a" * 32
MINUTE = 60_000


def row(key: int, name: str = "", **values: Any) -> TicketRow:
    """A row with everything filled in; `values` override."""
    base = TicketRow(
        key=TicketKey(key),
        id=f"{key:032x}",
        number=1000 + key,
        subject=f"Subject {key}",
        status=TicketStatus.OPEN,
        channel=Channel.EMAIL,
        contact_id=f"c{key % 40:031x}",
        contact_name=name or f"Customer {key}",
        assignee_id=ME,
        account_id="",
        snippet=f"Last words {key}",
        snippet_kind=MessageKind.INBOUND,
        snippet_author="",
        updated_at=10_000_000 - key * MINUTE,
        unread=0,
        needs_reply=True,
        snoozed_until=None,
        held=0,
        delivery=Delivery.NONE,
        tags=(),
        spam=False,
        deleted=False,
    )
    return replace(base, **values)


class FakeWorkspace:
    """`core.api.Workspace` over a list of rows. Queries run on one thread, as they would."""

    def __init__(self, rows: list[TicketRow] | None = None) -> None:
        self.rows = {r.key: r for r in rows or []}
        self.sent: list[Command] = []
        self.asked: list[Query[Any]] = []
        self.refuse: Rejection | None = None
        self.status = DeskStatus(1, 0, 0, None, 0)
        self.accounts: tuple[AccountInfo, ...] = ()
        self.tags: tuple[TagInfo, ...] = (TagInfo("t1", "vip", 3), TagInfo("t2", "refund", 2))
        self.agent = AgentInfo(ME, "Lucía Marín", "lucia@shop.es", AgentState.ONLINE)
        self.contacts: tuple[ContactInfo, ...] = ()
        self._seq = 1
        self._listeners: list[Callable[[ChangeSet], None]] = []
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="fake-desk")

    # -- Workspace ---------------------------------------------------------------------------

    agent_id = ME
    connection = Connection("solo", True, 0)
    blobs: Any = None

    def new_id(self) -> str:
        self._seq += 1
        return f"{self._seq:032x}"

    def subscribe(self, callback: Callable[[ChangeSet], None]) -> Callable[[], None]:
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def query(self, query: Query[Any]) -> Future[Any]:
        self.asked.append(query)
        return self._pool.submit(self._answer, query)

    def submit(self, command: Command, command_id: str | None = None) -> Future[Outcome]:
        self.sent.append(command)
        return self._pool.submit(self._do, command)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    # -- for tests ---------------------------------------------------------------------------

    def put(self, *rows: TicketRow) -> None:
        """Commit these rows from another thread, as the desk does."""
        self._pool.submit(self._commit, rows).result()

    def _commit(self, rows: tuple[TicketRow, ...]) -> None:
        self.rows |= {r.key: r for r in rows}
        self._seq += 1
        changes = tuple(Change("ticket", r.key, r.id, "upsert") for r in rows)
        change = ChangeSet(self._seq, changes, frozenset(r.id for r in rows), True)
        for listener in tuple(self._listeners):
            listener(change)

    def _keys(self, view: str, order: SortOrder = SortOrder.NEWEST) -> list[int]:
        held = list(filter(_test(view), self.rows.values()))
        held.sort(key=lambda r: (r.updated_at, r.key), reverse=order is SortOrder.NEWEST)
        return [r.key for r in held]

    def _answer(self, query: Query[Any]) -> Any:
        match query:
            case views.TicketIds(view, order, limit):
                keys = self._keys(view, order)
                return TicketIdPage(tuple(keys[:limit]), len(keys), self._seq)
            case views.TicketRows(keys):
                return tuple(self.rows[TicketKey(k)] for k in keys if k in self.rows)
            case views.TicketKeysOf(view, ids):
                return tuple(k for k in self._keys(view) if self.rows[TicketKey(k)].id in ids)
            case views.GetSidebar():
                return self._sidebar()
            case views.PreviewView():
                return len(self.rows)
            case search.Search(text, limit, before):
                return self._search(text, limit, before or 0)
            case tickets.GetTicket(ticket_id):
                return self._ticket(ticket_id)
            case desk.GetAgents():
                return (self.agent,)
            case desk.GetTags():
                return self.tags
            case desk.GetAccounts():
                return self.accounts
            case desk.GetDeskStatus():
                return self.status
            case desk.GetSettings():
                return DeskSettings()
            case contacts.FindContacts(text):
                return tuple(c for c in self.contacts if text.casefold() in c.name.casefold())
        raise LookupError(type(query).__name__)

    elsewhere: Elsewhere | None = None

    def _sidebar(self) -> Sidebar:
        names = ("mine", "unassigned", "needs_reply", "snoozed", "to_send")
        tags = tuple(f"tag:{tag.name}" for tag in self.tags)
        counts = {n: sum(map(_test(n), self.rows.values())) for n in (*names, *tags)}
        return Sidebar(self.accounts, self.tags, (), counts)

    def _search(self, text: str, limit: int, begin: int) -> SearchPage:
        hits = []
        for key in self._keys("all"):
            r = self.rows[TicketKey(key)]
            at = r.snippet.casefold().find(text.casefold())
            if at >= 0:
                hits.append(SearchHit(r, r.snippet, ((at, at + len(text)),), ""))
        end = begin + limit
        more = len(hits) > end
        return SearchPage(tuple(hits[begin:end]), (), more, end if more else None)

    def _ticket(self, ticket_id: str) -> TicketDetail:
        for r in self.rows.values():
            if r.id == ticket_id:
                return TicketDetail(
                    row=r,
                    assignee=self.agent,
                    account=None,
                    created_at=0,
                    language="",
                    merged_into=None,
                    merged_from=(),
                    draft=None,
                    reply_to=(),
                    reply_all_cc=(),
                    last_inbound_id="",
                )
        raise LookupError(ticket_id)

    def _do(self, command: Command) -> Outcome:
        if self.refuse is not None:
            return Outcome("", self._seq, rejected=self.refuse)
        ids = getattr(command, "ticket_ids", ())
        before = [r for r in self.rows.values() if r.id in ids]
        changed = [self._apply(command, r) for r in before]
        if isinstance(command, RevertTickets):
            changed = [_reverted(self.rows, item) for item in command.items]
        if changed:
            self._commit(tuple(changed))
        undo = RevertTickets(items=tuple(_as_was(r) for r in before)) if before else None
        return Outcome("", self._seq, undo=undo)

    def _apply(self, command: Command, r: TicketRow) -> TicketRow:
        match command:
            case SetStatus():
                return replace(r, status=command.status)
            case AssignTicket():
                return replace(r, assignee_id=command.agent_id)
            case SnoozeTicket():
                return replace(r, snoozed_until=command.until or None)
            case MarkSpam():
                return replace(r, spam=command.spam)
            case DeleteTickets():
                return replace(r, deleted=command.deleted)
            case AddTags():
                return replace(r, tags=tuple(sorted({*r.tags, *command.tags})))
        return r


def _test(view: str) -> Callable[[TicketRow], bool]:
    """What a ticket must be to belong to `view`."""
    kind, _, which = view.partition(":")
    tests: dict[str, Callable[[TicketRow], bool]] = {
        "mine": lambda r: r.assignee_id == ME and _active(r),
        "unassigned": lambda r: not r.assignee_id and _active(r),
        "needs_reply": lambda r: r.needs_reply and _active(r),
        "snoozed": lambda r: r.snoozed_until is not None,
        "to_send": lambda r: r.delivery in (Delivery.QUEUED, Delivery.FAILED),
        "all": lambda r: not (r.spam or r.deleted),
        "done": lambda r: not r.status.is_active and not r.deleted,
        "spam": lambda r: r.spam,
        "trash": lambda r: r.deleted,
        "tag": lambda r: which in r.tags,
        "account": lambda r: r.account_id == which,
        "contact": lambda r: r.contact_id == which,
    }
    return tests.get(kind, lambda _r: False)


def _active(r: TicketRow) -> bool:
    return r.status.is_active and not (r.spam or r.deleted or r.snoozed_until)


def _as_was(r: TicketRow) -> TicketRevert:
    return TicketRevert(r.id, r.status, r.assignee_id, r.snoozed_until, r.spam, r.deleted)


def _reverted(rows: dict[TicketKey, TicketRow], item: TicketRevert) -> TicketRow:
    was = next(r for r in rows.values() if r.id == item.ticket_id)
    return replace(
        was,
        status=item.status,
        assignee_id=item.assignee_id,
        snoozed_until=item.snoozed_until,
        spam=item.spam,
        deleted=item.deleted,
    )
