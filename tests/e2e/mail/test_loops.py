"""A day of correspondents who answer everything: automatic mail comes to rest (P25).

Time is in the test's hand: every five simulated minutes each correspondent answers all that it got.
What the desk would send is taken from its queue of effects.
"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from deskapp.channels.email.messageid import sign
from tests.support.intake_rig import KEY, IntakeRig, open_intake

OURS = "mx.tienda.test"
STEP_MS = 5 * 60_000
STEPS = 24 * 12
HOUR_MS = 3_600_000

Answer = Callable[[int, str], str]
"""(how many mails before, Message-ID of what is answered) → more headers and the subject."""


def _dumb(number: int, _message_id: str) -> str:
    return f"Subject: Re: algo {number}"


def _threading(number: int, message_id: str) -> str:
    return f"Subject: Re: algo {number}\r\nIn-Reply-To: {message_id}\r\nReferences: {message_id}"


def _polite(number: int, message_id: str) -> str:
    return f"{_threading(number, message_id)}\r\nAuto-Submitted: auto-replied"


def _listed(number: int, message_id: str) -> str:
    return f"{_threading(number, message_id)}\r\nList-Id: <l.loop.test>"


def _fresh_each_time(number: int, _message_id: str) -> str:
    return f"Subject: Ticket #{number} recibido"


CORRESPONDENTS: dict[str, tuple[str, Answer]] = {
    "strips headers": ("robot@loop.test", _dumb),
    "keeps the thread": ("desk@loop.test", _threading),
    "follows RFC 3834": ("otra@loop.test", _polite),
    "mailing list": ("lista@loop.test", _listed),
    "another desk": ("soporte@loop.test", _fresh_each_time),
    "daemon": ("MAILER-DAEMON@loop.test", _threading),
}


def _mail(sender: str, number: int, headers: str) -> bytes:
    return (
        f"Authentication-Results: {OURS}; dmarc=pass header.from=loop.test\r\n"
        "Received: from x by mx.tienda.test; Sat, 21 Nov 2026 21:00:00 +0000\r\n"
        f"From: {sender}\r\nTo: shop@tienda.test\r\nMessage-ID: <{number}.{sender}>\r\n"
        f"{headers}\r\n\r\nHemos recibido su mensaje {number}."
    ).encode()


def _outgoing(rig: IntakeRig, after: int) -> list[tuple[int, str, str]]:
    """(key, address, Message-ID) of acknowledgements queued since `after`."""
    rows = rig.desk.sql(
        "SELECT id, payload, uid "
        f"FROM effect WHERE kind = 'email.acknowledge' AND id > {after} ORDER BY id"
    )
    told = [(int(str(key)), json.loads(str(payload)), str(uid)) for key, payload, uid in rows]
    return [
        (key, payload["address"], sign(payload["ticket_id"], uid, "tienda.test", KEY))
        for key, payload, uid in told
    ]


@pytest.mark.parametrize("name", CORRESPONDENTS)
def test_a_day_of_answers_comes_to_rest(tmp_path: Path, name: str) -> None:
    address, answer = CORRESPONDENTS[name]
    with open_intake(tmp_path, authserv_id=OURS, acknowledge=True) as rig:
        sent_at, last, number = [], 0, 1
        rig.take(_mail(address, 0, "Subject: Hola"))
        for _ in range(STEPS):
            for key, _address, message_id in _outgoing(rig, last):
                last = key
                sent_at.append(rig.desk.clock.now())
                rig.take(_mail(address, number, answer(number, message_id)))
                number += 1
            rig.desk.clock.advance(STEP_MS)
        hours = Counter(at // HOUR_MS for at in sent_at)
        assert max(hours.values(), default=0) <= 2
        assert len(sent_at) <= 1  # one acknowledgement a day for an address
        assert not _outgoing(rig, last)


def test_a_robot_that_writes_by_itself_all_day_gets_one(tmp_path: Path) -> None:
    with open_intake(tmp_path, authserv_id=OURS, acknowledge=True) as rig:
        for number in range(100):
            rig.take(_mail("robot@loop.test", number, f"Subject: Informe {number}"))
            rig.desk.clock.advance(STEP_MS)
        assert len(_outgoing(rig, 0)) == 1


def test_the_rig_sees_acknowledgements(tmp_path: Path) -> None:
    """Different people are each answered; so what comes to rest above was not silent from the start."""
    with open_intake(tmp_path, authserv_id=OURS, acknowledge=True) as rig:
        for number in range(5):
            rig.take(_mail(f"persona{number}@loop.test", number, "Subject: Hola"))
        assert len(_outgoing(rig, 0)) == 5
        rig.desk.clock.advance(25 * HOUR_MS)
        rig.take(_mail("persona0@loop.test", 99, "Subject: Otra cosa"))
        assert len(_outgoing(rig, 0)) == 6
