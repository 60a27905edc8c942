"""Computers of our own within this one: network namespaces on one switch, and what keeps them apart.

    with network("desk", "ana") as net:
        with net["desk"].inside():
            port = free_port()          # this thread's sockets are the desk's
        ana = net["ana"].start([sys.executable, "-m", "http.client"], stdout=PIPE)
        net["ana"].lose(net["desk"])    # from now on nothing arrives, either way
        net["ana"].heal()

Each has `lo` and `eth0` with an address of 10.77.0.0/24; none reaches this computer or the world. Everything is
gone at the end, also when the process that made it was killed.
"""

import ctypes
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_NET = "10.77.0"
_NEWNET = 0x40000000
_NAMES = Path("/run/netns")
_TABLE = "inet wall"
_SWEEP = """
read -r _
for name in "$@"; do
    for pid in $(ip netns pids "$name"); do kill -9 "$pid"; done
    ip netns del "$name"
done
"""
"""Waits for the end of whoever holds the other end of its standard input, however that came."""
LOSE = "drop"
REFUSE = "reject with icmpx admin-prohibited"
WAYS = ("in", "out")


@dataclass(frozen=True)
class Computer:
    """One host of the network. `namespace` is its name for `ip netns`."""

    name: str
    namespace: str
    address: str

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Sockets that this thread opens, and processes and threads that it starts, are this computer's."""
        with _inside(self.namespace):
            yield

    def start(self, command: Sequence[str], **options: Any) -> "subprocess.Popen[str]":
        """A program of this computer, with text pipes."""
        with self.inside():
            return subprocess.Popen(command, text=True, **options)

    def run(self, command: Sequence[str], **options: Any) -> "subprocess.CompletedProcess[str]":
        with self.inside():
            return subprocess.run(command, text=True, capture_output=True, **options)

    def lose(self, peer: "Computer", *ways: str, verdict: str = LOSE) -> None:
        """Let nothing pass between this one and `peer`: `in` what it is told, `out` what it says (none: both).

        With `REFUSE` whoever says something hears that it may not. What was lost before is kept lost.
        """
        script = [f"add table {_TABLE}"]
        for way in ways or WAYS:
            chain, side = f"{way}put", "saddr" if way == "in" else "daddr"
            hook = f"{{ type filter hook {chain} priority 0 ; policy accept ; }}"
            script.append(f"add chain {_TABLE} {chain} {hook}")
            script.append(f"add rule {_TABLE} {chain} ip {side} {peer.address} {verdict}")
        self._nft("\n".join(script))

    def heal(self) -> None:
        """Let everything pass again."""
        self._nft(f"add table {_TABLE}\ndelete table {_TABLE}")

    def _nft(self, script: str) -> None:
        done = self.run(["nft", "-f", "-"], input=script)
        assert done.returncode == 0, f"nft: {done.stderr}"


@contextmanager
def network(*names: str) -> Iterator[Mapping[str, Computer]]:
    """These computers on one switch. A machine that cannot have them fails the test and says why."""
    prefix = f"deskapp-{os.getpid()}-{id(names):x}"
    switch = f"{prefix}-switch"
    made = {
        name: Computer(name, f"{prefix}-{name}", f"{_NET}.{number}")
        for number, name in enumerate(names, 1)
    }
    namespaces = [switch, *(one.namespace for one in made.values())]
    sweeper = subprocess.Popen(
        ["sh", "-c", _SWEEP, "sweep", *namespaces],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert sweeper.stdin is not None
    try:
        for namespace in namespaces:
            _ip("netns", "add", namespace)
            with _inside(namespace):
                _ip("link", "set", "lo", "up")
        with _inside(switch):
            _ip("link", "add", "bridge", "type", "bridge")
            _ip("link", "set", "bridge", "up")
        for number, one in enumerate(made.values(), 1):
            _plug(one, switch, f"port{number}")
        yield made
    finally:
        sweeper.stdin.close()
        sweeper.wait(30)


def _plug(one: Computer, switch: str, port: str) -> None:
    peer = ("peer", "name", port, "netns", switch)
    _ip("link", "add", "eth0", "netns", one.namespace, "type", "veth", *peer)
    with _inside(switch):
        _ip("link", "set", port, "master", "bridge", "up")
    with one.inside():
        _ip("address", "add", f"{one.address}/24", "dev", "eth0")
        _ip("link", "set", "eth0", "up")
        _ip("route", "add", "default", "dev", "eth0")


def _ip(*words: str) -> None:
    try:
        done = subprocess.run(["ip", *words], capture_output=True, text=True)
        problem = done.stderr.strip()
    except OSError as error:
        problem = str(error)
    if problem:
        pytest.fail(
            "This test needs network namespaces: Linux, root (in a container: CAP_SYS_ADMIN and CAP_NET_ADMIN)"
            f" and the packages iproute2 and nftables. ip {' '.join(words)}: {problem}",
            pytrace=False,
        )


@contextmanager
def _inside(namespace: str) -> Iterator[None]:
    """Unlike `ip -n` this asks nothing of the file system: it works where `/` is not a mount of its own, too."""
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        there = os.open(_NAMES / namespace, os.O_RDONLY | os.O_CLOEXEC)
        _enter(there)
        os.close(there)
        yield
    finally:
        _enter(before)
        os.close(before)


def _enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, _NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
