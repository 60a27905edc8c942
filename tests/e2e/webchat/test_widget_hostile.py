"""What others wrote never becomes more than text in the visitor's page.

The vectors come from brs-kb, the Big List of Naughty Strings, and our own list; each goes through the real desk.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.sync.server import ServerConnection

from deskapp.core.commands.messages import AttachmentRef, SendReply
from deskapp.core.queries.tickets import GetConversation
from tests.support.browser import Browser
from tests.support.local_server import websocket_server
from tests.support.mail_corpora import naughty_strings, xss_vectors
from tests.support.shop_site import WIDGET, Shop, Visitor, complaints, visit
from tests.support.waiting import wait_for
from tests.support.webchat_desk import ChatDesk

pytestmark = pytest.mark.real

OWN = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(document.domain)</script>",
    "</textarea><svg/onload=alert(1)>",
    "javascript:alert(1)",
    'https://a.example/" onmouseover="alert(1)',
    "https://a.example/<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1)) <a href='javascript:alert(1)'>a</a>",
    "data:text/html,<script>alert(1)</script>",
    "mailto:a@b.example?body=%3Cscript%3E",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)}",
    "vbscript:msgbox(1) file:///etc/passwd",
    "\u202egnp.exe \u2066abc\u2069 \u200b\ufeff",
    "https://\u202emoc.live",
    "%00 \x7f {} {0} $& $1 \\u003cscript\\u003e",
    "</dialog><style>*{display:none}</style>",
    "__proto__ constructor toString",
]
LINKS = (
    "[...root.querySelectorAll('a')].filter(a => !/^(https?|mailto):/.test(a.href))"
    ".map(a => a.href)"
)
PARTS = "[...new Set([...root.querySelectorAll('.log *')].map(e => e.tagName))].sort()"
HARMLESS = {"A", "B", "BUTTON", "DIV", "SMALL", "SPAN", "PATH", "SVG"}


def check(visitor: Visitor) -> None:
    """Only what the widget makes itself is in it, and nothing has happened."""
    assert {tag.upper() for tag in visitor.js(PARTS)} <= HARMLESS
    assert visitor.js(LINKS) == []
    assert complaints(visitor) == []


def test_an_agents_words(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    visitor = visit(browser, shop, language="es")
    visitor.open()
    visitor.say("Hola")
    ticket = desk.rows()[0].id
    vectors = [v for v in (*OWN, *naughty_strings(), *xss_vectors()) if v.strip()]
    assert len(vectors) > 1000
    size = 3500
    joined: list[str] = [""]
    for vector in vectors:
        if len(joined[-1]) + len(vector) > size:
            joined.append("")
        joined[-1] += f"{vector[:size]}\n\n"
    for text in joined:
        desk.reply(ticket, text.strip())
    stored = [message.text for message in desk.messages(ticket)]
    visitor.wait_text(stored[-1])
    assert visitor.texts() == stored
    check(visitor)
    visitor.page.reload()
    visitor.wait_text(stored[-1])
    assert visitor.texts() == stored
    check(visitor)


def test_the_visitors_own_words_come_back_as_text(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    visitor = visit(browser, shop, language="es")
    visitor.open()
    for text in OWN[:6]:
        visitor.write(text)
        visitor.page.press("Enter")
    visitor.wait("/^Entregado/.test(root.querySelector('.line.end')?.textContent)")
    assert visitor.texts() == OWN[:6]
    visitor.page.reload()
    visitor.wait_text(OWN[5])
    assert visitor.texts() == OWN[:6]
    check(visitor)


@pytest.mark.parametrize("text", OWN)
def test_names_greeting_questions_and_files(
    text: str, desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    line = text.replace("\x7f", "")[:60]
    shop.title = text
    desk.box(
        line,
        uid=shop.box,
        origins=(shop.url,),
        ask_name="required",
        greeting=text,
        questions=(
            {"label": line, "kind": "choice", "options": [line], "required": False},
            {"label": f"{line} 2", "kind": "text", "options": [], "required": False},
        ),
    )
    visitor = visit(browser, shop, language="es")
    visitor.open()
    visitor.fill("#name", line)
    visitor.fill("#message", text)
    visitor.click("form .primary")
    wait_for(desk.rows, "the chat")
    ticket = desk.rows()[0].id
    data = b"x"
    file = AttachmentRef(
        id=desk.new(),
        filename=f"{text}.txt",
        mime="text/plain",
        size=1,
        sha256=desk.desk.workspace.blobs.put(data),
    )
    desk.do(
        SendReply(
            ticket_id=ticket,
            message_id=desk.new(),
            body=text,
            seen_order=desk.ask(GetConversation(ticket)).last_order,
            attachments=(file,),
            hold_ms=0,
        )
    )
    visitor.wait("!!root.querySelector('.bubble button.file')")
    assert visitor.js("root.querySelector('.bubble button.file b').textContent").endswith(".txt")
    check(visitor)


# A desk that is an enemy --------------------------------------------------------------------------


@contextmanager
def hostile_desk(frames: list[object]) -> Iterator[str]:
    """Answers every hello with `frames`, whatever they are; its address."""

    def talk(connection: ServerConnection) -> None:
        connection.recv()
        for frame in frames:
            connection.send(frame if isinstance(frame, str) else json.dumps(frame))
        for _ in connection:
            pass

    with websocket_server(talk) as port:
        yield f"http://127.0.0.1:{port}"


X = "<img src=x onerror=alert(1)>"
MESSAGE = {
    "id": X,
    "client": "__proto__",
    "kind": X,
    "author": X,
    "text": X,
    "at": 1e300,
    "order": 9,
    "files": [
        {"id": "../../x?y#z", "name": "\u202e" + X, "mime": "image/png", "size": -1},
        7,
        None,
    ],
}
WELCOME = {
    "t": "welcome",
    "box": {
        "name": X,
        "language": X,
        "colour": "#fff;background:url(//evil.example)",
        "greeting": X,
        "ask_name": X,
        "questions": [{"label": X, "options": [X]}, "x", {"label": {}}],
        "position": X,
        "theme": X,
        "files": "yes",
    },
    "online": 1,
    "agents": [X, {}, 5],
    "messages": [MESSAGE, "x", {}, None],
    "status": {"state": X, "agent": X, "place": "1", "seen": None, "rated": 99},
    "known": {"name": X, "email": X},
}


def test_a_desk_that_lies(shop: Shop, desk: ChatDesk, browser: Browser) -> None:
    frames: list[object] = [
        "no JSON",
        "[]",
        "null",
        {"t": "message", "message": MESSAGE},  # before the welcome
        WELCOME,
        {"t": "__proto__"},
        {"t": "status", "state": ["x"], "agent": {"x": 1}},
        {"t": "typing", "agent": X, "on": True},
        {"t": "message", "message": {**MESSAGE, "id": "b", "client": "", "order": 10}},
        {"t": "message"},
        {"t": "said", "id": "constructor", "order": -5},
        {"t": "box", "box": {**WELCOME["box"], "name": X * 999}},  # type: ignore[dict-item]
    ]
    real, shop.strict = shop.desk, False
    with hostile_desk(frames) as enemy:
        visitor = visit(browser, shop, shut=True)
        visitor.page.go("about:blank")
        page = visitor.page
        shop.desk = enemy
        script = f"{real}/widget.js"
        original = Shop.page
        try:
            Shop.page = lambda self: original(self).replace(f"{enemy}/widget.js", script)  # type: ignore[method-assign]
            visitor = visit(browser, shop, language="es")
            visitor.open()
            visitor.wait("root.querySelector('h2').textContent.length > 999")
        finally:
            Shop.page = original  # type: ignore[method-assign]
        page.close()
        allowed = {"Failed to load resource": 1, "CORS policy": 1, "net::ERR": 1, "blocked": 1}
        assert [c for c in complaints(visitor, allowed) if real not in c] == []
        assert {tag.upper() for tag in visitor.js(PARTS)} <= HARMLESS
        assert visitor.page.count(WIDGET + "img") == 0
        assert "evil" not in visitor.js("root.querySelector('.root').getAttribute('style')")
