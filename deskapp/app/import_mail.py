"""`import-mail PATH…`: old mail as history, threaded and silent; the same mail again is nothing.

First every raw mail is stored, then all that is stored and not yet received becomes messages, by
date, so that a thread's first mail comes before its answers whatever the files' names are. What
a cancelled or killed import left is taken up by the next one.
"""

import logging
import re
import secrets
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from email.utils import mktime_tz, parsedate_tz
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from deskapp.app.task import Task
from deskapp.channels.email.eml import StoredMail, Unreadable, walk
from deskapp.channels.email.intake import Intake
from deskapp.channels.email.sandbox import MailParser
from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.workspace import SYSTEM, LocalWorkspace
from deskapp.core.commands.mail import QuarantineMail, RawRef, ReceiveMail, StoreRawMail
from deskapp.core.queries.desk import GetAccounts
from deskapp.core.queries.mail import PendingRaw
from deskapp.system.errors import KnownError

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk
    from deskapp.app.control import Params

SOURCE = "import"
BATCH_MAILS = 100
BATCH_BYTES = 32 << 20
PARSERS = 2
IN_FLIGHT = 200
"""Commands whose commit is awaited at a time: they share commits."""

_HEAD = 16_384
_DATE = re.compile(rb"^Date:[ \t]*([^\r\n]{6,80})", re.IGNORECASE | re.MULTILINE)
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Tally:
    found: int = 0
    skipped: int = 0
    imported: int = 0
    quarantined: int = 0
    held: int = 0
    tickets: set[str] = field(default_factory=set)

    def count(self, command: ReceiveMail | QuarantineMail, outcome: Outcome) -> None:
        if outcome.result.get("duplicate"):
            return
        if isinstance(command, QuarantineMail):
            self.quarantined += 1
        else:
            self.imported += 1
        self.held += bool(outcome.result.get("held"))
        self.tickets.add(str(outcome.result.get("ticket_id", "")))


def run(desk: "Desk", params: "Params", task: Task) -> Mapping[str, object]:
    """Import `params["paths"]` for the account whose address is `params["account"]` (or none).

    Returns found, imported, known (here already), quarantined, skipped (files that are no mail),
    held, and tickets (how many the mails went to). KnownError: file_missing, no_mail_found,
    unknown_account, cancelled (what was imported stays; the next import goes on).
    """
    paths = [Path(str(path)) for path in params["paths"]]
    outside = LocalWorkspace(desk.authority, SYSTEM, SYSTEM)
    account_id = _account(outside, str(params.get("account") or ""))
    tally = _Tally()
    order = _store(outside, walk(paths), account_id, task, tally)
    if not tally.found:
        raise KnownError("no_mail_found", path=", ".join(map(str, paths)))
    with MailParser(workers=PARSERS) as parser:
        intake = Intake(outside, parser, _signing_key(desk))
        _receive(intake, list(_pending(desk, order)), task, tally)
    _log.info("imported %d of %d mails", tally.imported, tally.found)
    return {
        "found": tally.found,
        "imported": tally.imported,
        "known": max(tally.found - tally.imported - tally.quarantined, 0),
        "quarantined": tally.quarantined,
        "skipped": tally.skipped,
        "held": tally.held,
        "tickets": len(tally.tickets),
    }


def _account(desk: LocalWorkspace, address: str) -> str:
    if not address:
        return ""
    for account in desk.query(GetAccounts()).result():
        if account.address.lower() == address.strip().lower():
            return account.id
    raise KnownError("unknown_account", address=address)


def _signing_key(desk: "Desk") -> bytes:
    """History is threaded by plain headers: without a keyring only our signatures go unread."""
    try:
        return desk.secrets.signing_key()
    except KnownError as error:
        _log.info("importing without the desk's signing key: %s", error.code)
        return secrets.token_bytes(32)


# Storing -------------------------------------------------------------------------------------


def _store(
    desk: LocalWorkspace,
    items: Iterable[StoredMail | Unreadable],
    account_id: str,
    task: Task,
    tally: _Tally,
) -> dict[str, int]:
    """Keep every raw mail; the date of each by its hash, in seconds since the epoch."""
    order: dict[str, int] = {}
    date = 0
    for batch in _batches(items, task, tally):
        hashes = desk.blobs.put_many(batch)
        refs = []
        for sha256, raw in zip(hashes, batch, strict=True):
            date = _date_of(raw) or date  # one without a date stays with its neighbour
            if sha256 not in order:
                order[sha256] = date
                refs.append(RawRef(sha256, len(raw), account_id, source=SOURCE, history=True))
        outcome = desk.submit(StoreRawMail(items=tuple(refs))).result()
        if outcome.rejected is not None:
            raise Rejected(outcome.rejected.code, **outcome.rejected.params)
    return order


def _batches(
    items: Iterable[StoredMail | Unreadable], task: Task, tally: _Tally
) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for item in items:
        task.step(item.done, max(2 * item.total, 1), "reading")  # the other half is receiving
        if isinstance(item, Unreadable):
            tally.skipped += 1
            _log.info("not imported: %s (%s)", item.source, item.reason)
            continue
        tally.found += 1
        batch.append(item.raw)
        size += len(item.raw)
        if len(batch) == BATCH_MAILS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _date_of(raw: bytes) -> int:
    """Seconds since the epoch by the Date header; 0 when it has none that can be read."""
    found = _DATE.search(raw[:_HEAD])
    if found is None:
        return 0
    try:
        parsed = parsedate_tz(found[1].decode("ascii", "replace"))
        return max(int(mktime_tz(parsed)), 0) if parsed else 0
    except (ValueError, OverflowError, TypeError, IndexError):
        return 0


# Receiving -----------------------------------------------------------------------------------


def _pending(desk: "Desk", order: Mapping[str, int]) -> Iterator[PendingRaw]:
    """What is stored by an import and not received, oldest mail first."""
    statement = (
        "SELECT r.sha256, r.size, coalesce(a.uid, ''), r.history FROM raw_mail r "
        "LEFT JOIN account a ON a.id = r.account_id "
        "WHERE r.state = 'stored' AND r.source = :source ORDER BY r.id"
    )
    with desk.authority.engine.connect() as connection:
        rows = list(connection.execute(text(statement), {"source": SOURCE}))
    rows.sort(key=lambda row: order.get(row[0], 0))
    for sha256, size, account_id, history in rows:
        yield PendingRaw(sha256, size, account_id, SOURCE, bool(history))


def _receive(intake: Intake, pending: list[PendingRaw], task: Task, tally: _Tally) -> None:
    """Parse in parallel, submit in order, and let commits be shared."""
    sent: deque[tuple[PendingRaw, ReceiveMail | QuarantineMail, Future[Outcome]]] = deque()
    try:
        with ThreadPoolExecutor(PARSERS, thread_name_prefix="import") as pool:
            for done, (raw, command) in enumerate(_prepared(intake, pending, pool), 1):
                sent.append((raw, command, intake.desk.submit(command)))
                while len(sent) >= IN_FLIGHT or (sent and sent[0][2].done()):
                    _settle(intake, *sent.popleft(), tally)
                task.step(len(pending) + done, 2 * len(pending), "importing")
    finally:
        while sent:
            _settle(intake, *sent.popleft(), tally)


def _prepared(
    intake: Intake, pending: list[PendingRaw], pool: ThreadPoolExecutor
) -> Iterator[tuple[PendingRaw, ReceiveMail | QuarantineMail]]:
    """In the order of `pending`, a few ahead of the one that is asked for."""
    ahead: deque[tuple[PendingRaw, Future[ReceiveMail | QuarantineMail]]] = deque()
    try:
        for raw in pending:
            ahead.append((raw, pool.submit(intake.prepare, raw)))
            if len(ahead) > 2 * PARSERS:
                first, future = ahead.popleft()
                yield first, future.result()
        while ahead:
            first, future = ahead.popleft()
            yield first, future.result()
    finally:
        for _, future in ahead:
            future.cancel()


def _settle(
    intake: Intake,
    raw: PendingRaw,
    command: ReceiveMail | QuarantineMail,
    future: "Future[Outcome]",
    tally: _Tally,
) -> None:
    outcome = future.result()
    if outcome.rejected is not None and isinstance(command, ReceiveMail):
        _log.warning("a mail was refused by the desk: %s", outcome.rejected.code)
        command = intake.quarantine(raw, outcome.rejected.code)
        outcome = intake.submit(command)
    tally.count(command, outcome)
