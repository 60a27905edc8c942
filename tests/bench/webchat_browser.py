"""A visitor's page in a real headless Chromium, in a process of its own: when it has painted an answer.

    python -m tests.bench.webchat_browser PORT BOX

First prints `{"site": URL}`, the site on which the widget stands; then, for each line on its input that is
`say WORDS` or `await WORDS`, one of JSON: that it was said, or when these words had been painted (`got`).
Times are of `time.time`, which the browser shares.
"""

import json
import sys
import tempfile
from pathlib import Path

from tests.support.browser import open_browser
from tests.support.shop_site import ROOT, open_shop, visit

WATCH = f"""(() => {{
  window.painted = {{}};
  const log = {ROOT}.querySelector(".log");
  const note = () => {{
    const last = [...log.querySelectorAll(".bubble")].at(-1)?.textContent ?? "";
    const words = last.match(/respuesta \\d+$/)?.[0];
    if (!words || words in window.painted) return;
    window.painted[words] = 0;
    requestAnimationFrame(() => {{
      const channel = new MessageChannel();  // its task comes after the frame was painted
      channel.port1.onmessage = () => {{
        window.painted[words] = (performance.timeOrigin + performance.now()) / 1000;
      }};
      channel.port2.postMessage(0);
    }});
  }};
  new MutationObserver(note).observe(log, {{childList: true, subtree: true, characterData: true}});
}})()"""


def tell(**words: object) -> None:
    print(json.dumps(words), flush=True)


def main(port: int, box: str) -> None:
    with (
        tempfile.TemporaryDirectory() as home,
        open_shop() as shop,
        open_browser(Path(home)) as browser,
    ):
        shop.box, shop.desk = box, f"http://127.0.0.1:{port}"
        tell(site=shop.url)
        sys.stdin.readline()  # the desk knows the site
        visitor = visit(browser, shop)
        visitor.open()
        visitor.page.evaluate(WATCH)
        for line in sys.stdin:
            what, _, rest = line.strip().partition(" ")
            if what == "say":
                visitor.say(rest)
                tell(said=rest)
            else:
                at = f"window.painted[{json.dumps(rest)}]"
                tell(got=visitor.page.wait_for(at))
        visitor.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
