"""Who a visitor is by the word of the site: a claim that the site's own back end has signed."""

import hashlib
import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from deskapp.channels.webchat import clean

DAY_S: Final = 24 * 3600
LONGEST: Final = 2_000
"""Characters of a whole claim."""
_FORM: Final = re.compile(r"([A-Za-z0-9_-]+)={0,2}\.([0-9a-f]{64})")
_ADDRESS: Final = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+")


@dataclass(frozen=True, slots=True)
class Identity:
    email: str
    name: str
    external_id: str


def secret_name(box_id: str) -> str:
    """Of the box's secret, in the store of secrets."""
    return f"webchat.identity.{box_id}"


def sign(secret: str, claim: dict[str, object]) -> str:
    """What the site's back end makes: base64url(JSON), a dot, HMAC-SHA256 of that text in hexadecimal."""
    payload = urlsafe_b64encode(json.dumps(claim).encode()).decode().rstrip("=")
    return f"{payload}.{_mac(secret, payload)}"


def verify(claim: str, secret: str | None, now: int) -> Identity | None:
    """Who the claim names; None when there is no secret, it was not made with it, or its time is over.

    `now` in ms. The address is necessary; a claim lasts a day at most.
    """
    found = _FORM.fullmatch(claim) if len(claim) <= LONGEST else None
    if not secret or found is None:
        return None
    payload, signature = claim.rpartition(".")[0], found[2]
    if not hmac.compare_digest(_mac(secret, payload), signature):
        return None
    try:
        said = json.loads(urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not _in_time(said.get("expires"), now):
        return None
    email, name, external = (_text(said.get(key)) for key in ("email", "name", "id"))
    if not _ADDRESS.fullmatch(email):
        return None
    return Identity(email.lower(), name, external)


def _mac(secret: str, payload: str) -> str:
    return hmac.new(secret.encode(), payload.encode(), hashlib.sha256).hexdigest()


def _in_time(expires: object, now: int) -> bool:
    """`expires` in seconds since the epoch."""
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        return False
    return now < expires * 1000 <= now + DAY_S * 1000


def _text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return clean.line(value, clean.EMAIL) if isinstance(value, str) else ""
