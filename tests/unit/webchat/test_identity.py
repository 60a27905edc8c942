"""What a site signs of its visitors, and what is not believed."""

import base64
import hashlib
import hmac
import json

import pytest

from deskapp.channels.webchat.identity import LONGEST, Identity, sign, verify

SECRET = "5e" * 32
NOW = 1_790_000_000_000
NOW_S = NOW // 1000
CLAIM: dict[str, object] = {
    "email": "Carmen@correo.test",
    "name": "Carmen Villalobos",
    "id": "c-17",
    "expires": NOW_S + 3600,
}
GOOD = sign(SECRET, CLAIM)


def forged(payload: bytes, secret: str = SECRET) -> str:
    text = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    return f"{text}.{hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()}"


def test_who_is_signed_is_known() -> None:
    assert verify(GOOD, SECRET, NOW) == Identity("carmen@correo.test", "Carmen Villalobos", "c-17")


def test_padding_may_stay() -> None:
    payload = base64.urlsafe_b64encode(json.dumps(CLAIM).encode()).decode()
    mac = hmac.new(SECRET.encode(), payload.encode(), hashlib.sha256).hexdigest()
    assert verify(f"{payload}.{mac}", SECRET, NOW) is not None


def test_a_number_is_an_id() -> None:
    found = verify(sign(SECRET, CLAIM | {"id": 17}), SECRET, NOW)
    assert found is not None
    assert found.external_id == "17"


@pytest.mark.parametrize(
    "claim",
    [
        "",
        ".",
        GOOD[:-1],
        GOOD[1:],
        GOOD + "0",
        GOOD + "\n",
        " " + GOOD,
        GOOD.upper(),
        GOOD.rpartition(".")[0] + "." + GOOD.rpartition(".")[2].upper(),
        GOOD.rpartition(".")[0],
        GOOD.rpartition(".")[0] + ".",
        GOOD.replace(".", ".."),
        GOOD[0].swapcase() + GOOD[1:],
        sign("other" * 8, CLAIM),
        sign("", CLAIM),
        sign(SECRET, CLAIM | {"expires": NOW_S}),
        sign(SECRET, CLAIM | {"expires": NOW_S - 1}),
        sign(SECRET, CLAIM | {"expires": NOW_S + 24 * 3600 + 1}),
        sign(SECRET, CLAIM | {"expires": NOW}),
        sign(SECRET, CLAIM | {"expires": None}),
        sign(SECRET, CLAIM | {"expires": True}),
        sign(SECRET, CLAIM | {"expires": str(NOW_S + 60)}),
        sign(SECRET, CLAIM | {"expires": float("nan")}),
        sign(SECRET, CLAIM | {"expires": float("inf")}),
        sign(SECRET, CLAIM | {"email": ""}),
        sign(SECRET, CLAIM | {"email": "carmen"}),
        sign(SECRET, CLAIM | {"email": "a@b@c"}),
        sign(SECRET, CLAIM | {"email": "a@b, c@d"}),
        sign(SECRET, CLAIM | {"email": ["carmen@correo.test"]}),
        sign(SECRET, {"name": "x", "expires": NOW_S + 60}),
        forged(b"[]"),
        forged(b"null"),
        forged(b"\xff\xfe"),
        forged(b"{"),
        forged(b"[" * 1_400),
        forged(json.dumps(CLAIM | {"name": "x" * LONGEST}).encode()),
    ],
)
def test_everything_else_is_not(claim: str) -> None:
    assert verify(claim, SECRET, NOW) is None


@pytest.mark.parametrize("secret", [None, ""])
def test_without_a_secret_nobody_is_verified(secret: str | None) -> None:
    assert verify(GOOD, secret, NOW) is None
    assert verify(sign("", CLAIM), secret, NOW) is None


def test_every_single_character_counts() -> None:
    for n, character in enumerate(GOOD):
        other = "0" if character != "0" else "1"
        assert verify(GOOD[:n] + other + GOOD[n + 1 :], SECRET, NOW) is None, n


def test_names_are_cleaned() -> None:
    claim = sign(SECRET, CLAIM | {"name": "Car\u202emen\n\x00 <b>", "id": {"x": 1}})
    found = verify(claim, SECRET, NOW)
    assert found is not None
    assert found.name == "Carmen <b>"
    assert found.external_id == ""
