"""Reading one folder: which mails are new, which are history, and in which order things become safe.

For every batch: fetch → blobs → StoreRawMail committed → parse → ReceiveMail committed → Seen →
RecordFolder. Wherever it is cut, the next start finds either a UID above the recorded one or a raw
mail that is stored and not received; both are taken up again, and neither makes a second message.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from deskapp.channels.email.imap import Envelope, FolderState, Mailbox
from deskapp.channels.email.intake import Intake
from deskapp.channels.email.parsed import MAX_RAW_BYTES
from deskapp.channels.email.settings import MailSettings
from deskapp.core.commands.accounts import RecordFolder
from deskapp.core.commands.mail import RawRef
from deskapp.core.ports import Clock
from deskapp.core.queries.mail import FolderMark

BATCH: Final = 25
BATCH_BYTES: Final = 8 * 1024 * 1024
HEAD_BYTES: Final = 256 * 1024
"""How much is kept of a mail that is too large to be fetched whole."""
_OVERLAP: Final = timedelta(days=2)
"""Search dates are whole days in the server's own zone, and clocks differ."""
_LATE_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class AccountTimes:
    """When the mailbox was connected and last read, ms since the epoch, UTC; None: never."""

    connected_at: int | None
    checked_at: int | None


class Stopped(Exception):
    """The app wants the worker to end."""


class FolderReader:
    """Reads the folders of one mailbox over one connection. Raises `MailProblem` and `Stopped`."""

    def __init__(
        self,
        mailbox: Mailbox,
        account_id: str,
        settings: MailSettings,
        intake: Intake,
        *,
        clock: Clock,
        times: AccountTimes,
        marks: Iterable[FolderMark],
        wanted: Callable[[], bool],
    ) -> None:
        self._mailbox = mailbox
        self._account_id = account_id
        self._settings = settings
        self._intake = intake
        self._clock = clock
        self._times = times
        self._marks = {mark.folder: mark for mark in marks}
        self._wanted = wanted

    def read(self, folder: str) -> None:
        """Bring the desk up to date with a folder; it stays selected."""
        state = self._mailbox.select(folder, writable=self._settings.mark_seen)
        mark = self._marks.get(folder)
        if mark is None:
            mark = self._first_mark(folder, state)
        elif mark.uidvalidity != state.uidvalidity:
            mark = self._renumbered(mark, state)
        if mark.last_uid < mark.first_live_uid - 1:
            mark = self._read_history(mark)
        self._read_live(mark)

    def read_on(self, folder: str) -> None:
        """What came since `read`, in the folder that is selected."""
        self._mailbox.probe()
        self._read_live(self._marks[folder])

    # -- kinds of reading -----------------------------------------------------------------------

    def _first_mark(self, folder: str, state: FolderState) -> FolderMark:
        """Where history ends: at this moment, or where it was when the mailbox was added."""
        first_live = state.uidnext
        connected = self._times.connected_at
        if connected is not None and self._clock.now() - connected > _LATE_MS:
            since = self._mailbox.uids(1, state.uidnext - 1, _day(connected) - _OVERLAP)
            for batch in _chunks(since):
                late = [e.uid for e in self._mailbox.envelopes(batch) if not _before(e, connected)]
                first_live = min([first_live, *late])
        return self._record(FolderMark(folder, state.uidvalidity, 0, first_live))

    def _renumbered(self, old: FolderMark, state: FolderState) -> FolderMark:
        """The server numbered the folder anew (RFC 9051, 2.3.1.1): UIDs say nothing any more.

        What was read before is known again by its bytes. What is new is live if it came after the
        mailbox was connected.
        """
        seen_at = self._times.checked_at or self._times.connected_at or 0
        connected = self._times.connected_at or 0
        uids = self._mailbox.uids(1, state.uidnext - 1, _day(seen_at) - _OVERLAP)
        mark = FolderMark(old.folder, state.uidvalidity, state.uidnext - 1, state.uidnext)
        for batch in _chunks(uids):
            self._take(mark, batch, lambda envelope: _before(envelope, connected))
        return self._record(mark)

    def _read_history(self, mark: FolderMark) -> FolderMark:
        """The last days before the connection, silently; mail that comes meanwhile goes first."""
        oldest = _day(self._clock.now()) - timedelta(days=self._settings.history_days)
        live_from = mark.first_live_uid
        for batch in _chunks(
            self._mailbox.uids(mark.last_uid + 1, mark.first_live_uid - 1, oldest)
        ):
            live_from = self._take_live(mark, live_from)
            self._take(mark, batch, lambda _: True)
            mark = self._record(replace(mark, last_uid=batch[-1]))
        return self._record(replace(mark, last_uid=mark.first_live_uid - 1))

    def _read_live(self, mark: FolderMark) -> None:
        for batch in _chunks(self._mailbox.uids(mark.last_uid + 1)):
            self._take(mark, batch, lambda _: False)
            mark = self._record(replace(mark, last_uid=batch[-1]))

    def _take_live(self, mark: FolderMark, first: int) -> int:
        """Live mail while history is still being read; it is recorded when history is through."""
        self._mailbox.probe()
        for batch in _chunks(self._mailbox.uids(first)):
            self._take(mark, batch, lambda _: False)
            first = batch[-1] + 1
        return first

    # -- one batch ------------------------------------------------------------------------------

    def _take(
        self, mark: FolderMark, uids: list[int], is_history: Callable[[Envelope], bool]
    ) -> None:
        for group in _by_size(self._mailbox.envelopes(uids)):
            if not self._wanted():
                raise Stopped
            self._take_group(mark, group, is_history)

    def _take_group(
        self, mark: FolderMark, group: list[Envelope], is_history: Callable[[Envelope], bool]
    ) -> None:
        mails = []
        for envelope in group:
            too_large = envelope.size > MAX_RAW_BYTES
            raw = self._mailbox.fetch(envelope.uid, HEAD_BYTES if too_large else None)
            if raw is not None:
                mails.append((envelope, raw, envelope.size if too_large else len(raw)))
        self._intake.reached("fetched")
        hashes = self._intake.blobs.put_many(raw for _envelope, raw, _size in mails)
        self._intake.reached("blobs_put")
        refs = [
            RawRef(
                sha256,
                size,
                account_id=self._account_id,
                folder=mark.folder,
                uidvalidity=mark.uidvalidity,
                uid=envelope.uid,
                history=is_history(envelope),
            )
            for sha256, (envelope, _raw, size) in zip(hashes, mails, strict=True)
        ]
        self._intake.take(refs)
        live = [ref.uid for ref in refs if not ref.history]
        if live and self._settings.mark_seen:
            self._mailbox.mark_seen(live)
        self._intake.reached("marked_seen")

    def _record(self, mark: FolderMark) -> FolderMark:
        self._intake.submit(
            RecordFolder(
                account_id=self._account_id,
                folder=mark.folder,
                uidvalidity=mark.uidvalidity,
                last_uid=mark.last_uid,
                first_live_uid=mark.first_live_uid,
            )
        )
        self._marks[mark.folder] = mark
        self._intake.reached("folder_recorded")
        return mark


def _chunks(uids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(uids), BATCH):
        yield uids[start : start + BATCH]


def _by_size(envelopes: list[Envelope]) -> Iterator[list[Envelope]]:
    """Groups that fit into memory together; a large mail goes alone."""
    group: list[Envelope] = []
    size = 0
    for envelope in envelopes:
        weight = min(envelope.size, MAX_RAW_BYTES)
        if group and size + weight > BATCH_BYTES:
            yield group
            group, size = [], 0
        group.append(envelope)
        size += weight
    if group:
        yield group


def _before(envelope: Envelope, at: int) -> bool:
    """Whether a mail came before a moment; INTERNALDATE knows whole seconds only."""
    return envelope.arrived_at < at // 1000 * 1000


def _day(at: int) -> date:
    return datetime.fromtimestamp(at / 1000, UTC).date()
