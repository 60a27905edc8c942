"""What is a frame, and what is not."""

import contextlib
import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.channels.webchat import frames as f

TOKEN = "ab" * 32
BOX = "cd" * 16
HELLO = {"t": "hello", "v": 1, "box": BOX, "token": TOKEN}
SAY = {"t": "say", "id": "ef" * 16, "text": "Hola"}


def test_unknown_fields_are_ignored() -> None:
    found = f.decode(json.dumps(HELLO | {"later": {"x": [1]}, "page": {"url": "u", "more": 1}}))
    assert isinstance(found, f.Hello)
    assert (found.box, found.token, found.page.url) == (BOX, TOKEN, "u")


def test_a_hello_does_not_show_its_secrets() -> None:
    found = f.decode(json.dumps(HELLO | {"identity": "signed-claim"}))
    shown = f"{found!r} {found} {found!s}" + logging.Formatter().format(
        logging.LogRecord("x", 1, "x", 1, "%s", (found,), None)
    )
    assert TOKEN not in shown
    assert "signed-claim" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "hello",
        '{"t": "hello"',
        '{"t": 1}',
        '{"t": "nothing"}',
        '{"t": "welcome", "v": 1}',
        json.dumps(HELLO | {"token": TOKEN[:-1]}),
        json.dumps(HELLO | {"token": TOKEN.upper()}),
        json.dumps(HELLO | {"token": TOKEN + "\n"}),
        json.dumps(HELLO | {"token": None}),
        json.dumps(HELLO | {"box": "../" + BOX[3:]}),
        json.dumps(HELLO | {"since": -1}),
        json.dumps(HELLO | {"since": 1 << 53}),
        json.dumps(HELLO | {"since": "1"}),
        json.dumps(HELLO | {"page": "https://shop.test"}),
        json.dumps(SAY | {"id": "x"}),
        json.dumps(SAY | {"text": 5}),
        json.dumps(SAY | {"files": ["../../etc/passwd"]}),
        json.dumps(SAY | {"files": ["ab" * 16] * 11}),
        json.dumps(SAY | {"answers": [["a", "b"]] * 7}),
        json.dumps(SAY | {"answers": [["a"]]}),
        json.dumps(SAY | {"leave": 1}),
        '{"t": "say", "id": "%s", "text": "\\ud800"}' % ("ef" * 16),
        '{"t": "rate"}',
        '{"t": "seen", "order": 1.5}',
        "[" * 20_000,
        '{"t": "typing", "text": ' + "[" * 20_000,
    ],
)
def test_no_frame(text: str) -> None:
    with pytest.raises(ValueError, match=r"^no frame$"):
        f.decode(text)


@given(st.text(max_size=300) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["t", "v", "id", "text"]), inner),
).map(json.dumps))  # fmt: skip
def test_nothing_is_worse_than_no_frame(text: str) -> None:
    with contextlib.suppress(ValueError):
        f.decode(text)


def test_what_goes_out_is_told_apart() -> None:
    assert json.loads(f.encode(f.Said("x", 5, 6))) == {"t": "said", "id": "x", "order": 5, "at": 6}
    assert json.loads(f.encode(f.Error("empty"))) == {"t": "error", "code": "empty"}
    assert json.loads(f.encode(f.Pong())) == {"t": "pong"}
    status = json.loads(f.encode(f.Status(state="waiting", place=2)))
    assert status == {
        "t": "status", "state": "waiting", "agent": "", "place": 2, "seen": 0, "unanswered": False,
        "rated": 0,
    }  # fmt: skip
