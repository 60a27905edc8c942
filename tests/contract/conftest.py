"""The desks that every story is told to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.contract_rigs import open_team_rig
from tests.support.desk import DeskRig, open_rig

RIGS: dict[str, Callable[[Path], Iterator[DeskRig]]] = {"solo": open_rig, "team": open_team_rig}
"""A host is a solo desk with a server beside it: the same object behind the same door."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story is told to each desk; those of what stays at the desk itself (`at_the_desk`) to that one."""
    if "desk" in metafunc.fixturenames:
        here = metafunc.definition.get_closest_marker("at_the_desk") is not None
        metafunc.parametrize("desk", ["solo"] if here else sorted(RIGS), indirect=True)


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeskRig]:
    yield from RIGS[request.param](tmp_path)
