"""Files and pictures, both ways, with all that can go wrong."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from deskapp.core.commands.messages import AttachmentRef, SendReply
from deskapp.core.queries.tickets import GetConversation
from deskapp.models.enums import AgentState
from tests.support.browser import Browser
from tests.support.shop_site import WIDGET, Shop, Visitor, complaints, open_shop, visit
from tests.support.waiting import free_port, wait_for
from tests.support.webchat_desk import ChatDesk, open_chat_desk

pytestmark = pytest.mark.real

INPUT = WIDGET + "input[type=file]"
UPLOADED = (
    "root.querySelector('.upload') && !root.querySelector('progress:not([hidden]), .upload .bad')"
)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A red picture of 800 × 400."""
    image = QImage(800, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("#c02020"))
    path = tmp_path / "taza rota.png"
    assert image.save(str(path))
    return path


@pytest.fixture
def visitor(shop: Shop, browser: Browser, tmp_path: Path) -> Iterator[Visitor]:
    visitor = visit(browser, shop, language="es-ES")
    visitor.page.call(
        "Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path / "downloads")
    )
    visitor.open()
    yield visitor
    assert complaints(visitor, {"Failed to load resource": 1, "net::ERR_": 1}) == []


def files_of(desk: ChatDesk) -> list[tuple[str, bytes]]:
    (row,) = desk.rows()
    return [
        (file.filename, desk.desk.workspace.blobs.get(file.sha256))
        for message in desk.messages(row.id)
        for file in message.attachments
    ]


def test_a_picture_is_chosen_sent_seen_and_downloaded(
    desk: ChatDesk, visitor: Visitor, picture: Path, tmp_path: Path
) -> None:
    visitor.page.upload(INPUT, [picture])
    visitor.wait(UPLOADED)
    assert visitor.js("root.querySelector('.upload b').textContent") == "taza rota.png"
    visitor.write("Mirad")
    visitor.page.press("Enter")
    wait_for(desk.rows, "the message")
    assert files_of(desk) == [("taza rota.png", picture.read_bytes())]

    visitor.page.reload()
    visitor.wait("!!root.querySelector('.bubble canvas')")
    red = visitor.js(
        "[...root.querySelector('canvas').getContext('2d').getImageData(9, 9, 1, 1).data]"
    )
    assert red == [192, 32, 32, 255]
    assert visitor.js("root.querySelector('.bubble canvas').getClientRects()[0].width") <= 270
    visitor.click(".bubble button.file")
    saved = tmp_path / "downloads" / "taza rota.png"
    wait_for(lambda: saved.exists() and saved.stat().st_size, "the download")
    assert saved.read_bytes() == picture.read_bytes()


def test_the_agents_file_comes_with_the_visitors_own_authorisation(
    desk: ChatDesk, visitor: Visitor, tmp_path: Path
) -> None:
    visitor.say("¿La factura?")
    ticket = desk.rows()[0].id
    data = b"%PDF-1.4 factura"
    file = AttachmentRef(
        id=desk.new(),
        filename="factura.pdf",
        mime="application/pdf",
        size=len(data),
        sha256=desk.desk.workspace.blobs.put(data),
    )
    desk.do(
        SendReply(
            ticket_id=ticket,
            message_id=desk.new(),
            body="Aquí",
            seen_order=desk.ask(GetConversation(ticket)).last_order,
            attachments=(file,),
            hold_ms=0,
        )
    )
    visitor.wait("root.querySelector('.bubble button.file')?.textContent.includes('factura.pdf')")
    visitor.click(".bubble button.file")
    saved = tmp_path / "downloads" / "factura.pdf"
    wait_for(lambda: saved.exists() and saved.stat().st_size, "the download")
    assert saved.read_bytes() == data
    assert not [url for url in visitor.page.seen.requests if "Chat" in url or "token" in url]


def _hand_over(visitor: Visitor, event: str, selector: str, name: str, data: bytes) -> None:
    """What a paste or a drop of a file does; DevTools has no hands for either."""
    made = {"paste": "ClipboardEvent", "drop": "DragEvent", "dragover": "DragEvent"}[event]
    carried = "clipboardData" if event == "paste" else "dataTransfer"
    encoded = base64.b64encode(data).decode()
    visitor.js(
        "(files => (files.items.add(new File([Uint8Array.from(atob("
        f"{json.dumps(encoded)}), c => c.charCodeAt(0))], {json.dumps(name)}, {{type: 'image/png'}})),"
        f"root.querySelector({json.dumps(selector)}).dispatchEvent(new {made}({json.dumps(event)}, "
        f"{{{carried}: files, bubbles: true, cancelable: true}}))))(new DataTransfer())"
    )


def test_files_are_pasted_and_dropped(desk: ChatDesk, visitor: Visitor, picture: Path) -> None:
    data = picture.read_bytes()
    _hand_over(visitor, "paste", ".bar textarea", "pegada.png", data)
    _hand_over(visitor, "dragover", ".log", "soltada.png", data)
    assert visitor.js("root.querySelector('.drop').hidden") is False
    _hand_over(visitor, "drop", ".log", "soltada.png", data)
    assert visitor.js("root.querySelector('.drop').hidden") is True
    visitor.wait("root.querySelectorAll('.upload').length === 2")
    visitor.wait(UPLOADED)
    visitor.click(".go")
    wait_for(desk.rows, "the message")
    assert files_of(desk) == [("pegada.png", data), ("soltada.png", data)]


def test_an_upload_that_fails_is_tried_again_and_another_is_given_up(
    desk: ChatDesk, visitor: Visitor, picture: Path, tmp_path: Path
) -> None:
    visitor.page.set_online(False)
    visitor.page.upload(INPUT, [picture])
    visitor.wait("!!root.querySelector('.upload .bad')")
    assert visitor.js("root.querySelector('.go').disabled")
    visitor.write("Con foto")
    visitor.page.press("Enter")
    visitor.page.set_online(True)  # tries again by itself
    visitor.wait(UPLOADED)
    (tmp_path / "otra.txt").write_text("otra")
    visitor.page.upload(INPUT, [tmp_path / "otra.txt"])
    visitor.wait("root.querySelectorAll('.upload').length === 2")
    visitor.click(".upload:nth-child(2) .icon:last-child")
    visitor.wait("root.querySelectorAll('.upload').length === 1")
    visitor.wait(UPLOADED)
    visitor.click(".bar textarea")
    visitor.page.press("Enter")
    wait_for(desk.rows, "the message")
    assert files_of(desk) == [("taza rota.png", picture.read_bytes())]


def test_an_upload_is_stopped_and_a_message_waits_for_one(
    desk: ChatDesk, visitor: Visitor, tmp_path: Path
) -> None:
    big = tmp_path / "grande.bin"
    big.write_bytes(bytes(4_000_000))
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000}
    visitor.page.call("Network.emulateNetworkConditions", **slow)
    visitor.page.upload(INPUT, [big])
    visitor.wait("root.querySelector('progress')?.value > 0")
    visitor.click(".upload .icon:last-child")
    visitor.wait("!root.querySelector('.upload')")

    visitor.page.upload(INPUT, [big])
    visitor.wait("root.querySelector('progress')?.value > 0")
    visitor.write("Va el grande")
    visitor.page.press("Enter")
    assert desk.rows() == []
    visitor.page.set_online(True)
    visitor.wait_text("Va el grandegrande.bin4 MB")
    wait_for(desk.rows, "the message")
    assert [name for name, _ in files_of(desk)] == ["grande.bin"]


def test_a_file_that_is_too_large_is_refused_at_once(
    desk: ChatDesk, visitor: Visitor, tmp_path: Path
) -> None:
    big = tmp_path / "enorme.bin"
    with big.open("wb") as file:
        file.truncate(11_000_000)
    visitor.page.upload(INPUT, [big])
    visitor.wait("root.querySelector('.upload .bad')?.textContent === 'Pesa más de 10 MB'")
    assert not [url for url in visitor.page.seen.requests if url.endswith("/files")]


def test_a_box_without_files_takes_none(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    desk.box(uid=shop.box, origins=(shop.url,), ask_name="no", ask_email="no", files=False)
    visitor = visit(browser, shop)
    visitor.open()
    assert visitor.js("root.querySelector('.bar .icon').hidden") is True
    _hand_over(visitor, "drop", ".log", "x.png", b"x")
    _hand_over(visitor, "paste", ".bar textarea", "x.png", b"x")
    assert visitor.page.count(WIDGET + ".upload") == 0


def test_a_file_that_the_desk_has_forgotten_is_said(
    picture: Path, tmp_path: Path, browser: Browser
) -> None:
    port = free_port()
    with open_shop() as shop:
        with open_chat_desk(tmp_path / "short", port) as desk:
            desk.be(AgentState.ONLINE)
            shop.desk = desk.url
            shop.box = desk.box(origins=(shop.url,), ask_name="no", ask_email="no")
            visitor = visit(browser, shop, language="es")
            visitor.open()
            visitor.page.upload(INPUT, [picture])
            visitor.wait(UPLOADED)
        visitor.wait_line("No podemos conectar")
        visitor.write("Con foto")
        visitor.page.press("Enter")
        with open_chat_desk(tmp_path / "short", port) as desk:
            visitor.wait("!!root.querySelector('.line.bad')")
            said = visitor.js("root.querySelector('.line.bad').textContent")
            assert said.startswith("No se ha aceptado un archivo.")
            visitor.click(".line.bad button:last-child")
            visitor.wait("!root.querySelector('.line.bad, .bubble.me')")
            assert desk.rows() == []
