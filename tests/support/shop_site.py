"""A shop's site with the chat widget on it, and a visitor in a real Chromium who uses it.

    with open_chat_desk(folder) as desk, open_shop() as shop:
        shop.box = desk.box("Casa Talavera", origins=(shop.url,))
        shop.desk = desk.url
        visitor = visit(browser, shop)
        visitor.open()
        visitor.say("Hola")

The widget's shadow root is closed; the pages of these tests open it, for the tests alone.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any

from tests.support.browser import Browser, Page, Seen
from tests.support.local_server import Answers, web_server

WIDGET = "deskapp-chat >>> "
ROOT = "document.querySelector('deskapp-chat').shadowRoot"

OPEN_SHADOW = """
{
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    return attach.call(this, {...options, mode: "open"});
  };
}
"""
_WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@dataclass
class Shop:
    """The site. What is set here shows on the next load of a page."""

    url: str
    box: str = ""
    desk: str = ""
    mail: str = "hola@tienda.example"
    language: str = ""
    identity: str = ""
    css: str = ""
    body: str = "<h1>Casa Talavera</h1><p>Tazas, platos y jarras.</p>"
    title: str = "Casa Talavera"
    strict: bool = True
    head: str = ""
    requests: list[str] = field(default_factory=list)

    def policy(self) -> str:
        """As strict as a site can be that has the widget."""
        sockets = self.desk.replace("http", "ws", 1)
        return (
            f"default-src 'none'; script-src {self.desk}; connect-src {self.desk} {sockets}; "
            "style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )

    def page(self) -> str:
        wanted = {
            "src": f"{self.desk}/widget.js",
            "data-desk": self.desk,
            "data-box": self.box,
            "data-mail": self.mail,
            "data-language": self.language,
            "data-identity": self.identity,
        }
        attributes = " ".join(
            f'{name}="{escape(value)}"' for name, value in wanted.items() if value
        )
        return (
            '<!doctype html><html lang="es"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(self.title)}</title>{self.head}"
            '<link rel="stylesheet" href="/style.css"></head>'
            f"<body>{self.body}<script {attributes} async></script></body></html>"
        )


@contextmanager
def open_shop() -> Iterator[Shop]:
    """Serve the site on a free port of the loopback until the end of the block."""
    shop = Shop("")

    class Handler(Answers):
        def do_GET(self) -> None:
            shop.requests.append(self.path)
            is_style = self.path == "/style.css"
            data = (shop.css if is_style else shop.page()).encode()
            self.send_response(200)
            kind = "text/css" if is_style else "text/html"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", "no-store")
            if shop.strict and not is_style:
                self.send_header("Content-Security-Policy", shop.policy())
            self.end_headers()
            self.wfile.write(data)

    with web_server(Handler) as port:
        shop.url = f"http://127.0.0.1:{port}"
        yield shop


class Visitor:
    """Somebody on the shop's page, with the widget before them."""

    def __init__(self, page: Page, shop: Shop) -> None:
        self.page, self.shop = page, shop

    def js(self, script: str) -> Any:
        """The value of an expression in which `root` is the widget's shadow root."""
        return self.page.evaluate(_in_root(script))

    def wait(self, script: str) -> Any:
        """Until such an expression is truthy."""
        return self.page.wait_for(_in_root(f"!!({script})"))

    def click(self, selector: str) -> None:
        self.page.click(WIDGET + selector)

    def fill(self, selector: str, text: str) -> None:
        self.page.fill(WIDGET + selector, text)

    def open(self) -> None:
        self.click(".launcher")
        self.wait("root.querySelector('.panel').open")

    def write(self, text: str) -> None:
        """Type without sending."""
        self.click(".bar textarea")
        self.page.type(text)

    def say(self, text: str) -> None:
        """Type, send, and wait until the desk has it."""
        self.write(text)
        self.page.press("Enter")
        self.wait_text(text)
        self.wait("/^(Delivered|Entregado)/.test(root.querySelector('.end')?.textContent ?? '')")

    def menu(self, words: str) -> None:
        """Choose what is called so in the menu of the header."""
        self.click("[aria-haspopup=menu]")
        self.wait("root.querySelector('.menu button')")
        at = self.js(
            f"[...root.querySelectorAll('.menu button')].findIndex(b => b.textContent === {json.dumps(words)})"
        )
        assert at >= 0, f"no {words!r} in the menu"
        self.click(f".menu button:nth-child({at + 1})")

    def texts(self) -> list[str]:
        """What the bubbles say, oldest first, without who says it."""
        return list(
            self.js(
                "[...root.querySelectorAll('.log .bubble')].map(b => "
                "[...b.childNodes].filter(n => n.className !== 'sr').map(n => n.textContent).join(''))"
            )
        )

    def wait_text(self, text: str) -> None:
        self.wait(
            "[...root.querySelectorAll('.log .bubble')].some(b => "
            f"b.textContent.endsWith({json.dumps(text)}))"
        )

    def wait_line(self, text: str) -> None:
        """Until a line between the bubbles, in the header or above says so."""
        self.wait(
            "[...root.querySelectorAll('.line, .who p, .banner span, .sheet h3, .over')].some(e => "
            f"e.textContent.includes({json.dumps(text)}) && e.getClientRects().length)"
        )

    def close(self) -> None:
        self.page.close()


def _in_root(script: str) -> str:
    return f"(root => {script})(document.querySelector('deskapp-chat')?.shadowRoot)"


def visit(
    browser: Browser, shop: Shop, path: str = "/", *, shut: bool = False, **options: Any
) -> Visitor:
    """Come to the shop; `shut` leaves the widget's shadow root closed. Options are `Browser.page`'s."""
    page = browser.page(**options)
    watch = _WATCH if shut else _WATCH + OPEN_SHADOW
    page.call("Page.addScriptToEvaluateOnNewDocument", source=watch)
    page.go(shop.url + path)
    visitor = Visitor(page, shop)
    if not shut:
        page.wait_for("!!document.querySelector('deskapp-chat')")
    return visitor


def complaints(visitor: Visitor, allow: Mapping[str, int] | None = None) -> list[str]:
    """What a page did that it must not: dialogs, errors, pop-ups, requests elsewhere, violations.

    `allow`: parts of console messages that are expected.
    """
    seen: Seen = visitor.page.settle()
    ours = (visitor.shop.url, visitor.shop.desk, visitor.shop.desk.replace("http", "ws", 1))
    strange = [url for url in seen.requests if not url.startswith((*ours, "blob:"))]
    console = [line for line in seen.console if not any(part in line for part in allow or {})]
    violations = list(visitor.page.evaluate("window.violations"))
    return [*seen.dialogs, *seen.exceptions, *seen.popups, *console, *strange, *violations]
