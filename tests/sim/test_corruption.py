"""A cache that is damaged in any way is never a crash and, once it was checked, never shows what is not so.

DESKAPP_CORRUPTIONS says how many; DESKAPP_SEED with which to begin.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.messages import AddNote, SaveDraft
from deskapp.core.commands.team import MoveTicket
from deskapp.core.commands.tickets import AddTags, AssignTicket
from deskapp.core.queries.search import Search
from deskapp.core.queries.tickets import GetConversation
from deskapp.core.queries.views import GetSidebar, TicketIds, TicketRows
from deskapp.models.dto import Address
from deskapp.sync.replica.cache import DAMAGE, raw_of
from deskapp.sync.replica.checking import HOUR_MS
from deskapp.sync.replica.follow import step
from deskapp.sync.replica.workspace import ReplicaWorkspace
from deskapp.system.blobs import FileBlobs
from tests.conftest import ExpectLog
from tests.support.sync_line import Line
from tests.support.sync_truth import Dump, dump
from tests.support.sync_world import Desk, derived_faults, differences, word_faults

CORRUPTIONS = int(os.environ.get("DESKAPP_CORRUPTIONS", "25"))
FIRST = int(os.environ.get("DESKAPP_SEED", "0"))
PAGE = 4096
WAIT = 60
FILES = ("cache.sqlite", "cache.sqlite-wal", "cache.sqlite-shm")


@dataclass
class World:
    """`now` and `before` are folders of one machine, as a kill leaves them: the log is not in the file yet.

    `logs` are such of another time and of another machine.
    """

    desk: Desk
    now: Path
    before: Path
    other: Path
    logs: tuple[Path, Path]
    notes: tuple[str, ...]
    typed: str
    truth: Dump = field(default_factory=dict)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = tmp_path_factory.mktemp("corruption")
    desk = Desk(root)
    admin, me, other = desk.agents
    box = desk.ids.new()
    desk.do(SaveAccount(account_id=box, name="T", address="tienda@taller.test", settings={}))
    tickets = [_ticket(desk, box, n) for n in range(24)]
    desk.do(AssignTicket(ticket_ids=tuple(tickets[:9]), agent_id=me), admin)
    with closing(_open(desk, me, root / "live")) as window:
        _follow(desk, window)
        before = _killed(root / "live", root / "before")
        for n in range(24, 32):
            tickets.append(_ticket(desk, box, n))
        _follow(desk, window)
        notes = tuple(desk.ids.new() for _ in range(3))
        for note, ticket in zip(notes, tickets, strict=False):
            body = AddNote(ticket_id=ticket, message_id=note, body="lo miro")
            assert window.submit(body).result(WAIT).ok
        draft = SaveDraft(ticket_id=tickets[5], mode="reply", body="a medias")
        assert window.submit(draft).result(WAIT).ok
        now = _killed(root / "live", root / "now")
    with closing(_open(desk, other, root / "other")) as window:
        _follow(desk, window)
        logs = before / FILES[1], _killed(root / "other", root / "other-now") / FILES[1]
    yield World(desk, now, before, root / "other", logs, notes, tickets[5])
    desk.close()


def _ticket(desk: Desk, box: str, n: int) -> str:
    sender = Address(f"Ana {n}", f"ana{n % 23}@correo.test")
    mail = desk.mail(box, sender=sender, text=f"falta una taza {n} " * 9, html=f"<p>taza {n}</p>")
    ticket = str(mail.result["ticket_id"])
    desk.do(AddTags(ticket_ids=(ticket,), tags=(("VIP", "urgente")[n % 2],)), desk.agents[0])
    if n % 3 == 0:
        home = desk.departments[n % 2]
        desk.do(MoveTicket(ticket_id=ticket, department_id=home), desk.agents[0])
    return ticket


def _open(desk: Desk, agent_id: str, folder: Path) -> ReplicaWorkspace:
    folder.mkdir(exist_ok=True)
    blobs = FileBlobs(folder / "blobs")
    return ReplicaWorkspace(folder, agent_id=agent_id, clock=desk.clock, ids=desk.ids, blobs=blobs)


def _follow(desk: Desk, window: ReplicaWorkspace) -> None:
    step(window.do, Line(desk, window.agent_id, "d" * 32))


def _killed(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to)
    return to


# -- the ways in which a file goes bad -------------------------------------------------------------


def flip_bits(folder: Path, world: World, random: Random) -> None:
    path = folder / random.choice([n for n in FILES[:2] if (folder / n).stat().st_size])
    data = bytearray(path.read_bytes())
    for _ in range(random.choice((1, 1, 8, 200))):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    path.write_bytes(data)


def zero_pages(folder: Path, world: World, random: Random) -> None:
    path = folder / FILES[0]
    data = bytearray(path.read_bytes())
    for _ in range(random.choice((1, 3, 20))):
        at = random.randrange(0, len(data), PAGE)
        data[at : at + PAGE] = bytes(PAGE)
    path.write_bytes(data)


def truncate(folder: Path, world: World, random: Random) -> None:
    path = folder / random.choice([n for n in FILES[:2] if (folder / n).stat().st_size])
    size = path.stat().st_size
    cut = random.choice((0, random.randrange(size), size - size % PAGE - PAGE))
    os.truncate(path, max(cut, 0))


def lose_the_log(folder: Path, world: World, random: Random) -> None:
    """What was written last, or only half of it."""
    (folder / FILES[1]).unlink()
    if random.random() < 0.5:
        (folder / FILES[2]).unlink(missing_ok=True)


def swap(folder: Path, world: World, random: Random) -> None:
    """Another file, or another agent's, stands in its place; its log may be ours."""
    path = folder / FILES[0]
    kind = random.randrange(3)
    if kind == 0:
        shutil.copy(world.other / FILES[0], path)
    elif kind == 1:
        path.write_bytes(b"SQLite format 3\0" + random.randbytes(random.randrange(9_000)))
    else:
        path.write_bytes(random.randbytes(random.randrange(1, 9_000)))
    if random.random() < 0.5:
        (folder / FILES[1]).unlink()


def put_back_an_old_copy(folder: Path, world: World, random: Random) -> None:
    for name in FILES if random.random() < 0.5 else FILES[:1]:
        shutil.copy(world.before / name, folder / name)


def flip_in(folder: Path, words: re.Pattern[bytes], random: Random) -> None:
    """A bit or two of what these words, or their last group, are stored as: no page and no cell is amiss."""
    found = [
        (name, place)
        for name in FILES[:2]
        for one in words.finditer((folder / name).read_bytes())
        for place in range(*one.span(words.groups))
    ]
    for name, place in random.sample(found, random.choice((1, 1, 2, 6))):
        data = bytearray((folder / name).read_bytes())
        data[place] ^= 1 << random.randrange(8)
        (folder / name).write_bytes(data)


def flip_in_texts(folder: Path, world: World, random: Random) -> None:
    flip_in(folder, re.compile(rb"falta una taza|ana\d+@correo\.test|<p>taza"), random)


def flip_in_indices(folder: Path, world: World, random: Random) -> None:
    """Words as the full-text index holds them."""
    flip_in(folder, re.compile(rb"(?<![a-z >])(?:falta|taza)(?![ a-z<])"), random)


def flip_in_places(folder: Path, world: World, random: Random) -> None:
    """Where the full-text index says that a word stands: it is the word's own, then."""
    places = rb"(?<![a-z >])(?:falta|taza)(?![ a-z<])(.{1,40})"
    flip_in(folder, re.compile(places, re.DOTALL), random)


def swap_the_log(folder: Path, world: World, random: Random) -> None:
    """That of another time, or of another machine."""
    shutil.copy(random.choice(world.logs), folder / FILES[1])
    if random.random() < 0.5:
        (folder / FILES[2]).unlink(missing_ok=True)


WAYS: tuple[Callable[[Path, World, Random], None], ...] = (
    flip_bits, zero_pages, truncate, lose_the_log, swap, put_back_an_old_copy, flip_bits,
    flip_in_texts, swap_the_log, flip_in_texts, flip_in_indices,
    flip_in_places,
)  # fmt: skip


def look_around(window: ReplicaWorkspace) -> None:
    """What a person does meanwhile: an answer may fail, the window may not."""
    for query in (GetSidebar(), TicketIds("all"), Search("taza")):
        with suppress(*DAMAGE, LookupError, ValueError):
            window.query(query).result(WAIT)
    with suppress(*DAMAGE, LookupError, ValueError):
        keys = window.query(TicketIds("all")).result(WAIT).keys
        for row in window.query(TicketRows(keys)).result(WAIT):
            window.query(GetConversation(row.id)).result(WAIT)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + CORRUPTIONS))
def test_a_damaged_cache_is_fetched_again_and_nothing_unsent_is_lost(
    world: World, tmp_path: Path, seed: int, expect_log: ExpectLog
) -> None:
    random, desk = Random(seed), world.desk
    me = desk.agents[1]
    folder = tmp_path / "one"
    shutil.copytree(world.now, folder)
    for name in FILES:
        (folder / name).touch()
    WAYS[seed % len(WAYS)](folder, world, random)
    expect_log("cache|differs from the host|could not be carried out here", required=False)
    desk.clock.advance(2 * HOUR_MS)
    with closing(_open(desk, me, folder)) as window:
        look_around(window)
        window.check().result(WAIT)
        kept = {entry.command_id for entry in window.unsent()}
        _follow(desk, window)
        assert len(kept) == len(world.notes), f"seed {seed}: of what was not sent {kept} is left"
        assert not window.unsent()
        replica = window._replica
        assert [draft.ticket_id for draft in replica.outbox.drafts] == [world.typed]
        with replica.cache.reading() as connection:
            ours = dump(raw_of(connection))
            faults = derived_faults(connection)
        if not world.truth:  # the notes have arrived now, and arrive no second time
            world.truth = desk.visible(me)
        theirs = {**world.truth, "draft": ours["draft"]}
        faults += differences(ours, theirs) + word_faults(replica, desk)
        assert faults == [], f"seed {seed}"
        assert set(world.notes) <= ours["message"].keys()
