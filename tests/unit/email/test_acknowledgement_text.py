"""The mailbox's own words for an acknowledgement."""

import pytest

from deskapp.channels.email.notices import own_text
from deskapp.core.queries.mail import Acknowledgement, SendingAccount


def said(text: str, contact: str = "Carmen Villalobos") -> str:
    account = SendingAccount(
        id="a", name="Taller Norte", address="hola@taller.test", signature="", settings={"acknowledge_text": text}
    )  # fmt: skip
    return own_text(Acknowledgement("t", 1042, account, "", "es", (), contact))


def test_number_and_names_are_put_in() -> None:
    text = "Hola, {{ contact.first_name }}: tu caso es el {{ ticket.number }}. {{ account.name }}"
    assert said(text) == "Hola, Carmen: tu caso es el 1042. Taller Norte"


def test_somebody_new_has_no_name_to_be_echoed() -> None:
    text = "Hola {{ contact.first_name }}, tu caso es el {{ ticket.number }}."
    assert said(text, "") == "Hola, tu caso es el 1042."


@pytest.mark.parametrize(
    "text", ["Sin nada", "{{ contact.first_name", "{{ desk.secret }}", "{{ ticket.subject }}"]
)
def test_what_cannot_be_filled_stands_as_it_is(text: str) -> None:
    assert said(text) == text
