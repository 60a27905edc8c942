"""Pictures of the chat widget in its main states, from the real desk and Chromium.

`python -m tests.support.widget_pictures FOLDER`; `make screenshots` does it.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deskapp.core.commands.desk import SaveAgent
from deskapp.core.commands.webchat import TakeChat
from deskapp.core.queries.desk import GetAgents
from deskapp.models.enums import AgentState
from tests.support.browser import Browser, open_browser
from tests.support.desk import HandClock
from tests.support.shop_site import WIDGET, Shop, Visitor, open_shop, visit
from tests.support.webchat_desk import ChatDesk, open_chat_desk

NOON_MS = 1_795_338_120_000
"""22 November 2026, 10:02 in Madrid."""
SIZE = (520, 660)
"""Less than 480 would be a phone."""
SITE = """body { background: #dfe3ea; margin: 24px; font: 16px Inter, sans-serif; color: #1a1d23 }
@media (prefers-color-scheme: dark) { body { background: #0d0f13; color: #e7e9ed } }"""
STILL = f"""{{
  const Real = Date;
  Date = class extends Real {{
    constructor(...given) {{ given.length ? super(...given) : super({NOON_MS}); }}
    static now() {{ return {NOON_MS}; }}
  }};
}}"""
SAID = {
    "es": (
        "Hola, acabo de recibir mi pedido y falta una de las dos tazas.",
        "¡Hola, Carmen! Lamento mucho eso. Ya estoy revisando tu pedido #48213 con el almacén.",
        "¿Me lo pueden reenviar hoy? Es un regalo para mañana.",
    ),
    "en": (
        "Hello, my order has just come and one of the two mugs is missing.",
        "Hello, Carmen! I am very sorry. I am checking your order #48213 with the warehouse.",
        "Could you send it again today? It is a present for tomorrow.",
    ),
}
QUESTIONS = {
    "es": ("Número de pedido", "¿De qué se trata?", "Envío"),
    "en": ("Order number", "What is it about?", "Delivery"),
}


@dataclass
class Studio:
    """One theme and one language."""

    browser: Browser
    desk: ChatDesk
    shop: Shop
    language: str
    dark: bool

    def box(self, **settings: object) -> None:
        plain: dict[str, object] = {"ask_name": "no", "ask_email": "no"}
        self.desk.be(AgentState.ONLINE)
        self.shop.box = self.desk.box(
            "Casa Talavera", origins=(self.shop.url,), **(plain | settings)
        )

    def visitor(self, phone: bool = False) -> Visitor:
        return visit(
            self.browser,
            self.shop,
            size=None if phone else SIZE,
            phone=phone,
            dark=self.dark,
            still=True,
            language=self.language,
        )


def talk(studio: Studio, phone: bool = False) -> Visitor:
    """Half a conversation; the agent is typing."""
    studio.box()
    visitor = studio.visitor(phone)
    first, answer, more = SAID[studio.language]
    visitor.open()
    visitor.say(first)
    ticket = studio.desk.rows()[0].id
    studio.desk.do(TakeChat(ticket_id=ticket))
    studio.desk.reply(ticket, answer)
    visitor.wait_text(answer)
    visitor.say(more)
    studio.desk.channel.agent_typing(ticket, True)
    visitor.wait("!root.querySelector('.typing').hidden")
    return visitor


def phone(studio: Studio) -> Visitor:
    return talk(studio, phone=True)


def questions(studio: Studio) -> Visitor:
    number, about, first = QUESTIONS[studio.language]
    studio.box(
        ask_name="required",
        ask_email="optional",
        questions=(
            {"label": number, "kind": "text", "options": [], "required": False},
            {"label": about, "kind": "choice", "options": [first], "required": True},
        ),
    )
    visitor = studio.visitor()
    visitor.open()
    visitor.fill("#name", "Carmen Villalobos")
    return visitor


def leave(studio: Studio) -> Visitor:
    studio.box(ask_name="optional")
    studio.desk.be(AgentState.AWAY)
    visitor = studio.visitor()
    visitor.open()
    return visitor


def files(studio: Studio) -> Visitor:
    studio.box()
    visitor = studio.visitor()
    visitor.open()
    visitor.say(SAID[studio.language][0])
    with tempfile.TemporaryDirectory() as folder:
        for name, size in (("taza.pdf", 48_000), ("caja.zip", 1_250_000)):
            (Path(folder) / name).write_bytes(bytes(size))
        visitor.page.upload(
            WIDGET + "input[type=file]", [Path(folder) / "taza.pdf", Path(folder) / "caja.zip"]
        )
        visitor.wait("root.querySelectorAll('.upload').length === 2")
        visitor.wait("!root.querySelector('progress:not([hidden])')")
    visitor.click(".bar .icon:nth-of-type(2)")
    return visitor


def lost(studio: Studio) -> Visitor:
    studio.box()
    visitor = studio.visitor()
    visitor.open()
    visitor.say(SAID[studio.language][0])
    visitor.page.set_online(False)
    visitor.write(SAID[studio.language][2])
    visitor.page.press("Enter")
    visitor.wait("!root.querySelector('.banner').hidden")
    return visitor


STATES: tuple[Callable[[Studio], Visitor], ...] = (talk, phone, questions, leave, files, lost)


@contextmanager
def studio(browser: Browser, folder: Path, language: str, dark: bool) -> Iterator[Studio]:
    with open_chat_desk(folder, clock=HandClock(NOON_MS)) as desk, open_shop() as shop:
        (me,) = desk.ask(GetAgents())
        desk.do(SaveAgent(agent_id=me.id, name="Lucía Marín"))
        shop.desk, shop.css, shop.strict = desk.url, SITE, False
        shop.head = f"<script>{STILL}</script>"
        yield Studio(browser, desk, shop, language, dark)


def main(target: Path) -> None:
    """Take all of them into `target`."""
    with tempfile.TemporaryDirectory() as folder, open_browser(Path(folder)) as browser:
        for language in SAID:
            for theme in ("light", "dark"):
                place = Path(folder) / f"{theme}-{language}"
                with studio(browser, place, language, theme == "dark") as room:
                    for state in STATES:
                        visitor = state(room)
                        visitor.page.settle()
                        name = f"widget-{state.__name__}-{theme}-{language}.png"
                        visitor.page.screenshot(target / name)
                        visitor.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
