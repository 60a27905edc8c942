"""The desk as a megaphone: whoever forges senders gets nobody a mail, or one, and never their words.

Mails come in by the way of the real parser and authority; what the desk would send is taken from its
queue of effects. A first set of 600 forged mails.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from deskapp.channels.email.notices import own_text
from deskapp.core.policies.acknowledgement import AUTOMATIC_IN_ALL
from deskapp.core.queries.mail import AcknowledgementOf
from tests.support.intake_rig import IntakeRig, open_intake

OURS = "mx.tienda.test"
RECEIVED = "Received: from x by mx.tienda.test; Sat, 21 Nov 2026 21:00:00 +0000\r\n"
MAILS, VICTIMS, KNOWN = 600, 40, 20
EVIL = "COMPRE-YA http://evil.test"
HOUR_MS = 3_600_000

# What our own server said of a forged mail, and what the forger wrote into it.
FORGED = (
    ("", ""),
    ("dmarc=fail header.from={d}", ""),
    ("spf=fail smtp.mailfrom={d}; dkim=none", ""),
    ("spf=pass smtp.mailfrom=evil.test; dmarc=fail header.from={d}", ""),
    ("spf=pass smtp.mailfrom=evil.test", ""),
    ("dkim=pass header.d=evil.test", ""),
    ("", f"Authentication-Results: {OURS}; dmarc=pass header.from={{d}}\r\n"),
    (
        "dmarc=fail header.from={d}",
        f"Authentication-Results: {OURS}; dmarc=pass header.from={{d}}\r\n",
    ),
    ("", "Authentication-Results: mx.evil.test; dmarc=pass header.from={d}\r\n"),
    ("", "ARC-Authentication-Results: i=1; mx.tienda.test; dmarc=pass header.from={d}\r\n"),
)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[IntakeRig]:
    """A desk that acknowledges in its own words, with some customers who really wrote before."""
    words = "Hola, {{ contact.first_name }}: su número es {{ ticket.number }}. {{ account.name }}"
    with open_intake(tmp_path, authserv_id=OURS, acknowledge=True, acknowledge_text=words) as rig:
        for number in range(KNOWN):
            rig.take(_mail(number, "Carmen", "dmarc=pass header.from={d}", "", "Hola", "Una duda"))
        yield rig


def _mail(victim: int, name: str, own: str, came: str, subject: str, body: str) -> bytes:
    domain = f"d{victim % 7}.test"
    head = f"Authentication-Results: {OURS}; {own}\r\n" if own else ""
    head = f"{head}{RECEIVED}{came}".format(d=domain)
    return (
        f"{head}From: {name} <victima{victim}@{domain}>\r\nTo: shop@tienda.test\r\n"
        f"Subject: {subject}\r\n\r\n{body}"
    ).encode()


def _acknowledged(rig: IntakeRig) -> list[tuple[int, str, str]]:
    """(when, address, ticket) of each that was queued."""
    sql = "SELECT created_at, payload FROM effect WHERE kind = 'email.acknowledge' ORDER BY id"
    told = [(int(str(at)), json.loads(str(payload))) for at, payload in rig.desk.sql(sql)]
    return [(at, payload["address"], payload["ticket_id"]) for at, payload in told]


def test_forged_mails_reach_each_victim_once_at_most(rig: IntakeRig) -> None:
    chance, before = Random(7), len(_acknowledged(rig))
    rig.desk.clock.advance(25 * HOUR_MS)  # what they were sent when they wrote is a day old
    for number in range(MAILS):
        own, came = FORGED[number % len(FORGED)]
        victim = chance.randrange(VICTIMS)
        rig.take(_mail(victim, EVIL, own, came, f"{EVIL} {number}", f"{EVIL} {number}"))
        rig.desk.clock.advance(60_000)  # all of it within half a day
    sent = _acknowledged(rig)[before:]
    most = Counter(address for _at, address, _ticket in sent)
    assert max(most.values()) == 1
    assert len(most) == KNOWN  # strangers get none; the rig does see those to customers
    for _at, _address, ticket in sent:
        told = own_text(rig.desk.ask(AcknowledgementOf(ticket)))
        assert told.startswith("Hola, Carmen: su número es ")
        assert "evil" not in told


def test_the_whole_desk_has_a_budget(rig: IntakeRig) -> None:
    """Even when every sender can be believed: a hundred an hour, and then the next hour again."""
    before = len(_acknowledged(rig))
    rig.desk.clock.advance(25 * HOUR_MS)
    for number in range(AUTOMATIC_IN_ALL + 50):
        rig.take(_mail(1000 + number, "x", "dmarc=pass header.from={d}", "", "Hola", "Hola"))
    assert len(_acknowledged(rig)) - before == AUTOMATIC_IN_ALL
    rig.desk.clock.advance(HOUR_MS + 1)
    rig.take(_mail(9999, "x", "dmarc=pass header.from={d}", "", "Hola", "Hola"))
    assert len(_acknowledged(rig)) - before == AUTOMATIC_IN_ALL + 1
