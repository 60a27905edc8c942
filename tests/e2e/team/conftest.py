from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.team_rig import Team, team


@pytest.fixture
def taller(tmp_path: Path) -> Iterator[Team]:
    """A host with nobody but the one who made it."""
    with team(tmp_path) as made:
        yield made
