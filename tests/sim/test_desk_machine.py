"""The desk under random work: whatever happens in whatever order, what it shows stays true."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from deskapp.core.commands.messages import (
    AddNote,
    AdmitMessage,
    CancelSend,
    SendReply,
    SplitMessage,
)
from deskapp.core.commands.tags import DeleteTag, RenameTag
from deskapp.core.commands.tickets import (
    AddTags,
    AssignTicket,
    DeleteTickets,
    MarkRead,
    MarkSpam,
    MergeTickets,
    RemoveTags,
    SetStatus,
    SnoozeTicket,
    WakeTicket,
)
from deskapp.models.dto import Address
from deskapp.models.enums import TicketStatus
from tests.support.desk import DeskRig, open_rig

PICK = st.integers(0, 10_000)
PEOPLE = tuple(Address(name.title(), f"{name}@correo.test") for name in ("ana", "luis", "eva"))

RECOUNT = """
SELECT key, count(*) FROM (
  SELECT 'mine:' || a.uid AS key FROM ticket t JOIN agent a ON a.id = t.assignee_id WHERE t.bucket = 'active'
  UNION ALL SELECT 'unassigned' FROM ticket WHERE bucket = 'active' AND assignee_id IS NULL
  UNION ALL SELECT 'needs_reply' FROM ticket WHERE bucket = 'active' AND needs_reply
  UNION ALL SELECT 'snoozed' FROM ticket WHERE bucket = 'snoozed'
  UNION ALL SELECT 'to_send' FROM ticket WHERE visible AND delivery <> 'none'
  UNION ALL SELECT 'account:' || c.uid FROM ticket t JOIN account c ON c.id = t.account_id WHERE t.bucket = 'active'
  UNION ALL SELECT 'tag:' || g.name FROM ticket t JOIN ticket_tag l ON l.ticket_id = t.id JOIN tag g ON g.id = l.tag_id
            WHERE t.bucket = 'active'
) AS counted GROUP BY key
"""
TRUE_BUCKET = """
SELECT number, bucket FROM ticket WHERE bucket <> CASE
  WHEN merged_into IS NOT NULL THEN 'merged' WHEN deleted THEN 'trash' WHEN spam THEN 'spam'
  WHEN status IN ('solved', 'closed') THEN 'done' WHEN snoozed_until IS NOT NULL THEN 'snoozed' ELSE 'active' END
"""
UNINDEXED = """
SELECT position FROM message WHERE position NOT IN (SELECT rowid FROM message_fts)
UNION ALL SELECT rowid FROM message_fts WHERE rowid NOT IN (SELECT position FROM message)
"""


class Desk(RuleBasedStateMachine):
    @initialize(seed=st.integers(0, 1_000_000))
    def open(self, seed: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.opened = open_rig(Path(self.folder.name), seed=seed)
        self.desk: DeskRig = next(self.opened)
        self.accounts = [self.desk.account(), self.desk.account("ventas@taller.test")]
        self.tickets: list[str] = []
        self.messages: list[str] = []
        self.seq = 0

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            next(self.opened, None)
            self.folder.cleanup()

    def ticket(self, pick: int) -> str:
        return self.tickets[pick % len(self.tickets)]

    @rule(pick=PICK, who=st.sampled_from(PEOPLE), answers=st.booleans(), signed=st.booleans())
    def mail_arrives(self, pick: int, who: Address, answers: bool, signed: bool) -> None:
        fields: dict[str, object] = {"sender": who, "text": f"mensaje {pick}"}
        if answers and self.tickets:
            fields["references"] = (f"<m{1 + pick % max(self.desk.mails, 1)}@correo.test>",)
            if signed:
                fields["signed_tickets"] = (self.ticket(pick),)
        self.desk.clock.advance(pick)
        result = self.desk.mail(self.accounts[pick % 2], **fields).result
        self.tickets.append(str(result["ticket_id"]))
        self.messages.append(str(result["message_id"]))

    @precondition(lambda self: self.tickets)
    @rule(pick=PICK, status=st.sampled_from(TicketStatus))
    def set_status(self, pick: int, status: TicketStatus) -> None:
        self.desk.submit(SetStatus(ticket_ids=(self.ticket(pick),), status=status))

    @precondition(lambda self: self.tickets)
    @rule(
        pick=PICK,
        undo=st.booleans(),
        what=st.sampled_from(("delete", "spam", "tag", "untag", "assign", "read")),
    )
    def change(self, pick: int, undo: bool, what: str) -> None:
        ids = (self.ticket(pick), self.ticket(pick + 1))
        command = {
            "delete": DeleteTickets(ticket_ids=ids),
            "spam": MarkSpam(ticket_ids=ids),
            "tag": AddTags(ticket_ids=ids, tags=("VIP", f"t{pick % 3}")),
            "untag": RemoveTags(ticket_ids=ids, tags=("VIP",)),
            "assign": AssignTicket(
                ticket_ids=ids, agent_id="" if pick % 2 else self.desk.workspace.agent_id
            ),
            "read": MarkRead(ticket_ids=ids),
        }[what]
        outcome = self.desk.do(command)
        if undo and outcome.undo:
            self.desk.do(outcome.undo)

    @precondition(lambda self: self.tickets)
    @rule(pick=PICK, what=st.sampled_from(("rename", "back", "delete")))
    def change_tag(self, pick: int, what: str) -> None:
        tag, other = f"t{pick % 3}", f"t{(pick + 1) % 4}"
        change = DeleteTag(tag=tag) if what == "delete" else RenameTag(tag=tag, name=other)
        outcome = self.desk.submit(change)
        if what == "back" and outcome.undo:
            self.desk.do(outcome.undo)

    @precondition(lambda self: self.tickets)
    @rule(pick=PICK)
    def snooze_and_wake(self, pick: int) -> None:
        until = self.desk.clock.now() + 1000 + pick
        self.desk.submit(SnoozeTicket(ticket_ids=(self.ticket(pick),), until=until))
        if pick % 2:
            self.desk.clock.advance(2000 + pick)
            self.desk.desk(WakeTicket(ticket_id=self.ticket(pick), until=until))

    @precondition(lambda self: self.tickets)
    @rule(
        pick=PICK,
        cancel=st.booleans(),
        status=st.sampled_from((None, TicketStatus.WAITING, TicketStatus.SOLVED)),
    )
    def reply(self, pick: int, cancel: bool, status: TicketStatus | None) -> None:
        uid = self.desk.new()
        outcome = self.desk.submit(
            SendReply(
                ticket_id=self.ticket(pick),
                message_id=uid,
                body=f"respuesta {pick}",
                seen_order=0,
                to=(PEOPLE[0],),
                hold_ms=3_600_000,
                set_status=status,
            )
        )
        if cancel and outcome.ok:
            self.desk.do(CancelSend(message_id=uid))

    @precondition(lambda self: self.tickets)
    @rule(pick=PICK)
    def note(self, pick: int) -> None:
        self.desk.submit(
            AddNote(ticket_id=self.ticket(pick), message_id=self.desk.new(), body="nota")
        )

    @precondition(lambda self: self.tickets)
    @rule(pick=PICK, undo=st.booleans())
    def merge(self, pick: int, undo: bool) -> None:
        outcome = self.desk.submit(
            MergeTickets(ticket_ids=(self.ticket(pick),), into_id=self.ticket(pick + 1))
        )
        if undo and outcome.undo:
            self.desk.do(outcome.undo)

    @precondition(lambda self: self.messages)
    @rule(pick=PICK, split=st.booleans())
    def held(self, pick: int, split: bool) -> None:
        message = self.messages[pick % len(self.messages)]
        if split:
            uid = self.desk.new()
            if self.desk.submit(SplitMessage(message_id=message, ticket_id=uid)).ok:
                self.tickets.append(uid)
        else:
            self.desk.do(AdmitMessage(message_id=message))

    @invariant()
    def what_it_shows_is_true(self) -> None:
        if not hasattr(self, "desk"):
            return
        counters, recount, misplaced, unindexed, lost, seq, ahead = self.desk.sql(
            "SELECT key, value FROM counter WHERE value <> 0",
            RECOUNT,
            TRUE_BUCKET,
            UNINDEXED,
            "SELECT sha256 FROM raw_mail WHERE message_id IS NULL",
            "SELECT CAST(value AS INTEGER) FROM desk WHERE key = 'seq'",
            "SELECT entity FROM sync_log WHERE seq > "
            "(SELECT CAST(value AS INTEGER) FROM desk WHERE key = 'seq')",
        )
        assert dict(counters) == dict(recount)  # type: ignore[arg-type]
        assert misplaced == unindexed == lost == ahead == ()
        ((now,),) = seq  # type: ignore[misc]
        assert now >= self.seq
        self.seq = now


Desk.TestCase.settings = settings(max_examples=settings().max_examples // 2, stateful_step_count=30)
TestDesk = Desk.TestCase
