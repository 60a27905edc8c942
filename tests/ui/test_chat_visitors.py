"""The room of the visitors: ten thousand of them, strangers' text, nothing that jumps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.policies.display import has_hidden_characters
from deskapp.core.ports import ChatServer, SiteVisitor
from deskapp.models.dto import AccountInfo
from deskapp.models.enums import Channel
from deskapp.ui.chat.live import Live
from deskapp.ui.chat.pages import is_own, open_page, shown_page, shown_path, shown_url
from deskapp.ui.chat.visitor_list import CHUNK, ROW, Columns
from deskapp.ui.chat.visitors import VisitorsPage
from deskapp.ui.chat.waiting import ChatStrip
from tests.support.fake_desk import account
from tests.support.fake_live_chat import FakeLiveChat, visitor
from tests.support.mail_corpora import naughty_strings, xss_vectors
from tests.support.room import RoomRig, texts

SITE = "https://tienda.test"


@pytest.fixture
def rig(qtbot: QtBot, qapp: QApplication) -> Iterator[RoomRig]:
    made = RoomRig(qtbot, qapp)
    made.desk.accounts = (box(),)
    yield made
    made.close()


@pytest.fixture
def chat() -> Iterator[FakeLiveChat]:
    made = FakeLiveChat()
    yield made
    made.close()


def box() -> AccountInfo:
    return replace(
        account("b1", "tienda.test"),
        channel=Channel.WEBCHAT,
        name="Tienda",
        settings={"origins": (SITE,)},
    )


def people(count: int) -> list[SiteVisitor]:
    now = time.time_ns() // 1_000_000
    return [visitor(n, now, box_id="b1") for n in range(count)]


def show(rig: RoomRig, chat: FakeLiveChat) -> VisitorsPage:
    chat.state = ChatServer(True, "http://127.0.0.1:8790", connected=len(chat.people))
    live = Live(chat)
    strip = ChatStrip(rig.context.clock.now, lambda: 30_000, "")
    page = VisitorsPage(rig.context, rig.shell, live, strip, lambda: None)
    live.setParent(page)
    strip.setParent(page)
    rig.show(page)
    rig.settle()
    return page


def seen(page: VisitorsPage) -> list[str]:
    """Ids of those in the picture now."""
    first = page.list.verticalOffset() // ROW
    last = (page.list.verticalOffset() + page.list.viewport().height()) // ROW
    rows = range(first, min(last + 1, page.model.rowCount()))
    return [found.id for row in rows if (found := page.model.at(row)) is not None]


# -- ten thousand ----------------------------------------------------------------------------------


def test_of_ten_thousand_only_those_in_the_picture_are_read(
    rig: RoomRig, chat: FakeLiveChat
) -> None:
    chat.people = people(10_000)
    page = show(rig, chat)
    page.list.viewport().repaint()
    assert page.model.rowCount() == 10_000
    assert chat.read == [(0, CHUNK)]
    page.list.verticalScrollBar().setValue(5_000 * ROW)
    page.list.viewport().repaint()
    assert len(chat.read) <= 3
    assert all(count == CHUNK for _first, count in chat.read)
    assert seen(page)[0] == "v5000"


def test_a_storm_of_news_is_read_at_most_once_a_second(rig: RoomRig, chat: FakeLiveChat) -> None:
    chat.people = people(10_000)
    page = show(rig, chat)
    before = len(chat.read)
    began = time.monotonic()
    for n in range(80):
        chat.come(visitor(20_000 + n, 0, box_id="b1"))
        QApplication.processEvents()
        page.list.viewport().repaint()
    seconds = time.monotonic() - began
    assert len(chat.read) - before <= 2 * (1 + int(seconds))
    rig.until(lambda: page.model.rowCount() == 10_080)
    assert "10,080 people there now" in page.lead.text()


def test_nothing_moves_under_the_pointer(
    rig: RoomRig, chat: FakeLiveChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.people = people(200)
    page = show(rig, chat)
    over = [True]
    monkeypatch.setattr(type(page.list), "underMouse", lambda _self: over[0])
    before = seen(page)
    page._soon.stop()
    chat.come(visitor(999, 0))
    rig.until(lambda: "201 people" in page.lead.text())
    assert seen(page) == before
    over[0] = False
    page.renew_if_pending()
    assert seen(page)[0] == "v999"


def test_who_is_in_focus_stays_in_its_place(rig: RoomRig, chat: FakeLiveChat) -> None:
    chat.people = people(300)
    page = show(rig, chat)
    page.list.setFocus()
    page.list.setCurrentIndex(page.model.index(40))
    page.list.scrollTo(page.model.index(40))
    place = page.list.visualRect(page.list.currentIndex()).top()
    chat.come(*(visitor(1_000 + n, 0) for n in range(7)))
    rig.until(lambda: page.model.rowCount() == 307)
    assert page.list.currentIndex().data().id == "v40"
    assert page.list.visualRect(page.list.currentIndex()).top() == place


def test_who_is_read_far_down_stays_in_its_place(rig: RoomRig, chat: FakeLiveChat) -> None:
    chat.people = people(3_000)
    page = show(rig, chat)
    page.setFocus()
    page.list.clearFocus()
    page.list.verticalScrollBar().setValue(1_000 * ROW + 17)
    before = seen(page)
    chat.come(*(visitor(9_000 + n, 0) for n in range(100)))
    rig.until(lambda: page.model.rowCount() == 3_100)
    assert seen(page) == before
    assert page.list.verticalOffset() % ROW == 17


def test_those_who_go_leave_no_gap(rig: RoomRig, chat: FakeLiveChat) -> None:
    chat.people = people(100)
    page = show(rig, chat)
    del chat.people[5:100]
    chat.come(visitor(500, 0))
    rig.until(lambda: page.model.rowCount() == 6)
    assert seen(page) == ["v500", "v0", "v1", "v2", "v3", "v4"]


# -- empty -----------------------------------------------------------------------------------------


def test_without_a_box_it_says_how_to_get_one(rig: RoomRig, chat: FakeLiveChat) -> None:
    rig.desk.accounts = ()
    page = show(rig, chat)
    assert "No chat box yet" in texts(page)
    assert page.empty.button.text() == "Add a chat box"
    page.empty.button.click()
    assert rig.state.get("settings.page") == "webchat"


def test_with_a_box_and_nobody_it_says_so(rig: RoomRig, chat: FakeLiveChat) -> None:
    page = show(rig, chat)
    rig.until(lambda: "Nobody is on the site now" in texts(page))
    assert not page.empty.button.isVisible()


# -- strangers' text -------------------------------------------------------------------------------


def hostile() -> list[str]:
    ours = [
        "\u202egpj.exe", "a\u200bb\u2066c", "<img src=x onerror=alert(1)>", "\x00\x1b[31mrot",
        "Z" + "\u0301" * 400, "名前" * 500, "&lt;b&gt;", "%n %1 %2", "\n\n\nlinea", "\ufeff",
    ]  # fmt: skip
    return [*ours, *naughty_strings(), *xss_vectors()[:600]]


def test_no_name_title_or_address_hides_anything(rig: RoomRig, chat: FakeLiveChat) -> None:
    base = people(1)[0]
    nasty = hostile()
    chat.people = [
        replace(base, id=f"h{n}", name=text, page_title=text, page_url=text, referrer=text)
        for n, text in enumerate(nasty)
    ]
    page = show(rig, chat)
    for person in chat.people:
        said = [
            page.sentence(person),
            shown_page(person.page_title, person.page_url),
            shown_url(person.page_url),
            shown_path(person.page_url),
        ]
        for words in said:
            assert not has_hidden_characters(words), ascii(words)
            assert "\n" not in words
            assert len(words) < 1_000
    for start in range(0, len(nasty), 12):
        page.list.verticalScrollBar().setValue(start * ROW)
        assert not page.list.grab().isNull()


def test_a_look_alike_host_is_written_in_punycode() -> None:
    assert shown_url("https://аррӏе.com/pay") == "xn--80ak6aa92e.com/pay"
    assert shown_url("https://peña.es/tazas") == "peña.es/tazas"
    assert shown_path("https://tienda.test/pedidos/48213?x=1") == "/pedidos/48213?x=1"
    assert shown_path("https://tienda.test/") == "tienda.test"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "//x",
        "",
        "http://[",
        "mailto:a@b.c",
    ],
)
def test_what_is_no_web_address_is_neither_shown_nor_opened(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    assert shown_url(url) == ""
    assert not open_page(url)
    assert not is_own(url, [SITE])
    assert not opened


def test_a_page_elsewhere_opens_only_after_a_second_look(
    rig: RoomRig, chat: FakeLiveChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or True
    )
    page = show(rig, chat)
    rig.until(lambda: page.box_name("b1") == "Tienda")
    page.open_page(f"{SITE}/tazas")
    assert opened == [f"{SITE}/tazas"]
    page.open_page("https://tienda.test.evil.example/tazas")
    assert len(opened) == 1
    (words,) = page.banners.texts()
    assert "tienda.test.evil.example" in words
    page.open_page("https://tienda.test@evil.example/")
    assert len(opened) == 1


def test_each_entry_of_the_menu_does_what_it_says(
    rig: RoomRig, chat: FakeLiveChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or True
    )
    page = show(rig, chat)
    rig.until(lambda: page.box_name("b1") == "Tienda")
    person = replace(people(1)[0], ticket_id="t1", page_url=f"{SITE}/tazas")
    menu = page.menu(person)
    entries = {entry.text(): entry for entry in menu.actions()}
    assert set(entries) == {"Open the conversation", "Open the page", "Copy the page's address"}
    for entry in entries.values():
        entry.trigger()
    assert ("ticket", "t1") in rig.shell.asked
    assert opened == [f"{SITE}/tazas"]
    assert QGuiApplication.clipboard().text() == "tienda.test/tazas"
    menu.deleteLater()


def test_a_look_alike_address_is_copied_as_it_is_shown(rig: RoomRig, chat: FakeLiveChat) -> None:
    page = show(rig, chat)
    menu = page.menu(replace(people(1)[0], page_url="https://аррӏе.com/a"))
    copy = next(entry for entry in menu.actions() if entry.text().startswith("Copy"))
    copy.trigger()
    assert QGuiApplication.clipboard().text() == "xn--80ak6aa92e.com/a"
    menu.deleteLater()


def test_enter_offers_what_can_be_done(rig: RoomRig, chat: FakeLiveChat) -> None:
    chat.people = people(3)
    page = show(rig, chat)
    page.list.setFocus()
    page.list.setCurrentIndex(page.model.index(1))
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    rig.until(lambda: QApplication.activePopupWidget() is not None)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()


def test_columns_fit_wide_and_narrow() -> None:
    for width in (420, 700, 900, 1_400):
        cells = Columns(width).rects(QRect(QPoint(0, 0), QPoint(width - 1, ROW - 1)))
        assert all(cell.width() >= 0 for cell in cells.values())
        assert cells["now"].right() <= width
        assert cells["page"].width() > 100
