"""What is said to whoever runs the server without a window."""

from collections.abc import Callable
from typing import cast

import pytest

from deskapp.app.serve import FULL_SAID, ROOM_SAID, _Disk
from deskapp.core.api import ChangeSet
from deskapp.core.authority.workspace import Authority
from deskapp.models.disk import FAILED, FULL
from deskapp.system.errors import KnownError


class Troubled:
    """An authority of which only this is known."""

    def __init__(self) -> None:
        self.trouble = ""
        self._tell: Callable[[ChangeSet], None] = lambda _: None

    def subscribe(self, callback: Callable[[ChangeSet], None]) -> Callable[[], None]:
        self._tell = callback
        return lambda: None

    def becomes(self, trouble: str) -> None:
        self.trouble = trouble
        self._tell(ChangeSet(1, (), frozenset(), counts=True))


def test_a_full_disk_is_told_once_and_that_there_is_room_again() -> None:
    authority, said = Troubled(), list[str]()
    disk = _Disk(cast("Authority", authority), said.append)
    disk.look()
    assert said == []
    authority.becomes(FULL)
    disk.look()
    disk.look()
    assert said == [FULL_SAID]
    authority.becomes("")
    disk.look()
    disk.look()
    assert said == [FULL_SAID, ROOM_SAID]


def test_a_disk_that_was_full_between_two_looks_is_told_too() -> None:
    authority, said = Troubled(), list[str]()
    disk = _Disk(cast("Authority", authority), said.append)
    authority.becomes(FULL)
    authority.becomes("")
    disk.look()
    disk.look()
    assert said == [FULL_SAID, ROOM_SAID]


def test_a_disk_that_fails_ends_the_server() -> None:
    authority = Troubled()
    disk = _Disk(cast("Authority", authority), print)
    authority.becomes(FAILED)
    with pytest.raises(KnownError, match=FAILED):
        disk.look()
