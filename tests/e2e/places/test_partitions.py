"""Networks that lose or refuse what is said, in one direction or both, in any order: nothing is lost, doubled or
stuck, and nobody is left behind once the network is whole again."""

import os
from pathlib import Path
from random import Random

import pytest

from tests.support.all_there import all_there
from tests.support.machines import DESK, Machines
from tests.support.namespaces import LOSE, REFUSE, network
from tests.support.waiting import wait_for

SCHEDULES = int(os.environ.get("DESKAPP_PARTITIONS", "6"))
SEED = int(os.environ.get("DESKAPP_SEED", "5"))
PEOPLE = {"ana": "Ana Ruiz", "luis": "Luis Gil", "eva": "Eva Mora"}
WAYS = (("in",), ("out",), ("in", "out"))
APART = 10_000_000

pytestmark = pytest.mark.real


def test_partitions_lose_double_and_stick_nothing(tmp_path: Path) -> None:
    chance = Random(SEED)
    with network(DESK, *PEOPLE) as net:
        machines = Machines(tmp_path, net[DESK].address, 8791, net)
        ticket = machines.settle(*PEOPLE.values())
        with machines.serving(*PEOPLE.values()) as server:
            machines.pair(server, PEOPLE, by_code=("luis",))
            writers = [
                machines.writer(name, ticket, APART * place) for place, name in enumerate(PEOPLE, 1)
            ]
            told = 0
            all_there(writers)
            for number in range(SCHEDULES // len(PEOPLE)):
                for _step in range(chance.randint(1, 3)):
                    for writer in writers:
                        here, (ways, verdict) = net[writer.name], weather(chance)
                        here.heal()
                        if ways:
                            here.lose(net[DESK], *ways, verdict=verdict)
                        count = chance.randint(1, 8)
                        writer.writes(count)
                        writer.listens(count)
                if number % 3 == 0:  # one is cut off until it notices, by its own clocks
                    alone = chance.choice(writers)
                    net[alone.name].lose(net[DESK], *chance.choice(WAYS))
                    wait_for(lambda one=alone: not one.tells()["online"], "it to notice", 90)
                for writer in writers:
                    net[writer.name].heal()
                told = all_there(writers)
            for writer in writers:
                writer.stop()
    print(f"\n{SCHEDULES} schedules, seed {SEED}: {told} notes, none lost, doubled or stuck")


def weather(chance: Random) -> tuple[tuple[str, ...], str]:
    """Which ways are closed, and how; none for a network that works."""
    ways = chance.choice((*WAYS, ()))
    return ways, chance.choice((LOSE, REFUSE))
