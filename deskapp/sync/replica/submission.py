"""What a person has just done: kept for the host, and carried out here first."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from deskapp.core.api import Command, Offline, Outcome
from deskapp.core.commands.messages import DiscardDraft, SaveDraft, SendReply
from deskapp.sync.replica import cache as c
from deskapp.sync.replica.local import LocalRunner, LocalTx
from deskapp.sync.replica.outbox import Entry, Outbox
from deskapp.sync.replica.undo import recording

ELSEWHERE = "_not_found"
"""How a rejection ends when the thing may be at the host and only not here: the host is asked."""

_TYPED = """
SELECT ticket.uid, draft.uid FROM draft JOIN ticket ON ticket.id = draft.ticket_id
JOIN agent ON agent.id = draft.agent_id WHERE agent.uid = ?
"""


@dataclass(frozen=True, slots=True)
class Job:
    command: Command
    command_id: str


class Submission:
    """A group of commands in one transaction: afterwards `entries` and `drafts` are to be kept in the outbox.

    What is being typed is never sent: of each ticket the latest draft is kept. That it was thrown away is: the host
    may have given it back.
    """

    def __init__(
        self,
        runner: LocalRunner,
        outbox: Outbox,
        agent_id: str,
        now: int,
        before: Mapping[str, Outcome],
    ) -> None:
        """`before` is what commands of a while ago came to here: the same one again answers the same."""
        self._runner = runner
        self._outbox = outbox
        self._agent_id = agent_id
        self._now = now
        self._before = before
        self.outcomes: list[Outcome] = []
        self.entries: list[Entry] = []
        self.drafts: dict[str, Entry | None] = {}
        self.txs: list[LocalTx] = []
        self._kept = False
        self.late = False  # it was kept, and does not show here yet

    def keep(self) -> None:
        """In the outbox, durably. Raises `sqlite.Error` when the disk refuses: then none was."""
        if not self._kept:
            self._outbox.add(self.entries, self.drafts)
            self._kept = True

    @contextmanager
    def outlasting(self, mended: type[Exception]) -> Iterator[None]:
        """What was kept is kept, whatever becomes of the cache: it shows there when it can.

        `mended` is raised when the cache was damaged and made anew.
        """
        try:
            yield
        except mended:
            self.keep()
        except c.DAMAGE:  # its disk is full: nobody is told that what is sent was not
            if not self._kept:
                raise
            self.txs.clear()
            self.late = True

    def run(
        self,
        connection: Connection,
        jobs: Sequence[Job],
        seq: int,
        *,
        offline: bool,
        ready: bool,
        seen: int,
    ) -> None:
        """`offline`: the host cannot be reached; `ready`: there is a copy to carry them out on; `seen` is the last
        place in the order of messages that the host has told."""
        with recording(c.raw_of(connection)):
            for job in jobs:
                mine = {entry.id for entry in self.entries}
                if job.command_id in mine or self._outbox.knows(job.command_id):
                    again = self._before.get(job.command_id, Outcome(job.command_id, seq))
                    self.outcomes.append(again)
                    continue
                command = self._going_on(connection, _as_heard(job.command, seen))
                typed = self._typed(connection)
                outcome, tx = self._try(connection, command, job.command_id, seq, ready)
                self.outcomes.append(outcome)
                if outcome.ok:
                    self._keep(Job(command, job.command_id), tx, offline)
                    self.drafts |= dict.fromkeys(typed - self._typed(connection))

    def _try(
        self, connection: Connection, command: Command, command_id: str, seq: int, ready: bool
    ) -> tuple[Outcome, LocalTx | None]:
        if not ready:
            return Outcome(command_id, seq), None
        outcome, tx = self._runner.run(connection, command, command_id, seq)
        if outcome.rejected and outcome.rejected.code.endswith(ELSEWHERE):
            return Outcome(command_id, seq), None
        return outcome, tx

    def _keep(self, job: Job, tx: LocalTx | None, offline: bool) -> None:
        quiet = job.command.OFFLINE is Offline.LOCAL
        entry = Entry.of(job.command, job.command_id, self._now, offline=offline, quiet=quiet)
        if isinstance(job.command, SaveDraft):
            self.drafts[job.command.ticket_id] = entry
        elif isinstance(job.command, DiscardDraft):
            self.drafts[job.command.ticket_id] = None
            if job.command.draft_id:
                self.entries.append(entry)
        else:
            self.entries.append(entry)
        if tx is not None:
            self.txs.append(tx)

    def _typed(self, connection: Connection) -> set[str]:
        """Tickets in which this agent has a draft; not looked for where none was ever kept."""
        if not self._outbox.drafts and not self.drafts:
            return set()
        return set(self._drafts_here(connection))

    def _drafts_here(self, connection: Connection) -> dict[str, str]:
        """By ticket, the id of this agent's draft in it."""
        return dict(c.raw_of(connection).execute(_TYPED, (self._agent_id,)).fetchall())

    def _going_on(self, connection: Connection, command: Command) -> Command:
        """What is typed or thrown away, with the draft that its author had before them."""
        if not isinstance(command, SaveDraft | DiscardDraft):
            return command
        before = self._drafts_here(connection).get(command.ticket_id, "")
        if isinstance(command, SaveDraft) and (command.body.strip() or command.attachments):
            return replace(command, draft_id=before)
        return DiscardDraft(ticket_id=command.ticket_id, draft_id=before)


def _as_heard(command: Command, seen: int) -> Command:
    """What its author had heard, without the places of what only this machine has: they are its own clock's."""
    if getattr(command, "seen_order", 0) <= seen or isinstance(command, SaveDraft):
        return command
    return replace(command, seen_order=max(seen, 1))  # type: ignore[call-arg]


def as_draft(reply: SendReply, below: str) -> SaveDraft:
    """A reply as its author was writing it; what was typed since comes `below` it."""
    return SaveDraft(
        ticket_id=reply.ticket_id,
        mode="forward" if reply.forward else "reply",
        body=reply.body + (f"\n\n{below}" if below.strip() else ""),
        subject=reply.subject,
        to=reply.to,
        cc=reply.cc,
        bcc=reply.bcc,
        attachments=reply.attachments,
        account_id=reply.account_id,
        in_reply_to=reply.in_reply_to,
        seen_order=reply.seen_order,
    )
