"""Forged senders, injected replies and people who copy themselves in (T5, T6): a first set.

Every identity is tried with every kind of verdict, with and without a reference to a ticket. The
bytes are handed in as they are, without a mail server that would tidy them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp.channels.email.messageid import sign
from deskapp.core.commands.messages import SendReply
from deskapp.core.queries.desk import GetAgents
from deskapp.models.dto import Address, MessageView
from deskapp.models.enums import Delivery, MessageKind
from tests.support.intake_rig import KEY, IntakeRig, open_intake

OURS = "mx.tienda.test"
VICTIM = "carmen@cliente.test"
AGENT = "agente@tienda.test"
SHOP = "shop@tienda.test"

IDENTITIES = {
    "agent": f"Ana Agente <{AGENT}>",
    "own address": f"Tienda <{SHOP}>",
    "own address bare": SHOP,
    "own address upper": "SHOP@TIENDA.TEST",
    "boss": '"Jefe" <jefe@tienda.test>',
    "name is an address": f'"{AGENT}" <mallory@evil.test>',
    "name is own address": f'"{SHOP}" <mallory@evil.test>',
    "encoded name": "=?utf-8?B?YWdlbnRlQHRpZW5kYS50ZXN0?= <mallory@evil.test>",
    "encoded address": "=?utf-8?Q?agente=40tienda.test?= <mallory@evil.test>",
    "encoded word as address": "=?utf-8?Q?=3Cagente=40tienda.test=3E?= <mallory@evil.test>",
    "comment": f"mallory@evil.test ({AGENT})",
    "comment first": f"({AGENT}) mallory@evil.test",
    "nested comment": f"mallory@evil.test (((<{AGENT}>)))",
    "route": f"<@{AGENT}:mallory@evil.test>",
    "two addresses": f"mallory@evil.test, {AGENT}",
    "two addresses turned": f"{AGENT}, mallory@evil.test",
    "group": f"Agents: {AGENT}, mallory@evil.test;",
    "empty group": "undisclosed-recipients:;",
    "quoted at": f'"agente@tienda.test <{AGENT}>" <mallory@evil.test>',
    "no closing": f"Ana <{AGENT}",
    "two angles": f"<mallory@evil.test> <{AGENT}>",
    "quoted local": '"agente@tienda.test"@evil.test',
    "percent": "agente%tienda.test@evil.test",
    "plus": "agente+tienda.test@evil.test",
    "sub domain": "agente@tienda.test.evil.test",
    "look alike": "agente@tіenda.test",
    "idn": "agente@xn--tenda-3ve.test",
    "full width": "agente＠tienda.test",
    "rtl": "\u202etset.adneit@etnega\u202c <mallory@evil.test>",
    "zero width": "agente@tienda\u200b.test",
    "nul": f"mallory@evil.test\x00{AGENT}",
    "nul in name": f"Ana\x00 <{AGENT}>",
    "bare cr": f"mallory@evil.test\rFrom: {AGENT}",
    "folded": f"Ana\r\n <{AGENT}>",
    "folded address": "Ana <agente\r\n @tienda.test>",
    "tab": f"\t{AGENT}",
    "space in local": "agente @tienda.test",
    "dots": "a.gente.@tienda.test",
    "trailing dot": "agente@tienda.test.",
    "address literal": "agente@[127.0.0.1]",
    "no domain": "agente",
    "empty": "",
    "only angles": "<>",
    "daemon": "MAILER-DAEMON@tienda.test",
    "postmaster": "postmaster@tienda.test",
    "semicolon": f"mallory@evil.test; {AGENT}",
    "source route": f"<@tienda.test,@evil.test:{AGENT}>",
    "backslash": '"Ana \\" <agente@tienda.test>" <mallory@evil.test>',
    "long name": "A" * 5000 + f" <{AGENT}>",
    "many": ", ".join(f"u{n}@evil.test" for n in range(200)),
}
EXTRA_HEADERS = {
    "second from": f"From: {AGENT}\r\n",
    "sender": f"Sender: {AGENT}\r\n",
    "reply-to": f"Reply-To: {AGENT}\r\n",
    "resent": f"Resent-From: {AGENT}\r\n",
    "rt": "RT-Ticket: shop #1\r\nRT-Originator: agente@tienda.test\r\n",
    "agent marks": "X-Agent: 1\r\nX-Zendesk-From: agent\r\nX-deskapp-Agent: yes\r\n",
    "original": f"X-Original-From: {AGENT}\r\nX-Envelope-From: {AGENT}\r\n",
    "return path": f"Return-Path: <{AGENT}>\r\n",
    "approved": f"Approved: {AGENT}\r\nX-Approved-By: {AGENT}\r\n",
    "from space": f"From : {AGENT}\r\n",
}
PASS = "spf=pass smtp.mailfrom={d}; dkim=pass header.d={d}; dmarc=pass header.from={d}"
FAIL = "spf=fail smtp.mailfrom={d}; dkim=none; dmarc=fail header.from={d}"
RECEIVED = "Received: from x by mx.tienda.test; Sat, 21 Nov 2026 21:00:00 +0000\r\n"
# What our server wrote (above its Received line), and what came with the mail (below it).
VERDICTS = {
    "none": ("", ""),
    "fail": (FAIL, ""),
    "fail and forged pass": (FAIL, f"Authentication-Results: {OURS}; {PASS}\r\n"),
    "forged pass": ("", f"Authentication-Results: {OURS}; {PASS}\r\n"),
    "foreign pass": ("", f"Authentication-Results: mx.evil.test; {PASS}\r\n"),
    "look-alike pass": ("", f"Authentication-Results: {OURS}.evil.test; {PASS}\r\n"),
    "version pass": ("", f"Authentication-Results: {OURS} 1; {PASS}\r\n"),
    "pass of another": ("dmarc=pass header.from=evil.test", ""),
}

CODE_SENDERS = (
    "no-reply@slack.test",
    "noreply@github.test",
    "no-reply@accounts.google.test",
    "do-not-reply@atlassian.test",
    "donotreply@okta.test",
    "notifications@zoom.test",
    "bounces+123@auth0.test",
    "mailer@sso.test",
    "verify@accounts.test",
    "security@id.test",
    '"shop@tienda.test" <no-reply@slack.test>',
    "Slack <no-reply+abc123@slack.test>",
)
NO_REPLY = re.compile(r".*\b(no-?reply|do-?not-?reply|notifications|bounces|mailer)[@+]")


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[IntakeRig]:
    with open_intake(tmp_path, SHOP, OURS, acknowledge=True) as opened:
        for number in range(6):  # so that the place of our server's verdict is known too
            opened.take(
                f"Authentication-Results: {OURS}; dmarc=pass header.from=otro.test\r\n{RECEIVED}"
                f"From: o{number}@otro.test\r\nSubject: {number}\r\n\r\nx".encode()
            )
        yield opened


def _spoof(sender: str, verdict: tuple[str, str], extra: str = "", reference: str = "") -> bytes:
    own, came = (text.format(d="tienda.test") for text in verdict)
    head = f"Authentication-Results: {OURS}; {own}\r\n" if own else ""
    thread = f"In-Reply-To: {reference}\r\nReferences: {reference}\r\n" if reference else ""
    text = f"{head}{RECEIVED}{came}From: {sender}\r\n{extra}To: {SHOP}\r\n{thread}"
    return f"{text}Subject: Re: Pedido #1\r\n\r\nHola".encode("utf-8", "surrogateescape")


def _thread(rig: IntakeRig) -> tuple[str, str]:
    """A ticket of the victim's with an answer of ours; its id and the answer's Message-ID."""
    outcome = rig.take(
        f"{RECEIVED}From: Carmen <{VICTIM}>\r\nMessage-ID: <first@cliente.test>\r\n"
        f"Subject: Pedido\r\n\r\nSECRETO".encode()
    )
    ticket_id, message_id = str(outcome.result["ticket_id"]), rig.desk.new()
    to = (Address("", VICTIM),)
    rig.desk.do(
        SendReply(ticket_id=ticket_id, message_id=message_id, body="Sí", seen_order=0, to=to)
    )
    return ticket_id, sign(ticket_id, message_id, "tienda.test", KEY)


def _is_a_strangers_word(message: MessageView) -> None:
    assert message.kind is MessageKind.INBOUND
    assert message.delivery is Delivery.NONE
    # Our server may well vouch for evil.test, but then for an author at evil.test alone.
    assert not message.verdict.aligned or message.author_address.endswith("@evil.test")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_no_sender_is_an_agent(rig: IntakeRig, verdict: str) -> None:
    agents = {agent.id for agent in rig.desk.ask(GetAgents())}
    ticket_id, ours = _thread(rig)
    for name, sender in IDENTITIES.items():
        for reference in ("", ours):
            outcome = rig.take(_spoof(sender, VERDICTS[verdict], reference=reference))
            message = rig.message(outcome)
            _is_a_strangers_word(message)
            assert message.author_id not in agents, name
            if reference:  # a stranger who quotes the thread is held on it
                assert outcome.result["ticket_id"] == ticket_id, name
                assert message.held or message.automatic, name  # a bounce may come from anybody
            else:
                assert outcome.result["ticket_id"] != ticket_id, name


@pytest.mark.parametrize("verdict", VERDICTS)
def test_no_header_makes_an_agent(rig: IntakeRig, verdict: str) -> None:
    ticket_id, ours = _thread(rig)
    for name, extra in EXTRA_HEADERS.items():
        raw = _spoof("mallory@evil.test", VERDICTS[verdict], extra, ours)
        message = rig.message(rig.take(raw))
        _is_a_strangers_word(message)
        assert message.held, name
    assert rig.desk.sql("SELECT count(*) FROM participant WHERE address LIKE '%evil%'") == [(0,)]
    reply_to = rig.ticket(rig.take(_spoof(VICTIM, VERDICTS["none"], reference=ours))).reply_to
    assert [one.address for one in reply_to] == [VICTIM]
    assert ticket_id


def test_the_rig_knows_a_good_mail(rig: IntakeRig) -> None:
    """Without this, all of the above could pass because nothing ever is aligned or joined."""
    ticket_id, ours = _thread(rig)
    good = (PASS.replace("{d}", "cliente.test"), "")
    outcome = rig.take(_spoof(f"Carmen <{VICTIM}>", good, reference=ours))
    message = rig.message(outcome)
    assert outcome.result["ticket_id"] == ticket_id
    assert not message.held
    assert message.verdict.aligned
    assert message.verdict.authserv_id == OURS


@pytest.mark.parametrize(
    "reference",
    [
        "<{t}@tienda.test>",
        "<1@tienda.test>",
        "<ticket-1@tienda.test>",
        "<{t}.{t}.{t}@tienda.test>",
        "<aaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaa@tienda.test>",
        "[#1]",
        "{t}",
        "",
    ],
)
def test_a_guessed_reference_joins_nothing(rig: IntakeRig, reference: str) -> None:
    """Nor does a number in the subject; not even for somebody who takes part."""
    ticket_id, _ours = _thread(rig)
    raw = _spoof(VICTIM, VERDICTS["none"], reference=reference.replace("{t}", ticket_id))
    assert rig.take(raw).result["ticket_id"] != ticket_id


def test_an_id_signed_by_another_desk_is_nobodys(rig: IntakeRig) -> None:
    ticket_id, _ours = _thread(rig)
    foreign = sign(ticket_id, "0" * 32, "tienda.test", b"x" * 32)
    assert (
        rig.take(_spoof(VICTIM, VERDICTS["none"], reference=foreign)).result["ticket_id"]
        != ticket_id
    )


class TestCopies:
    """Who is put into Cc gains nothing by it (T6)."""

    @pytest.mark.parametrize("header", ["Cc", "To", "Reply-To", "Bcc", "Resent-To"])
    def test_a_copied_address_may_not_join(self, rig: IntakeRig, header: str) -> None:
        ticket_id, ours = _thread(rig)
        copied = _spoof("mallory@evil.test", VERDICTS["none"], f"{header}: spy@evil.test\r\n", ours)
        assert rig.message(rig.take(copied)).held
        spy = rig.take(_spoof("spy@evil.test", VERDICTS["none"], reference=ours))
        assert spy.result["ticket_id"] == ticket_id
        assert rig.message(spy).held

    @pytest.mark.parametrize("header", ["Cc", "To"])
    def test_a_forged_mail_of_the_customer_copies_nobody_in(
        self, rig: IntakeRig, header: str
    ) -> None:
        ticket_id, ours = _thread(rig)
        rig.take(_spoof(VICTIM, VERDICTS["fail"], f"{header}: spy@evil.test\r\n", ours))
        spy = rig.take(_spoof("spy@evil.test", VERDICTS["none"], reference=ours))
        assert rig.message(spy).held
        assert "spy@evil.test" not in [a.address for a in rig.ticket(spy).reply_to]
        assert ticket_id == spy.result["ticket_id"]

    @pytest.mark.parametrize("verdict", ["none", "fail", "forged pass", "foreign pass"])
    def test_a_forged_mail_of_the_customer_draws_no_answers_away(
        self, rig: IntakeRig, verdict: str
    ) -> None:
        """Its author knows the thread and names another address for answers to it."""
        _ticket, ours = _thread(rig)
        forged = rig.take(
            _spoof(VICTIM, VERDICTS[verdict], "Reply-To: Carmen <spy@evil.test>\r\n", ours)
        )
        assert [one.address for one in rig.ticket(forged).reply_to] == [VICTIM]
        spy = rig.take(_spoof("spy@evil.test", VERDICTS["none"], reference=ours))
        assert rig.message(spy).held
        assert [one.address for one in rig.ticket(forged).reply_to] == [VICTIM]

    def test_a_mail_that_is_vouched_for_may_name_where_to_answer(self, rig: IntakeRig) -> None:
        """And so may the first mail, as forms on web pages do; from then on that address is known."""
        _ticket, ours = _thread(rig)
        good, other = (PASS.replace("{d}", "cliente.test"), ""), "Reply-To: c@otra.test\r\n"
        mail = rig.take(_spoof(VICTIM, good, other, ours))
        assert [one.address for one in rig.ticket(mail).reply_to] == ["c@otra.test"]
        again = rig.take(_spoof(VICTIM, VERDICTS["none"], other, ours))
        assert [one.address for one in rig.ticket(again).reply_to] == ["c@otra.test"]
        first = rig.take(_spoof("form@web.test", VERDICTS["none"], other))
        assert [one.address for one in rig.ticket(first).reply_to] == ["c@otra.test"]

    @pytest.mark.parametrize("sender", CODE_SENDERS)
    def test_a_code_from_a_service_reaches_no_customer(self, rig: IntakeRig, sender: str) -> None:
        """Nobody can use the desk's address to read what a service mails to it (Ticket Trick):
        by no reference, no number and no plus address does it come onto a customer's ticket."""
        ticket_id, ours = _thread(rig)
        ways = {
            "reference": ("", ours),
            "plus address": (f"Delivered-To: shop+{ticket_id}@tienda.test\r\n", ""),
            "number": ("X-Ticket: 1\r\nSubject: [#1] Your code is 123456\r\n", ""),
        }
        for way, (extra, reference) in ways.items():
            for told in ("Auto-Submitted: auto-generated\r\n", ""):
                raw = _spoof(sender, VERDICTS["none"], extra + told, reference)
                code = rig.take(raw)
                message = rig.message(code)
                assert message.held or code.result["ticket_id"] != ticket_id, way
                assert message.held or message.automatic or not NO_REPLY.match(sender), way
        answered = rig.desk.sql("SELECT payload FROM effect WHERE kind = 'email.acknowledge'")
        assert len(answered) == 6  # those to the mails of the rig, which are vouched for
        assert not [payload for (payload,) in answered if "otro.test" not in str(payload)]
