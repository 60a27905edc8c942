"""The chat boxes as the server needs them, read from the desk's accounts."""

from collections.abc import Iterable
from dataclasses import dataclass

from deskapp.channels.webchat.frames import BoxFace
from deskapp.core.api import Rejected
from deskapp.core.policies import chat_box
from deskapp.core.policies.chat_box import ChatBox
from deskapp.models.dto import AccountInfo
from deskapp.models.enums import Channel


@dataclass(frozen=True, slots=True)
class Box:
    """An enabled chat box."""

    id: str
    origins: frozenset[str]
    settings: ChatBox
    face: BoxFace


def read_boxes(accounts: Iterable[AccountInfo]) -> dict[str, Box]:
    """The enabled boxes by id. One whose settings cannot be read is left out: it stays closed."""
    found = {}
    for account in accounts:
        if account.channel is Channel.WEBCHAT and account.enabled:
            try:
                settings = chat_box.read(account.settings)
            except Rejected:
                continue
            found[account.id] = Box(
                account.id, frozenset(settings.origins), settings, _face(account.name, settings)
            )
    return found


def _face(name: str, settings: ChatBox) -> BoxFace:
    return BoxFace(
        name=name,
        language=settings.language,
        colour=settings.colour,
        greeting=settings.greeting,
        ask_name=settings.ask_name,
        ask_email=settings.ask_email,
        questions=tuple(
            {
                "label": question.label,
                "kind": question.kind,
                "options": list(question.options),
                "required": question.required,
            }
            for question in settings.questions
        ),
        preview=settings.preview,
        files=settings.files,
        transcript=settings.transcript,
        position=settings.position,
        theme=settings.theme,
    )
