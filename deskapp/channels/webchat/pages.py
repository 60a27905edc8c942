"""Texts that a person copies or opens: the snippet for the site, and the desk's own test page."""

from html import escape
from typing import Final

SNIPPET: Final = (
    '<script src="{desk}/widget.js" data-desk="{desk}" data-box="{box}"{mail} async></script>'
)

_TRY_PAGE: Final = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title>
</head>
<body>
<h1>{name}</h1>
{snippet}
</body>
</html>
"""


def snippet(desk_url: str, box_id: str, mail: str = "") -> str:
    """The HTML to put on a site. `mail`: where visitors may write while the desk cannot be reached."""
    address = f' data-mail="{escape(mail)}"' if mail else ""
    return SNIPPET.format(desk=escape(desk_url.rstrip("/")), box=escape(box_id), mail=address)


def try_page(desk_url: str, box_id: str, name: str, language: str, mail: str = "") -> str:
    """A page with nothing but the box on it."""
    return _TRY_PAGE.format(
        language=escape(language), name=escape(name), snippet=snippet(desk_url, box_id, mail)
    )


def try_page_policy(desk_url: str) -> str:
    """Its Content-Security-Policy: what a strict site allows the widget, and nothing else."""
    socket = desk_url.replace("http", "ws", 1)
    return (
        f"default-src 'none'; script-src {desk_url}; connect-src {desk_url} {socket}; "
        "img-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
