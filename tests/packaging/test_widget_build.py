"""The widget that is in version control is the one that its sources give, and small."""

import re
from pathlib import Path

import widget

ROOT = Path(__file__).parents[2]


def test_the_built_widget_is_that_of_the_sources(tmp_path: Path) -> None:
    widget.prepare()
    widget.build(tmp_path / "widget.js")
    assert (tmp_path / "widget.js").read_bytes() == widget.BUILT.read_bytes(), "run `make widget`"


def test_it_is_at_most_15_kb() -> None:
    assert widget.compressed(widget.BUILT) <= widget.MOST_BYTES == 15 * 1024


def test_its_types_hold() -> None:
    assert widget.check() == 0


def test_what_it_computes(tmp_path: Path) -> None:
    assert widget.test(tmp_path) == 0


def test_it_makes_no_page_out_of_text() -> None:
    """No HTML from strings, no code from strings, no style attribute, no cookie."""
    source = "".join(p.read_text("utf-8") for p in sorted((widget.WIDGET / "src").glob("*.ts")))
    banned = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.cookie"
    )
    assert not re.findall(banned, source)
    assert not re.findall(r"\bstyle: |\"style\"", source)


def test_its_modules_are_small() -> None:
    for path in (widget.WIDGET / "src").iterdir():
        assert len(path.read_text("utf-8").splitlines()) <= 400, path.name
