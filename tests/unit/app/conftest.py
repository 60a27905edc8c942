"""A desk as the program opens it, with a little in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deskapp.app.bootstrap import Desk, open_desk
from deskapp.core.api import Command, Outcome
from deskapp.core.commands.contacts import CreateContact, NewPoint
from deskapp.core.commands.tickets import CreateTicket
from deskapp.models.enums import Channel, PointKind
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile

MakeTicket = Callable[[Desk, str], str]


def submit(desk: Desk, command: Command) -> Outcome:
    outcome = desk.workspace.submit(command).result(90)
    assert outcome.ok, f"{command.TYPE}: {outcome.rejected}"
    return outcome


def make_ticket(desk: Desk, subject: str) -> str:
    """A ticket by hand with a message and a contact of its own; its id."""
    new = desk.workspace.new_id
    contact, ticket = new(), new()
    point = NewPoint(new(), PointKind.EMAIL, f"{ticket[-12:]}@example.com")
    submit(desk, CreateContact(contact_id=contact, name=f"Ana {subject}", points=(point,)))
    command = CreateTicket(
        ticket_id=ticket,
        subject=subject,
        channel=Channel.PHONE,
        contact_id=contact,
        body=f"About {subject}.",
        message_id=new(),
    )
    submit(desk, command)
    return ticket


@pytest.fixture
def keys() -> MemoryKey:
    return MemoryKey()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile.at(tmp_path / "desk")


@pytest.fixture
def desk(profile: Profile, keys: MemoryKey) -> Iterator[Desk]:
    with open_desk(profile, keys) as opened:
        yield opened
