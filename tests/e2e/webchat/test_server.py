"""The chat server over real sockets: what a page says, gets, and is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.webchat_desk import ChatDesk, open_chat_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ChatDesk]:
    with open_chat_desk(tmp_path / "desk") as rig:
        yield rig


def test_a_message_and_its_answer(desk: ChatDesk) -> None:
    box = desk.box()
    with desk.visitor(box) as carmen:
        assert carmen.welcome["messages"] == []
        assert carmen.welcome["status"]["state"] == "none"
        said = carmen.say("Hola, falta una taza", name="Carmen")
        assert said["t"] == "said"
        (ticket,) = desk.rows()
        assert ticket.contact_name == "Carmen"
        desk.reply(ticket.id, "Hoy la enviamos")
        answer = carmen.next("message")["message"]
        assert (answer["kind"], answer["text"]) == ("out", "Hoy la enviamos")
        assert answer["order"] > said["order"]
