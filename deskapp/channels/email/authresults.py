"""SPF, DKIM and DMARC as the account's own server wrote them (Authentication-Results, RFC 8601).

Anybody can write such a header into a mail. Ours are known by two things: the server's
authserv-id, and their place, above all that came with the mail. Everything else is ignored.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from deskapp.channels.email.parsed import AuthHeader
from deskapp.models.dto import MailVerdict

_RESULTS: Final = frozenset(
    "pass fail softfail neutral none temperror permerror policy hardfail bestguesspass".split()
)
_LEAST_OBSERVED: Final = 5
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s;="]+|[;=]')


@dataclass(frozen=True, slots=True)
class TrustedServer:
    """The account's own server: what it calls itself, and how many Received headers it puts above
    its results."""

    authserv_id: str
    hops: int


@dataclass(frozen=True, slots=True)
class _Result:
    method: str
    result: str
    properties: dict[str, str]


def observe(mails: Iterable[Sequence[AuthHeader]]) -> TrustedServer | None:
    """Learn the server from the topmost headers of mails fetched from it; None while unsure.

    At least five mails, four in five of those that have the header, must agree: a single
    forged mail must not teach us its author's id.
    """
    seen = Counter((headers[0].authserv_id, headers[0].hops) for headers in mails if headers)
    by_id: Counter[str] = Counter()
    for (authserv_id, _), count in seen.items():
        by_id[authserv_id] += count
    if not by_id:
        return None
    authserv_id, count = by_id.most_common(1)[0]
    if not authserv_id or count < _LEAST_OBSERVED or count * 5 < by_id.total() * 4:
        return None
    hops, _ = max(
        ((hops, n) for (one, hops), n in seen.items() if one == authserv_id), key=lambda x: x[1]
    )
    return TrustedServer(authserv_id, hops)


def evaluate(
    headers: Sequence[AuthHeader], authserv_id: str, author_domain: str, hops: int | None = None
) -> MailVerdict:
    """The server's verdict on a mail whose author's address is at `author_domain`.

    Counts the topmost header and those right under it, while they carry `authserv_id` and stand at
    the same Received header; with `hops`, none that stands deeper. The upper of two results of a
    method wins. `aligned`: DMARC passed for the author's domain, or, where the server says
    nothing of DMARC, DKIM or SPF passed for it. Without a header of its own: an empty verdict.
    """
    wanted = authserv_id.strip().lower()
    found: dict[str, list[_Result]] = {}
    for header in headers:
        same_place = header.hops == headers[0].hops and (hops is None or header.hops <= hops)
        if not wanted or header.authserv_id != wanted or not same_place:
            break
        for method, results in _by_method(header.value).items():
            found.setdefault(method, results)
    if not found:
        return MailVerdict()
    return MailVerdict(
        spf=_best(found.get("spf", [])),
        dkim=_best(found.get("dkim", [])),
        dmarc=_best(found.get("dmarc", [])),
        aligned=_is_aligned(found, author_domain.strip().lower().rstrip(".")),
        authserv_id=wanted,
    )


def _by_method(value: str) -> dict[str, list[_Result]]:
    found: dict[str, list[_Result]] = {}
    for result in _parse(value):
        found.setdefault(result.method, []).append(result)
    return found


def _parse(value: str) -> list[_Result]:
    """The resinfo of one header: `id; method=result (comment) type.property=value; …`"""
    statements: list[list[str]] = [[]]
    for part in _TOKEN.findall(_without_comments(value)):
        if part == ";":
            statements.append([])
        else:
            statements[-1].append(part)
    results = []
    for parts in statements:  # the first is the id, which has no "=", or there is no id
        pairs = _pairs(parts)
        if not pairs:
            continue
        method, result = pairs[0]
        method = method.partition("/")[0]
        if result in _RESULTS:
            results.append(_Result(method, result, dict(reversed(pairs[1:]))))
    return results


def _pairs(parts: list[str]) -> list[tuple[str, str]]:
    """The `a = b` of a statement, lower case."""
    found = []
    i = 0
    while i + 2 < len(parts):
        if parts[i + 1] == "=" and parts[i] != "=" and parts[i + 2] != "=":
            found.append((parts[i].lower(), parts[i + 2].strip('"').lower()))
            i += 3
        else:
            i += 1
    return found


def _without_comments(value: str) -> str:
    """`value` without its parentheses, nested or not, in one pass; quoted strings are kept."""
    out: list[str] = []
    depth = 0
    quoted = False
    skip = False
    for c in value:
        if skip:
            skip = False
        elif c == "\\":
            skip = True
        elif c == '"' and not depth:
            quoted = not quoted
        elif c == "(" and not quoted:
            depth += 1
        elif c == ")" and not quoted and depth:
            depth -= 1
            continue
        if not depth:
            out.append(c)
    return "".join(out)


def _best(results: list[_Result]) -> str:
    """One word for several results of a method (a mail may have many DKIM signatures)."""
    words = [one.result for one in results]
    return "pass" if "pass" in words else next(iter(words), "")


def _is_aligned(found: dict[str, list[_Result]], author: str) -> bool:
    if not author:
        return False
    dmarc = found.get("dmarc", [])
    if dmarc and dmarc[0].result != "none":
        domain = dmarc[0].properties.get("header.from", author)
        return dmarc[0].result == "pass" and _domain(domain) == author
    return any(
        one.result == "pass"
        and any(_covers(_domain(one.properties.get(name, "")), author) for name in names)
        for method, names in (("dkim", ("header.d", "header.i")), ("spf", ("smtp.mailfrom",)))
        for one in found.get(method, [])
    )


def _domain(value: str) -> str:
    return value.rpartition("@")[2].strip().rstrip(".")


def _covers(signer: str, author: str) -> bool:
    """Whether `signer` is the author's domain or one above it; never one below or beside it."""
    return "." in signer and (author == signer or author.endswith(f".{signer}"))
