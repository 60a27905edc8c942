"""What the desk sends, opened as its readers open it: in a browser, where nothing may come alive.

Every vector goes into every place from which words reach an outgoing mail: what an agent typed, a
canned reply filled in with a customer's words, the signature, the line above a quotation, the quoted
words, a forward of hostile HTML, a file's name and kind, and the subject.
"""

import email
import email.policy
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

import pytest

from deskapp.channels.email.compose import File, Outgoing, Quotation, compose
from deskapp.channels.email.parse import parse
from deskapp.channels.email.sanitise import sanitise
from deskapp.core.policies.placeholders import render_simple
from deskapp.models.dto import Address
from tests.support.browser import Page, open_browser
from tests.support.mail_corpora import naughty_strings, xss_vectors

pytestmark = pytest.mark.real

TOGETHER = 10  # vectors in one mail
SHOWN = 60  # mails in one page, each in a frame of its own
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="

# What a reader's program could follow, load or run, by what the browser made of the HTML.
ALIVE = (
    f"const pixel = '{PIXEL}';"
    """[...document.querySelectorAll('iframe')].flatMap((frame, number) => {
  const allowed = new Set(('A BODY B BLOCKQUOTE BR DIV EM HEAD HTML IMG LI META OL P STRONG TITLE UL '
    + 'TABLE TBODY THEAD TFOOT TR TD TH SPAN FONT I U S H1 H2 H3 H4 H5 H6 PRE CODE HR CENTER SMALL BIG '
    + 'SUB SUP DL DT DD KBD VAR TT DEL INS Q CITE ABBR SAMP STRIKE CAPTION').split(' '))
  const leads = new Set(['http:', 'https:', 'mailto:'])
  const scheme = value => URL.parse(value)?.protocol ?? value.split(':')[0].toLowerCase() + ':'
  const links = ['href', 'src', 'action', 'formaction', 'background', 'poster', 'data', 'srcset', 'xlink:href']
  if (!frame.contentDocument) return [`${number}: went elsewhere`]
  return [...frame.contentDocument.querySelectorAll('*')].flatMap(one => [
    ...(allowed.has(one.tagName) ? [] : [`${number}: <${one.tagName}>`]),
    ...[...one.attributes].flatMap(({name, value}) =>
      name.startsWith('on') || (links.includes(name) && value !== pixel && !leads.has(scheme(value)))
        || (name === 'style' && /url|expression|import/i.test(value)) || name === 'http-equiv'
      ? [`${number}: ${one.tagName} ${name}=${value}`] : [])])
})"""
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with open_browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser.page()


def _show(page: Page, folder: Path, documents: Sequence[str]) -> list[str]:
    """Open the documents side by side; all that came alive, in words."""
    file = folder / "mails.html"
    documents = [re.sub(r'src="(?:cid|remote):[^"]*"', f'src="{PIXEL}"', one) for one in documents]
    frames = "".join(f'<iframe srcdoc="{escape(document)}"></iframe>' for document in documents)
    file.write_text(f'<!DOCTYPE html><meta charset="utf-8">{frames}', encoding="utf-8")
    page.forget()
    try:
        page.go(file.as_uri())
        found = [str(one) for one in page.evaluate(ALIVE)]
        seen = page.settle()
    except TimeoutError as error:  # something runs and runs
        found, seen = [str(error)], page.seen
    asked = [url for url in seen.requests if url not in (file.as_uri(), "about:srcdoc", PIXEL)]
    return [*found, *seen.console, *seen.dialogs, *seen.exceptions, *seen.popups, *asked]


def _html(mail: Outgoing) -> str:
    """The HTML of a mail as any other program reads it out of the bytes."""
    read = email.message_from_bytes(compose(mail).raw, policy=email.policy.default)
    part = read.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def _mail(vectors: Sequence[str], quoted: str) -> Outgoing:
    text = "\n\n".join(vectors)
    line = " ".join(re.sub("[\x00-\x1f\x7f\x85\u2028\u2029]", " ", text).split())
    filled = render_simple("Hola {{ contact.name }}:", {"contact.name": line})
    assert filled is not None
    return Outgoing(
        message_id="<a@tienda.test>",
        sent_at=0,
        sender=Address(line[:500], "hola@tienda.test"),
        to=(Address(line[:500], "ana@correo.test"),),
        subject=line[:900],
        body=f"{filled.text}\n\n{text}\n- {line}\n1. {line}\n**{line}**\n[x]({line})\n![x](cid:{line})",
        signature=text,
        quotation=Quotation(line, quoted),
        files=(File(line[:200], line[:60], b"x", "logo@x"),),
    )


def _batches(vectors: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    yield from (vectors[at : at + size] for at in range(0, len(vectors), size))


def _forwarded(vectors: Sequence[str]) -> str:
    """The words that a forward quotes of a mail whose HTML holds the vectors."""
    html = b64encode("\n".join(vectors).encode("utf-8", "replace"))
    head = b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return parse(head + html)[0].text


def test_the_rig_sees_what_comes_alive(page: Page, tmp_path: Path) -> None:
    """The same vectors as they came: they do run, here, and each kind of trace is noticed."""
    found = " ".join(_show(page, tmp_path, xss_vectors()[::40]))
    assert "alert: " in found
    assert "<SCRIPT>" in found
    assert "href=javascript:" in found
    assert "onerror=" in found
    assert "error: " in found
    assert "http" in " ".join(page.seen.requests)
    quiet = '<p>Hola</p><a href="https://x.test">x</a>'
    assert _show(page, tmp_path, [quiet]) == []
    for loud in (
        "<img src='http://x.test/a.png'>",
        "<script>console.log(1)</script>",
        "<p style='background:url(http://x.test)'>",
        "<link rel=stylesheet href='http://x.test/a.css'>",
        "<meta http-equiv=refresh content='0;url=http://x.test'>",
    ):
        assert _show(page, tmp_path, [quiet, loud])


def test_nothing_that_we_send_comes_alive(page: Page, tmp_path: Path) -> None:
    mails = [
        _html(_mail(some, _forwarded(some)))
        for some in _batches([*xss_vectors(), *naughty_strings()], TOGETHER)
    ]
    assert len(mails) > 450
    for shown in _batches(mails, SHOWN):
        assert _show(page, tmp_path, shown) == []


def test_the_words_arrive(page: Page, tmp_path: Path) -> None:
    """Nothing came alive above because it stands there as it was typed, not because it is missing."""
    for some in _batches(xss_vectors()[::97], TOGETHER):
        assert _show(page, tmp_path, [_html(_mail(some, "\n".join(some)))]) == []
        read = page.evaluate("document.querySelector('iframe').contentDocument.body.textContent")
        plain = re.sub(r"[\s\u00a0]+", "", str(read))
        for vector in some:
            assert plain.count(re.sub(r"[\s\u00a0\x00]+", "", vector)) >= 3, vector


def test_sanitised_mail_is_dead_in_a_browser_too(page: Page, tmp_path: Path) -> None:
    """A second opinion on the sanitiser: a browser reads broken HTML otherwise than a checker does."""
    wrappings = (
        "{}",
        "<a href='{}'>x</a>",
        '<img src="{}" alt="{}">',
        "<svg><style>{}</style></svg>",
    )
    clean = [sanitise(one.replace("{}", v)).html for one in wrappings for v in xss_vectors()]
    joined = ["<hr>".join(some) for some in _batches(clean, 100)]
    for shown in _batches(joined, SHOWN):
        assert _show(page, tmp_path, shown) == []
