"""HTML mail in the window: nothing is loaded, nothing hangs, links lead where they say."""

from __future__ import annotations

import ctypes
import os
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QUrl
from PySide6.QtGui import QColor, QImage, QPainter, QTextDocument
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.commands.messages import LoadRemoteImages
from deskapp.models.dto import MessageHtml
from deskapp.ui.conversation.cost import layout_ms
from deskapp.ui.conversation.rich import RichBox, VettedDocument, decode, prepare
from deskapp.ui.conversation.text import Link
from deskapp.ui.theme import LIGHT, base_font
from tests.support.mail_corpora import xss_vectors
from tests.support.talk import Talk, TalkDesk, message, open_talk, row

KEY = f"{1:032x}"


def html(text: str, images: dict[str, str] | None = None, loaded: bool = False) -> MessageHtml:
    return MessageHtml(KEY, text, images or {}, (), loaded)


def png(colour: str = "#ff0000", wide: int = 60, high: int = 30) -> bytes:
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def box(text: str, images: dict[str, bytes] | None = None, quoted: str = "") -> RichBox:
    """Through the worker's and the window's half, painted once."""
    kept = images or {}
    prepared = prepare(html(text, {name: name for name in kept}), kept.__getitem__)
    made = RichBox(prepared, quoted, base_font(), LIGHT)
    made.lay_out(400)
    canvas = QImage(420, 600, QImage.Format.Format_RGB32)
    painter = QPainter(canvas)
    made.draw(painter, QPointF(0, 0))
    painter.end()
    return made


class Trap:
    """A picture on the disk that knows whether anybody opened it (inotify of Linux)."""

    IN_OPEN = 0x20

    def __init__(self, path: Path) -> None:
        path.write_bytes(png())
        self.path = path
        libc = ctypes.CDLL(None, use_errno=True)
        self._inotify = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        assert libc.inotify_add_watch(self._inotify, os.fsencode(path), self.IN_OPEN) >= 0

    def opened(self) -> bool:
        try:
            return bool(os.read(self._inotify, 4096))
        except BlockingIOError:
            return False

    def close(self) -> None:
        os.close(self._inotify)


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Trap]:
    trap = Trap(tmp_path / "trap.png")
    yield trap
    trap.close()


LURES = (
    "<img src='{0}'>",
    "<img src='file://{0}'>",
    "<img src='FILE://{0}' width=20 height=20>",
    "<img src='{0}' width=20 height=20>",
    "<p style=\"background-image:url('{0}')\">x</p>",
    "<p style='background:url(file://{0})'>x</p>",
    "<table background='file://{0}'><tr><td>x</td></tr></table>",
    "<td background='{0}'>x</td>",
    "<ul style='list-style-image:url(file://{0})'><li>x</li></ul>",
    "<link rel=stylesheet href='file://{0}'><p>x</p>",
    "<style>@import url('file://{0}'); p {{ background-image: url(file://{0}) }}</style><p>x</p>",
    "<object data='file://{0}'></object><embed src='{0}'><iframe src='file://{0}'></iframe>",
    "<body background='file://{0}'>x</body>",
    "<img src='//{0}'><img src='\\\\host\\share\\x.png'>",
    "<svg><image href='file://{0}'/></svg>",
    "<video poster='{0}'></video><img srcset='{0} 2x' src='{0}'>",
)


@pytest.mark.parametrize("lure", LURES)
def test_no_file_is_read(qapp: QApplication, trap: Trap, lure: str) -> None:
    box(lure.format(trap.path))
    assert not trap.opened()


def test_the_rig_notices_a_document_that_does_read(qapp: QApplication, trap: Trap) -> None:
    """The same lure in an unguarded document opens the file: the test above can fail."""
    unguarded = QTextDocument()
    unguarded.setHtml(LURES[0].format(trap.path))
    unguarded.size()
    assert trap.opened()


def test_dev_zero_does_not_end_the_process(qapp: QApplication) -> None:
    assert box("<img src='/dev/zero'><img src='file:///dev/zero'>x").text.endswith("x")


def test_every_resource_but_a_vetted_picture_is_refused(qapp: QApplication) -> None:
    image = QImage.fromData(png())
    document = VettedDocument({"cid:a": image})
    kinds = QTextDocument.ResourceType
    assert document.loadResource(kinds.ImageResource.value, QUrl("cid:a")) == image
    for url in ("file:///etc/passwd", "http://x.example/y.png", "qrc:/x", "cid:b", "/etc/passwd"):
        given = document.loadResource(kinds.ImageResource.value, QUrl(url))
        assert isinstance(given, QImage)
        assert given.size().width() == 1
        assert document.loadResource(kinds.StyleSheetResource.value, QUrl(url)) == QByteArray()


def test_vetted_pictures_show_and_fit_the_card(qapp: QApplication) -> None:
    assert box("<img src='cid:a'>", {"cid:a": png(high=50)}).height >= 50
    wide = box("<img src='cid:a'>", {"cid:a": png(wide=2000, high=500)})
    assert wide.natural_width <= 400
    assert box("<img src='cid:a'>", {"cid:a": b"no picture"}).height < 40


def test_pictures_are_decoded_within_bounds(qapp: QApplication) -> None:
    assert decode(png(wide=3000, high=1000), 500).width() == 500
    assert decode(b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>").isNull()
    assert decode(b"").isNull()
    huge = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (60_000).to_bytes(4, "big") * 2
    assert decode(huge + b"\x08\x06\x00\x00\x00").isNull()


WORDS = "palabra corta "


def nested(depth: int) -> str:
    return "<table><tr><td>" * depth + "x" + "</td></tr></table>" * depth


@pytest.mark.parametrize(
    "text",
    [
        nested(4),
        nested(9),
        nested(10).replace("x", WORDS * 20),
        "<p>" + WORDS * 400 + "</p>",
        "<table>" + ("<tr>" + "<td>x</td>" * 40 + "</tr>") * 40 + "</table>",
        "<b>a</b> <i>b</i> " * 2_000,
        "<ul>" + "<li>x</li>" * 1_500 + "</ul>",
        "<table>" + "<tr><td colspan=30 rowspan=30>x</td><td>y</td></tr>" * 60 + "</table>",
        "<table align=left><tr><td>x</td></tr></table>y " * 300,
        nested(8) * 8,
    ],
    ids=range(10),
)
def test_the_cost_is_known_before_it_is_paid(qapp: QApplication, text: str) -> None:
    """Within a factor of four of this machine's own time, whatever the machine."""
    document = QTextDocument()
    started = time.thread_time()
    document.setHtml(text)
    document.setTextWidth(400)
    document.size()
    real = (time.thread_time() - started) * 1000 / speed()
    assert real / 4 - 2 <= layout_ms(text) <= real * 4 + 2


def speed() -> float:
    """How much slower this machine is, just now, than the one on which costs were measured."""
    document = QTextDocument()
    started = time.thread_time()
    document.setHtml(nested(10))
    document.setTextWidth(400)
    document.size()
    return max(0.2, (time.thread_time() - started) * 1000 / 14)


def test_what_would_take_too_long_is_never_laid_out(qapp: QApplication) -> None:
    nothing = dict[str, bytes]().__getitem__
    assert prepare(html(nested(3)), nothing).cheap
    assert not prepare(html(nested(16)), nothing).bearable
    assert not prepare(html(nested(400)), nothing).bearable
    assert not prepare(html(nested(12) * 40), nothing).bearable
    assert not prepare(html("x" * 200_001), nothing).bearable


def test_estimating_is_quick(qapp: QApplication) -> None:
    started = time.thread_time()
    for text in (
        "<" * 200_000,
        "<a" * 100_000,
        "<" + "a" * 200_000,
        "<table>" * 28_000,
        "<td colspan=9>" * 14_000,
    ):
        layout_ms(text)
    assert time.thread_time() - started < 5


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "vbscript:x",
        "smb://host/share",
        "ms-settings:x",
        "//host/share",
        "ftp://host/x",
        "about:blank",
        "cid:a",
        "#top",
    ],
)
def test_only_web_and_mail_links_can_be_followed(qapp: QApplication, href: str) -> None:
    made = box(f"<a href='{href}'>click here now</a>")
    assert made.links() == ()
    assert made.link_at(QPointF(20, 8)) is None


def test_a_link_knows_what_it_reads_and_where_it_leads(qapp: QApplication) -> None:
    made = box("<p>see <a href='https://evil.example/x'>www.<b>bank</b>.example</a></p>")
    link = made.link_at(QPointF(60, 8))
    assert link is not None
    assert (link.href, link.shown) == ("https://evil.example/x", "www.bank.example")


def test_the_quoted_part_is_left_out_only_when_it_is_found_for_sure(qapp: QApplication) -> None:
    mail = "<p>New words</p><p>On Monday, Lucía wrote:</p><blockquote>Old words</blockquote>"
    folded = box(mail, quoted="On Monday, Lucía wrote:\n> Old words")
    assert folded.folded
    assert folded.text.strip() == "New words"
    assert not box(mail, quoted="Something else entirely here").folded
    assert "Old words" in box(mail, quoted="Something else entirely here").text


@pytest.mark.parametrize(
    "wrapping", ["{0}", "<p>{0}</p>", "<a href='{0}'>x</a>", "<img src='{0}'>"]
)
def test_no_vector_gets_through_even_unsanitised(
    qapp: QApplication, trap: Trap, wrapping: str
) -> None:
    """The second wall alone: nothing is opened, and nothing but the web and mail can be followed."""
    for vector in xss_vectors()[:: 3 if wrapping == "{0}" else 11]:
        made = box(wrapping.replace("{0}", vector.replace("http://", str(trap.path))[:2_000]))
        for link in made.links():
            assert QUrl(link.href).scheme().lower() in ("http", "https", "mailto"), vector
    assert not trap.opened()


def test_random_html_never_breaks_it(qapp: QApplication) -> None:
    """100 seeded heaps of tags; every one is laid out, painted and read."""
    chance = random.Random(7)
    pieces = (
        "<p>", "</p>", "<b>", "<table>", "<tr>", "<td>", "</table>", "<ul><li>", "<img src=cid:x>",
        "<a href='http://a.example'>", "</a>", "<div style='color:red'>", "<h1>", "&#x202e;", "&nbsp;",
        "text ", "ñandú 🙌 ", "<pre>", "<hr>", "<br>", "<font size=7>", "\x00", "<blockquote>", "a" * 300,
        "<span style='font-size:900px'>", "<td colspan=9 rowspan=9>", "<ol start=-9>",
    )  # fmt: skip
    for _ in range(100):
        made = box("".join(chance.choices(pieces, k=chance.randint(1, 40))))
        assert made.height >= 0
        made.slice(0, made.length())
        made.hit(QPointF(chance.randint(0, 400), chance.randint(0, 400)))


# -- in the pane ----------------------------------------------------------------------------------


@pytest.fixture
def talk(qtbot: QtBot, qapp: QApplication) -> Iterator[Talk]:
    desk = TalkDesk([row(1, "Carmen Villalobos", contact_id="c1", account_id="acc1")])
    with open_talk(qapp, desk) as talk:
        yield talk


def show(qtbot: QtBot, talk: Talk, source: MessageHtml, **values: object) -> None:
    where = talk.desk.rows[1].id
    talk.desk.html[KEY] = source
    talk.desk.items[where] = [
        replace(message(1, "The text version"), ticket_id=where, has_html=True, **values)
    ]
    talk.pane.show_ticket(talk.desk.rows[1])
    qtbot.waitUntil(lambda: talk.pane.view.card(KEY) is not None)


def test_the_formatting_comes_by_itself_and_the_text_is_a_click_away(
    qtbot: QtBot, talk: Talk
) -> None:
    show(qtbot, talk, html("<h1>Hello</h1><p>there</p>"))
    card = talk.pane.view.card(KEY)
    assert card is not None
    qtbot.waitUntil(lambda: card.rich is not None)
    assert card.body.text == "Hello\nthere"
    talk.pane.deeds.do("toggle_rich", KEY)
    assert card.body.text == "The text version"


def test_what_comes_into_sight_as_another_shrinks_gets_its_formatting_too(
    qtbot: QtBot, talk: Talk
) -> None:
    where, above, below = talk.desk.rows[1].id, f"{30:032x}", f"{31:032x}"
    short = {key: replace(html("<p>short</p>"), message_id=key) for key in (above, below)}
    talk.desk.html[above] = short[above]
    talk.desk.items[where] = [
        *(message(order, ticket_id=where) for order in range(10, 30)),
        message(30, ticket_id=where, has_html=True),
        message(31, "\n".join(["a long plain part"] * 60), ticket_id=where, has_html=True),
    ]
    talk.pane.show_ticket(talk.desk.rows[1])
    qtbot.waitUntil(lambda: talk.pane.view.card(below) is not None)
    qtbot.waitUntil(lambda: not talk.pane.view._idle.isActive())
    cards = [talk.pane.view.card(key) for key in (above, below)]
    assert [card is not None and card.rich is None for card in cards] == [True, True]
    talk.desk.html[below] = short[below]
    talk.pane.deeds.do("toggle_rich", below)
    qtbot.waitUntil(lambda: all(card is not None and card.rich is not None for card in cards))


def test_quotes_that_cannot_be_folded_away_keep_the_text_version(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk, html("<p>new</p><p>old</p>"), quoted="On Monday somebody wrote")
    card = talk.pane.view.card(KEY)
    assert card is not None
    qtbot.waitUntil(lambda: not card.wants_rich)
    talk.pane.deeds.do("toggle_rich", KEY)
    qtbot.waitUntil(lambda: card.rich is not None)
    assert card.body.text == "new\nold"


def test_too_heavy_html_stays_text_and_says_so(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk, html("y" * 200_001))
    card = talk.pane.view.card(KEY)
    assert card is not None
    qtbot.waitUntil(lambda: card.too_heavy)
    assert card.rich is None
    assert [notice.name for notice in card._notices] == ["heavy"]


def test_a_bomb_of_tables_costs_the_window_nothing(qtbot: QtBot, talk: Talk) -> None:
    """Twenty-two levels take Qt over twenty seconds."""
    started = time.process_time()
    show(qtbot, talk, html(nested(22)))
    card = talk.pane.view.card(KEY)
    assert card is not None
    qtbot.waitUntil(lambda: card.too_heavy)
    talk.pane.deeds.do("toggle_rich", KEY)
    assert card.rich is None
    assert time.process_time() - started < 5


def test_remote_pictures_are_loaded_on_request_only(qtbot: QtBot, talk: Talk) -> None:
    source = html("<p>Sale!</p><img src='remote:0'>")
    show(qtbot, talk, source, remote_images=1)
    card = talk.pane.view.card(KEY)
    assert card is not None
    qtbot.waitUntil(lambda: card.rich is not None)
    assert [notice.name for notice in card._notices] == ["images"]
    before = card.height
    assert not talk.sent(LoadRemoteImages)
    talk.pane.deeds.do("load_images", KEY)
    assert [c.message_id for c in talk.sent(LoadRemoteImages)] == [KEY]
    sha = talk.desk.blobs.put(png(high=90))
    talk.desk.html[KEY] = replace(source, images={"remote:0": sha}, remote_loaded=True)
    talk.desk.touch(talk.desk.rows[1].id, KEY)
    qtbot.waitUntil(lambda: card.rich is not None and card.rich.remote_shown)
    assert card.height > before + 40
    assert not card._notices


def test_a_link_that_pretends_is_opened_only_after_a_second_look(
    qtbot: QtBot, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "deskapp.ui.conversation.takeaway.QDesktopServices.openUrl",
        lambda url: opened.append(url.toString()),
    )
    show(qtbot, talk, html("x"))
    talk.pane.deeds.open_link(Link(0, 4, "https://shop.example/a", "shop.example"))
    assert opened == ["https://shop.example/a"]
    talk.pane.deeds.open_link(Link(0, 4, "https://evil.example/a", "www.bank.example"))
    assert len(opened) == 1
    assert "evil.example" in talk.pane.banners.texts()[0]
    for href in ("javascript:alert(1)", "file:///etc/passwd", "smb://x/y"):
        talk.pane.deeds.takeaway.open_url(href)
    assert len(opened) == 1
