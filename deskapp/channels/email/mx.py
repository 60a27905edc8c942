"""Who takes the mail of a domain: a question of type MX to the system's name servers (RFC 1035)."""

import random
import re
import socket
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_MX: Final = 15
_SECONDS: Final = 2.0
_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_RESOLV_CONF: Final = Path("/etc/resolv.conf")


def name_servers() -> list[tuple[str, int]]:
    """The system's, where they are in a file. Empty on Windows: then only usual names are tried."""
    try:
        lines = _RESOLV_CONF.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    fields = [line.split() for line in lines]
    return [(f[1].partition("%")[0], 53) for f in fields if len(f) > 1 and f[0] == "nameserver"]


def mail_exchangers(
    domain: str, servers: Sequence[tuple[str, int]] | None = None
) -> tuple[str, ...]:
    """Names of the domain's mail exchangers, lower case, preferred first; empty when nobody knows."""
    try:
        ascii_domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        return ()
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return ()
    for server in (name_servers() if servers is None else servers)[:3]:
        number = random.getrandbits(16)
        try:
            answer = _ask(server, _question(number, labels))
            return tuple(host for _preference, host in sorted(_answers(answer, number)))
        except (OSError, ValueError, IndexError, struct.error):
            continue
    return ()


def _question(number: int, labels: list[str]) -> bytes:
    name = b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + name + struct.pack("!2H", _MX, 1)


def _ask(server: tuple[str, int], question: bytes) -> bytes:
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as client:
        client.settimeout(_SECONDS)
        client.connect(server)
        client.send(question)
        return client.recv(4096)


def _answers(packet: bytes, number: int) -> list[tuple[int, str]]:
    echoed, flags, questions, answers = struct.unpack_from("!4H", packet)
    if echoed != number or not flags & 0x8000:
        raise ValueError("not the answer to this question")
    at = 12
    for _ in range(questions):
        _name, at = _read_name(packet, at)
        at += 4
    found = []
    for _ in range(answers):
        _name, at = _read_name(packet, at)
        kind, _class, _ttl, length = struct.unpack_from("!2HIH", packet, at)
        at += 10
        if kind == _MX:
            (preference,) = struct.unpack_from("!H", packet, at)
            found.append((preference, _read_name(packet, at + 2)[0]))
        at += length
    return found


def _read_name(packet: bytes, at: int) -> tuple[str, int]:
    """A name, and where the text goes on after it. Pointers may only lead backwards."""
    labels: list[str] = []
    end = None
    while length := packet[at]:
        if length >= 0xC0:
            target = (length & 0x3F) << 8 | packet[at + 1]
            end = at + 2 if end is None else end
            if target >= at:
                raise ValueError("a pointer that leads forward")
            at = target
        else:
            labels.append(packet[at + 1 : at + 1 + length].decode("ascii", "replace").lower())
            at += 1 + length
    return ".".join(labels), at + 1 if end is None else end
