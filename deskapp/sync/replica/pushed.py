"""News that the host sent by itself, written as the answer of a pull is, when nothing is missing before it."""

from collections.abc import Sequence

from deskapp.sync.protocol.live import News
from deskapp.sync.protocol.messages import SyncAnswer
from deskapp.sync.replica.replica import Replica


def write(replica: Replica, news: Sequence[News]) -> bool:
    """Whether all of it is here now; False: pull. Nothing is written after something that is missing.

    What came before by another way, and what is of a scope that this machine does not follow, is left out.
    """
    if replica.waits:
        return False
    cursors = dict(replica.bootstrap.cursors)
    scopes = tuple(cursors)
    answers: list[SyncAnswer] = []
    for one in news:
        if one.epoch != replica.epoch:
            return False
        for part in one.parts:
            cursor = cursors.get(part.scope, part.cursor)
            if part.cursor <= cursor:
                continue
            if part.since > cursor:
                return False
            cursors[part.scope] = part.cursor
            answers.append(
                SyncAnswer(
                    epoch=one.epoch,
                    scopes=scopes,
                    cursors={part.scope: part.cursor},
                    removals=part.removals,
                    tables=part.tables,
                    server_at=one.server_at,
                )
            )
    replica.answered(answers)
    return not replica.waits
