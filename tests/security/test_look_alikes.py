"""Names, hosts and links that look like something else: shown as what they are, and marked.

Hosts are made by the hundred: known names, each with letters of other scripts that look the same.
"""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from deskapp.channels.email.sanitise import sanitise
from deskapp.core.policies.display import (
    display_host,
    has_hidden_characters,
    link_warning,
    safe_name,
)
from deskapp.models.dto import Address
from deskapp.ui.composer.recipients import read_addresses, write_addresses
from deskapp.ui.conversation.printing import paper
from deskapp.ui.conversation.surface import describe_link
from deskapp.ui.conversation.text import Link, find_links, visible
from tests.support.mail_corpora import naughty_strings
from tests.support.talk import message

KNOWN = (
    "paypal.com", "google.com", "apple.com", "amazon.es", "microsoft.com", "bbva.es", "caixa.es", "correos.es",
    "santander.es", "facebook.com", "netflix.com", "agenciatributaria.es", "ionos.es", "stripe.com",
)  # fmt: skip
# Letters that are drawn alike: Cyrillic, Greek, Armenian, Latin of other shapes, full width.
ALIKE = {
    "a": "аɑα", "b": "ЬƄ", "c": "сϲ", "e": "еҽ", "i": "іıι", "o": "оοօ", "p": "рρ", "s": "ѕ", "x": "х",
    "y": "уγ", "g": "ɡց", "l": "ӏ", "n": "ո", "h": "һ", "k": "κ", "u": "υս", "v": "ν", "t": "т", "m": "м",
}  # fmt: skip
HIDDEN = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2069\u00ad\ufeff"


def _look_alikes() -> list[str]:
    """Each known name with one letter of another script, at its first place and everywhere."""
    found = []
    for host in KNOWN:
        name, dot, ending = host.rpartition(".")
        for letter, others in ALIKE.items():
            for other in others if letter in name else "":
                found.append(name.replace(letter, other, 1) + dot + ending)
                found.append(name.replace(letter, other) + dot + ending)
    return sorted(set(found))


LOOK_ALIKES = _look_alikes()


def test_no_look_alike_is_shown_in_its_letters() -> None:
    assert len(LOOK_ALIKES) > 150
    for host in LOOK_ALIKES:
        for url in (f"https://{host}/x", f"https://www.{host}", f"HTTPS://{host}:443/"):
            shown = display_host(url)
            assert shown.isascii(), host
            assert shown.removeprefix("www.") not in KNOWN, host


def test_every_look_alike_is_warned_of() -> None:
    """Whether the link reads as the real one, as something harmless, or as itself."""
    for host in LOOK_ALIKES:
        for text in (*KNOWN[:3], "aquí", host, f"https://{host}/x"):
            words, odd = describe_link(Link(0, 1, f"https://{host}/x", text))
            assert odd, (host, text)
            assert "xn--" in words, (host, text)


def test_the_real_ones_are_not() -> None:
    for host in (*KNOWN, "münchen.de", "españa.es", "пример.рф", "例え.テスト"):
        assert describe_link(Link(0, 1, f"https://{host}/a", "aquí")) == (f"{host}/a", False)


@pytest.mark.parametrize("hidden", HIDDEN)
def test_no_hidden_character_gets_into_a_link_that_is_shown(hidden: str) -> None:
    for href in (
        f"https://sol.example/{hidden}gpj.exe",
        f"https://so{hidden}l.example/a",
        f"https://sol.example/?q={hidden}x",
        f"mailto:ana{hidden}@sol.example",
    ):
        for link in _links_of(href):
            assert not has_hidden_characters(describe_link(link)[0]), (href, link)


def _links_of(href: str) -> list[Link]:
    """As they come out of a mail's HTML and out of its words."""
    html = sanitise(f'<a href="{href}">aquí</a>').html
    inside = html.partition('href="')[2].partition('"')[0]
    typed = find_links(visible(f"vea {href} hoy"))
    return [*([Link(0, 4, inside, "aquí")] if inside else []), *typed]


@pytest.mark.parametrize("control", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_no_formatted_text_is_turned_round(control: str) -> None:
    for form in (control, f"&#{ord(control)};", f"&#x{ord(control):x};"):
        html = sanitise(f"<p>a{form}fdp.exe</p><a href='https://x.test'>{form}b</a>").html
        assert html == '<p>afdp.exe</p><a href="https://x.test">b</a>'
    assert (
        sanitise("<bdo dir=rtl>abc</bdo><p style='unicode-bidi:bidi-override'>c").html
        == "abc<p>c</p>"
    )


@pytest.mark.parametrize("hidden", HIDDEN)
def test_hidden_characters_vanish_from_every_line_that_is_shown(
    qapp: QApplication, hidden: str
) -> None:
    name = f"Ana{hidden}zíuR <b>{hidden}"
    shown = [
        safe_name(name),
        visible(name),
        write_addresses(read_addresses(f'"{name}" <ana@sol.example>')),
        write_addresses((Address(name, "ana@sol.example"),)),
        paper(name, (message(1, name, author_name=name),)).toPlainText().replace("\ufffc", ""),
    ]
    for line in shown:
        assert hidden not in line


def test_naughty_strings_as_names_hide_nothing() -> None:
    for naughty in naughty_strings():
        assert not has_hidden_characters(safe_name(naughty))
        assert not has_hidden_characters(visible(naughty).replace("\u200d", ""))
        people = read_addresses(f'"{naughty}" <ana@sol.example>')
        assert not has_hidden_characters(write_addresses(people))


@given(st.text(alphabet=st.sampled_from([*chain("paypal.com/@:?#", HIDDEN, "аеор")]), max_size=30))
def test_a_text_that_names_a_host_may_not_lead_to_another(text: str) -> None:
    """Whatever is mixed into it: either it claims no host, or the other host is told."""
    warning = link_warning(f"paypal.com {text}", "https://evil.example/")
    assert warning is not None
    assert "evil.example" in warning.host
