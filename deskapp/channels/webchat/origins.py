"""Who asks: the Host a request names, the Origin of its page, and the address behind trusted proxies."""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_FORWARDED: Final = 20
"""Addresses of X-Forwarded-For that are looked at, from the right."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Headers = Mapping[bytes, bytes]


def headers_of(scope: Mapping[str, Any]) -> Headers:
    """The last of each; a header that may decide something and comes twice counts as malformed."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        found[name] = b"\0" if name in found and name in (b"host", b"origin") else value
    return found


def host_name(header: str) -> str:
    """Host without its port, in lower case; empty when it is none."""
    name = header.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]" if "]" in name else ""
    name, _, port = name.partition(":")
    return name.removesuffix(".") if not port or port.isdecimal() else ""


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Addresses and networks of proxies; what is neither is left out."""
    found = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network(text.strip(), strict=False))
        except ValueError:
            continue
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Doors:
    """How this desk may be addressed."""

    port: int = 0
    public_url: str = ""
    proxies: tuple[Network, ...] = ()

    @property
    def public_host(self) -> str:
        try:
            return (urlsplit(self.public_url).hostname or "").lower()
        except ValueError:
            return ""

    def knows_host(self, header: str, local_address: str) -> bool:
        """Whether a request for that Host is ours: a page of another name's (rebinding) is not."""
        name = host_name(header)
        own = f"[{local_address}]" if ":" in local_address else local_address
        return bool(name) and (
            name in LOOPBACK or name == own or (name == self.public_host and "." in name)
        )

    def own_origins(self) -> frozenset[str]:
        """Of the desk's own test page."""
        return frozenset(f"http://{host}:{self.port}" for host in ("127.0.0.1", "localhost"))

    def client(self, peer: str, forwarded: str) -> str:
        """Whom to count against: the peer, or who a trusted proxy says it is. IPv6 by its /64."""
        address = _parsed(peer)
        chain = [part.strip() for part in forwarded.split(",")][-_FORWARDED:]
        while address is not None and self._trusts(address) and chain:
            before = _parsed(chain.pop())
            if before is None:
                break
            address = before
        if address is None:
            return peer
        if address.version == 6:
            return str(ipaddress.ip_network((address, 64), strict=False))
        return str(address)

    def _trusts(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return any(address in network for network in self.proxies)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
