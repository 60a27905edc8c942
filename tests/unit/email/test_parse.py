"""Bytes → mail as data: what real mailers send, what nobody should send, and everything between."""

import base64
import time
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.channels.email.addresses import parse_addresses
from deskapp.channels.email.headers import decode_words, parameters
from deskapp.channels.email.parse import parse, parse_date
from deskapp.channels.email.parsed import LimitExceeded, ParsedMail
from deskapp.core.policies.display import has_hidden_characters
from deskapp.models.dto import Address
from tests.support.mail_corpora import naughty_strings, xss_vectors
from tests.support.safe_html import problems


def mail(text: str, charset: str = "utf-8") -> ParsedMail:
    return parse(text.replace("\n", "\r\n").encode(charset))[0]


PLAIN = """\
Return-Path: <ana@correo.example>
Received: from a by b; Mon, 3 Mar 2025 10:02:00 +0100
From: =?utf-8?Q?Ana_Ru=C3=ADz?= <Ana@Correo.EXAMPLE>
Sender: secretaria@correo.example
Reply-To: "Ruíz, Ana" <respuestas@correo.example>
To: Tienda Sol <hola@sol.example>, otra@sol.example
Cc: amigos: uno@x.example, Dos <dos@x.example>;
Subject: =?iso-8859-1?B?UGVkaWRvIG764Q==?=
 =?iso-8859-1?Q?_1042?=
Date: Mon, 3 Mar 2025 10:02:03 +0100
Message-ID: <abc@correo.example>
In-Reply-To: <def@sol.example>
References: <1@sol.example> <2@sol.example>
 <def@sol.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Hola, ¿dónde está mi pedido?

--\x20
Ana
"""


def test_an_ordinary_mail() -> None:
    found = mail(PLAIN)

    assert found.message_id == "<abc@correo.example>"
    assert found.in_reply_to == "<def@sol.example>"
    assert found.references == ("<1@sol.example>", "<2@sol.example>", "<def@sol.example>")
    assert found.subject == "Pedido núá 1042"
    assert found.date_at == 1_740_992_523_000
    assert found.author == Address("Ana Ruíz", "Ana@correo.example")
    assert found.sender == Address("", "secretaria@correo.example")
    assert found.reply_to == (Address("Ruíz, Ana", "respuestas@correo.example"),)
    assert found.to == (Address("Tienda Sol", "hola@sol.example"), Address("", "otra@sol.example"))
    assert found.cc == (Address("", "uno@x.example"), Address("Dos", "dos@x.example"))
    assert found.visible_text == "Hola, ¿dónde está mi pedido?"
    assert found.quoted_text == "--\nAna"
    assert found.html is None
    assert found.attachments == ()
    assert found.language == "es"
    assert found.defects == ()


def entity(*parts: str, subtype: str = "mixed", boundary: str = "b") -> str:
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n{body}--{boundary}--\n'


TEXT = "Content-Type: text/plain; charset=utf-8\n\nHola"
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>Hola <b>Ana</b></p><img src=cid:logo@x>"
PNG = (
    "Content-Type: image/png; name=logo.png\nContent-ID: <logo@x>\nContent-Disposition: inline\n"
    "Content-Transfer-Encoding: base64\n\niVBORw0K\nGgo="
)
PDF = (
    "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
    "Content-Disposition: attachment;\n filename*0*=utf-8''factura%20n%C2%BA;\n"
    " filename*1*=%201.pdf\n\nJVBERg=="
)


def test_alternatives_related_images_and_attachments() -> None:
    related = entity(HTML, PNG, subtype="related", boundary="r")
    tree = entity(entity(TEXT, related, subtype="alternative", boundary="a"), PDF)

    found, blobs = parse(tree.encode())

    assert found.text == "Hola"
    assert found.html is not None
    assert found.html.html == '<p>Hola <b>Ana</b></p><img src="cid:logo@x">'
    image, pdf = found.attachments
    assert (image.filename, image.content_id, image.inline) == ("logo.png", "logo@x", True)
    assert (pdf.filename, pdf.mime, pdf.inline) == ("factura nº 1.pdf", "application/pdf", False)
    assert blobs == (b"\x89PNG\r\n\x1a\n", b"%PDF")
    assert [one.size for one in found.attachments] == [8, 4]


def test_html_alone_gives_text() -> None:
    found = mail("Content-Type: text/html\n\n<style>x</style><p>Hola</p><p>Ana &amp; Luis</p>")

    assert found.text == "Hola\n\nAna & Luis"
    assert found.html is not None


def test_tables_are_read_row_by_row() -> None:
    row = "<tr><td>{}</td><td align=right>{}</td></tr>"
    table = f"<table>{row.format('Camiseta', '12 €')}{row.format('Gorra', '9 €')}</table>"
    found = mail(f"Content-Type: text/html; charset=utf-8\n\n{table}<p>Gracias</p>")

    assert found.text == "Camiseta 12 €\nGorra 9 €\n\nGracias"


def test_html_with_a_plain_footer_loses_nothing() -> None:
    footer = "Content-Type: text/plain\n\nSent by the list"
    found = mail(entity("Content-Type: text/html\n\n<p>Hola</p>", footer))

    assert found.text == "Hola\n\nSent by the list"
    assert found.html is not None
    assert "Sent by the list" in found.html.html


def test_a_message_in_the_message_is_an_attachment() -> None:
    inner = "Content-Type: message/rfc822\n\nSubject: El aviso/1\nFrom: x@y.example\n\nbody"
    found, blobs = parse(entity(TEXT, inner).encode())

    assert [one.filename for one in found.attachments] == ["El aviso_1.eml"]
    assert blobs[0].startswith(b"Subject: El aviso/1")
    assert found.text == "Hola"


def test_a_bounce_names_the_mail_it_is_about() -> None:
    report = entity(
        "Content-Type: text/plain\n\nNo such user",
        "Content-Type: message/delivery-status\n\nAction: failed",
        "Content-Type: message/rfc822-headers\n\nx",
        "Content-Type: text/rfc822-headers\n\nMessage-ID: <mine@sol.example>\nSubject: x",
        subtype="report; report-type=delivery-status",
    )

    found = mail(f"Return-Path: <>\n{report}")

    assert found.signs.bounce
    assert found.signs.null_return_path
    assert found.bounced_message_id == "<mine@sol.example>"


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain; charset=iso-8859-1", b"a\xf1o \x80", "año €"),
        ("text/plain; charset=utf-8", b"a\xf1o", "año"),
        ("text/plain; charset=no-such", b"a\xc3\xb1o", "año"),
        ("text/plain", b"a\xc3\xb1o", "año"),
        ("text/plain", b"a\xf1o", "año"),
        ("text/plain; charset=gb2312", "你好".encode("gb18030"), "你好"),
        ("text/plain; charset=iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "こんにちは"),
        ("text/plain; charset=utf-7", b"+AGE-", "a"),
        ("text/plain; charset=utf-7", b"+2AA-x", "x"),
        ("text/plain; charset=utf-16", "año".encode("utf-16"), "año"),
        ("text/plain; charset=idna", b"xn--a", "xn--a"),
        ("text/plain; charset=unicode_escape", b"\\u0041", "\\u0041"),
        ("text/plain; charset=zlib", b"plain", "plain"),
        ("text/plain; charset=undefined", b"plain", "plain"),
        ("text/plain; charset=\xff", b"plain", "plain"),
        ("nonsense", b"plain", "plain"),
        ("TEXT/PLAIN charset=iso-8859-1", b"a\xf1o", "año"),
        ("text/plain; charset", b"a\x00b\x07c\x1bd", "abcd"),
    ],
)
def test_character_sets(content_type: str, body: bytes, text: str) -> None:
    raw = b"Content-Type: " + content_type.encode("latin-1") + b"\n\n" + body

    assert parse(raw)[0].text == text


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", b"SG9s\r\nYQ=="),
        ("base64", b"SG9sYQ"),
        ("BASE64", b"SG9s!!YQ="),
        ("quoted-printable", b"Ho=\r\nl=61"),
        ("quoted-printable", b"Hola="),
        ("x-uuencode", b"begin 644 x\n$2&]L80``\n`\nend\n"),
        ("8bit", b"Hola"),
        ("nonsense", b"Hola"),
    ],
)
def test_transfer_encodings(encoding: str, body: bytes) -> None:
    raw = f"Content-Transfer-Encoding: {encoding}\n\n".encode() + body

    assert parse(raw)[0].text == "Hola"


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("Mon, 3 Mar 2025 10:02:03 +0100 (CET)", 1_740_992_523_000),
        ("3 Mar 25 09:02:03 GMT", 1_740_992_523_000),
        ("Mon, 3 Mar 2025 09:02:03", 1_740_992_523_000),
        ("", None),
        ("yesterday", None),
        ("Mon, 99 Mar 2025 10:02:03 +0100", None),
        ("Mon, 3 Mar 2025 10:02:03 +999999", None),
        ("Mon, 3 Mar 99999999999 10:02:03", None),
        ("Thu, 1 Jan 1900 00:00:00 +0000", None),
        ("1" * 10_000, None),
    ],
)
def test_dates(value: str, at: int | None) -> None:
    assert parse_date(value) == at


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?B?w7E=?= =?utf-8?B?w7E=?=", "ññ"),
        ("=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"),
        ("a =?utf-8?Q?=C3=B1_o?= b", "a ñ o b"),
        ("=?utf-8*es?Q?=C3=B1?=", "ñ"),
        ("=?no-such?B?w7E=?=", "ñ"),
        ("=?utf-8?B?!!!?=", ""),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?B?w7E=", "=?utf-8?B?w7E="),
        ("=?utf-8?Q?a=0D=0ABcc:_x?=", "a\nBcc: x"),
    ],
)
def test_encoded_words(value: str, text: str) -> None:
    assert decode_words(value) == text


@pytest.mark.parametrize(
    ("value", "name", "parameter"),
    [
        ("attachment; filename=a.pdf", "filename", "a.pdf"),
        ("attachment; filename=a b.pdf; size=3", "filename", "a b.pdf"),
        ('attachment; filename="a;\\"b.pdf"', "filename", 'a;"b.pdf'),
        ("attachment; filename*=iso-8859-1'es'a%F1o.pdf", "filename", "año.pdf"),
        ("attachment; filename*0=ab; filename*1=cd.pdf", "filename", "abcd.pdf"),
        ("attachment; filename=x.pdf; filename*=utf-8''%C3%B1.pdf", "filename", "ñ.pdf"),
        ('attachment; filename="=?utf-8?Q?=C3=B1.pdf?="', "filename", "ñ.pdf"),
        ('text/plain; charset = "UTF-8"', "charset", "UTF-8"),
        ("TEXT/PLAIN charset=x", "charset", "x"),
        ('multipart/mixed; boundary="unclosed', "boundary", "unclosed"),
    ],
)
def test_parameters(value: str, name: str, parameter: str) -> None:
    assert parameters(value)[1][name] == parameter


# -- who wrote it ---------------------------------------------------------------------------

SHOP = "hola@sol.example"


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("evil@x.example", "evil@x.example"),
        (f'"{SHOP}" <evil@x.example>', "evil@x.example"),
        (f"{SHOP} <evil@x.example>", "evil@x.example"),
        ("=?utf-8?Q?hola=40sol.example?= <evil@x.example>", "evil@x.example"),
        (
            "=?utf-8?Q?hola=40sol.example_=3Chola=40sol.example=3E?= <evil@x.example>",
            "evil@x.example",
        ),
        (f"({SHOP}) evil@x.example", "evil@x.example"),
        (f"(a (nested) comment) evil@x.example ({SHOP})", "evil@x.example"),
        ('"a\\"b" <evil@x.example>', "evil@x.example"),
        (f"@{SHOP}:evil@x.example", "evil@x.example"),
        ("<@a.example,@b.example:evil@x.example>", "evil@x.example"),
        ("group: evil@x.example;", "evil@x.example"),
        ('"odd local"@x.example', '"odd local"@x.example'),
        (f"{SHOP}, evil@x.example", None),
        (f"<{SHOP}> <evil@x.example>", None),
        (f"{SHOP}\nFrom: evil@x.example", None),
        (f"From: {SHOP}", SHOP),
        ("evil@x.example\x00@sol.example", None),
        ("ho\x00la@sol.example", None),
        ("ho\u200bla@sol.example", None),
        (f"{SHOP}\u202e", None),
        (f"{SHOP}.", f"{SHOP}."),
        ("undisclosed-recipients:;", None),
        ("MAILER-DAEMON", None),
        ("=?utf-8?Q?hola=40sol.example?=", None),
        ("", None),
    ],
)
def test_the_author_is_one_address_or_nobody(value: str, address: str | None) -> None:
    found = mail(f"From: {value}\nSubject: x\n\nbody")

    assert (found.author.address if found.author else None) == address


def test_two_from_headers_have_no_author() -> None:
    found = mail(f"From: {SHOP}\nSubject: a\nFrom: evil@x.example\n\nx")

    assert found.author is None
    assert found.author_text == f"{SHOP}, evil@x.example"


def test_hostile_texts_in_headers_are_names_only() -> None:
    """Vectors and naughty strings as subject, sender and file name: one line, nothing hidden."""
    for text in [*naughty_strings(), *xss_vectors()[::5]]:
        word = f"=?utf-8?B?{base64.b64encode(text.encode('utf-8', 'replace')).decode()}?="
        part = f'Content-Type: text/plain\nContent-Disposition: attachment; filename="{word}"'
        raw = (
            f"Subject: {word}\nFrom: {word} <a@b.example>\n{entity(TEXT, part + chr(10) * 2 + 'x')}"
        )
        found = parse(raw.encode())[0]
        shown = [found.subject, found.author_text, found.attachments[0].filename]
        assert found.author is not None
        assert found.author.address == "a@b.example"
        for line in [*shown, found.author.name]:
            assert not has_hidden_characters(line)
            assert "\n" not in line
        assert not set('/\\:*?"<>|') & set(found.attachments[0].filename)


# -- limits ---------------------------------------------------------------------------------


def nested(depth: int) -> bytes:
    head = "".join(
        f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}\n' for i in range(depth)
    )
    return f"{head}Content-Type: text/plain\n\nthe text".encode()


def test_depth() -> None:
    assert parse(nested(50))[0].text == "the text"
    for depth in (51, 1_500):
        with pytest.raises(LimitExceeded, match="depth"):
            parse(nested(depth))


def test_parts() -> None:
    assert len(parse(entity(TEXT, *["Content-Type: a/b\n\nx"] * 900).encode())[0].text)
    with pytest.raises(LimitExceeded, match="parts"):
        parse(entity(*[TEXT] * 1_001).encode())
    wide = entity(*[entity(*[TEXT] * 99, boundary=f"w{i}") for i in range(20)])
    with pytest.raises(LimitExceeded, match="parts"):
        parse(wide.encode())


def test_addresses() -> None:
    many = ",\n ".join(f"a{i}@x.example" for i in range(1_000))
    assert len(mail(f"To: {many}\n\nx").to) == 1_000
    with pytest.raises(LimitExceeded, match="addresses"):
        mail(f"To: {many}, one@more.example\n\nx")


def test_headers() -> None:
    with pytest.raises(LimitExceeded, match="headers"):
        parse(b"A: b\n" * 2_001 + b"\n")
    with pytest.raises(LimitExceeded, match="headers"):
        parse(b"A: b\n" + b" x\n" * 2_000_000)


def test_references_are_bounded_and_keep_the_first() -> None:
    many = " ".join(f"<{i}@x.example>" for i in range(500))
    found = mail(f"References: {many}\n\nx").references

    assert len(found) == 50
    assert (found[0], found[-1]) == ("<0@x.example>", "<499@x.example>")


BOMBS = {
    "nested_comments": b"From: " + b"(" * 500 + b"a@b.example" + b")" * 500 + b"\n\nx",
    "many_nested_comments": b"From: " + b"(" * 60_000 + b"\n\nx",
    "open_quotes": b"To: " + b'"' * 60_000 + b"\n\nx",
    "backslashes": b'To: "' + b"\\" * 60_000 + b"\n\nx",
    "angles": b"To: " + b"<" * 60_000 + b"\n\nx",
    "groups": b"To: " + b"a:;" * 300 + b"\n\nx",
    "words": b"Subject: " + b"=?a?q?" * 10_000 + b"\n\nx",
    "empty_words": b"Subject: " + b"=?utf-8?b??= " * 5_000 + b"\n\nx",
    "parameters": b"Content-Type: text/plain" + b"; a=b" * 10_000 + b"\n\nx",
    "spaced_parameters": b"Content-Type: text/plain;" + b" " * 60_000 + b"\n\nx",
    "pieces": b"Content-Type: text/plain"
    + b"".join(b"; name*%d*=%%41" % i for i in range(4_000))
    + b"\n\nx",
    "received": b"Received: x\n" * 1_900 + b"\nx",
    "long_header": b"Subject: " + b"x" * 3_000_000 + b"\n\nx",
    "no_line_end": b"x" * 5_000_000,
    "line_ends": b"\n" * 5_000_000,
    "boundary_bait": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b-" * 1_000_000,
    "boundary_lines": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"x\n--bb\n" * 500_000,
    "colons": b":\n" * 1_000_000,
    "references": b"References: " + b"<a" * 30_000 + b"\n\nx",
    "message_ids": b"Message-ID: " + b"<" * 60_000 + b"\n\nx",
    "date": b"Date: " + b"1 " * 30_000 + b"\n\nx",
    "auth": b"Authentication-Results: " + b"(" * 60_000 + b"\n\nx",
    "quotes": b"\n\n" + b"> " * 1_000_000,
    "attributions": b"\n\n" + b"On 1 Jan 2025 at 10:00 x wrote\n" * 30_000,
    "html": b"Content-Type: text/html\n\n" + b"<table><tr><td>" * 60_000,
    "html_cells": b"Content-Type: text/html\n\n<table>" + b"<tr><td>x" * 60_000,
    "html_wide_tables": b"Content-Type: text/html\n\n"
    + (b"<table>" + b"<tr><td>x<td>" + b"y" * 20_000) * 10
    + b"<tr><td>z" * 2_000,
    "html_lists": b"Content-Type: text/html\n\n" + b"<ul><li>x" * 60_000,
    "quoted_printable": b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 1_000_000,
    "uuencode": b"Content-Transfer-Encoding: uuencode\n\nbegin 1 x\n" + b"Mx\n" * 300_000,
}


@pytest.mark.parametrize("raw", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_cost_little(raw: bytes) -> None:
    started = time.process_time()
    parse(raw)

    assert time.process_time() - started < 1.9


# -- anything -------------------------------------------------------------------------------

PIECES = (
    b"From: ", b"To: ", b"Subject: ", b"Date: ", b"\n", b"\r\n", b"\n\n", b" ", b"\t", b":", b";",
    b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Type: multipart/alternative;\n",
    b"Content-Type: text/html\n", b"Content-Type: message/rfc822\n", b" boundary=\"b\"\n",
    b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n",
    b"Content-Transfer-Encoding: x-uuencode\n", b"Content-Disposition: attachment; filename*=",
    b"--b\n", b"--b--\n", b"=?utf-8?B?", b"=?utf-8?Q?", b"?=", b"\x00", b"\xff", b"\xc3", b"\x80",
    b"<a@b.example>", b"(", b")", b"\"", b"\\", b"<", b">", b",", b"<p>x</p>", b"<table>", b"begin 6",
    b"charset=utf-7", b"charset=utf-16", b"+2AA-", b"Authentication-Results: ", b"Received: x\n",
    b"References: ", b"> x\n", b"On 1, x wrote:\n", b"-- \n", b"=41", b"=", b"QUJD", b"%41", b"''",
)  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)), max_size=80))
def test_no_bytes_make_it_raise(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    for lean in (False, True):
        found, blobs = parse(raw, lean=lean)
        assert len(found.attachments) == len(blobs)
        assert not found.html or problems(found.html.html) == []


def test_lean_leaves_html_out() -> None:
    found, _ = parse(entity(TEXT, HTML, subtype="alternative").encode(), lean=True)

    assert found.html is None
    assert found.text == "Hola"
    assert found.defects == ("lean",)


@given(st.text(max_size=200))
def test_address_headers_of_any_text(text: str) -> None:
    for one in parse_addresses(text, 10):
        assert one.address.count("@") in (0, 1) or '"' in one.address
        assert not has_hidden_characters(one.name + one.address)


def test_this_file_is_no_mail() -> None:
    assert parse(Path(__file__).read_bytes())[0].author is None


def test_ids_that_a_program_wrote_as_encoded_words() -> None:
    long_id = f"<{'a' * 90}@taller.test>"
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "ana@correo.test"
    mail["In-Reply-To"] = long_id
    mail.set_content("Hola")
    assert b"=?utf-8?" in mail.as_bytes()
    assert parse(mail.as_bytes())[0].in_reply_to == long_id
