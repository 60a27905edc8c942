"""Pages of a site as they are shown, and opened: their titles and addresses are strangers' text."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from deskapp.core.policies.display import display_host, link_host, safe_name

SCHEMES = ("http", "https")


def shown_url(url: str, limit: int = 120) -> str:
    """Host and path on one line, a look-alike host in punycode; empty for what is no web address."""
    if _scheme(url) not in SCHEMES:
        return ""
    rest = url.partition("://")[2]
    path = rest[len(rest.split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]) :]
    return safe_name(display_host(url) + (path if path != "/" else ""), limit)


def shown_page(title: str, url: str, limit: int = 80) -> str:
    """A page by its title, else by its address."""
    return safe_name(title, limit) or shown_url(url, limit)


def shown_path(url: str, limit: int = 80) -> str:
    """The address without its host: "/pedidos/48213"; the host where there is no more."""
    whole = shown_url(url, limit)
    host = display_host(url) if whole else ""
    return whole[len(host) :] or host


def is_own(url: str, origins: Iterable[str]) -> bool:
    """Whether the page is of a site on which a chat box stands."""
    host = link_host(url)
    return bool(host) and host in {link_host(origin) for origin in origins}


def open_page(url: str) -> bool:
    """Open it in the browser; False for what is no web address."""
    address = QUrl(url, QUrl.ParsingMode.StrictMode)
    if not address.isValid() or address.scheme().lower() not in SCHEMES or not address.host():
        return False
    return bool(QDesktopServices.openUrl(address))


def _scheme(url: str) -> str:
    """The scheme in lower case; empty when the address cannot be read."""
    try:
        return urlsplit(url.strip()).scheme.lower()
    except ValueError:
        return ""
