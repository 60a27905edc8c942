"""Desks on the local network, by multicast DNS: a host says that it is there, a joining machine listens.

A convenience for typing an address, nothing else: whoever is on the network may announce what they like. Trust
comes from the link or the code. `zeroconf` runs in threads of its own; it is imported when it is first needed.
"""

import ipaddress
import logging
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from deskapp.core.ports import Nearby

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

log = logging.getLogger(__name__)

TYPE: Final = "_deskapp._tcp.local."
NAME: Final = 60
"""Characters of a name that are shown."""
NAME_BYTES: Final = 60
"""Of a name that is announced; a label of DNS holds 63."""
MOST: Final = 30
"""Announcements that are looked at; a hostile neighbour may make hundreds."""
ASK_MS: Final = 1_000
Found = Callable[[tuple[Nearby, ...]], None]


class Announcer:
    """Says where a desk is until it is told otherwise. Any thread may call it; nothing waits but `close`."""

    def __init__(self, interfaces: tuple[str, ...] = ()) -> None:
        """`interfaces`: addresses of this computer to announce at; none: all."""
        self._interfaces = interfaces
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="announce")
        self._zeroconf: Zeroconf | None = None
        self._said: tuple[str, tuple[str, ...]] = ("", ())
        self._closed = False

    def say(self, name: str, addresses: tuple[str, ...]) -> "Future[None]":
        """`addresses` are host:port as colleagues reach it; none that is a number: nothing is announced."""
        return self._pool.submit(self._say, name, addresses)

    def close(self) -> None:
        """Take it back and end the threads. May be called twice."""
        if not self._closed:
            self._closed = True
            self._pool.submit(self._end)
            self._pool.shutdown(wait=True)

    def _say(self, name: str, addresses: tuple[str, ...]) -> None:
        if (name, addresses) == self._said:
            return
        self._end()
        self._said = (name, addresses)
        info = _info(name, addresses) if addresses else None
        if info is None:
            return
        try:
            self._zeroconf = _zeroconf(self._interfaces)
            self._zeroconf.register_service(info, allow_name_change=True)
        except _problems() as error:  # it is only a convenience
            log.info("this desk is not announced: %r", error)
            self._end()

    def _end(self) -> None:
        zeroconf, self._zeroconf = self._zeroconf, None
        self._said = ("", ())
        if zeroconf is not None:
            zeroconf.close()


class Finder:
    """Listens while somebody looks. Any thread may call it; nothing waits but `close`."""

    def __init__(self, interfaces: tuple[str, ...] = ()) -> None:
        self._interfaces = interfaces
        self._pool: ThreadPoolExecutor | None = None
        self._looking: list[Found] = []
        self._search: _Search | None = None

    def look(self, callback: Found) -> Callable[[], None]:
        """Tell `callback`, on a thread of its own, what there is, each time it changes. Returns how to stop."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="nearby")
        self._looking.append(callback)
        pool = self._pool
        pool.submit(self._adjust)

        def stop() -> None:
            if callback in self._looking:
                self._looking.remove(callback)
                pool.submit(self._adjust)

        return stop

    def close(self) -> None:
        self._looking.clear()
        if self._pool is not None:
            self._pool.submit(self._adjust)
            self._pool.shutdown(wait=True)
            self._pool = None

    def _adjust(self) -> None:
        """On the pool's thread: begin or end the search, as somebody looks or nobody does."""
        if self._looking and self._search is None:
            try:
                self._search = _Search(self._interfaces, self._tell)
            except OSError as error:  # no network
                log.info("desks nearby cannot be looked for: %s", error)
        elif not self._looking and self._search is not None:
            search, self._search = self._search, None
            search.close()

    def _tell(self, found: tuple[Nearby, ...]) -> None:
        for callback in tuple(self._looking):
            callback(found)


class _Search:
    """One search. What zeroconf hears comes on its thread; addresses are asked for on one of ours."""

    def __init__(self, interfaces: tuple[str, ...], tell: Found) -> None:
        from zeroconf import ServiceBrowser

        self._tell = tell
        self._names: dict[str, Nearby | None] = {}
        self._ask = ThreadPoolExecutor(1, thread_name_prefix="nearby-ask")
        self._ended = False
        self._zeroconf = _zeroconf(interfaces)
        self._browser = ServiceBrowser(self._zeroconf, TYPE, handlers=[self._heard])

    def close(self) -> None:
        self._ended = True
        self._ask.shutdown(wait=True, cancel_futures=True)
        self._browser.cancel()
        self._zeroconf.close()

    def _heard(self, zeroconf: "Zeroconf", service_type: str, name: str, state_change: Any) -> None:
        """On zeroconf's thread."""
        from zeroconf import ServiceStateChange

        if self._ended:
            return
        if state_change is ServiceStateChange.Removed:
            if self._names.pop(name, None) is not None:
                self._told()
        elif name in self._names or len(self._names) < MOST:
            self._names.setdefault(name, None)
            self._ask.submit(self._resolve, zeroconf, service_type, name)

    def _resolve(self, zeroconf: "Zeroconf", service_type: str, name: str) -> None:
        try:
            info = None if self._ended else zeroconf.get_service_info(service_type, name, ASK_MS)
            found = _nearby(name, info) if info is not None else None
        except _problems() as error:  # whatever a stranger announces
            log.debug("an announcement that says nothing: %r", error)
            found = None
        if name in self._names and self._names[name] != found:
            self._names[name] = found
            self._told()

    def _told(self) -> None:
        there = {one for one in tuple(self._names.values()) if one is not None}
        if not self._ended:
            self._tell(tuple(sorted(there, key=lambda one: (one.name.casefold(), one.address))))


def _zeroconf(interfaces: tuple[str, ...]) -> "Zeroconf":
    from zeroconf import InterfaceChoice, IPVersion, Zeroconf

    chosen: Any = list(interfaces) or InterfaceChoice.All
    return Zeroconf(interfaces=chosen, ip_version=IPVersion.V4Only)


def _problems() -> tuple[type[Exception], ...]:
    from zeroconf import Error

    return (Error, TimeoutError, OSError, ValueError)


def _info(name: str, addresses: tuple[str, ...]) -> "ServiceInfo | None":
    from zeroconf import ServiceInfo

    numbers, port = [], 0
    for address in addresses:
        host, _, text = address.rpartition(":")
        try:
            numbers.append(ipaddress.IPv4Address(host).packed)
        except ValueError:
            continue
        port = port or int(text)
    if not numbers:
        return None
    label = clean(name).replace(".", " ").encode()[:NAME_BYTES].decode(errors="ignore").strip()
    instance = label or "deskapp"
    return ServiceInfo(TYPE, f"{instance}.{TYPE}", addresses=numbers, port=port)


def _nearby(name: str, info: "ServiceInfo") -> Nearby | None:
    from zeroconf import IPVersion

    addresses = info.ip_addresses_by_version(IPVersion.V4Only)
    usable = [one for one in addresses if not (one.is_multicast or one.is_unspecified)]
    if not usable or not info.port:
        return None
    label = clean(name.removesuffix(f".{TYPE}"))[:NAME].strip()
    return Nearby(label or "deskapp", f"{usable[0]}:{info.port}")


def clean(text: str) -> str:
    """Without control, format and private characters, and with single spaces."""
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join(plain.split())
