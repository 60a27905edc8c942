from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp.sync.client.http import Lanes
from tests.support.team_stub_host import StubHost, stub_host


@pytest.fixture
def host(tmp_path: Path) -> Iterator[StubHost]:
    with stub_host(tmp_path) as running:
        yield running


@pytest.fixture
def lanes(host: StubHost) -> Iterator[Lanes]:
    made = Lanes((host.address,), host.fingerprint, "the-token")
    yield made
    made.close()
