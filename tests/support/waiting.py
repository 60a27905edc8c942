"""Free ports, and waiting for what other processes do."""

import contextlib
import itertools
import os
import socket
import threading
import time
from collections.abc import Callable

PORTS = range(10_100, 32_000)
"""Below what systems give to whoever connects: nobody gets one of these by chance before it is used."""
_start = os.getpid() * 997 % len(PORTS)
_ports = itertools.cycle((*PORTS[_start:], *PORTS[:_start]))


def free_port() -> int:
    """One that nobody listens at; each time another."""
    for port in _ports:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("unreachable")


def wait_for(condition: Callable[[], object], what: str, seconds: float = 75.0) -> None:
    """Look at `condition` until it holds; AssertionError naming `what` when it does not in time."""
    end = time.monotonic() + seconds
    event = threading.Event()
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen in {seconds} s"
        event.wait(0.02)


def listens(port: int) -> bool:
    """Whether somebody takes connections on a port of the loopback."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
