"""Untranslated texts are noticed; that there are none is `make lint`'s to say."""

from pathlib import Path

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
