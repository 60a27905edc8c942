"""The snippet and the test page."""

from html.parser import HTMLParser

from deskapp.channels.webchat import pages

EVIL = '"><script>alert(1)</script>'


class Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.found.append(dict(attrs))


def scripts(html: str) -> list[dict[str, str | None]]:
    parser = Scripts()
    parser.feed(html)
    return parser.found


def test_the_snippet_loads_the_widget_and_names_the_box() -> None:
    (script,) = scripts(pages.snippet("https://chat.shop.test/", "b0", "hola@shop.test"))
    assert script == {
        "src": "https://chat.shop.test/widget.js",
        "data-desk": "https://chat.shop.test",
        "data-box": "b0",
        "data-mail": "hola@shop.test",
        "async": None,
    }


def test_what_was_typed_stays_text() -> None:
    assert len(scripts(pages.snippet(EVIL, EVIL, EVIL))) == 1
    page = pages.try_page("http://127.0.0.1:1", "b0", EVIL, "es")
    assert len(scripts(page)) == 1
    assert "<script>alert" not in page


def test_the_test_page_is_as_strict_as_a_strict_site() -> None:
    policy = pages.try_page_policy("http://127.0.0.1:8790")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "connect-src http://127.0.0.1:8790 ws://127.0.0.1:8790;" in policy
