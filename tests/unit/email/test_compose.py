"""Outgoing mail: what the customer's client gets, byte for byte, whatever was typed."""

import email
import email.policy
import random
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.channels.email.compose import (
    File,
    HeaderRefused,
    Outgoing,
    Quotation,
    compose,
    quoted_printable,
    reference_chain,
)
from deskapp.channels.email.headers import decode_words
from deskapp.channels.email.markup import quote_html, to_html
from deskapp.channels.email.messageid import SignedRef, sign, verify
from deskapp.channels.email.parse import parse
from deskapp.models.dto import Address
from tests.support.mail_corpora import naughty_strings, xss_vectors
from tests.support.safe_html import problems

KEY = bytes(32)
TICKET = "0198f0c2a1b27c3d8e4f5a6b7c8d9e0f"
MESSAGE = "0198f0c2b2c37d4e9f5a6b7c8d9e0f1a"
BASE = Outgoing(
    message_id=sign(TICKET, MESSAGE, "sol.example", KEY),
    sent_at=1_740_992_523_456,
    sender=Address("Tienda Sol, S.L.", "hola@sol.example"),
    to=(Address("Ana Ruíz", "ana@correo.example"),),
    subject="Re: Pedido nº 1042",
    body="Hola Ana,\n\nsu paquete sale **hoy**.\n. \nFrom Sol",
    signature="Sol\nhttps://sol.example",
    in_reply_to="<abc@correo.example>",
    references=("<1@sol.example>", "<2@correo.example>"),
)


def test_round_trip() -> None:
    logo = File("logo.png", "image/png", b"\x89PNG", content_id="logo1@desk")
    bill = File(
        "factura nº 1042 — muy larga para una sola línea de cabecera.pdf",
        "application/pdf",
        b"%PDF" * 999,
    )
    full = replace(
        BASE,
        cc=(Address("", "luis@correo.example"),),
        bcc=(Address("Jefa", "jefa@sol.example"),),
        reply_to=(Address("", "pedidos@sol.example"),),
        body="Mire:\n\n![logo](cid:logo1@desk)",
        quotation=Quotation("El lun, Ana <ana@correo.example> escribió:", "¿Dónde está?\n> viejo"),
        files=(logo, bill),
    )

    sent = compose(full)
    found, blobs = parse(sent.raw)

    assert sent.envelope_from == "hola@sol.example"
    assert sent.recipients == ("ana@correo.example", "luis@correo.example", "jefa@sol.example")
    assert b"jefa" not in sent.raw.lower()
    assert found.message_id == full.message_id
    assert verify(found.message_id, KEY) == SignedRef(TICKET, MESSAGE)
    assert found.in_reply_to == "<abc@correo.example>"
    assert found.references == ("<1@sol.example>", "<2@correo.example>", "<abc@correo.example>")
    assert found.subject == full.subject
    assert found.date_at == 1_740_992_523_000
    assert (found.author, found.to, found.cc) == (full.sender, full.to, full.cc)
    assert found.reply_to == full.reply_to
    assert found.text == (
        "Mire:\n\n[logo]\n\n--\nSol\nhttps://sol.example\n\n"
        "El lun, Ana <ana@correo.example> escribió:\n> ¿Dónde está?\n>> viejo"
    )
    assert [(one.filename, one.mime, one.inline) for one in found.attachments] == [
        ("logo.png", "image/png", True),
        (bill.filename, "application/pdf", False),
    ]
    assert blobs == (logo.data, bill.data)
    assert found.html is not None
    assert '<img src="cid:logo1@desk" alt="logo">' in found.html.html
    assert "Dónde está?<br>" in found.html.html
    assert found.defects == ()


def test_other_parsers_agree() -> None:
    mail = replace(BASE, files=(File("año.pdf", "application/pdf", b"%PDF"),))

    found = email.message_from_bytes(compose(mail).raw, policy=email.policy.default)

    assert found["subject"] == mail.subject
    assert found["to"].addresses[0].display_name == "Ana Ruíz"
    assert found["from"].addresses[0].display_name == "Tienda Sol, S.L."
    assert found["message-id"].strip() == mail.message_id
    assert [one.get_filename() for one in found.iter_attachments()] == ["año.pdf"]
    plain = found.get_body(("plain",))
    assert plain is not None
    text = plain.get_content().replace("\r\n", "\n")
    assert text.startswith("Hola Ana,\n\nsu paquete sale **hoy**.\n. \nFrom Sol\n\n-- \nSol\n")
    assert not any(part.defects for part in found.walk())


def test_the_same_input_gives_the_same_bytes() -> None:
    assert compose(BASE).raw == compose(replace(BASE)).raw
    assert compose(BASE).raw != compose(replace(BASE, message_id="<other@sol.example>")).raw


def test_an_acknowledgement_says_so() -> None:
    found = parse(compose(replace(BASE, automatic=True)).raw)[0]

    assert found.signs.auto_submitted == "auto-replied"
    assert found.signs.suppress
    assert b"Auto-Submitted" not in compose(BASE).raw


def assert_well_formed(raw: bytes) -> None:
    """Seven-bit; CRLF and nothing else ends a line; nothing that a server could take for an end."""
    assert raw.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", raw)
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not [line for line in lines if line.startswith((b".", b"From "))]
    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert set(names) <= {
        b"Date", b"From", b"To", b"Cc", b"Reply-To", b"Subject", b"Message-ID", b"In-Reply-To",
        b"References", b"MIME-Version", b"Content-Type",
    }  # fmt: skip
    assert len(names) == len(set(names))


SMUGGLING = [
    "\n.\n", "\r\n.\r\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\x00\r\n.\r\n", "a\r\n.\r\nMAIL FROM:<x@y>\r\n",
    ".", "..", ".\n.", "\n.\nRCPT TO:<x@y.example>", "\u2028.\u2028", "\x85.\x85", "From x", "\nFrom x",
    "=\r\n.\r\n", "x" * 73 + ".", "x" * 74 + "\n.", ("." * 80 + "\n") * 3, "From " * 40, "." * 300,
]  # fmt: skip


@pytest.mark.parametrize("text", SMUGGLING)
def test_smuggling(text: str) -> None:
    mail = replace(BASE, body=text, signature=text, quotation=Quotation("x", text))
    raw = compose(mail).raw

    assert_well_formed(raw)
    assert raw.count(b"\r\n\r\n") >= 3
    kept = parse(raw)[0].text
    assert kept.count(".") >= text.count(".")


@given(st.text(max_size=600))
def test_quoted_printable_keeps_every_character(text: str) -> None:
    encoded = quoted_printable(text)
    found = parse(
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
        f"{encoded}".encode()
    )[0]

    for line in encoded.split("\r\n"):
        assert len(line) <= 76
        assert not line.startswith((".", "From "))
    kept = "".join(c for c in found.text if not c.isspace())
    assert kept == "".join(
        c for c in re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text) if not c.isspace()
    )


HEADERS = ("subject", "name", "address", "message_id", "in_reply_to", "references", "filename")
INJECTIONS = [
    "x\r\nBcc: victim@x.example",
    "x\nBcc: victim@x.example",
    "x\rBcc: victim@x.example",
    "x\r\n\r\nbody",
    "x\x00y",
    "x\x0bBcc: y",
    "x\x0cBcc: y",
    "x\x85Bcc: y",
    "x\u2028Bcc: y",
    "x\u2029Bcc: y",
    "\n",
]


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("field", HEADERS)
def test_header_injection_is_refused(field: str, text: str) -> None:
    changed = {
        "subject": {"subject": text},
        "name": {"to": (Address(text, "a@b.example"),)},
        "address": {"to": (Address("", f"a@b.example{text}"),)},
        "message_id": {"message_id": f"<{text}@x>"},
        "in_reply_to": {"in_reply_to": f"<{text}@x>"},
        "references": {"references": (f"<{text}@x>",), "in_reply_to": ""},
        "filename": {"files": (File(text, "a/b", b""),)},
    }[field]

    if field == "references":  # a customer's client chose them: what is odd is left out
        raw = compose(replace(BASE, **changed)).raw  # type: ignore[arg-type]
        assert b"victim" not in raw
        assert_well_formed(raw)
        return
    with pytest.raises(HeaderRefused):
        compose(replace(BASE, **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@", "@b.example", "a b@c.example", "a@b.example, c@d.example", "<a@b.example>",
     "a@b.example>", "a@b.example\x00", "ñ@b.example", "a@b.example SIZE=1", "-f@b.example x"],
)  # fmt: skip
def test_unusable_addresses_are_refused(address: str) -> None:
    with pytest.raises(HeaderRefused):
        compose(replace(BASE, to=(Address("", address),)))


def test_nobody_to_send_to_is_refused() -> None:
    with pytest.raises(HeaderRefused):
        compose(replace(BASE, to=()))
    assert (
        b"undisclosed-recipients"
        in compose(replace(BASE, to=(), bcc=(Address("", "a@b.example"),))).raw
    )


def test_international_domains_are_sent_in_ascii() -> None:
    sent = compose(replace(BASE, to=(Address("", "ana@correoñ.example"),)))

    assert sent.recipients == ("ana@xn--correo-1wa.example",)


def test_any_text_in_any_field_makes_a_well_formed_mail() -> None:
    """Naughty strings and script vectors as name, subject, body, signature, quote and file name."""
    texts = [*naughty_strings(), *random.Random(3).sample(xss_vectors(), 800)]
    for text in texts:
        line = " ".join(re.sub("[\x00-\x1f\x7f\x85\u2028\u2029]", " ", text).split())
        mail = replace(
            BASE,
            sender=Address(line, "hola@sol.example"),
            subject=line,
            body=text,
            signature=text,
            quotation=Quotation(line, text),
            files=(File(line, "text/plain", text.encode("utf-8", "replace")),),
        )
        raw = compose(mail).raw
        assert_well_formed(raw)
        subject = re.search(rb"\r\nSubject: ((?:[^\r]|\r\n )*)", raw)
        assert subject
        seen = decode_words(subject[1].decode().replace("\r\n", ""))
        assert seen.replace(" ", "") == line.replace(" ", "")
        assert parse(raw)[0].author is not None


def test_nothing_typed_or_quoted_becomes_active_html() -> None:
    for text in [*xss_vectors(), *naughty_strings()]:
        for html in (to_html(text), quote_html(text)):
            assert problems(re.sub(r' style="margin[^"]*"', "", html)) == []


def test_the_html_part_holds_nothing_else() -> None:
    for text in random.Random(5).sample(xss_vectors(), 200):
        raw = compose(replace(BASE, body=text, signature=text, quotation=Quotation(text, text))).raw
        html = email.message_from_bytes(raw, policy=email.policy.default).get_body(("html",))
        assert html is not None
        inner = html.get_content().partition("<body>")[2].partition("</body>")[0]
        inner = re.sub(r' (class="signature"|style="margin[^"]*")', "", inner)
        assert problems(inner) == []


# -- references -----------------------------------------------------------------------------


def test_references_are_bounded_and_keep_the_ends() -> None:
    many = tuple(f"<{i}@x.example>" for i in range(500))

    chain = reference_chain("<last@x.example>", many, "")

    assert len(chain) == 50
    assert (chain[0], chain[-1]) == ("<0@x.example>", "<last@x.example>")
    long = reference_chain("<last@x>", tuple(f"<{i}{'x' * 400}@x>" for i in range(49)), "")
    assert sum(map(len, long)) <= 4_000
    assert long[-1] == "<last@x>"
    assert reference_chain("<b@x>", (), "<a@x>") == ("<a@x>", "<b@x>")
    assert reference_chain("<b@x>", ("<b@x>", "nonsense", "<ñ@x>"), "") == ("<b@x>",)


# -- markup ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\nb\n\nc", "<p>a<br>\nb</p>\n<p>c</p>"),
        ("**a b** and *c*.", "<p><strong>a b</strong> and <em>c</em>.</p>"),
        ("2*3*4 ** x ** k*y*z a**b**c", "<p>2*3*4 ** x ** k*y*z a**b**c</p>"),
        ("password: a*b*c**d", "<p>password: a*b*c**d</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("- Ana", "<p>- Ana</p>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("1986. a\n1990. b", "<p>1986. a<br>\n1990. b</p>"),
        ("2. a\n7. b", "<p>2. a<br>\n7. b</p>"),
        ("a  b", "<p>a&nbsp; b</p>"),
        ("<b>&\"'", "<p>&lt;b&gt;&amp;&quot;&#x27;</p>"),
        (
            "see https://x.example/a?b=1&c=2.",
            '<p>see <a href="https://x.example/a?b=1&amp;c=2">https://x.example/a?b=1&amp;c=2</a>.</p>',
        ),
        (
            "[here](https://x.example/a) [no](javascript:1)",
            '<p><a href="https://x.example/a">here</a> [no](javascript:1)</p>',
        ),
        ("a@b.example", '<p><a href="mailto:a@b.example">a@b.example</a></p>'),
        ("![x](cid:no) ![y](cid:yes)", '<p>![x](cid:no) <img src="cid:yes" alt="y"></p>'),
    ],
)
def test_markup(text: str, html: str) -> None:
    assert to_html(text, frozenset({"yes"})) == html
