"""HTML of strangers: nothing active left, nothing too big, nothing a widget would load by itself."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.channels.email.sanitise import MAX_CHARS, MAX_NODES, MAX_WORD, sanitise
from tests.support.mail_corpora import naughty_strings, xss_vectors
from tests.support.safe_html import problems, read

WRAPPINGS = (
    "{}",
    "<p>Hi</p>{}<p>bye</p>",
    "<a href='{}'>x</a>",
    '<img src="{}" alt="{}">',
    "<div style='{}'>x</div>",
    "<table><tr><td {}>x</table>",
    "<svg>{}</svg><math>{}</math>",
)


def test_the_check_finds_what_is_active() -> None:
    active = (
        "<script>1</script><a href='javascript:1'>x</a><img src='file:///etc/passwd'>"
        "<img src='https://x.example/p'><p onclick='1' style='background:url(x)'>x<!-- c -->"
    )

    assert len(problems(active)) == 7


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_vectors_of_brs_kb_leave_nothing_active(wrapping: str) -> None:
    vectors = xss_vectors()
    assert len(vectors) > 4_000
    for vector in vectors:
        assert problems(sanitise(wrapping.replace("{}", vector)).html) == []


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_naughty_strings_leave_nothing_active(wrapping: str) -> None:
    for naughty in naughty_strings():
        assert problems(sanitise(wrapping.replace("{}", naughty)).html) == []


@given(
    st.lists(
        st.sampled_from(
            "< > / = ' \" <a <img <table <td <svg <style <script <math <template <!-- --> <![CDATA[ "
            "]]> href= src= style= onerror= javascript: data:text/html, cid:x remote:0 file:///x "
            "https://x.example //h/s url( ) &#x3c; &lt; &#0; \x00 </p> </table> </style> x".split(
                " "
            )
        ),
        max_size=60,
    )
)
def test_soup_leaves_nothing_active(pieces: list[str]) -> None:
    first = sanitise("".join(pieces))

    assert problems(first.html) == []
    again = sanitise(re.sub(r"remote:\d+", "cid:y", first.html))
    assert problems(again.html) == []


# -- links and images -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://x.example/a?b=c&d=e", True),
        ("HTTP://X.example", True),
        ("mailto:a@b.example?subject=hi", True),
        (" https://x.example/a b ", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("&#106;avascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//host/share", False),
        ("\\\\host\\share", False),
        ("/relative", False),
        ("#anchor", False),
        ("remote:0", False),
        ("cid:x", False),
        ("ms-word:ofe|u|https://x.example", False),
        ("smb://host/share", False),
        ("tel:+34600000000", False),
        ("http:", False),
        ("https://" + "x" * 5_000, False),
    ],
)
def test_links_go_to_the_web_and_mail_only(href: str, kept: bool) -> None:
    html = sanitise(f'<a href="{href}">x</a>').html

    assert ("href=" in html) is kept
    assert problems(html) == []


def test_remote_images_are_named_apart() -> None:
    found = sanitise(
        "<img src=https://t.example/1.gif><img src='http://t.example/2.gif?a=1&amp;b=2'>"
        "<img src=https://t.example/1.gif><img src=CID:logo@x>"
    )

    assert found.remote_images == ("https://t.example/1.gif", "http://t.example/2.gif?a=1&b=2")
    assert re.findall(r'src="([^"]+)"', found.html) == [
        "remote:0",
        "remote:1",
        "remote:0",
        "cid:logo@x",
    ]
    assert "t.example" not in found.html


@pytest.mark.parametrize(
    "src",
    [
        "file:///dev/zero",
        "/dev/zero",
        "picture.png",
        "//host/share/x.png",
        "\\\\host\\share",
        "qrc:/x.png",
        "data:image/png;base64,AAAA",
        "remote:0",
        "remote:99",
        "ftp://x.example/x.png",
        "about:blank",
        "",
        "x.example/p.gif",
    ],
)
def test_other_images_are_left_out(src: str) -> None:
    found = sanitise(f"<p>a<img src='{src}' alt=b>c</p>")

    assert found.html == "<p>ac</p>"
    assert found.remote_images == ()


@pytest.mark.parametrize(
    "html",
    [
        "<body background=https://t.example/x><td background='https://t.example/x'>x",
        "<p style='background-image:url(https://t.example/x)'>x</p>",
        "<p style='color:red;list-style:url(//t.example)'>x</p>",
        "<p style='color:expression(alert(1))'>x</p>",
        "<p style='background-color:\\75rl(https://t.example)'>x</p>",
        "<style>@import 'https://t.example/x.css';</style>x",
        "<link rel=stylesheet href=https://t.example/x.css>x",
        "<link rel=prefetch href=https://t.example>x",
        "<meta http-equiv=refresh content='0;url=https://t.example'>x",
        "<base href=https://t.example/>x",
        "<img srcset='https://t.example/x 2x'>x",
        "<picture><source srcset=https://t.example/x></picture>x",
        "<video poster=https://t.example/x src=https://t.example/y></video>x",
        "<audio src=https://t.example/y></audio>x",
        "<input type=image src=https://t.example/x>x",
        "<object data=https://t.example/x></object><embed src=https://t.example/x>x",
        "<iframe src=https://t.example srcdoc='<img src=https://t.example>'></iframe>x",
        "<svg><image href=https://t.example/x xlink:href=https://t.example/x /></svg>x",
        "<form action=https://t.example><button formaction=https://t.example>x</button></form>",
        "<!--[if mso]><img src=https://t.example/x><![endif]-->x",
    ],
)
def test_nothing_else_can_load(html: str) -> None:
    found = sanitise(html)

    assert "t.example" not in found.html
    assert found.remote_images == ()
    assert "x" in found.html


def test_hidden_text_is_left_out() -> None:
    found = sanitise("<div style='display:none; x'>preview<br><b>line</b></div><p>Hola</p>")

    assert found.html == "<p>Hola</p>"


def test_formatting_and_tables_stay() -> None:
    html = (
        '<table border="1"><tbody><tr><td colspan="2" style="color:red">'
        "<b>Total</b> <i>12&nbsp;€</i></td></tr></tbody></table>"
    )

    assert sanitise(html).html == html


# -- size -----------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [8, 12, 13, 40, 400])
def test_tables_nest_twelve_deep_at_most(depth: int) -> None:
    html = "<table><tr><td>" * depth + "the text" + "</td></tr></table>" * depth

    found = sanitise(html)

    assert read(found.html).deepest_table == min(depth, 12)
    assert found.truncated is (depth > 12)
    assert "the text" in found.html


def test_sizes_are_bounded() -> None:
    nodes = sanitise("<p>a</p>" * 20_000)
    chars = sanitise("a b " * 200_000)
    escaped = sanitise("&amp;" * 200_000)
    word = sanitise("x" * 5_000)

    assert len(read(nodes.html).tags) <= MAX_NODES
    assert nodes.truncated
    for found in (chars, escaped):
        assert MAX_CHARS * 0.9 < len(found.html) <= MAX_CHARS
        assert found.truncated
    assert read(word.html).longest_word <= MAX_WORD
    assert word.html.replace("\u200b", "") == "x" * 5_000


def test_cell_spans_and_image_sizes_are_bounded() -> None:
    html = sanitise(
        "<table><tr><td colspan=1000000000 rowspan=99999999 width=999999999>x</table>"
        "<img src=cid:a width=100000 height=100000><ol start=999999999><li>y</ol>"
    ).html

    assert problems(html) == []
    assert max(map(int, re.findall(r"\d+", html))) <= 99_999


def test_images_within_the_text_do_not_push_the_words_out() -> None:
    found = sanitise(f"<p>a</p><img src='data:image/png;base64,{'A' * 3_000_000}'><p>b</p>")

    assert found.html == "<p>a</p><p>b</p>"
    assert not found.truncated


BOMBS = {
    "divs": "<div>" * 100_000,
    "bold": "<b>" * 100_000,
    "fonts": "".join(f"<font color=a{i}>" for i in range(8_000)) + "<p>" * 2_000,
    "fonts_reopened": "<p>".join(f"<font color=a{i}>" for i in range(300)) + "<p>" * 3_000,
    "links": "<a href=http://x>" * 50_000,
    "paragraphs": "<p>" * 100_000,
    "tables": "<table>" * 50_000,
    "table_links": "<table><a>" * 5_000,
    "attributes": "<a " + " ".join(f"a{i}=1" for i in range(100_000)) + ">",
    "unclosed": "<" * 1_000_000,
    "comments": "<!--" * 200_000,
    "foreign": "<svg><math>" * 50_000,
    "styles": '<p style="' * 100_000,
    "display": "<p style='display:none" * 50_000,
    "closing": "</div>" * 200_000,
    "lists": "<ul><li>" * 20_000,
    "entities": "&" * 1_000_000,
    "hidden": "<div style='display:none'>" * 20_000,
}


@pytest.mark.parametrize("html", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_cost_little(html: str) -> None:
    started = time.process_time()
    found = sanitise(html)

    assert time.process_time() - started < 1.9
    assert len(found.html) <= MAX_CHARS
    assert problems(found.html) == []
