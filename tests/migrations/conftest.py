"""Here every desk is migrated, as on a person's machine."""

from collections.abc import Iterator

import pytest

from tests.support.one_schema import migrated_each_time


@pytest.fixture(autouse=True)
def own_schema() -> Iterator[None]:
    with migrated_each_time():
        yield
