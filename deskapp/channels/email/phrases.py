"""The few words that the desk itself writes into mails, in the customer's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from deskapp.models.dto import Address


@dataclass(frozen=True, slots=True)
class Phrases:
    wrote: str  # {date}, {name}
    forwarded: str
    sender: str
    date: str
    subject: str
    recipient: str
    date_format: str
    acknowledged_subject: str  # {number}
    acknowledged: str  # {number}, {name}
    you: str
    transcript_subject: str  # {name}, {date}
    transcript: str  # {name}


_PHRASES: Final[Mapping[str, Phrases]] = {
    "en": Phrases(
        wrote="On {date}, {name} wrote:",
        forwarded="---------- Forwarded message ----------",
        sender="From",
        date="Date",
        subject="Subject",
        recipient="To",
        date_format="%d/%m/%Y %H:%M",
        acknowledged_subject="We have received your message [#{number}]",
        acknowledged=(
            "Hello,\n\nwe have received your message. Its number is {number}."
            " A person will answer you; to add something, simply reply to this mail.\n\n{name}"
        ),
        you="You",
        transcript_subject="Your conversation with {name}, {date}",
        transcript="This is your conversation with {name}. You asked for it on our site.",
    ),
    "es": Phrases(
        wrote="El {date}, {name} escribió:",
        forwarded="---------- Mensaje reenviado ----------",
        sender="De",
        date="Fecha",
        subject="Asunto",
        recipient="Para",
        date_format="%d/%m/%Y %H:%M",
        acknowledged_subject="Hemos recibido su mensaje [#{number}]",
        acknowledged=(
            "Hola:\n\nHemos recibido su mensaje. Su número es el {number}."
            " Le responderá una persona; para añadir algo, basta con responder a este correo.\n\n"
            "{name}"
        ),
        you="Usted",
        transcript_subject="Su conversación con {name}, {date}",
        transcript="Esta es su conversación con {name}. La ha pedido en nuestra página.",
    ),
}


def phrases_in(*languages: str) -> Phrases:
    """Of the first language that there are words in; English otherwise."""
    return next((_PHRASES[lang] for lang in languages if lang in _PHRASES), _PHRASES["en"])


def attribution(phrases: Phrases, author: Address, at: int, zone: tzinfo | None) -> str:
    """The line above a quotation. `at` is ms since the epoch; `zone` None is the computer's own."""
    return _fill(phrases.wrote, date=_date(phrases, at, zone), name=_person(author))


def forward_header(
    phrases: Phrases,
    author: Address,
    to: tuple[Address, ...],
    at: int,
    subject: str,
    zone: tzinfo | None,
) -> str:
    """The lines above a forwarded message."""
    lines = [
        phrases.forwarded,
        f"{phrases.sender}: {_person(author)}",
        f"{phrases.date}: {_date(phrases, at, zone)}",
        f"{phrases.subject}: {subject}",
    ]
    if to:
        lines.append(f"{phrases.recipient}: {', '.join(map(_person, to))}")
    return "\n".join(lines)


def acknowledgement(phrases: Phrases, own_text: str, number: int, name: str) -> tuple[str, str]:
    """Subject and body. Nothing in them is a customer's words."""
    subject = _fill(phrases.acknowledged_subject, number=str(number))
    return subject, own_text.strip() or _fill(phrases.acknowledged, number=str(number), name=name)


def transcript(
    phrases: Phrases,
    name: str,
    at: int,
    said: Sequence[tuple[int, str, str]],
    zone: tzinfo | None,
) -> tuple[str, str]:
    """Subject and body of a conversation's transcript. `said` is (ms, who, words) of each message."""
    lines = [_fill(phrases.transcript, name=name)]
    for when, who, words in said:
        lines += ["", f"{_date(phrases, when, zone)} · {who}", words]
    return _fill(phrases.transcript_subject, name=name, date=_date(phrases, at, zone)), "\n".join(
        lines
    )


def _date(phrases: Phrases, at: int, zone: tzinfo | None) -> str:
    return datetime.fromtimestamp(at / 1000, zone).astimezone(zone).strftime(phrases.date_format)


def _person(person: Address) -> str:
    return f"{person.name} <{person.address}>" if person.name else person.address


def _fill(template: str, **values: str) -> str:
    """Put values in; what they hold is never read as a template."""
    for name, value in values.items():
        before, mark, after = template.partition("{" + name + "}")
        template = f"{before}{value}{after}" if mark else template
    return template
