"""Whose work is inside the app, and under which licence.

``check`` fails when a library of ``requirements/app.txt`` may not be in the bundle, or is not in
``THIRD_PARTY_NOTICES``; ``update`` writes that file from the installed libraries' own texts.
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from common import ROOT, Failure, leave, say

NOTICES = ROOT / "THIRD_PARTY_NOTICES"
LOCK = ROOT / "requirements" / "app.txt"

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "LGPL-2.1-or-later",
    "LGPL-3.0-only",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
    "Unicode-3.0",
    "Zlib",
}

FORBIDDEN = {"aioimaplib", "html2text", "pyside6-fluent-widgets", "unquotemail"}
"""Under the GPL, which the app is not."""

KNOWN = {
    "backports-tarfile": "MIT",
    "imapclient": "BSD-3-Clause",
    "importlib-metadata": "Apache-2.0",
    "jaraco-classes": "MIT",
    "jeepney": "MIT",
    "lazy-importer": "Apache-2.0",
    "markdown-it-py": "MIT",
    "mdurl": "MIT",
    "pysqlite3": "Zlib",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "pywin32-ctypes": "BSD-3-Clause",
    "secretstorage": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "zipp": "MIT",
}
"""Read by hand where the metadata has no usable expression, or on another system only."""

SPELLINGS = {"LGPL-3.0": "LGPL-3.0-only", "Apache 2.0": "Apache-2.0", "BSD": "BSD-3-Clause"}

RESOURCES = ROOT / "resources"

QT = """\
Qt and Qt for Python are used unmodified, under the GNU Lesser General Public License, version 3.
They are separate shared libraries in the app's folder and can be replaced by other builds of the
same version. Their source is published by The Qt Company as `qt-everywhere-src` and
`pyside-setup`, under the version numbers named here.
"""


def locked() -> dict[str, str]:
    """Name to version of every library of the app's lock, on any system."""
    text = LOCK.read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, flags=re.MULTILINE))


def installed(name: str) -> Distribution | None:
    """The library as it is installed here; None when it is for another system or Python."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def licence(name: str) -> str:
    """The licence expression of a library; empty when nobody knows."""
    if name in KNOWN:
        return KNOWN[name]
    if not (found := installed(name)):
        return ""
    said = found.metadata.json
    expression = str(said.get("license_expression") or said.get("license") or "")
    return SPELLINGS.get(expression, expression)


def is_allowed(expression: str) -> bool:
    """Whether an SPDX expression can be fulfilled with allowed licences alone."""
    alternatives = expression.strip("()").split(" OR ")
    return any(
        all(part.strip("() ") in ALLOWED for part in alternative.split(" AND "))
        for alternative in alternatives
    )


def check() -> list[str]:
    """One sentence for each library that may not be in the bundle or is not named."""
    notices = NOTICES.read_text(encoding="utf-8") if NOTICES.exists() else ""
    complaints = []
    for name, version in locked().items():
        expression = licence(name)
        if name in FORBIDDEN:
            complaints.append(f"{name} must not be in the bundle")
        elif not is_allowed(expression):
            complaints.append(f"{name}: licence {expression or 'unknown'} is not an allowed one")
        if f"\n{name} {version}\n" not in notices:
            complaints.append(f"{name} {version} is not in {NOTICES.name}: run `make notices`")
    return complaints


def texts(found: Distribution) -> list[str]:
    """The licence and notice files that a library brings."""
    wanted = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
    paths = [
        Path(str(found.locate_file(file)))
        for file in found.files or []
        if ".dist-info" in file.parts[0] and wanted.search(file.name)
    ]
    return [path.read_text(encoding="utf-8", errors="replace").strip() for path in paths]


def update() -> None:
    """Write the notices. Raises ``Failure`` when a text cannot be had on this machine."""
    parts = [f"What deskapp is built on, and under which licences\n{'=' * 50}\n"]
    for name, version in locked().items():
        parts.append(f"{'-' * 98}\n{name} {version}\n{licence(name)}\n")
        found = installed(name)
        if name.startswith(("pyside6", "shiboken6")):
            parts.append(QT)
        elif found:
            parts.append("\n\n".join(texts(found)) + "\n")
    for path in sorted(RESOURCES.rglob("LICENSE*")):
        parts.append(f"{'-' * 98}\n{path.relative_to(ROOT).as_posix()}\n")
        parts.append(path.read_text(encoding="utf-8").strip() + "\n")
    parts.append(f"{'-' * 98}\nGNU Lesser General Public License, version 3\n")
    for name in ("LGPL-3", "GPL-3"):
        path = Path("/usr/share/common-licenses", name)
        if not path.exists():
            raise Failure(f"the text of {name} is read from {path}, which only Debian has.")
        parts.append(path.read_text(encoding="utf-8").strip() + "\n")
    text = "\n".join(parts)
    lines = (line.rstrip() for line in text.splitlines())
    NOTICES.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    say(f"{NOTICES.name}: {len(locked())} libraries")


def main() -> int:
    """Do what the command line asks for."""
    match sys.argv[1:]:
        case ["update"]:
            update()
        case ["check"]:
            complaints = check()
            for complaint in complaints:
                say(complaint)
            return bool(complaints)
        case _:
            raise Failure("usage: licences.py update|check")
    return 0


if __name__ == "__main__":
    leave(main)
