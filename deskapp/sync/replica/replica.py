"""One machine's share of a desk: the cache, the outbox, and how the two and the host are brought together.

What is done here shows at once, and is done again on top of whatever the host tells: take back what is local, write
what the host says, drop what it has answered, and run again what still waits. Readers never see the middle.
Everything here belongs to one thread; `status` may be read from any.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from deskapp.core.api import ChangeSet, Outcome
from deskapp.core.commands.messages import SendReply
from deskapp.core.ports import Clock, Ids
from deskapp.sync.protocol.messages import (
    COMMANDS,
    BootstrapPage,
    Check,
    SyncAnswer,
    SyncRequest,
    WireResult,
)
from deskapp.sync.replica import cache as c
from deskapp.sync.replica import derived
from deskapp.sync.replica.apply import Applier
from deskapp.sync.replica.bootstrap import Bootstrap
from deskapp.sync.replica.keys import Keys
from deskapp.sync.replica.local import LocalRunner, LocalTx
from deskapp.sync.replica.merging import merged, verdicts
from deskapp.sync.replica.order import sendable
from deskapp.sync.replica.outbox import Outbox
from deskapp.sync.replica.squeezing import Squeezing
from deskapp.sync.replica.status import News, Status, change_set, trouble_of
from deskapp.sync.replica.submission import Job, Submission, as_draft
from deskapp.sync.replica.transport import StartOver
from deskapp.sync.replica.undo import changed_here, recording, restore
from deskapp.sync.replica.upkeep import Upkeep

CACHE, OUTBOX = "cache.sqlite", "outbox.sqlite"
OUTCOMES = 1_000


class Mended(StartOver):
    """The cache was damaged and is empty now: everything is to be fetched again."""


class Replica:
    """Opens, or makes, the files in `folder`. `publish` is called after each commit that a window may look at.

    `forget_blobs` is told which files are nobody's here any more, `keep_blobs` which alone stay with a new cache.
    `on_status`: `status` is another. `in_use`: what a person looks at. `missing`: a command names what the host lacks.
    """

    def __init__(
        self,
        folder: Path,
        *,
        agent_id: str,
        clock: Clock,
        ids: Ids,
        publish: Callable[[ChangeSet], None],
        forget_blobs: Callable[[frozenset[str]], None] = lambda _: None,
        keep_blobs: Callable[[frozenset[str]], None] = lambda _: None,
        on_status: Callable[[], None] = lambda: None,
        in_use: Callable[[], Collection[str]] = lambda: (),
        readers: int = 3,
    ) -> None:
        self.agent_id = agent_id
        self._clock = clock
        self._ids = ids
        self._publish = publish
        self._forget_blobs, self._keep_blobs = forget_blobs, keep_blobs
        self._on_status = on_status
        self.outbox = Outbox(folder / OUTBOX)
        self.cache = c.Cache(folder / CACHE, agent_id=agent_id, readers=readers)
        self._keys = Keys()
        self._runner = LocalRunner(agent_id, self._keys, clock, ids)
        self.missing: Callable[[Mapping[str, Any]], bool] = lambda _body: False
        self._answered: dict[str, WireResult] = {}
        self._outcomes: dict[str, Outcome] = {}  # of the last commands that were given here
        self._sent = {entry.id for entry in self.outbox.pending}  # it may have been: who knows
        self._upkeep = Upkeep(self.outbox, self._runner, in_use)
        self.window, self.checker = self._upkeep.window, self._upkeep.checker
        self.bootstrap = Bootstrap(self._page_transaction, self.window, self._repaired)
        self.status = Status(made=self.cache.made)
        self._squeezing = Squeezing(self._transaction, self.cache.leave_nothing, clock.now)
        try:
            self._load()
        except (*c.DAMAGE, ValueError) as error:  # ValueError: a mark that is none
            if isinstance(error, c.DAMAGE) and not c.is_damage(error):
                raise
            self.rebuild()
        with suppress(Mended):
            while self.squeeze():
                pass
        local = self.outbox.pending or self.outbox.drafts or self._shown
        self._behind = self.ready and bool(local)
        self.catch_up()

    def catch_up(self) -> None:
        """Carry out what was kept for the host and could not be shown here, unless the disk still refuses it."""
        if self._behind:
            with suppress(*c.DAMAGE):  # `status.trouble` says so
                self._rebase(())

    def squeeze(self) -> bool:
        """Let some of what this agent may not see any more leave the files for good; whether there is more to do."""
        try:
            return self._squeezing.step()
        except c.DAMAGE:  # likewise: it takes room
            return False

    def _load(self) -> None:
        with self.cache.begin() as connection:
            raw = c.raw_of(connection)
            self._seq = int(c.mark(raw, c.SEQ, "0"))
            self._position = int(c.mark(raw, c.POSITION, "0"))
            self.status = replace(
                self.status,
                epoch=c.mark(raw, c.EPOCH),
                seq=self._seq,
                complete_to=int(c.mark(raw, c.COMPLETE_TO, "0")),
                repaired_at=self._upkeep.repaired_at,
            )
            self.bootstrap.load(raw)
            self._upkeep.load(raw)
            self._squeezing.load(raw)
            self._forget_blobs(frozenset(c.mark(raw, c.BLOBS_GONE).split()) - self.outbox.files)
            self._shown = changed_here(raw)
        self._runner.reset(self._position)
        self._tell_status()

    @property
    def ready(self) -> bool:
        """Whether the first copy is here, so that commands can be carried out on it."""
        return not self.bootstrap.building

    @property
    def waits(self) -> bool:
        """Whether something is still to be fetched, or an answer is here in part, or more is to be done about one."""
        unfinished = self.bootstrap.unfinished or self._answered or self._squeezing.due
        return bool(not self.ready or unfinished)

    @property
    def epoch(self) -> str:
        return self.status.epoch

    # What a person does ----------------------------------------------------------------------------------------

    def submit(self, jobs: Sequence[Job], *, offline: bool = False) -> list[Outcome]:
        """Keep commands for the host, durably, and show what they will come to.

        One that is rejected here is not kept. Raises `sqlite.Error` when the disk refuses: then none was.
        """
        now = self._clock.now()
        group = Submission(self._runner, self.outbox, self.agent_id, now, self._outcomes)
        with group.outlasting(Mended), self._transaction() as connection:
            seq = self._next_seq(c.raw_of(connection))
            group.run(connection, jobs, seq, offline=offline, ready=self.ready, seen=self._position)
            group.keep()
        self._tell(group.txs)
        self._behind |= group.late
        if not group.late:
            self.catch_up()
        self._outcomes |= {outcome.command_id: outcome for outcome in group.outcomes}
        while len(self._outcomes) > OUTCOMES:
            del self._outcomes[next(iter(self._outcomes))]
        return group.outcomes

    def retry(self, command_id: str) -> bool:
        """A refused command waits again; whether there was one."""
        if found := self.outbox.retry(command_id, self._ids.new()):
            self._rebase(())
        return found

    def discard(self, command_id: str) -> bool:
        """Forget a command that waits or was refused, and what it did here; whether there was one."""
        if found := self.outbox.discard(command_id):
            self._rebase(())
        return found

    def take_back(self, message_id: str, command_id: str) -> Outcome | None:
        """A reply that has not left this machine becomes a draft again; None when it may have left."""
        for entry in self.outbox.pending:
            if entry.body.get("message_id") != message_id or entry.id in self._sent:
                continue
            reply = entry.command()
            if isinstance(reply, SendReply):
                self.discard(entry.id)
                typed = [d for d in self.outbox.drafts if d.ticket_id == reply.ticket_id]
                below = str(typed[0].entry.body["body"]) if typed else ""
                self.submit([Job(as_draft(reply, below), self._ids.new())])
                return Outcome(command_id, self._seq, {"ticket_id": reply.ticket_id})
        return None

    # What the host says ----------------------------------------------------------------------------------------

    def request(self, after: Sequence[SyncAnswer] = ()) -> SyncRequest:
        """What to ask next, when `after` was answered and is not written yet."""
        done = {result.id for answer in after for result in answer.results} | self._answered.keys()
        waiting = [entry for entry in self.outbox.pending if entry.id not in done]
        cursors = dict(self.bootstrap.cursors)
        for answer in after:
            cursors |= {k: v for k, v in answer.cursors.items() if k in cursors}
        commands = tuple(e.wire() for e in islice(sendable(waiting, self.missing), COMMANDS))
        self._sent.update(command.id for command in commands)
        return SyncRequest(epoch=self.epoch, cursors=cursors, commands=commands)

    def answered(self, answers: Sequence[SyncAnswer]) -> None:
        """Write what the host said, in one commit; then forget what it has answered."""
        if answers:
            self._rebase(answers)

    def lost_contact(self) -> None:
        """The host cannot be reached: what waits now is sent as what waited."""
        self.outbox.went_offline()
        self.catch_up()

    def start(self, epoch: str) -> None:
        """Follow the host of that epoch. When it is another one than before, everything is fetched anew, and what
        the host had accepted in the last week is pushed again."""
        if epoch == self.epoch:
            return
        if self.epoch:
            self.rebuild()
        if self.outbox.mark(c.EPOCH) not in (None, epoch):
            self.outbox.push_again(self._clock.now())
        self.outbox.set_mark(c.EPOCH, epoch)
        with self._transaction() as connection:
            raw = c.raw_of(connection)
            c.set_mark(raw, c.EPOCH, epoch)
            raw.execute("INSERT OR REPLACE INTO desk(key, value) VALUES ('epoch', ?)", (epoch,))
        self._load()

    def rebuild(self, *, shut_out: bool = False) -> None:
        """Throw the cache and its files away. It is fetched again by the next step of the loop; the outbox stays."""
        self._keep_blobs(frozenset(self.outbox.files if shut_out else self.outbox.kept_files))
        self.cache.throw_away()
        self._keys.forget()
        self._answered.clear()
        self._load()
        self._publish(ChangeSet(self._seq, (), frozenset(), counts=True, whole=True))

    def _rebase(self, answers: Sequence[SyncAnswer]) -> None:
        answer = merged(answers)
        self._answered |= {result.id: result for one in answers for result in one.results}
        settled = {} if answer and answer.more else self._answered
        news = News()
        try:
            with self._transaction() as connection:
                self._write(connection, answer, settled, news)
        except Mended:
            return
        self._behind = False
        self._settle(settled)
        self._after(news)

    def _write(
        self,
        connection: Connection,
        answer: SyncAnswer | None,
        settled: Mapping[str, WireResult],
        news: News,
    ) -> None:
        raw = c.raw_of(connection)
        seq = self._next_seq(raw)
        if answer is not None:
            news.lost, news.more = self.bootstrap.follow(raw, answer), answer.more
            if news.lost:
                self._squeezing.want(raw, at_once=True)
        if not self.ready:
            return
        with self._on_solid_ground(connection, seq, news, settled) as applier:
            if answer is None:
                return
            for scope in news.lost:
                applier.purge(scope)
            applier.remove(answer.removals)
            applier.write(answer.tables)
            applier.finish()
            self.bootstrap.advance(raw, answer.cursors)
            self.bootstrap.want_threads(raw, applier.arrived)
            if not answer.more:
                c.set_mark(raw, c.COMPLETE_TO, answer.server_at)
                self.status = replace(self.status, complete_to=answer.server_at)
            if answer.sums is not None and not self.bootstrap.unfinished:
                now = self.status.complete_to
                self._upkeep.compare(connection, applier, answer.sums, self.bootstrap, now)
                self.status = replace(self.status, repaired_at=self._upkeep.repaired_at)

    @contextmanager
    def _on_solid_ground(
        self, connection: Connection, seq: int, news: News, settled: Mapping[str, WireResult]
    ) -> Iterator[Applier]:
        """Without what is local; afterwards what still waits is run again."""
        raw = c.raw_of(connection)
        news.undone = restore(raw)
        self._keys.keep(news.undone.made)
        actor = self._runner.actor(connection)
        applier = Applier(raw, self._keys, seq=seq, agent_key=actor.key if actor else None)
        applier.remember = self.bootstrap.repairing
        self._connection = connection
        news.applier = applier
        yield applier
        if applier.purged:
            self._squeezing.want(raw)
        self._position = max(self._position, applier.position)
        c.set_mark(raw, c.POSITION, self._position)
        c.set_mark(raw, c.BLOBS_GONE, " ".join(applier.blobs_gone))
        self._runner.reset(self._position)
        news.txs = self._replay(connection, seq, settled)

    def _replay(
        self, connection: Connection, seq: int, settled: Mapping[str, WireResult]
    ) -> list[LocalTx]:
        """Run what waits again, in its order; what is rejected now is left to the host."""
        waiting = [(entry.n, 0, entry) for entry in self.outbox.pending if entry.id not in settled]
        waiting += [(draft.after, 1, draft.entry) for draft in self.outbox.drafts]
        txs = []
        with recording(c.raw_of(connection)):
            for _, _, entry in sorted(waiting, key=lambda one: one[:2]):
                try:
                    command = entry.command()
                except ValueError:  # a newer program's; the host may know it
                    continue
                _, tx = self._runner.run(connection, command, entry.id, seq)
                if tx is not None:
                    txs.append(tx)
        return txs

    def _settle(self, settled: Mapping[str, WireResult]) -> None:
        if settled:  # or a power cut would leave neither a command nor what it came to
            self.cache.flush()
        accepted, refused = verdicts(settled.values())
        self.outbox.settle(accepted, refused, self._clock.now())
        self._sent.difference_update(settled)
        if settled is self._answered:
            self._answered = {}

    def _after(self, news: News) -> None:
        self._tell_status()
        if (applier := news.applier) is None:
            return
        if applier.blobs_gone:
            self._forget_blobs(frozenset(applier.blobs_gone - self.outbox.files))
        self._tell(news.txs, news)

    # Bootstraps ------------------------------------------------------------------------------------------------

    def pages(self, scope: str, pages: Sequence[BootstrapPage]) -> None:
        """Write pages, in one commit. Raises `BootstrapMismatch`, and starts over, when the last does not add up."""
        self.bootstrap.pages(scope, pages)
        self._tell_status()

    def forget(self, scope: str) -> None:
        """The host has no such scope any more: what came of it goes."""
        with self._page_transaction() as applier:
            applier.purge(scope)
            applier.finish()
            self.bootstrap.forget(applier.raw, scope)
            self._squeezing.want(applier.raw, at_once=True)

    def finish_building(self) -> None:
        """All scopes are here: from now on commands are carried out on them."""
        with self._transaction() as connection:
            raw = c.raw_of(connection)
            derived.count_all(raw)
            c.arm(raw)
            raw.execute("PRAGMA optimize").close()
            self.bootstrap.built(raw)
        self.cache.checkpoint()
        self._rebase(())
        self._publish(ChangeSet(self._seq, (), frozenset(), counts=True, whole=True))

    @contextmanager
    def _page_transaction(self) -> Iterator[Applier]:
        """A page is written as an answer is; while everything is fetched, without what that needs."""
        news = News()
        with self._transaction() as connection:
            raw = c.raw_of(connection)
            seq = self._next_seq(raw)
            if self.ready:
                with self._on_solid_ground(connection, seq, news, {}) as applier:
                    yield applier
            else:
                applier = Applier(raw, self._keys, seq=seq, agent_key=None, bulk=True)
                yield applier
                self._position = max(self._position, applier.position)
                c.set_mark(raw, c.POSITION, self._position)
        self._after(news)

    # How much is kept ------------------------------------------------------------------------------------------

    def choose_window(self, days: int) -> None:
        """Keep the last so many days; the next step of the loop sees to it."""
        self.window.choose(days)
        with self._transaction() as connection:
            self.bootstrap.drop_older(c.raw_of(connection))
        self._tell_status()

    def want_thread(self, ticket_id: str) -> None:
        """Fetch a ticket that is not here with the next step of the loop."""
        with self._transaction() as connection:
            self.bootstrap.want_thread(c.raw_of(connection), ticket_id)

    def tend(self) -> bool:
        """Let go of some threads that fell out of the window, or want what it has grown by; whether there is more."""
        now = self.status.complete_to
        if not self.ready or not now or not self.window.is_due(now):
            return False
        news, gone = News(), {}
        with self._transaction() as connection:
            raw = c.raw_of(connection)
            if self.window.grew(now):
                self.window.looked(raw, now)
                if not self.bootstrap.growing:
                    self.bootstrap.want_older(raw)
                return True
            seq = self._next_seq(raw)
            with self._on_solid_ground(connection, seq, news, {}) as applier:
                self.window.move(raw, max(self.window.since, self.window.wanted(now)))
                touched = news.undone.tickets if news.undone else ()
                gone = self._upkeep.fallen(connection, touched)
                applier.let_go(gone)
                applier.finish()
            if not gone:
                self.window.looked(raw, now)
        self._after(news)
        return bool(gone)

    # Whether it is right -------------------------------------------------------------------------------------------

    def next_check(self) -> Check | None:
        """What the host is to be asked to sum up now, if anything."""
        if not self.ready or self.bootstrap.unfinished:
            return None
        return self.checker.next(self.bootstrap.cursors, self.window.since, self.status.complete_to)

    def not_summed(self) -> None:
        """The host did not say what that comes to: its rows look otherwise than ours."""
        with self._transaction() as connection:
            self.checker.unanswered(c.raw_of(connection), self.status.complete_to)

    def _repaired(self, applier: Applier, scope: str, since: int) -> None:
        self._upkeep.repaired(self._connection, applier, self.bootstrap, scope, since)

    # What others are told --------------------------------------------------------------------------------------

    def _next_seq(self, raw: Any) -> int:
        self._seq += 1
        c.set_mark(raw, c.SEQ, self._seq)
        raw.execute("INSERT OR REPLACE INTO desk(key, value) VALUES ('seq', ?)", (str(self._seq),))
        return self._seq

    def _tell_status(self, trouble: str | None = None) -> None:
        before = self.status
        self.status = replace(
            before,
            trouble=before.trouble if trouble is None else trouble,
            seq=self._seq,
            waiting=self.outbox.waiting,
            first_sync=self.bootstrap.progress if not self.ready else None,
            days=self.window.days,
            since=self.window.since,
        )
        if replace(self.status, seq=before.seq) != before:
            self._on_status()

    def _tell(self, txs: Sequence[LocalTx], news: "News | None" = None) -> None:
        self._tell_status()
        if (told := change_set(self._seq, txs, news)) is not None:
            self._publish(told)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """What is remembered here goes back with what is written. Raises `Mended` when the file was damaged."""
        try:
            with self.cache.begin() as connection:
                yield connection
            if self.status.trouble:
                self._tell_status(trouble="")
        except c.DAMAGE as error:
            if c.is_damage(error):
                self.rebuild()
                raise Mended from error
            self._load()
            self._tell_status(trouble=trouble_of(error))
            raise
        except BaseException:
            self._load()
            raise

    def close(self) -> None:
        self.cache.close()
        self.outbox.close()
