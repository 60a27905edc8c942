"""The browser that other tests rely on sees what a page does, and its hands work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.support.browser import Browser, ScriptError, Seen, open_browser
from tests.support.local_server import Answers, web_server

pytestmark = pytest.mark.real

OUTER = """<!doctype html><meta name=viewport content="width=device-width"><link rel=icon href=data:,>
<div id=host></div><input id=field><textarea id=area></textarea><input type=file id=file>
<button id=go onclick="document.title = field.value">go</button>
<iframe name=inside src=/inner></iframe>
<script>
host.attachShadow({mode: 'open'}).innerHTML = '<button>deep</button>'
host.shadowRoot.querySelector('button').onclick = () => host.title = 'pressed'
for (const what of ['online', 'offline', 'touchstart']) addEventListener(what, () => host.className = what)
</script>"""
BUSY = """<link rel=icon href=data:,><script>
console.warn('one', 2); alert('three'); setTimeout(() => { throw new Error('four') })
fetch('http://elsewhere.test/five').catch(() => 0); window.open('about:blank#six')
</script>"""
INNER = "<button onclick=\"this.textContent = 'done'\">inner</button>"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    class Handler(Answers):
        def do_GET(self) -> None:
            page = {"/": OUTER, "/busy": BUSY, "/inner": INNER}[self.path]
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

    with web_server(Handler) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with open_browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


def test_it_sees_all_that_a_page_does(browser: Browser, site: str) -> None:
    page = browser.page(site + "busy")
    page.devtools.wait(lambda: page.seen.exceptions and len(page.seen.console) > 1, "its words")
    assert page.seen.console[0] == "warning: one 2"
    assert page.seen.dialogs == ["alert: three"]
    assert "four" in page.seen.exceptions[0]
    assert page.seen.requests == [site + "busy", "http://elsewhere.test/five"]
    assert page.seen.popups == ["about:blank#six"]
    page.forget()
    assert page.settle() == Seen()


def test_mouse_and_keys(browser: Browser, site: str, tmp_path: Path) -> None:
    page = browser.page(site)
    page.fill("#field", "hola ñ🙌")
    page.click("#go")
    assert page.wait_for("document.title") == "hola ñ🙌"
    page.fill("#field", "otra")
    page.press("Tab")
    page.type("a\nb")
    assert page.evaluate("[field.value, area.value]") == ["otra", "a\nb"]
    page.click("#host >>> button")
    assert page.evaluate("host.title") == "pressed"
    frame = page.frame("inside")
    frame.click("button")
    assert frame.text("button") == "done"
    (tmp_path / "one.txt").write_text("1", encoding="utf-8")
    page.upload("#file", [tmp_path / "one.txt"])
    assert page.evaluate("document.querySelector('#file').files[0].name") == "one.txt"
    with pytest.raises(ScriptError, match="nonsense"):
        page.evaluate("nonsense")
    with pytest.raises(TimeoutError, match="#absent"):
        page.wait_for("document.querySelector('#absent')", 0.1)


def test_phone_dark_language_and_no_line(browser: Browser, site: str, tmp_path: Path) -> None:
    page = browser.page(site, phone=True, dark=True, language="es-ES")
    assert page.evaluate(
        "[innerWidth, navigator.language, matchMedia('(prefers-color-scheme: dark)').matches]"
    ) == [390, "es-ES", True]
    page.tap("#go")
    assert page.evaluate("host.className") == "touchstart"
    page.set_online(False)
    page.wait_for("host.className === 'offline'")
    assert not page.evaluate("fetch('/inner').then(() => true, () => false)")
    page.set_online(True)
    page.wait_for("host.className === 'online'")
    page.screenshot(tmp_path / "page.png")
    assert QImage(str(tmp_path / "page.png")).width() == 2 * 390


def test_pages_share_a_profile_only_when_told(browser: Browser, site: str) -> None:
    page = browser.page(site)
    page.evaluate("localStorage.setItem('who', 'Ana')")
    assert browser.page(site, beside=page).evaluate("localStorage.getItem('who')") == "Ana"
    assert browser.page(site).evaluate("localStorage.getItem('who')") is None
    page.reload()
    assert page.evaluate("localStorage.getItem('who')") == "Ana"
