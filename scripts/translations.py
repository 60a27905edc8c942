"""The texts of the window: gather them, see that each has its translation, compile them.

``update`` gathers the texts of ``deskapp/ui`` into ``resources/translations/*.ts``, ``check``
fails when that was forgotten or a text has no translation, ``release`` compiles the ``.qm``
files that the app reads.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from common import ROOT, Failure, leave, run, say, tool

FOLDER = ROOT / "resources" / "translations"
UI = ROOT / "deskapp" / "ui"

LANGUAGES: dict[str, list[str]] = {"en": ["-pluralonly"], "es": []}
"""Language to lupdate's options. The texts are English already, but for their plurals."""


def update(folder: Path = FOLDER) -> None:
    """Gather the texts into ``folder``; what is translated there stays, what is gone leaves."""
    folder.mkdir(exist_ok=True)
    sources = sorted(UI.rglob("*.py"))
    for language, options in LANGUAGES.items():
        run(
            *(tool("pyside6-lupdate"), "-no-obsolete", "-locations", "none", *options),
            *sources,
            *("-source-language", "en", "-target-language", language),
            *("-ts", folder / f"deskapp_{language}.ts"),
        )


def check() -> list[str]:
    """One sentence for each thing that is wrong with the translations."""
    complaints = []
    with tempfile.TemporaryDirectory() as scratch:
        for kept in FOLDER.glob("*.ts"):
            shutil.copy(kept, scratch)
        update(Path(scratch))
        for language in LANGUAGES:
            name = f"deskapp_{language}.ts"
            fresh, kept = Path(scratch, name), FOLDER / name
            if not kept.exists() or fresh.read_text("utf-8") != kept.read_text("utf-8"):
                complaints.append(f"{name} is behind the source: run `make translations`")
            complaints += [f"{name}: not translated: {text}" for text in unfinished(fresh)]
    return complaints


def unfinished(path: Path) -> list[str]:
    """The source texts in a ``.ts`` file that have no finished translation."""
    return [
        message.findtext("source", "")
        for message in ElementTree.parse(path).iter("message")
        if _is_unfinished(message)
    ]


def _is_unfinished(message: ElementTree.Element) -> bool:
    translation = message.find("translation")
    if translation is None or translation.get("type") == "unfinished":
        return True
    forms = translation.findall("numerusform")
    return not all(form.text for form in forms) if forms else not translation.text


def release() -> None:
    """Compile each ``.ts`` whose ``.qm`` is missing or older."""
    for source in sorted(FOLDER.glob("*.ts")):
        target = source.with_suffix(".qm")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            # A window that is open has the old file mapped: it is replaced, never written over.
            fresh = target.with_name(f".{target.name}")
            run(tool("pyside6-lrelease"), "-silent", source, "-qm", fresh)
            fresh.replace(target)


def main() -> int:
    """Do what the command line asks for."""
    match sys.argv[1:]:
        case ["update"]:
            update()
        case ["release"]:
            release()
        case ["check"]:
            complaints = check()
            for complaint in complaints:
                say(complaint)
            return bool(complaints)
        case _:
            raise Failure("usage: translations.py update|check|release")
    return 0


if __name__ == "__main__":
    leave(main)
