"""Untranslated texts are noticed; that there are none is `make lint`'s to say."""

import os
from pathlib import Path

import pytest
import translations

TS = """<?xml version="1.0" encoding="utf-8"?>
<TS version="2.1" language="es"><context><name>X</name>
<message><source>done</source><translation>hecho</translation></message>
<message><source>open</source><translation type="unfinished"></translation></message>
<message><source>empty</source><translation></translation></message>
<message numerus="yes"><source>%n half</source><translation>
<numerusform>uno</numerusform><numerusform></numerusform></translation></message>
<message numerus="yes"><source>%n whole</source><translation>
<numerusform>uno</numerusform><numerusform>dos</numerusform></translation></message>
</context></TS>
"""


def test_unfinished(tmp_path: Path) -> None:
    path = tmp_path / "deskapp_es.ts"
    path.write_text(TS, encoding="utf-8")
    assert translations.unfinished(path) == ["open", "empty", "%n half"]


def test_a_compiled_file_is_never_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An open window has the old one mapped, and would end when it becomes shorter."""
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    source, target = tmp_path / "deskapp_es.ts", tmp_path / "deskapp_es.qm"
    source.write_text(TS, encoding="utf-8")
    translations.release()
    before = target.read_bytes()
    os.utime(target, (0, 0))
    with target.open("rb") as mapped:
        translations.release()
        assert mapped.read() == before
        assert os.fstat(mapped.fileno()).st_ino != target.stat().st_ino
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [target.name, source.name]
