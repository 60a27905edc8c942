"""Everything in the bundle may be there and is named in the notices."""

import licences
import pytest


def test_the_bundle_is_clean() -> None:
    assert licences.check() == []


@pytest.mark.parametrize(
    "expression",
    ["MIT", "Apache-2.0 OR BSD-3-Clause", "LGPL-3.0-only OR GPL-2.0-only", "(MIT AND Zlib)"],
)
def test_allowed(expression: str) -> None:
    assert licences.is_allowed(expression)


@pytest.mark.parametrize("expression", ["", "GPL-3.0-only", "MIT AND GPL-2.0-only", "Commercial"])
def test_not_allowed(expression: str) -> None:
    assert not licences.is_allowed(expression)


def test_a_forbidden_library_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "locked", lambda: {"html2text": "2024.2.26"})
    assert "html2text must not be in the bundle" in licences.check()


def test_the_lock_is_read_whole() -> None:
    text = licences.LOCK.read_text(encoding="utf-8")
    assert len(licences.locked()) >= text.count("# via deskapp (pyproject.toml)")
