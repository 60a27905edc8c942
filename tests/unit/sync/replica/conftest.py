"""A desk and a colleague's computer; a module with a wish of its own has its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sync_world import Desk, Machine


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def machine(desk: Desk, tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(desk, desk.agents[1], tmp_path / "one")
    yield machine
    machine.close()
