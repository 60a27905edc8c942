"""Bugs planted on purpose, so that a rig is seen to find what it was built to find.

`python -m tests.support.faults FAULT MODULE ARGS…` runs a program with one of `FAULTS` in it.
"""

import runpy
import sys
from collections.abc import Callable
from dataclasses import replace


def drafts_saved_late() -> None:
    """What is typed is saved after five seconds, not within half a one."""
    from deskapp.ui.composer import drafts

    drafts.SAVE_AFTER_MS = 5_000


def import_told_first() -> None:
    """An import notes its mails as received before they are."""
    from pysqlite3 import dbapi2

    from deskapp.app import import_mail

    pending = import_mail._pending

    def told(desk: object, order: object) -> object:
        rows = list(pending(desk, order))
        connection = dbapi2.connect(str(desk.profile.database), timeout=10)
        with connection:
            connection.execute("UPDATE raw_mail SET state = 'received'")
        connection.close()
        return rows

    import_mail._pending = told


def seen_before_commit() -> None:
    """A mail is marked on the server before the desk has it."""
    from deskapp.channels.email.reading import FolderReader

    take_group = FolderReader._take_group

    def marked(self: object, mark: object, group: list, is_history: object) -> None:
        self._mailbox.mark_seen([envelope.uid for envelope in group])
        take_group(self, mark, group, is_history)

    FolderReader._take_group = marked


def folder_before_commit() -> None:
    """A folder's mails count as read before the desk has them."""
    from deskapp.channels.email.reading import FolderReader

    take = FolderReader._take

    def recorded(self: object, mark: object, uids: list[int], is_history: object) -> None:
        self._record(replace(mark, last_uid=uids[-1]))
        take(self, mark, uids, is_history)

    FolderReader._take = recorded


def sent_before_sending() -> None:
    """A reply counts as sent when its last line is about to leave."""
    from deskapp.channels.email.delivery import Courier
    from deskapp.models.enums import Delivery

    report = Courier._report

    def early(self: object, effect: object, message_id: str, delivery: object, *rest: object):
        sent = Delivery.SENT if delivery is Delivery.SENDING else delivery
        report(self, effect, message_id, sent, *rest)

    Courier._report = early


def sending_untold() -> None:
    """The desk is not told that a reply is about to leave."""
    from deskapp.channels.email.delivery import Courier
    from deskapp.models.enums import Delivery

    report = Courier._report

    def silent(self: object, effect: object, message_id: str, delivery: object, *rest: object):
        if delivery is not Delivery.SENDING:
            report(self, effect, message_id, delivery, *rest)

    Courier._report = silent


def chat_acknowledged_early() -> None:
    """A visitor's words are acknowledged before the desk keeps them."""
    import asyncio

    from deskapp.channels.webchat import frames
    from deskapp.channels.webchat.talk import Talk

    receive = Talk._receive

    async def early(self: object, socket: object, visit: object, say: object, *rest: object):
        socket.push(frames.encode(frames.Said(say.id, 1, 1)))
        await asyncio.wait([asyncio.create_task(asyncio.Event().wait())], timeout=0.2)
        await receive(self, socket, visit, say, *rest)

    Talk._receive = early


def conflicts_untold() -> None:
    """What the host refused is taken for done."""
    from deskapp.sync.replica.outbox import Outbox

    settle = Outbox.settle

    def blind(self: object, accepted: list, refused: dict, now: int) -> None:
        settle(self, [*accepted, *refused], {}, now)

    Outbox.settle = blind


FAULTS: dict[str, Callable[[], None]] = {
    plant.__name__: plant
    for plant in (
        drafts_saved_late,
        import_told_first,
        seen_before_commit,
        folder_before_commit,
        sent_before_sending,
        sending_untold,
        chat_acknowledged_early,
        conflicts_untold,
    )
}


def program(module: str, fault: str = "") -> list[str]:
    """The command that runs `module`, as it is or with a fault planted in it."""
    planted = ["-m", "tests.support.faults", fault, module] if fault else ["-m", module]
    return [sys.executable, *planted]


if __name__ == "__main__":
    FAULTS[sys.argv[1]]()
    sys.argv[:] = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
