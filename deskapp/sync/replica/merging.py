"""Several answers as one, so that what the first says of a row is not written when the last says otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from deskapp.sync.protocol.messages import Removal, Rows, SyncAnswer, WireResult
from deskapp.sync.protocol.tables import ENTITIES


@dataclass(frozen=True, slots=True)
class _Row:
    columns: tuple[str, ...]
    values: list[Any]


def merged(answers: Sequence[SyncAnswer]) -> SyncAnswer | None:
    """What they come to, one after the other; None of none. Rows come in the order of ENTITIES."""
    if len(answers) < 2:
        return answers[0] if answers else None
    latest: dict[tuple[str, str], _Row | None] = {}
    left: set[tuple[str, str]] = set()  # tickets that went, and may have come again: all anew
    cursors: dict[str, int] = {}
    for answer in answers:
        cursors |= answer.cursors
        for removal in answer.removals:
            latest[(removal.entity, removal.id)] = None
            if removal.entity == "ticket":
                left.add(("ticket", removal.id))
        for rows in answer.tables:
            for row in rows.rows:
                latest[(rows.entity, row[0])] = _Row(tuple(rows.columns), row)
    tables: dict[tuple[str, tuple[str, ...]], list[list[Any]]] = {}
    for (entity, _), one in latest.items():
        if one is not None:
            tables.setdefault((entity, one.columns), []).append(one.values)
    last = answers[-1]
    order = {entity: at for at, entity in enumerate(ENTITIES)}
    return SyncAnswer(
        epoch=last.epoch,
        scopes=last.scopes,
        cursors=cursors,
        results=tuple(result for answer in answers for result in answer.results),
        removals=tuple(
            Removal(entity=entity, id=uid)
            for entity, uid in left | {which for which, one in latest.items() if one is None}
        ),
        tables=tuple(
            Rows(entity=entity, columns=columns, rows=rows)
            for (entity, columns), rows in sorted(
                tables.items(), key=lambda item: order.get(item[0][0], len(order))
            )
        ),
        more=last.more,
        server_at=last.server_at,
    )


def verdicts(results: Iterable[WireResult]) -> tuple[list[str], dict[str, tuple[str, Any]]]:
    """The ids of commands that were accepted, and why the others were not: by id, codes with their parameters."""
    accepted: list[str] = []
    refused: dict[str, tuple[str, Any]] = {}
    for one in results:
        if one.rejected is not None:
            refused[one.id] = (one.rejected["code"], one.rejected.get("params", {}))
        elif one.failed:
            refused[one.id] = ("failed", {})
        else:
            accepted.append(one.id)
    return accepted, refused
