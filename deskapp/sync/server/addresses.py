"""Where colleagues reach this computer, and under which names."""

import socket
import sys

LOOPBACK = "127.0.0.1"
_SIOCGIFADDR = 0x8915


def own_addresses() -> tuple[str, ...]:
    """IPv4 addresses of this computer, the one that leads outside first; the loopback when there is none."""
    found = dict.fromkeys([_outward(), *_of_interfaces()])
    return tuple(a for a in found if a and not a.startswith("127.")) or (LOOPBACK,)


def own_names() -> frozenset[str]:
    """Names by which this computer may be called, lower-case."""
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, name.split(".")[0]})


def _outward() -> str:
    """The address from which the network is reached; empty when there is none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: nobody's
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _of_interfaces() -> list[str]:
    if sys.platform != "linux":
        try:
            return socket.gethostbyname_ex(socket.gethostname())[2]
        except OSError:
            return []
    import fcntl

    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _number, name in socket.if_nameindex():
            asked = name.encode()[:15].ljust(256, b"\0")
            try:
                told = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, asked)
            except OSError:  # an interface without one
                continue
            found.append(socket.inet_ntoa(told[20:24]))
    return found
