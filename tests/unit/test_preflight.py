"""What is looked at before an answer leaves."""

import pytest

from deskapp.core.policies.preflight import Finding, Outgoing, check, promised_attachment

PROMISES = [
    "I have attached the invoice.",
    "Please find attached your label",
    "See the attachment for details.",
    "Attached is the form",
    "The invoice is enclosed.",
    "Adjunto la factura de marzo.",
    "Te adjuntamos la guía de envío",
    "En el archivo adjunto verá los pasos",
    "Le envío adjunta la etiqueta",
    "Anexo el comprobante.",
    "No hay problema. Te adjunto la etiqueta.",
]
NOTHING_PROMISED = [
    "We will send the cup today.",
    "Thanks for the attachment you sent",
    "Gracias por el archivo adjunto.",
    "There is no attachment in your message",
    "No veo ningún archivo adjunto en tu mensaje.",
    "He visto la foto que nos adjuntaste",
    "Could you attach a photo?",
    "¿Puedes adjuntar una foto?",
    "Recibimos el adjunto que nos enviaste",
]


@pytest.mark.parametrize("text", PROMISES)
def test_sees_a_promised_attachment(text: str) -> None:
    assert promised_attachment(text)
    assert [f.code for f in check(Outgoing(text))] == ["attachment_missing"]
    assert check(Outgoing(text, attachments=1)) == ()


@pytest.mark.parametrize("text", NOTHING_PROMISED)
def test_does_not_cry_wolf(text: str) -> None:
    assert promised_attachment(text) == ""


def test_a_promise_in_the_quoted_part_is_not_ours() -> None:
    assert check(Outgoing("On it.\n> I have attached a photo\n  > adjunto la foto")) == ()


def test_an_unfilled_placeholder_blocks() -> None:
    assert check(Outgoing("Hi {{ contact.first_name }} {{contact.field.size}}")) == (
        Finding("unfilled_placeholder", True, "contact.first_name"),
        Finding("unfilled_placeholder", True, "contact.field.size"),
    )


def test_other_braces_only_warn_and_quoted_ones_are_the_customers() -> None:
    assert check(Outgoing("Write {{ user.name }} there")) == (
        Finding("braces_left", False, "user.name"),
    )
    assert check(Outgoing("Yes.\n> {{ contact.name }}")) == ()


def test_empty_things() -> None:
    assert check(Outgoing(" \n")) == (Finding("empty_body", True),)
    assert check(Outgoing("", attachments=1)) == ()
    assert check(Outgoing("Hello", subject=" ")) == (Finding("empty_subject", False),)
    assert check(Outgoing("Hello", recipients=0)) == (Finding("no_recipient", True),)
    assert check(Outgoing("Hello", recipients=0, needs_recipient=False)) == ()


def test_a_note_is_only_asked_for_words() -> None:
    assert check(Outgoing("{{ contact.name }} I attached it", recipients=0, public=False)) == ()
    assert check(Outgoing("", public=False)) == (Finding("empty_body", True),)


def test_a_long_text_is_looked_at_in_no_time() -> None:
    import time

    started = time.process_time()
    check(Outgoing("please the you attach " * 20_000))
    check(Outgoing("a" * 1_000_000))
    assert time.process_time() - started < 1
