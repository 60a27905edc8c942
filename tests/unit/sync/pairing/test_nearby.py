"""Hosts that announce themselves, on the loopback: found, gone, and as hostile as can be."""

import logging
from collections.abc import Iterator

import pytest
from zeroconf import ServiceInfo, ServiceStateChange, Zeroconf

from deskapp.core.ports import Nearby
from deskapp.sync.pairing.nearby import MOST, NAME, TYPE, Announcer, Finder, clean
from tests.support.waiting import wait_for

HERE = ("127.0.0.1",)


class Looker:
    """What a joining machine is told."""

    def __init__(self) -> None:
        self.finder = Finder(HERE)
        self.found: tuple[Nearby, ...] = ()
        self.stop = self.finder.look(self._on_found)

    def _on_found(self, found: tuple[Nearby, ...]) -> None:
        self.found = found

    def names(self) -> list[str]:
        return [one.name for one in self.found]


@pytest.fixture
def looker() -> Iterator[Looker]:
    made = Looker()
    yield made
    made.finder.close()


def test_a_host_is_found_and_is_gone_when_it_says_so(looker: Looker) -> None:
    host = Announcer(HERE)
    host.say("Taller Norte", ("192.0.2.7:8791", "desk.example.com:8791"))
    wait_for(lambda: looker.found == (Nearby("Taller Norte", "192.0.2.7:8791"),), "the host", 60)
    host.say("Taller Norte", ())
    wait_for(lambda: not looker.found, "its leave", 60)
    host.close()
    looker.stop()


def test_what_can_only_be_reached_by_name_is_not_announced(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    host = Announcer(HERE)
    host.say("Taller", ("desk.example.com:8791",)).result(60)
    host.say("Taller", ()).result(60)
    host.close()
    assert not [one for one in caplog.records if one.name.startswith("zeroconf")]


def test_without_a_network_nobody_is_found_and_nothing_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(_interfaces: tuple[str, ...]) -> Zeroconf:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr("deskapp.sync.pairing.nearby._zeroconf", none)
    host, finder = Announcer(HERE), Finder(HERE)
    host.say("Taller", ("192.0.2.7:8791",)).result(60)
    finder.look(lambda _found: None)()
    host.close()
    finder.close()


def test_hundreds_of_hostile_announcements_are_harmless(looker: Looker) -> None:
    neighbour = Zeroconf(interfaces=list(HERE))
    bad = "\u202eredro\u202c <b>Taller</b> " + "x" * 200
    names = [f"{bad[:40]}{number}" for number in range(3 * MOST)]
    infos = [
        ServiceInfo(
            TYPE,
            f"{name}.{TYPE}",
            addresses=[bytes([192, 0, 2, 9])],
            port=8791,
            server="neighbour.local.",
        )
        for name in names
    ]
    infos[0].port = 0
    infos[1].addresses = [bytes([224, 0, 0, 1])]
    for info in infos:
        neighbour.registry.async_add(info)
    for info in infos:
        neighbour.send(neighbour.generate_service_broadcast(info, None))
    wait_for(lambda: len(looker.found) >= 1, "an announcement", 60)
    search = looker.finder._search
    assert search is not None
    for number in range(2 * MOST):
        search._heard(neighbour, TYPE, f"{number}.{TYPE}", ServiceStateChange.Added)
    assert len(search._names) == MOST
    neighbour.close()
    assert len(looker.found) <= MOST
    assert all(len(name) <= NAME and name.isprintable() for name in looker.names())


def test_names_are_plain() -> None:
    assert clean("Ta\x00l\x1bler\u202e\n\t Norte\ue000") == "Ta l ler Norte"
