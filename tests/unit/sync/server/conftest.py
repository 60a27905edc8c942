"""A desk with a team on it, and machines that follow it as plain sets of rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk import DeskRig, open_rig
from tests.support.team_desk import TeamDesk, make_team
from tests.support.team_host import Served, serving


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


@pytest.fixture
def team(desk: DeskRig) -> Iterator[TeamDesk]:
    made = make_team(desk)
    yield made
    made.exchange.close()


@pytest.fixture
def served(team: TeamDesk, tmp_path: Path) -> Iterator[Served]:
    with serving(team, tmp_path / "incoming") as host:
        for name in team.people:
            host.join(name)
        yield host
