"""The desks that every story is told to. Host and team desks join this list when they are built."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk import DeskRig, open_rig


@pytest.fixture(params=["solo"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)
