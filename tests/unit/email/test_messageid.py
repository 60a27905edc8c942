"""Message-IDs that say which ticket an answer belongs to, and that only we can make."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.channels.email.messageid import SignedRef, sign, verify

KEY = bytes(range(32))
TICKET = "0198f0c2a1b27c3d8e4f5a6b7c8d9e0f"
MESSAGE = "0198f0c2b2c37d4e9f5a6b7c8d9e0f1a"
ids = st.text(alphabet="0123456789abcdef", min_size=32, max_size=32)


@given(ids, ids)
def test_what_was_signed_is_verified(ticket: str, message: str) -> None:
    header = sign(ticket, message, "Sol.Example", KEY)

    assert header.endswith("@sol.example>")
    assert verify(header, KEY) == SignedRef(ticket, message)
    assert verify(header.upper(), KEY) == SignedRef(ticket, message)
    assert sign(ticket, message, "sol.example", KEY) == header


def test_nothing_of_the_ids_shows() -> None:
    first = sign(TICKET, MESSAGE, "sol.example", KEY)
    second = sign(TICKET, MESSAGE[:-1] + "b", "sol.example", KEY)

    assert len(first) < 110
    assert not set(first.split("@")[0].split(".")) & set(second.split("@")[0].split("."))


def test_every_changed_character_is_found() -> None:
    header = sign(TICKET, MESSAGE, "sol.example", KEY)
    signed = header.index("@")
    for i in range(1, signed):
        for c in string.ascii_lowercase + "234567.":
            if c != header[i]:
                assert verify(header[:i] + c + header[i + 1 :], KEY) is None


FOREIGN = [
    "",
    "<>",
    "<a@b>",
    "<CAF+abc=@mail.gmail.com>",
    f"<{TICKET}.{MESSAGE}.aa@x>",
    "<" + ".".join(["a" * 26] * 3) + "@x>",
    "<" + ".".join(["7" * 26] * 3) + "@x>",
    "<" * 100_000,
    "é" * 100,
]


@pytest.mark.parametrize("header", FOREIGN)
def test_what_others_wrote_is_not_ours(header: str) -> None:
    assert verify(header, KEY) is None


def test_another_key_verifies_nothing() -> None:
    assert verify(sign(TICKET, MESSAGE, "sol.example", KEY), KEY[::-1]) is None


@pytest.mark.parametrize(
    ("ticket", "domain", "key"),
    [("x", "sol.example", KEY), (TICKET, "a\r\nBcc: x", KEY), (TICKET, "sol.example", b"short")],
)
def test_what_cannot_be_signed_is_refused(ticket: str, domain: str, key: bytes) -> None:
    with pytest.raises(ValueError):
        sign(ticket, MESSAGE, domain, key)
