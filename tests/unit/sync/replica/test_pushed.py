"""News that the host sends by itself: written when nothing is missing before it, left out when it is not for here."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deskapp.sync.client import line
from deskapp.sync.protocol.live import NEWS_BYTES, News, Part
from deskapp.sync.protocol.messages import Rows
from deskapp.sync.replica import pushed
from tests.support.sync_world import Desk, Machine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    desk = Desk(tmp_path)
    made = Machine(desk, desk.agents[1], tmp_path / "machine")
    made.step()
    yield made
    made.close()
    desk.close()


def one(machine: Machine, since: int, name: str, **fields: Any) -> News:
    """A contact's name, told in the commit after `since`."""
    rows = Rows(entity="tag", columns=("name",), rows=[["a" * 32, name]])
    given = {"scope": "desk", "since": since, "cursor": since + 1, **fields}
    epoch = given.pop("epoch", machine.replica.epoch)
    return News(epoch=epoch, parts=(Part(tables=(rows,), **given),), server_at=7)


def tags(machine: Machine) -> list[str]:
    with machine.replica.cache.reading() as connection:
        return list(connection.exec_driver_sql("SELECT name FROM tag").scalars())


def test_news_moves_the_cursor_and_says_up_to_when_all_is_here(machine: Machine) -> None:
    at = machine.replica.bootstrap.cursors["desk"]
    assert pushed.write(machine.replica, [one(machine, at, "vip"), one(machine, at + 1, "taller")])
    assert machine.replica.bootstrap.cursors["desk"] == at + 2
    assert machine.replica.status.complete_to == 7
    assert tags(machine) == ["taller"]


def test_nothing_is_written_after_a_gap(machine: Machine) -> None:
    at = machine.replica.bootstrap.cursors["desk"]
    assert not pushed.write(machine.replica, [one(machine, at + 1, "vip")])
    assert machine.replica.bootstrap.cursors["desk"] == at
    assert tags(machine) == []


def test_what_comes_twice_or_too_late_is_left_out(machine: Machine) -> None:
    at = machine.replica.bootstrap.cursors["desk"]
    early, late = one(machine, at, "vip"), one(machine, at + 1, "taller")
    assert pushed.write(machine.replica, [early, late])
    assert pushed.write(machine.replica, [late, early])
    assert tags(machine) == ["taller"]


Spoil = Callable[[Machine, int], News]


@pytest.mark.parametrize(
    ("spoil", "fits"),
    [
        (lambda m, at: one(m, at, "vip", scope="department:" + "e" * 32), True),
        (lambda m, at: one(m, at, "vip", epoch="another"), False),
    ],
    ids=["a scope that was lost meanwhile", "another life of the desk"],
)
def test_what_is_not_followed_is_not_written(machine: Machine, spoil: Spoil, fits: bool) -> None:
    at = machine.replica.bootstrap.cursors["desk"]
    assert pushed.write(machine.replica, [spoil(machine, at)]) is fits
    assert tags(machine) == []


def test_what_is_packed_badly_or_too_much_is_no_frame() -> None:
    assert line._unpacked(zlib.compress(b"{}")) == b"{}"
    for data in (b"{}", zlib.compress(bytes(NEWS_BYTES + 1))):
        with pytest.raises(ValueError, match=r"packed|too much"):
            line._unpacked(data)
