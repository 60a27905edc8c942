"""What is said to whoever runs the server without a window."""

import gc
import threading
import weakref
from collections.abc import Callable
from contextlib import nullcontext
from typing import cast

import pytest

from deskapp.app import serve
from deskapp.app.serve import FULL_SAID, ROOM_SAID, _Disk
from deskapp.core.api import ChangeSet
from deskapp.core.authority.workspace import Authority
from deskapp.models.disk import FAILED, FULL
from deskapp.system.errors import KnownError
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile

LOOKS = 100


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


class Ring:
    """What only a look for garbage gets rid of."""

    def __init__(self) -> None:
        self.itself = self


class EndsWhenCollected(threading.Event):
    """Leaves something to collect at each look of the server's, and ends it when the first of that is gone."""

    def __init__(self) -> None:
        super().__init__()
        self.looks, self.automatic = 0, False
        self.first: weakref.ref[Ring] | None = None

    def wait(self, timeout: float | None = None) -> bool:
        self.looks += 1
        self.automatic |= gc.isenabled()
        rings = [Ring() for _ in range(gc.get_threshold()[0] + 1)]
        self.first = self.first or weakref.ref(rings[0])
        return super().wait(timeout) or self.first() is None or self.looks == LOOKS


def test_garbage_is_collected_between_two_looks_and_nowhere_else(
    profile: Profile, keys: MemoryKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending = EndsWhenCollected()
    monkeypatch.setattr(serve, "_asked_to_end", lambda: nullcontext(ending))
    serve.run(profile, keys, address="127.0.0.1", port=0, say=lambda _: None)
    assert ending.looks < LOOKS
    assert not ending.automatic
    assert gc.isenabled()
