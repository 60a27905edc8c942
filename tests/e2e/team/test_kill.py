"""The server and colleagues' machines are killed in turn while they work: nothing is lost, doubled or stuck."""

import os
from pathlib import Path
from random import Random

from tests.support.all_there import all_there
from tests.support.looking import rows_in
from tests.support.machines import DESK, Machines, Server, Writer
from tests.support.waiting import wait_for

KILLS = int(os.environ.get("DESKAPP_KILLS", "6"))
SEED = int(os.environ.get("DESKAPP_SEED", "5"))
PEOPLE = {"ana": "Ana Ruiz", "luis": "Luis Gil"}
APART = 10_000_000


def test_kill_9_under_load_loses_doubles_and_sticks_nothing(tmp_path: Path) -> None:
    machines, chance = Machines(tmp_path), Random(SEED)
    ticket = machines.settle(*PEOPLE.values())
    with machines.serving(*PEOPLE.values()) as server:
        machines.pair(server, PEOPLE)
    server = machines.serve()
    writers = [machines.writer(name, ticket, APART * place) for place, name in enumerate(PEOPLE, 1)]
    for number in range(KILLS):
        asked = [chance.randint(5, 25) for _ in writers]
        for writer, count in zip(writers, asked, strict=True):
            writer.writes(count)
        victim = number % 3
        if victim == len(writers):
            if chance.random() < 0.5:
                kill_at_work(server, machines, chance.randint(1, 5))
                heard = [0] * len(writers)
            else:
                writers[0].listens(asked[0])
                kill_when_answered(server, writers[0])
                heard = [asked[0], *[0] * (len(writers) - 1)]
            server = machines.serve()
        else:
            heard = [0] * len(writers)
            heard[victim] = chance.randint(0, asked[victim])
            writers[victim].listens(heard[victim])
            writers[victim].kill()
            writers[victim].start()
            heard[victim] = asked[victim]
        for writer, count, done in zip(writers, asked, heard, strict=True):
            writer.listens(count - done)
    print(f"\n{KILLS} kills, seed {SEED}: {all_there(writers)} notes, none lost, doubled or stuck")
    for writer in writers:
        writer.stop()
    server.stop()


def kill_at_work(server: Server, machines: Machines, after: int) -> None:
    """Kill it once it has written so many more notes than now, in the middle of the next."""
    base = written(machines)
    wait_for(lambda: written(machines) >= base + after, "the server at work", 90)
    server.kill()


def kill_when_answered(server: Server, writer: Writer) -> None:
    """Kill it as soon as a machine has heard that all it wrote is kept."""
    wait_for(lambda: not writer.tells()["unsent"], "its answer", 90)
    server.kill()


def written(machines: Machines) -> int:
    ((count,),) = rows_in(machines.profile(DESK).folder, "SELECT count(*) FROM message")
    return int(count)
