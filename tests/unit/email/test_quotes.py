"""Splitting a body into what is new and what is quoted, as the clients of customers write it."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.channels.email.quotes import split

ANSWER = "Hola,\n\nSigo esperando el paquete.\nGracias"

QUOTES = dict(
    block.split("\n", 1)
    for block in re.split(
        "(?m)^=== ", Path(__file__).with_name("quotes.txt").read_text(encoding="utf-8")
    )[1:]
)


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_answer_above_a_quote(quote: str) -> None:
    found = split(f"{ANSWER}\n\n{quote}\n")

    assert found.visible == ANSWER
    assert found.quoted == quote.strip("\n")


SIGNATURES = {
    "delimiter": "-- \nAna Ruiz\nC/ Mayor 3",
    "delimiter_without_space": "--\nAna Ruiz",
    "iphone_es": "Enviado desde mi iPhone",
    "iphone_en": "Sent from my iPhone",
    "android_es": "Enviado desde mi Samsung Galaxy",
    "outlook_es": "Obtener Outlook para Android<https://aka.ms/x>",
    "outlook_en": "Get Outlook for iOS",
    "yahoo": "Enviado desde Yahoo Mail para Android",
    "french": "Envoyé de mon iPhone",
    "portuguese": "Enviado do meu iPhone",
}


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_signature_goes_with_the_quotes(signature: str) -> None:
    found = split(f"{ANSWER}\n\n{signature}")

    assert found.visible == ANSWER
    assert found.quoted == signature


def test_answer_below_the_quote() -> None:
    text = "On Mon, Mar 3, 2025 at 10:02 X <x@y.example> wrote:\n> Size?\n\nSize 42, please.\n"

    found = split(text)

    assert found.visible == "Size 42, please."
    assert "> Size?" in found.quoted


def test_answers_between_quotes_keep_their_questions() -> None:
    text = (
        "El 3/3/25 a las 10:02, Sol escribió:\n> ¿Talla?\n42\n> ¿Color?\nRojo\n> Saludos\n> Sol\n"
    )

    found = split(text)

    assert found.visible == "> ¿Talla?\n42\n> ¿Color?\nRojo"
    assert found.quoted == "> Saludos\n> Sol"


KEPT = [
    "De: todo lo que pedí, falta la camiseta.\nGracias",
    "From: the beginning it was broken",
    "El cliente escribió:\nno funciona",
    "On reflection, I wrote: please cancel.",
    "Mensaje original",
    "Mi pedido:\n- camiseta\n- gorra\nFecha: 3 de marzo",
    "Para: mi madre\nAsunto: un regalo",
    "Saludos\nAna",
    "----------\nSeparado",
    "Enviado desde mi pueblo, donde no llega el correo.\nPor favor llamen.\nAna\nMayor 3\nSoria",
    "",
    "\n\n",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_a_quote_stays(text: str) -> None:
    found = split(text)

    assert found.visible == text.strip("\n")
    assert found.quoted == ""


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_a_mail_of_nothing_but_a_quote_is_shown(quote: str) -> None:
    assert split(quote).visible.strip()


@pytest.mark.parametrize(
    "marker",
    ["---------- Forwarded message ---------", "---------- Mensaje reenviado ---------"],
)
def test_what_is_forwarded_is_shown(marker: str) -> None:
    headers = "De: Banco <b@banco.example>\nDate: lun, 3 mar 2025\nSubject: Aviso\nTo: yo"
    text = f"¿Es suyo?\n\n{marker}\n{headers}\n\nPague ya."

    assert split(text).visible == text


@given(st.text(alphabet=st.sampled_from(">-_ \nDe:On1wrotescribióElFmrá<@.>*"), max_size=400))
def test_nothing_is_lost(text: str) -> None:
    found = split(text)

    assert bool(found.visible.strip()) or not text.strip()
    kept = sorted((found.visible + found.quoted).replace("\n", "").replace(" ", ""))
    assert kept == sorted(text.replace("\n", "").replace(" ", ""))


BOMBS = {
    "spaces": "From:" + " " * 100_000,
    "stars": "From:" + "* " * 50_000 + "\nSent:" + " *" * 50_000,
    "on": "On " * 60_000,
    "on_lines": "On 1\n" * 40_000,
    "underscores": "_" * 200_000,
    "from_lines": "From: a\n" * 30_000,
    "colons": ":\n" * 100_000,
    "el_escribio": "El 1 escribió " * 20_000 + ":",
    "addresses": "<a@b>" * 40_000 + ":",
    "marks": "> " * 100_000,
    "dashes": ("-" * 50 + "\n") * 5_000,
    "blank_lines": "\n" * 200_000 + "x",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_hostile_text_costs_little(text: str) -> None:
    started = time.process_time()
    split(text)

    assert time.process_time() - started < 1.0
