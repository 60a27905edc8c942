"""HTML mail in the window: nothing is loaded, nothing hangs, links lead where they say."""

from __future__ import annotations

import os
import random
import threading
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
from deskapp.ui.conversation.rich import RichBox, VettedDocument, decode, rehearse
from deskapp.ui.conversation.text import Link
from deskapp.ui.theme import LIGHT, base_font
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
    trial = rehearse(
        html(text, {name: name for name in kept}), 400, base_font(), LIGHT, kept.__getitem__
    )
    made = RichBox(trial, quoted, base_font(), LIGHT)
    made.lay_out(400)
    canvas = QImage(420, 600, QImage.Format.Format_RGB32)
    painter = QPainter(canvas)
    made.draw(painter, QPointF(0, 0))
    painter.end()
    return made


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Path]:
    """A pipe nobody writes to: whoever opens it for reading hangs."""
    path = tmp_path / "trap.png"
    os.mkfifo(path)
    yield path
    # Let go of a reader that did get caught, so that the run ends with a failure, not a hang.
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return


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
def test_no_file_is_read(qapp: QApplication, trap: Path, lure: str) -> None:
    done = threading.Event()

    def work() -> None:
        rehearse(html(lure.format(trap)), 400, base_font(), LIGHT, dict[str, bytes]().__getitem__)
        done.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(10)
    assert done.is_set(), "the worker hangs on the pipe"
    box(lure.format(trap))


def test_the_rig_notices_a_document_that_does_read(qapp: QApplication, tmp_path: Path) -> None:
    """The same lure in an unguarded document loads the file: the test above can fail."""
    path = tmp_path / "x.png"
    path.write_bytes(png())
    unguarded = QTextDocument()
    unguarded.setHtml(f"<img src='{path}'>")
    assert unguarded.size().height() > 30
    assert box(f"<img src='{path}'>").height < 30


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


def nested(depth: int) -> str:
    return "<table><tr><td>" * depth + "x" + "</td></tr></table>" * depth


def test_what_takes_too_long_is_refused_and_never_costs_the_window(qapp: QApplication) -> None:
    """Each level of tables doubles the cost; past the budget the window is not to lay it out."""
    cheap = rehearse(html(nested(3)), 400, base_font(), LIGHT, dict[str, bytes]().__getitem__)
    assert cheap.cheap
    dear = rehearse(html(nested(17)), 400, base_font(), LIGHT, dict[str, bytes]().__getitem__)
    assert not dear.bearable
    long = rehearse(html("x" * 200_001), 400, base_font(), LIGHT, dict[str, bytes]().__getitem__)
    assert not long.bearable
    assert not long.cheap


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


def test_random_html_never_breaks_it(qapp: QApplication) -> None:
    """200 seeded heaps of tags; every one is laid out, painted and read."""
    chance = random.Random(7)
    pieces = (
        "<p>", "</p>", "<b>", "<table>", "<tr>", "<td>", "</table>", "<ul><li>", "<img src=cid:x>",
        "<a href='http://a.example'>", "</a>", "<div style='color:red'>", "<h1>", "&#x202e;", "&nbsp;",
        "text ", "ñandú 🙌 ", "<pre>", "<hr>", "<br>", "<font size=7>", "\x00", "<blockquote>", "a" * 300,
        "<span style='font-size:900px'>", "<td colspan=9999 rowspan=9999>", "<ol start=-9>",
    )  # fmt: skip
    for _ in range(200):
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


def test_text_comes_first_and_the_formatting_follows(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk, html("<h1>Hello</h1><p>there</p>"))
    card = talk.pane.view.card(KEY)
    assert card is not None
    assert card.rich is None
    assert card.body.text == "The text version"
    qtbot.waitUntil(lambda: card.rich is not None)
    assert card.body.text == "Hello\nthere"
    talk.pane.deeds.do("toggle_rich", KEY)
    assert card.body.text == "The text version"


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


def test_the_window_goes_on_while_a_worker_chews(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk, html(nested(18)))
    card = talk.pane.view.card(KEY)
    assert card is not None
    longest = 0.0
    started = last = time.perf_counter()
    while not card.too_heavy and last - started < 20:
        QApplication.processEvents()
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    assert card.too_heavy
    assert longest < 0.5


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
