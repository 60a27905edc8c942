"""A command that was handed over is carried out, whoever stops waiting for it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp.core.commands.contacts import CreateContact
from deskapp.core.queries.contacts import GetContact
from tests.support.desk import DeskRig, open_rig


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


def test_it_cannot_be_taken_back(desk: DeskRig) -> None:
    uid = desk.new()
    future = desk.workspace.submit(CreateContact(contact_id=uid, name="Carmen"))
    assert not future.cancel()
    assert future.result(90).ok
    assert desk.ask(GetContact(uid)).info.name == "Carmen"


def test_a_task_that_is_cancelled_leaves_the_writer_alone(desk: DeskRig) -> None:
    uids = [desk.new() for _ in range(20)]

    async def wait(uid: str) -> None:
        command = CreateContact(contact_id=uid, name="Carmen")
        await asyncio.wrap_future(desk.workspace.submit(command))

    async def give_up() -> None:
        tasks = [asyncio.create_task(wait(uid)) for uid in uids]
        await asyncio.wait(tasks, timeout=0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(give_up())
    desk.contact("Another")  # the writer still runs, and what came before is there
    for uid in uids:
        assert desk.ask(GetContact(uid)).info.name == "Carmen"
