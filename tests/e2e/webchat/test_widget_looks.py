"""It looks the same on any site, can be used by everybody, and leaves the site alone."""

import pytest

from tests.support.browser import Browser
from tests.support.shop_site import WIDGET, Shop, Visitor, complaints, visit
from tests.support.webchat_desk import ChatDesk

pytestmark = pytest.mark.real

HOSTILE = """
* { all: unset !important; display: none !important; visibility: hidden !important;
    position: fixed !important; transition: all 9s !important; font: 2px cursive !important;
    color: red !important; transform: rotate(45deg) !important; pointer-events: none !important;
    direction: rtl !important; z-index: -1 !important; opacity: 0 !important; }
html { display: block !important; visibility: visible !important; opacity: 1 !important;
    transform: none !important; pointer-events: auto !important; font-size: 3px !important; }
deskapp-chat, deskapp-chat * { display: none !important; width: 9px !important; }
deskapp-chat::part(panel) { display: none }
:host { display: none !important }
"""
OVERLAY = """
#over { position: fixed; inset: 0; z-index: 2147483647; background: #fff; }
div { position: fixed; top: 0; left: 0; width: 100%; height: 30px; }
button, textarea, input { border: 9px solid lime !important; background: lime; font-size: 40px; }
"""
MEASURED = ".panel, .top, .who h2, .who p, .bubble, .bar textarea, .go, .thumb"


def measures(visitor: Visitor) -> list[list[str]]:
    """Where everything is and how it looks, once the chat is known to run."""
    visitor.wait("root.querySelector('.thumb').getClientRects().length")
    found: list[list[str]] = visitor.js(
        f"[...root.querySelectorAll({MEASURED!r})].map(e => (s => (r => [e.className, r.x, r.y,"
        "r.width, r.height, s.color, s.backgroundColor, s.fontSize, s.fontFamily, s.border,"
        "s.direction, s.transform].map(String))"
        "(e.getBoundingClientRect()))(getComputedStyle(e)))"
    )
    return found


@pytest.mark.parametrize("css", [HOSTILE, OVERLAY], ids=["everything", "overlay"])
def test_no_style_of_the_page_reaches_it(
    css: str, desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    plain = visit(browser, shop, language="es", still=True)
    plain.open()
    plain.say("Hola")
    wanted = measures(plain)

    shop.css = css
    shop.body += "<div id=over>Todo lo tapa</div>"
    visitor = visit(browser, shop, language="es", still=True)
    visitor.open()
    visitor.say("Hola")
    assert len(wanted) >= 9
    assert measures(visitor) == wanted
    visitor.click(".thumb")
    visitor.wait("!root.querySelector('.sheet').hidden")
    assert complaints(visitor) == []


def test_the_page_cannot_look_into_it(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    visitor = visit(browser, shop, shut=True)
    visitor.page.wait_for("!!document.querySelector('deskapp-chat')")
    assert visitor.page.evaluate("document.querySelector('deskapp-chat').shadowRoot") is None
    assert visitor.page.evaluate("Object.keys(deskapp).sort()") == ["close", "identify", "open"]
    fresh = browser.page(shop.desk + "/nothing")
    ours = set(visitor.page.evaluate("Object.getOwnPropertyNames(window)"))
    theirs = set(fresh.evaluate("Object.getOwnPropertyNames(window)"))
    assert {name for name in ours - theirs if not name.isdecimal()} == {"deskapp", "violations"}
    assert visitor.page.evaluate("document.cookie") == ""
    assert complaints(visitor) == []


def test_only_the_desk_is_spoken_to_and_no_token_is_in_an_address(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    visitor = visit(browser, shop)
    visitor.open()
    visitor.say("Hola")
    token = visitor.page.evaluate(f"JSON.parse(localStorage['deskapp:{shop.box}:token'])")
    assert len(token) == 64
    assert not [url for url in visitor.page.settle().requests if token in url]
    assert complaints(visitor) == []


def test_a_phone_has_it_full_screen(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    visitor = visit(browser, shop, phone=True, still=True, language="es")
    visitor.page.tap(WIDGET + ".launcher")
    visitor.wait("root.querySelector('.panel').open")
    place = (
        "(r => [r.x, r.y, r.width, r.height])(root.querySelector('.panel').getBoundingClientRect())"
    )
    assert visitor.js(place) == [0, 0, 390, 844]
    assert visitor.js("parseFloat(getComputedStyle(root.querySelector('textarea')).fontSize)") >= 16
    small = visitor.js(
        "[...root.querySelectorAll('button')].filter(b => b.getClientRects().length)"
        ".filter(b => b.getBoundingClientRect().height < 24 || b.getBoundingClientRect().width < 24)"
        ".map(b => b.className)"
    )
    assert small == []
    visitor.page.resize((390, 480), phone=True)  # the keyboard comes up
    visitor.wait("root.querySelector('.bar').getBoundingClientRect().bottom <= 480")
    visitor.say("Desde el móvil")
    # Tab stays within it
    for _ in range(12):
        visitor.page.press("Tab")
        assert visitor.page.evaluate("document.activeElement.tagName") in ("DESKAPP-CHAT", "BODY")
    visitor.page.press("Escape")
    visitor.wait("!root.querySelector('.panel').open")


def test_without_a_mouse(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    shop.body = "<h1>Casa</h1>"
    visitor = visit(browser, shop, language="es")
    visitor.page.evaluate(
        "window.keys = [], document.addEventListener('keydown', e => keys.push(e.key)), true"
    )
    visitor.page.press("Tab")
    assert visitor.js("root.activeElement.className") == "launcher"
    assert visitor.js("getComputedStyle(root.activeElement).outlineStyle") == "solid"
    visitor.page.evaluate("keys.length = 0, true")
    visitor.page.press("Enter")
    visitor.wait("root.activeElement?.tagName === 'TEXTAREA'")
    visitor.page.type("/hola", enter=True)
    visitor.wait("root.querySelector('.line.end')?.textContent === 'Entregado'")
    assert visitor.page.evaluate("keys") == []  # the page's shortcuts stay quiet

    walked = []
    for _ in range(9):
        visitor.page.press("Tab", 8)
        walked.append(visitor.js("root.activeElement?.ariaLabel ?? root.activeElement?.className"))
        if walked[-1] == "Más opciones":
            break
    assert "Adjuntar archivos" in walked
    assert walked[-1] == "Más opciones"
    visitor.page.press("Enter")
    visitor.page.press("ArrowUp")
    assert visitor.js("root.activeElement.textContent") == "Terminar el chat"
    visitor.page.press("Escape")
    assert visitor.js("root.activeElement.ariaLabel") == "Más opciones"
    visitor.page.press("Enter")
    visitor.page.press("ArrowUp")
    visitor.page.press("Enter")
    visitor.wait("root.activeElement.textContent === 'Terminar el chat'")
    visitor.page.press("Escape")
    visitor.wait("root.querySelector('.sheet').hidden")
    visitor.page.press("Escape")
    visitor.wait("!root.querySelector('.panel').open")
    assert visitor.js("root.activeElement.className") == "launcher"


def accessible(visitor: Visitor) -> list[tuple[str, str]]:
    """Role and name of everything that a screen reader is told of, but for texts."""
    nodes = visitor.page.call("Accessibility.getFullAXTree")["nodes"]
    wanted = {"button", "textbox", "dialog", "log", "status", "link", "group", "combobox", "menu"}
    return [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"] and node["role"]["value"] in wanted
    ]


def test_everything_has_a_name_and_a_role(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    visitor = visit(browser, shop, language="es")
    assert ("button", "Abrir el chat") in accessible(visitor)
    visitor.open()
    visitor.say("Hola")
    desk.reply(desk.rows()[0].id, "Buenas")
    visitor.wait_text("Buenas")
    found = accessible(visitor)
    for wanted in [
        ("dialog", "Casa Talavera"),
        ("log", "Conversación"),
        ("textbox", "Escribe un mensaje"),
        ("button", "Enviar"),
        ("button", "Adjuntar archivos"),
        ("button", "Emojis"),
        ("button", "Más opciones"),
        ("button", "Minimizar"),
        ("group", "¿Te estamos ayudando?"),
        ("button", "Sí"),
    ]:
        assert wanted in found
    assert [role for role, name in found if not name and role in ("button", "textbox")] == []
    spoken = visitor.js("[...root.querySelectorAll('.log .bubble')].map(b => b.textContent)")
    assert spoken[0] == "Tú: Hola"
    assert visitor.js("root.querySelector('.log').ariaLive") == "polite"
    assert visitor.js("root.querySelector('.root').lang") == "es"


COLOURS = ["#3454d1", "#000000", "#ffffff", "#ffd400", "#777777", "#00a884"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("colour", COLOURS)
def test_texts_can_be_read_on_every_colour(
    colour: str, dark: bool, desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    desk.box(uid=shop.box, origins=(shop.url,), ask_name="no", ask_email="no", colour=colour)
    visitor = visit(browser, shop, dark=dark, language="es")
    visitor.open()
    visitor.say("Hola")
    desk.reply(desk.rows()[0].id, "Buenas")
    visitor.wait_text("Buenas")
    weak = visitor.js(
        """(() => {
        const rgb = text => text.match(/[\\d.]+/g).map(Number);
        const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= 0.04045 ? c / 12.92
          : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
        const ground = e => { for (; e; e = e.parentElement) {
          const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] !== 0) return c; } };
        return [...root.querySelectorAll('.who h2, .who p, .bubble, .line, .rate p, .over')]
          .filter(e => e.textContent && e.getClientRects().length).map(e => {
            const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort();
            return [e.className || e.tagName, (b + .05) / (a + .05)];
          }).filter(([, contrast]) => contrast < 4.5);
        })()"""
    )
    assert weak == []


def test_the_theme_is_the_visitors_or_the_boxs(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    dark = "root.querySelector('.root').classList.contains('dark')"
    visitor = visit(browser, shop, dark=True)
    assert visitor.js(dark) is True
    visitor.page.prefer(dark=False)
    visitor.wait(f"!{dark}")
    desk.box(uid=shop.box, origins=(shop.url,), theme="dark")
    visitor.wait(dark)


def test_who_wants_no_motion_sees_none(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    visitor = visit(browser, shop, still=True)
    visitor.open()
    assert visitor.js("root.querySelector('.panel').getAnimations().length") == 0
