"""Which verdicts on a sender are believed: those of the account's own server, and no others."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.channels.email.authresults import TrustedServer, evaluate, observe
from deskapp.channels.email.parse import parse
from deskapp.channels.email.parsed import UNNAMED_SERVER, AuthHeader
from deskapp.models.dto import MailVerdict

OURS = "mx.sol.example"
AUTHOR = "correo.example"
GENUINE = (
    "mx.sol.example; dkim=pass (2048-bit key) header.d=correo.example header.i=@correo.example"
    " header.s=s1; spf=pass smtp.mailfrom=ana@correo.example; dmarc=pass (p=REJECT)"
    " header.from=correo.example"
)
FAILED = (
    "mx.sol.example; spf=fail smtp.mailfrom=x@evil.example; dmarc=fail header.from=correo.example"
)
FORGED_PASS = (
    "mx.sol.example; dkim=pass header.d=correo.example; dmarc=pass header.from=correo.example"
)


def headers(*lines: str) -> tuple[AuthHeader, ...]:
    """Header lines, topmost first; plain values are Authentication-Results."""
    raw = "".join(
        f"{one}\n" if one.startswith("Received") else f"Authentication-Results: {one}\n"
        for one in lines
    )
    return parse(f"{raw}\nbody".encode())[0].auth_headers


def test_our_servers_verdict() -> None:
    found = evaluate(headers(GENUINE), OURS, AUTHOR)

    assert found == MailVerdict("pass", "pass", "pass", True, OURS)


@pytest.mark.parametrize(
    ("lines", "aligned"),
    [
        ([GENUINE], True),
        (["Received: by mx", GENUINE], True),
        ([FAILED], False),
        ([FAILED, FORGED_PASS], False),
        ([FAILED, "Received: from evil", FORGED_PASS], False),
        (["Received: by mx", "Received: from evil", FORGED_PASS], False),
        (["other.example; x=none", FORGED_PASS], False),
        ([FORGED_PASS.replace(OURS, "mx.evil.example")], False),
        ([FORGED_PASS.replace(OURS, "mx.sol.example.evil.example")], False),
        ([FORGED_PASS.replace(OURS, f"({OURS}) evil.example")], False),
        ([FORGED_PASS.replace(OURS, f'"{OURS}"')], False),
        (["mx.sol.example; none"], False),
        (["mx.sol.example"], False),
        ([""], False),
        ([], False),
        # Comments and quoted strings say nothing.
        (["mx.sol.example; dmarc=fail (dmarc=pass header.from=correo.example)"], False),
        (["mx.sol.example; spf=fail (a (b) ; dmarc=pass) smtp.mailfrom=x"], False),
        (["mx.sol.example; spf=fail (; dmarc=pass header.from=correo.example ;) a.b=c"], False),
        (['mx.sol.example; dmarc=fail reason="; dmarc=pass"'], False),
        (['mx.sol.example; dmarc=fail reason="a\\"; dmarc=pass "'], False),
        # DMARC passed, for somebody else's domain.
        ([GENUINE.replace("header.from=correo.example", "header.from=evil.example")], False),
        # No DMARC: DKIM or SPF count, when they are the author's.
        (["mx.sol.example; dkim=pass header.d=correo.example"], True),
        (["mx.sol.example; dkim=pass header.i=@correo.example"], True),
        (["mx.sol.example; dkim=pass header.d=evil.example"], False),
        (["mx.sol.example; dkim=pass header.d=sub.correo.example"], False),
        (["mx.sol.example; dkim=pass header.d=example"], False),
        (["mx.sol.example; dkim=pass header.d=evilcorreo.example"], False),
        (["mx.sol.example; dkim=fail header.d=correo.example"], False),
        (["mx.sol.example; spf=pass smtp.mailfrom=bounce@correo.example"], True),
        (["mx.sol.example; spf=pass smtp.mailfrom=x@evil.example"], False),
        (["mx.sol.example; spf=pass smtp.helo=correo.example"], False),
        (["mx.sol.example; dmarc=none; spf=pass smtp.mailfrom=a@correo.example"], True),
        # OpenDKIM and OpenDMARC write a header each.
        (["mx.sol.example; dmarc=pass header.from=correo.example", GENUINE], True),
        (["mx.sol.example; dmarc=fail header.from=correo.example", GENUINE], False),
        # A version, a comment, folding.
        ([GENUINE.replace("; ", " 1 (server); ", 1)], True),
        ([GENUINE.replace("; ", ";\n\t")], True),
    ],
)
def test_who_is_believed(lines: list[str], aligned: bool) -> None:
    assert evaluate(headers(*lines), OURS, AUTHOR, hops=1).aligned is aligned


def test_microsofts_servers_leave_their_name_out() -> None:
    line = (
        "spf=pass (sender IP is 203.0.113.9) smtp.mailfrom=correo.example; dkim=pass (signature was"
        " verified) header.d=correo.example;dmarc=pass action=none"
        " header.from=correo.example;compauth=pass reason=100"
    )

    found = evaluate(headers("Received: a", line), UNNAMED_SERVER, AUTHOR, hops=1)

    assert (found.spf, found.dkim, found.dmarc, found.aligned) == ("pass", "pass", "pass", True)


def test_without_a_known_server_nothing_is_believed() -> None:
    assert evaluate(headers(GENUINE), "", AUTHOR) == MailVerdict()


def test_a_name_that_ends_alike_is_not_covered() -> None:
    line = "mx.sol.example; dkim=pass header.d=correo.example"

    assert evaluate(headers(line), OURS, "sub.correo.example").aligned
    assert not evaluate(headers(line), OURS, "evilcorreo.example").aligned


def test_every_author_needs_a_domain() -> None:
    assert not evaluate(headers(GENUINE), OURS, "").aligned


# -- learning -------------------------------------------------------------------------------


def test_the_server_is_learned_from_mails_that_agree() -> None:
    genuine = headers("Received: by mx", GENUINE)

    assert observe([]) is None
    assert observe([genuine] * 4) is None
    assert observe([genuine] * 5) == TrustedServer(OURS, 1)
    assert observe([genuine] * 5 + [()] * 50) == TrustedServer(OURS, 1)


def test_a_few_forgeries_teach_nothing() -> None:
    genuine = headers("Received: by mx", GENUINE)
    forged = headers("Received: by mx", "Received: a", "evil.example; dmarc=pass")

    assert observe([forged]) is None
    assert observe([genuine] * 40 + [forged] * 9) == TrustedServer(OURS, 1)
    assert observe([genuine] * 10 + [forged] * 10) is None


def test_a_server_that_is_silent_about_some_mails_is_not_impersonated() -> None:
    """The forged header is then the topmost one, but below more Received headers than ours."""
    learned = observe([headers("Received: by mx", GENUINE)] * 20)
    assert learned is not None
    forged = headers("Received: by mx", "Received: from evil", FORGED_PASS)

    assert evaluate(forged, learned.authserv_id, AUTHOR, learned.hops) == MailVerdict()


SPOOFS = list(
    itertools.product(
        [FAILED, "mx.sol.example; dmarc=none; spf=softfail smtp.mailfrom=x@evil.example", ""],
        [FORGED_PASS, GENUINE, "arc; dmarc=pass", "MX.SOL.EXAMPLE; dmarc=pass"],
        ["", "Received: from evil"],
    )
)


@pytest.mark.parametrize(("genuine", "forged", "between"), SPOOFS)
def test_spoofs_with_forged_verdicts(genuine: str, forged: str, between: str) -> None:
    """Where our server wrote a DMARC verdict, or a Received header between, forgeries are void."""
    lines = [one for one in ("Received: by mx", genuine, between, forged) if one]
    if "dmarc=none" in genuine and not between:
        return  # only a server that lets forgeries of its own name through could be fooled here
    if not genuine and not between:
        return

    assert not evaluate(headers(*lines), OURS, AUTHOR, hops=1).aligned


@given(st.text(alphabet='mx.sol.example;=() "\\dkimpass/1\n\t', max_size=300))
def test_any_header_is_read(value: str) -> None:
    found = evaluate((AuthHeader(OURS, value, 0),), OURS, AUTHOR)

    assert found.authserv_id == OURS or found == MailVerdict()
    assert not found.aligned or "pass" in (found.spf, found.dkim, found.dmarc)
    assert evaluate((AuthHeader("mx.evil.example", value, 0),), OURS, AUTHOR) == MailVerdict()
