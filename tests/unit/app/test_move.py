"""A desk moves into a database on a server and back: every row, or nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from deskapp.app import backup, export, place, transfer
from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.move import move
from deskapp.app.restore import restore
from deskapp.app.task import Task
from deskapp.core.api import Query
from deskapp.core.commands.contacts import CreateContact, MergeContacts, NewPoint
from deskapp.core.commands.messages import AddNote
from deskapp.core.commands.tickets import CreateTicket
from deskapp.core.queries.search import Search
from deskapp.models.database import PostgresDatabase
from deskapp.models.dto import SearchPage
from deskapp.models.enums import Channel, PointKind
from deskapp.system.errors import KnownError
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from tests.support.postgres import server

pytestmark = pytest.mark.of_a_file  # what moves is one

WORDS = ("vajilla", "VAJÍLLA", "vaj", "correo.test", "611204", '"falta una"', "from:lu", "añil")


@pytest.fixture
def url() -> Iterator[str]:
    with server().desk() as lent:
        yield lent


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """A desk with two people merged, a ticket each, and words to find."""
    made = Profile(tmp_path / "desk")
    with open_desk(made, FileKey(tmp_path / "keys")) as desk:
        people = [desk.workspace.new_id() for _ in range(2)]
        for n, uid in enumerate(people):
            points = (
                NewPoint(desk.workspace.new_id(), PointKind.EMAIL, f"ana{n}@correo.test"),
                NewPoint(desk.workspace.new_id(), PointKind.PHONE, f"61120480{n}"),
            )
            desk.workspace.submit(
                CreateContact(contact_id=uid, name="Ana Añil", points=points)
            ).result(60)
            ticket = desk.workspace.new_id()
            desk.workspace.submit(
                CreateTicket(
                    ticket_id=ticket, contact_id=uid, subject="La vajílla azul",
                    channel=Channel.PHONE, body="Falta una taza", message_id=desk.workspace.new_id(),
                )
            ).result(60)  # fmt: skip
            note = AddNote(ticket_id=ticket, message_id=desk.workspace.new_id(), body="con \0 nulo")
            desk.workspace.submit(note).result(60)
        merged = MergeContacts(contact_id=people[0], into_id=people[1])
        assert desk.workspace.submit(merged).result(60).ok
    return made


def found(desk: Desk, word: str) -> tuple[list[str], list[str]]:
    query: Query[SearchPage] = Search(word)
    page = desk.workspace.query(query).result(60)
    return [hit.row.id for hit in page.hits], [one.id for one in page.contacts]


def all_found(profile: Profile, keys: Path) -> dict[str, tuple[list[str], list[str]]]:
    with open_desk(profile, FileKey(keys)) as desk:
        return {word: found(desk, word) for word in WORDS}


def test_a_desk_goes_on_where_it_was_moved_to_and_comes_back_as_a_file(
    profile: Profile, url: str, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    before = all_found(profile, keys)
    told = move(profile, url, Task())
    assert told["tickets"] == 2
    assert not profile.database.exists()
    assert Path(str(told["aside"])).is_file()
    assert place.server_of(profile) == url
    assert all_found(profile, keys) == before
    with open_desk(profile, FileKey(keys)) as desk:
        more = CreateContact(contact_id=desk.workspace.new_id(), name="Luis")
        assert desk.workspace.submit(more).result(60).ok  # its key is a new one
        backup.run(desk, {"target": str(tmp_path / "b"), "passphrase": ""}, Task())
        written = export.run(desk, {"folder": str(tmp_path / "out")}, Task())
        assert (written["tickets"], written["contacts"]) == (2, 3)
    again = Profile(tmp_path / "again")
    restore(again, tmp_path / "b", FileKey(keys), lambda: "", Task())
    assert all_found(again, keys) == before


def test_the_last_step_alone_is_made_up_for(profile: Profile, url: str) -> None:
    told = move(profile, url, Task())
    Path(str(told["aside"])).rename(profile.database)
    profile.server.unlink()
    assert move(profile, url, Task())["tables"] == told["tables"]


def rows(url: str) -> int:
    engine = PostgresDatabase(url).writer()
    with engine.connect() as connection:
        count = connection.execute(text("SELECT count(*) FROM desk")).scalar_one()
    engine.dispose()
    return int(count)


def test_who_stops_it_has_the_desk_as_before(profile: Profile, url: str) -> None:
    task = Task(lambda *_: task.cancel())
    with pytest.raises(KnownError, match="cancelled"):
        move(profile, url, task)
    assert profile.database.is_file()
    assert place.server_of(profile) == ""
    assert rows(url) == 0


def test_a_row_that_came_otherwise_is_noticed(
    profile: Profile, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_own_references", lambda *_: None)
    with pytest.raises(KnownError, match="move_differs") as noticed:
        move(profile, url, Task())
    assert noticed.value.params == {"table": "contact"}
    assert rows(url) == 0


def test_another_desks_database_is_left_alone(profile: Profile, url: str, tmp_path: Path) -> None:
    other = Profile(tmp_path / "other")
    place.named(other, url)
    with open_desk(other, FileKey(tmp_path / "others")):
        pass
    with pytest.raises(KnownError, match="database_not_empty"):
        move(profile, url, Task())


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql://ana:geheim@db/desk", "database_password"),
        ("postgresql://db/desk?password=geheim", "database_password"),
        ("mysql://db/desk", "database_unknown"),
        ("postgresql://db/desk?nonsense=1", "database_unknown"),
    ],
)
def test_an_address_that_will_not_do_is_refused(tmp_path: Path, address: str, code: str) -> None:
    with pytest.raises(KnownError, match=code) as refused:
        place.named(Profile(tmp_path / "new"), address)
    assert "geheim" not in str(refused.value.params)
