"""How long reading takes: search beside raw FTS5, lists beside raw SQL."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from deskapp.core.api import Query
from deskapp.core.authority.workspace import Authority, LocalWorkspace
from deskapp.core.queries.search import Search
from deskapp.core.queries.tickets import GetConversation
from deskapp.core.queries.views import ALL, GetSidebar, TicketIds, TicketRows
from deskapp.devtools import volume
from deskapp.devtools.volume_text import Phrasebook
from deskapp.models.engine import READER_CACHE_KIB
from deskapp.system.blobs import FileBlobs
from deskapp.system.clock import SystemClock, SystemIds
from tests.bench.results import Result, median, p95

LIMIT = 50
RUNS = 200
BESIDE_MS, AT_MOST_MS = 15.0, 50.0


def measure(desk: Path, *, words: int) -> list[Result]:
    """Ask the desk as a window does, on its reader threads."""
    authority = Authority(desk, clock=SystemClock(), ids=SystemIds(), blobs=FileBlobs(desk.parent))
    raw = sqlite.connect(f"file:{desk}?mode=ro", uri=True, isolation_level=None)
    raw.execute(f"PRAGMA cache_size=-{READER_CACHE_KIB}")
    try:
        workspace = LocalWorkspace(authority, volume.AGENT, "bench")
        return [*_search(workspace, raw, words), *_lists(workspace, raw)]
    finally:
        raw.close()
        authority.close()


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    answer = work()
    return (time.perf_counter() - begin) * 1000, answer


def _ask(workspace: LocalWorkspace, query: Query[Any]) -> Any:
    return workspace.query(query).result()


def _prefixes(words: int) -> list[str]:
    """Each prefix of so many words that a person might look for, as they are typed."""
    chosen = Phrasebook(random.Random(7)).search_words(words)
    return [word[:end] for word in chosen for end in range(1, len(word) + 1)]


def _search(workspace: LocalWorkspace, raw: Any, words: int) -> list[Result]:
    """Either side goes first in turn, so that neither always finds the pages warm."""
    sql = "SELECT rowid FROM message_fts WHERE message_fts MATCH ? ORDER BY rowid DESC LIMIT ?"
    ours, theirs, beside = [], [], []
    for n, prefix in enumerate(_prefixes(words)):
        expression = f'"{prefix}" *'
        sides: list[Callable[[], Any]] = [
            lambda p=prefix: _ask(workspace, Search(p, LIMIT)),  # type: ignore[misc]
            lambda e=expression: raw.execute(sql, (e, LIMIT)).fetchall(),  # type: ignore[misc]
        ]
        took = {side: _timed(sides[side])[0] for side in ((0, 1) if n % 2 else (1, 0))}
        ours.append(took[0])
        theirs.append(took[1])
        beside.append(took[0] - took[1])
    total, extra = p95(ours), p95(beside)
    return [
        Result(
            "search as you type, p95",
            total,
            "ms",
            p95(theirs),
            f"≤ {AT_MOST_MS:.0f} ms in all",
            total <= AT_MOST_MS,
        ),
        Result(
            "search beyond raw FTS5, p95",
            extra,
            "ms",
            goal=f"≤ +{BESIDE_MS:.0f} ms",
            met=extra <= BESIDE_MS,
        ),
    ]


def _lists(workspace: LocalWorkspace, raw: Any) -> list[Result]:
    keys = _ask(workspace, TicketIds(ALL)).keys
    rows = _ask(workspace, TicketRows(keys[:60]))
    sql = "SELECT id FROM ticket WHERE visible = 1 ORDER BY updated_at DESC, id DESC"
    listed, plain, page, sidebar, conversation = [], [], [], [], []
    for n in range(RUNS):
        if n % 10 == 0:
            listed.append(_timed(lambda: _ask(workspace, TicketIds(ALL)))[0])
            plain.append(_timed(lambda: raw.execute(sql).fetchall())[0])
        first = (n * 997) % max(1, len(keys) - 60)
        some = TicketRows(keys[first : first + 60])
        page.append(_timed(lambda query=some: _ask(workspace, query))[0])  # type: ignore[misc]
        sidebar.append(_timed(lambda: _ask(workspace, GetSidebar()))[0])
        talk = GetConversation(rows[n % volume.RECENT % len(rows)].id)
        conversation.append(_timed(lambda query=talk: _ask(workspace, query))[0])  # type: ignore[misc]
    return [
        Result(f"order of all {len(keys):,} tickets, median", median(listed), "ms", median(plain)),
        Result("60 rows anywhere in the list, p95", p95(page), "ms"),
        Result("counts beside the views, p95", p95(sidebar), "ms"),
        Result("conversation of 6 messages read, p95", p95(conversation), "ms"),
    ]
