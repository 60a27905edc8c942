"""When visitors are told to wait."""

from contextlib import ExitStack

from deskapp.channels.webchat.pressure import AGAIN_S, UNDER_WAY, Pressure


def test_only_so_many_messages_are_under_way_at_once() -> None:
    pressure = Pressure()
    with ExitStack() as under_way:
        for _ in range(UNDER_WAY):
            assert pressure.wait("0" * 32) == 0
            under_way.enter_context(pressure.one())
        assert pressure.wait("0" * 32) == AGAIN_S[0]
    assert pressure.wait("0" * 32) == 0


def test_not_all_come_back_together() -> None:
    pressure = Pressure()
    with ExitStack() as under_way:
        for _ in range(UNDER_WAY):
            under_way.enter_context(pressure.one())
        waits = {pressure.wait(f"{n:032x}") for n in range(256)}
    assert len(waits) == 256
    assert (min(waits), max(waits)) == AGAIN_S
