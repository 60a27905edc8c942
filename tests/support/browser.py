"""A real Chromium for tests: pages, hands on mouse and keys, and what a page did or asked for.

    with open_browser(tmp_path) as browser:
        page = browser.page("http://127.0.0.1:8000/", phone=True, dark=True)
        page.click("#open")
        page.type("hola", enter=True)
        page.wait_for("document.querySelectorAll('.message').length === 2")
        assert page.seen == Seen()

Each page has a profile of its own unless it is opened beside another (`beside=`). A selector is CSS;
`a >>> b` looks for b within the open shadow root of a. Nothing but this machine can be reached.
"""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.devtools import PATIENCE_S, DevTools, ProtocolError

DESKTOP = (1280, 800)
PHONE = (390, 844)
KEYS = {
    "Enter": ("\r", 13),
    "Tab": ("\t", 9),
    "Escape": ("", 27),
    "Backspace": ("", 8),
    "Delete": ("", 46),
    "ArrowUp": ("", 38),
    "ArrowDown": ("", 40),
    "ArrowLeft": ("", 37),
    "ArrowRight": ("", 39),
    "Home": ("", 36),
    "End": ("", 35),
    " ": (" ", 32),
}
SHIFT = 8


class ScriptError(AssertionError):
    """JavaScript that a test ran threw; the message is the page's."""


@dataclass
class Seen:
    """What a page did since it was opened, or since `Page.forget`."""

    console: list[str] = field(default_factory=list)
    """'level: text', of scripts and of the browser itself (blocked, failed to load, …)."""
    dialogs: list[str] = field(default_factory=list)
    """'kind: text' of alert, confirm, prompt, beforeunload; each was dismissed."""
    exceptions: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    """Every address asked for, WebSockets too, whether or not it was answered."""
    popups: list[str] = field(default_factory=list)
    """Addresses of the windows it opened."""


class Frame:
    """A document: the page's own, or one within it."""

    def __init__(self, page: "Page", frame_id: str) -> None:
        self.page, self.frame_id = page, frame_id

    def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression as JSON; a promise is waited for.

        Raises `ScriptError` when it throws.
        """
        return self._run(script, returnByValue=True).get("value")

    def wait_for(self, condition: str, seconds: float = PATIENCE_S) -> Any:
        """Until a JavaScript expression is truthy; its value. Raises `TimeoutError`."""
        found: list[Any] = [None]

        def holds() -> bool:
            try:
                found[0] = self.evaluate(condition)
            except (ProtocolError, ScriptError):  # the document may be about to be another one
                return False
            return bool(found[0])

        self.page.devtools.wait(holds, condition, seconds)
        return found[0]

    def text(self, selector: str = "body") -> str:
        """What can be read in an element, once it is there."""
        return str(
            self.wait_for(f"[{_find(selector)}].filter(e => e).map(e => [e.innerText])[0]")[0]
        )

    def count(self, selector: str) -> int:
        """How many elements are there now."""
        return int(self.evaluate(_find(selector, every=True) + ".length"))

    def click(self, selector: str, *, clicks: int = 1) -> None:
        """With the mouse, in the middle of the element, once it is there and can be seen."""
        x, y = self._middle(selector)
        mouse = {"x": x, "y": y, "button": "left"}
        self.page.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased"):
            self.page.call("Input.dispatchMouseEvent", type=kind, clickCount=clicks, **mouse)

    def hover(self, selector: str) -> None:
        """Rest the mouse on an element."""
        x, y = self._middle(selector)
        self.page.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def tap(self, selector: str) -> None:
        """With a finger (a page opened with `phone=True`)."""
        x, y = self._middle(selector)
        points = [{"x": x, "y": y}]
        self.page.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=points)
        self.page.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def fill(self, selector: str, text: str) -> None:
        """Click into a field and replace what is in it."""
        self.click(selector)
        self.evaluate(f"{_find(selector)}.select?.()")
        self.page.type(text)

    def upload(self, selector: str, files: Sequence[Path]) -> None:
        """Choose files in an `<input type=file>`, as its dialog would."""
        self.wait_for(f"!!({_find(selector)})")
        handle = self._run(_find(selector))["objectId"]
        names = [str(file) for file in files]
        self.page.call("DOM.setFileInputFiles", objectId=handle, files=names)

    def _middle(self, selector: str) -> tuple[float, float]:
        quads: list[list[float]] = []

        def visible() -> bool:
            handle = self._run(_find(selector)).get("objectId")
            if not handle:
                return False
            try:
                self.page.call("DOM.scrollIntoViewIfNeeded", objectId=handle)
                quads[:] = self.page.call("DOM.getContentQuads", objectId=handle)["quads"]
            except ProtocolError:  # it is not laid out
                return False
            return bool(quads)

        self.page.devtools.wait(visible, f"an element that can be seen: {selector}")
        return sum(quads[0][::2]) / 4, sum(quads[0][1::2]) / 4

    def _run(self, script: str, **options: Any) -> dict[str, Any]:
        page, contexts = self.page, self.page.contexts
        page.devtools.wait(lambda: self.frame_id in contexts, "a document to run scripts in")
        answer = page.call(
            "Runtime.evaluate",
            expression=script,
            uniqueContextId=contexts[self.frame_id],
            awaitPromise=True,
            userGesture=False,
            **options,
        )
        if "exceptionDetails" in answer:
            raise ScriptError(_exception(answer["exceptionDetails"]))
        return dict(answer["result"])


class Page(Frame):
    """A window of the browser."""

    def __init__(self, devtools: DevTools, profile: str, target: str, session: str) -> None:
        super().__init__(self, target)  # the main frame goes by its target's id
        self.devtools, self.profile, self.session = devtools, profile, session
        self.contexts: dict[str, str] = {}
        self.frames: dict[str, str] = {}
        self.seen = Seen()
        self._loaded: set[str] = set()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """A command of the DevTools protocol for this page. Raises `ProtocolError`."""
        return self.devtools.call(method, self.session, **params)

    def go(self, url: str) -> None:
        """Open an address and wait until it and all it holds have been loaded."""
        loader = self.call("Page.navigate", url=url)
        if problem := loader.get("errorText"):
            raise ProtocolError(f"{url}: {problem}")
        if "loaderId" in loader:  # none when only the part after # changed
            self.devtools.wait(lambda: loader["loaderId"] in self._loaded, f"{url} to be loaded")

    def reload(self) -> None:
        """Load the page again, as with F5."""
        self._loaded.clear()
        self.call("Page.reload")
        self.devtools.wait(lambda: self._loaded, "the page to be loaded again")

    def frame(self, part: str) -> Frame:
        """The document within the page whose address or name holds `part`, once it is there."""
        self.devtools.wait(lambda: self._frames_of(part), f"a frame of {part}")
        return Frame(self, self._frames_of(part)[0])

    def type(self, text: str, *, enter: bool = False) -> None:
        """Press the keys of a text, one by one; a line break is Shift and Enter."""
        for letter in text:
            if letter == "\n":
                self.press("Enter", SHIFT)
            else:
                self.call("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
                self.call("Input.dispatchKeyEvent", type="keyUp", key=letter)
        if enter:
            self.press("Enter")

    def press(self, key: str, modifiers: int = 0) -> None:
        """Press one key of `KEYS`; `modifiers` is 1 Alt, 2 Ctrl, 4 Meta, 8 Shift, added up."""
        text, code = KEYS[key]
        name = {"key": key, "code": "Space" if key == " " else key, "modifiers": modifiers}
        kind = "keyDown" if text else "rawKeyDown"
        words = {"text": text} if text else {}
        self.call("Input.dispatchKeyEvent", type=kind, windowsVirtualKeyCode=code, **words, **name)
        self.call("Input.dispatchKeyEvent", type="keyUp", windowsVirtualKeyCode=code, **name)

    def resize(self, size: tuple[int, int], *, phone: bool = False) -> None:
        """Width and height in CSS pixels; with `phone`, fingers instead of a mouse."""
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 2 if phone else 1}
        self.call("Emulation.setDeviceMetricsOverride", mobile=phone, **metrics)
        self.call("Emulation.setTouchEmulationEnabled", enabled=phone)

    def prefer(self, *, dark: bool = False, still: bool = False, language: str = "en-GB") -> None:
        """What the person told their browser: dark colours, no motion, their language."""
        features = {
            "prefers-color-scheme": "dark" if dark else "light",
            "prefers-reduced-motion": "reduce" if still else "no-preference",
        }
        media = [{"name": name, "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", features=media)
        agent = self.call("Runtime.evaluate", expression="navigator.userAgent")["result"]["value"]
        agent = str(agent).replace("Headless", "")
        self.call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)

    def set_online(self, online: bool) -> None:
        """Cut every connection of the page but those that are open, or let it connect again."""
        unlimited = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.call("Network.emulateNetworkConditions", offline=not online, **unlimited)

    def screenshot(self, path: Path) -> None:
        """What can be seen, as a PNG."""
        shot = self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))

    def settle(self) -> Seen:
        """All that was seen until the page has nothing left to do at once: two frames painted,
        and every event that came before them taken in."""
        self.evaluate(
            "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r())))"
        )
        self.devtools.read()
        return self.seen

    def forget(self) -> None:
        """Begin a new record in `seen`."""
        self.devtools.read()
        self.seen = Seen()

    def close(self) -> None:
        """Close the window, as a person who leaves."""
        self.devtools.call("Target.closeTarget", targetId=self.frame_id)

    def handle(self, method: str, params: dict[str, Any]) -> None:
        """Take in an event of this page."""
        if handler := _HANDLERS.get(method):
            handler(self, params)

    def _frames_of(self, part: str) -> list[str]:
        return [key for key, name in self.frames.items() if part in name and key != self.frame_id]


def _context_created(page: Page, params: dict[str, Any]) -> None:
    context = params["context"]
    if context.get("auxData", {}).get("isDefault"):
        page.contexts[context["auxData"]["frameId"]] = context["uniqueId"]


def _context_destroyed(page: Page, params: dict[str, Any]) -> None:
    gone = params["executionContextUniqueId"]
    page.contexts = {key: one for key, one in page.contexts.items() if one != gone}


def _navigated(page: Page, params: dict[str, Any]) -> None:
    frame = params["frame"]
    page.frames[frame["id"]] = f"{frame['url']} {frame.get('name', '')}"


def _lifecycle(page: Page, params: dict[str, Any]) -> None:
    if params["name"] == "load" and params["frameId"] == page.frame_id:
        page._loaded.add(params["loaderId"])


def _console(page: Page, params: dict[str, Any]) -> None:
    words = (one.get("value", one.get("description", one["type"])) for one in params["args"])
    page.seen.console.append(f"{params['type']}: {' '.join(map(str, words))}")


def _log(page: Page, params: dict[str, Any]) -> None:
    page.seen.console.append(f"{params['entry']['level']}: {params['entry']['text']}")


def _dialog(page: Page, params: dict[str, Any]) -> None:
    page.seen.dialogs.append(f"{params['type']}: {params['message']}")
    page.devtools.send("Page.handleJavaScriptDialog", page.session, accept=False)


def _threw(page: Page, params: dict[str, Any]) -> None:
    page.seen.exceptions.append(_exception(params["exceptionDetails"]))


def _requested(page: Page, params: dict[str, Any]) -> None:
    page.seen.requests.append(params["request"]["url"])


def _opened(page: Page, params: dict[str, Any]) -> None:
    page.seen.popups.append(params["url"])


def _detached(page: Page, params: dict[str, Any]) -> None:
    page.frames.pop(params["frameId"], None)


def _socket(page: Page, params: dict[str, Any]) -> None:
    page.seen.requests.append(params["url"])


_HANDLERS: dict[str, Callable[[Page, dict[str, Any]], None]] = {
    "Runtime.executionContextCreated": _context_created,
    "Runtime.executionContextDestroyed": _context_destroyed,
    "Runtime.executionContextsCleared": lambda page, _params: page.contexts.clear(),
    "Runtime.consoleAPICalled": _console,
    "Runtime.exceptionThrown": _threw,
    "Log.entryAdded": _log,
    "Page.frameNavigated": _navigated,
    "Page.frameDetached": _detached,
    "Page.lifecycleEvent": _lifecycle,
    "Page.javascriptDialogOpening": _dialog,
    "Page.windowOpen": _opened,
    "Network.requestWillBeSent": _requested,
    "Network.webSocketCreated": _socket,
}


class Browser:
    """A running Chromium; see `open_browser`."""

    def __init__(
        self, home: Path, idle: Callable[[], object] | None = None, reach: tuple[str, ...] = ()
    ) -> None:
        self.pages: dict[str, Page] = {}
        self._devtools = DevTools(home, self._event, idle, reach)

    def page(
        self,
        url: str = "about:blank",
        *,
        beside: Page | None = None,
        size: tuple[int, int] | None = None,
        phone: bool = False,
        dark: bool = False,
        still: bool = False,
        language: str = "en-GB",
    ) -> Page:
        """Open a page and wait until it has been loaded.

        `beside` is a page whose cookies and storage it shares; without, it is somebody else's
        browser.
        """
        call = self._devtools.call
        profile = (
            beside.profile
            if beside
            else str(call("Target.createBrowserContext")["browserContextId"])
        )
        made = call(
            "Target.createTarget", url="about:blank", browserContextId=profile, newWindow=True
        )
        target = str(made["targetId"])
        session = str(call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        page = self.pages[session] = Page(self._devtools, profile, target, session)
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            page.call(f"{domain}.enable")
        page.call("Page.setLifecycleEventsEnabled", enabled=True)
        page.call("Emulation.setFocusEmulationEnabled", enabled=True)
        page.resize(size or (PHONE if phone else DESKTOP), phone=phone)
        page.prefer(dark=dark, still=still, language=language)
        if url != "about:blank":
            page.go(url)
        return page

    def close_pages(self) -> None:
        """Close every window; what its pages had stored goes, too."""
        for profile in {page.profile for page in self.pages.values()}:
            self._devtools.call("Target.disposeBrowserContext", browserContextId=profile)
        self.pages.clear()

    def close(self) -> None:
        """End it."""
        self._devtools.close()

    def _event(self, method: str, params: dict[str, Any], session: str) -> None:
        if page := self.pages.get(session):
            page.handle(method, params)


@contextmanager
def open_browser(
    home: Path, idle: Callable[[], object] | None = None, reach: tuple[str, ...] = ()
) -> Iterator[Browser]:
    """A Chromium with an empty profile in a new folder below `home`; it is gone at the end.

    `idle` is called while the browser is waited for: what has to go on in this thread meanwhile. `reach`:
    addresses beside this machine's own that it may connect to.
    """
    folder = home / "chromium"
    folder.mkdir(parents=True)
    browser = Browser(folder, idle, reach)
    try:
        yield browser
    finally:
        browser.close()


def _find(selector: str, *, every: bool = False) -> str:
    """JavaScript that finds what a selector names."""
    script = "document"
    *outer, last = [json.dumps(part.strip()) for part in selector.split(">>>")]
    for part in outer:
        script = f"{script}?.querySelector({part})?.shadowRoot"
    if every:
        return f"[...({script}?.querySelectorAll({last}) ?? [])]"
    return f"({script}?.querySelector({last}) ?? null)"


def _exception(details: dict[str, Any]) -> str:
    thrown = details.get("exception", {})
    return str(thrown.get("description") or thrown.get("value") or details["text"])
