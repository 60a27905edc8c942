"""Who is sent an acknowledgement, and every reason why not."""

from dataclasses import replace

import pytest

from deskapp.core.policies.acknowledgement import Situation, refusal

WANTED = Situation(
    switched_on=True,
    address="carmen@correo.test",
    own_addresses=frozenset({"tienda@taller.test"}),
    automatic="",
    history=False,
    spam=False,
    held=False,
    known_contact=True,
    aligned=False,
    already_for_ticket=False,
    to_address_today=0,
    to_address_this_hour=0,
    for_ticket_today=0,
    in_all_this_hour=99,
)


def test_a_known_contact_is_acknowledged() -> None:
    assert refusal(WANTED) == ""


def test_an_aligned_stranger_is_acknowledged() -> None:
    assert refusal(replace(WANTED, known_contact=False, aligned=True)) == ""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"switched_on": False}, "switched_off"),
        ({"history": True}, "history"),
        ({"automatic": "auto_reply"}, "automatic_sender"),
        ({"automatic": "list"}, "automatic_sender"),
        ({"spam": True}, "not_accepted"),
        ({"held": True}, "not_accepted"),
        ({"address": ""}, "no_address"),
        ({"address": "Tienda@taller.test"}, "own_address"),
        ({"address": "no-reply@tienda.test"}, "nobody_reads"),
        ({"address": "MAILER-DAEMON@correo.test"}, "nobody_reads"),
        ({"address": "bounces+12@lista.test"}, "nobody_reads"),
        ({"known_contact": False}, "unknown_sender"),
        ({"already_for_ticket": True}, "already_acknowledged"),
        ({"to_address_today": 1}, "daily_limit"),
        ({"to_address_this_hour": 2}, "hourly_limit"),
        ({"for_ticket_today": 5}, "ticket_limit"),
        ({"in_all_this_hour": 100}, "hourly_limit"),
    ],
)
def test_refusals(change: dict[str, object], reason: str) -> None:
    assert refusal(replace(WANTED, **change)) == reason  # type: ignore[arg-type]
