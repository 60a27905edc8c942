"""HTML of strangers: nothing active left, nothing too big, nothing a widget would load by itself."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.channels.email.html_size import MAX_CHARS, MAX_NODES, MAX_WORD
from deskapp.channels.email.sanitise import sanitise
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


@pytest.mark.parametrize("depth", [1, 5, 8, 12, 13, 40, 400])
def test_tables_nest_only_as_deep_as_they_can_be_laid_out(depth: int) -> None:
    """Real mails nest up to eight deep; Qt's work doubles with each level."""
    html = "<table><tr><td>" * depth + "the text" + "</td></tr></table>" * depth

    found = sanitise(html)

    kept = read(found.html).deepest_table
    assert kept == depth if depth <= 8 else kept <= 12
    assert "the text" in found.html
    assert not found.truncated


def layout_cost(html: str) -> float:
    """Elements, and fifties of characters, weighed by the tables around them: as Qt's time goes."""
    cost, depth, end = 0.0, 0, 0
    for tag in re.finditer(r"<(/?)(\w+)[^>]*>", html):
        cost += (2**depth - 1) * (tag.start() - end) / 50
        end = tag.end()
        if tag[2] == "table":
            depth += -1 if tag[1] else 1
        cost += 0 if tag[1] else 2**depth - 1
    return cost


@pytest.mark.parametrize(
    "html",
    [
        ("<table><tr><td>" * 12 + "deep words " * 10 + "</table>" * 12) * 100,
        ("<table><tr><td>a<td>" * 12 + "x" + "</table>" * 12) * 400,
        "<table><tr><td>" * 11 + "<table>" + "<tr><td>a<td>b<td>c" * 1_200,
        "<table><tr><td>" * 8 + "some words here " * 12_000 + "</table>" * 8,
    ],
)
def test_tables_that_cost_too_much_are_flattened(html: str) -> None:
    assert layout_cost(html) > 100_000

    assert layout_cost(sanitise(html).html) <= 12_000


def grid(html: str) -> int:
    """Cells of the grid of the one table in `html`, taken or not."""
    rows = [0]
    carried: list[tuple[int, int]] = []
    for tag in re.finditer(r'<(tr|td)(?: colspan="?(\d+)"?)?(?: rowspan="?(\d+)"?)?', html):
        if tag[1] == "tr":
            rows.append(sum(columns for _, columns in carried))
            carried = [(left - 1, columns) for left, columns in carried if left > 1]
            continue
        columns, height = int(tag[2] or 1), int(tag[3] or 1)
        rows[-1] += columns
        if height > 1:
            carried.append((height - 1, columns))
    return (len(rows) - 1) * max(rows)


@pytest.mark.parametrize(
    "html",
    [
        "<table>" + ("<tr>" + "<td colspan=50>x" * 100) * 40,
        "<table>" + ("<tr>" + "<td colspan=50 rowspan=50>x" * 20) * 100,
        "<table>" + ("<tr>" + "<td rowspan=50>x" * 2) * 1_000,
        "<table>" + "<tr><td>x" * 1_500 + "<tr>" + "<td>y" * 1_500,
        "<table><tr>" + "<td>y" * 60 + "<tr>" * 4_000,
    ],
)
def test_grids_of_mostly_nothing_are_refused(html: str) -> None:
    assert grid(html) > 80_000

    found = sanitise(html).html

    assert grid(found) <= 5_000 + 4_000


def test_ordinary_spans_stay() -> None:
    row = '<tr><td>a</td><td>b</td><td>c</td></tr><tr><td colspan="3">total</td></tr>'
    html = f"<table><tbody>{row * 100}</tbody></table>"

    assert sanitise(html).html == html


def test_sizes_are_bounded() -> None:
    nodes = sanitise("<p>a</p>" * 20_000)
    chars = sanitise("a b " * 200_000)
    escaped = sanitise("&amp;" * 200_000)
    word = sanitise("x" * 5_000)
    blanks = sanitise("&nbsp;" * 200_000)
    ampersands = sanitise("&amp;" * 5_000)
    lines = sanitise("<pre>" + "x\n" * 90_000)

    assert len(read(nodes.html).tags) <= MAX_NODES
    assert nodes.truncated
    assert 10_000 < lines.html.count("\n") <= 4 * MAX_NODES
    assert ampersands.html.replace("\u200b", "") == "&amp;" * 5_000
    assert re.fullmatch(r"(?:&nbsp;)+", blanks.html)
    for found in (chars, escaped, blanks):
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


def test_colours_are_those_that_qt_knows() -> None:
    html = sanitise(
        '<p style="color:rgb(1,2,300);background-color:rgba(1, 2, 3, .5)">a</p>'
        '<p style="color:#CC000;background-color:papayawhip2">b</p><font color="DDdddd">c</font>'
        '<font color="#1234">d</font><table bgcolor=WHITE><tr><td bgcolor="COCOCO">e</table>'
    ).html

    assert re.findall(r"#\w+|white|color=.COCO|#CC000", html) == [
        "#0102ff",
        "#010203",
        "#dddddd",
        "white",
    ]


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
