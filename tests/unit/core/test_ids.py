"""UUIDv7: RFC 9562's layout, and order by time."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from deskapp.models.ids import is_uuid7, make_uuid7

MS = st.integers(0, (1 << 48) - 1)
BITS = st.integers(0, (1 << 74) - 1)


@given(MS, BITS)
def test_layout(now: int, bits: int) -> None:
    made = make_uuid7(now, bits)
    uuid = UUID(made)
    assert is_uuid7(made)
    assert uuid.version == 7
    assert uuid.int >> 80 == now


@given(MS, MS, BITS, BITS)
def test_later_is_greater(one: int, two: int, a: int, b: int) -> None:
    if one < two:
        assert make_uuid7(one, a) < make_uuid7(two, b)
