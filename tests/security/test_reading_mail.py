"""Reading hostile mail: a whole desk is looked through in its window while its system calls are kept.

The desk runs in a process of its own, in a network of its own without any way out. What it opened and
whom it called is in the trace; which texts Qt would have read as markup, and which links it would
have followed, it tells itself.
"""

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from tests.support.hostile_mail import LURES, html_mail, vector_mail
from tests.support.mail_corpora import naughty_strings, real_mails, xss_vectors

pytestmark = pytest.mark.real

PATIENCE_S = 550
TOGETHER = 100  # vectors in one mail
REAL_MAILS = 40
TRAPS = "named-in-a-mail"
SITES = ("http://tracker.test/{n}", "https://192.0.2.7/{n}", "//tracker.test/{n}")
PATHS = ("{f}/picture.png", "file://{f}/picture.png", "FILE:{f}/fifo", "//localhost{f}/picture.png")


@dataclass
class Looked:
    """What came of looking: the desk's own report, and each line of the trace."""

    report: dict[str, object]
    trace: list[str]
    mails: int

    def named(self) -> list[str]:
        """System calls on a path that stood in a mail."""
        return [line for line in self.trace if TRAPS in line or "/dev/zero" in line]

    def called(self) -> list[str]:
        """System calls that reach for another machine, or for its name."""
        return [line for line in self.trace if "sa_family=AF_INET" in line]


@dataclass
class Traps:
    """Files that a mail may name and nobody may touch."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir()
        picture = QImage(8, 8, QImage.Format.Format_RGB32)
        picture.fill(QColor("red"))
        assert picture.save(str(self.folder / "picture.png"))
        os.mkfifo(self.folder / "fifo")

    def mails(self) -> list[bytes]:
        targets = [path.format(f=self.folder) for path in PATHS] + ["/dev/zero"]
        found = ["<hr>".join(lure.format(target) for target in targets) for lure in LURES]
        return [html_mail(number, f"<p>Hola</p>{html}") for number, html in enumerate(found)]


def look(folder: Path, mails: list[bytes], evil: str, trap: str, *options: str) -> Looked:
    """Fill a desk in `folder`, look through it, and come back with what happened."""
    given = {"mails": [b64encode(one).decode() for one in mails], "evil": evil, "trap": trap}
    (folder / "given.json").write_text(json.dumps(given), "utf-8")
    trace = folder / "trace.txt"
    command = [
        *("strace", "-f", "--seccomp-bpf", "-qq", "-s", "4096", "-e", "signal=none"),
        *("-e", "trace=%file,connect,sendto,sendmsg,sendmmsg", "-o", str(trace)),
        *("unshare", "--net" if os.geteuid() == 0 else "--map-root-user", "--net"),
        *(sys.executable, "-m", "tests.support.hostile_desk"),
        *(str(folder), str(folder / "given.json"), *options),
    ]
    done = subprocess.run(
        command,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines = trace.read_text("utf-8", "replace").splitlines()
    return Looked(json.loads(done.stdout.splitlines()[-1]), lines, len(mails))


def _vectors() -> list[bytes]:
    every = [*xss_vectors(), *naughty_strings()]
    return [vector_mail(n, every[n : n + TOGETHER]) for n in range(0, len(every), TOGETHER)]


def _trackers() -> Iterator[bytes]:
    for number, lure in enumerate(LURES):
        for kind, site in enumerate(SITES):
            html = lure.format(site.format(n=f"{number}-{kind}"))
            yield html_mail(10_000 + 10 * number + kind, f"<p>Hola</p>{html}")


def _real() -> list[bytes]:
    """HTML mails that people and shops really sent, evenly out of the whole corpus."""
    found = [raw for path in real_mails() if b"text/html" in (raw := path.read_bytes()).lower()]
    assert len(found) > 1_000
    return found[:: len(found) // REAL_MAILS]


@pytest.fixture(scope="module")
def traps(tmp_path_factory: pytest.TempPathFactory) -> Traps:
    return Traps(tmp_path_factory.mktemp("traps") / TRAPS)


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory, traps: Traps) -> Looked:
    mails = [*_vectors(), *_trackers(), *_real(), *traps.mails()]
    trap = traps.folder / "picture.png"
    evil = f"Talla <img src='{trap}'><a href='javascript:1'>x</a>\u202e"
    return look(tmp_path_factory.mktemp("looked"), mails, evil, str(trap))


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory, traps: Traps) -> Looked:
    """The same with one mail only, and a program that does all that it must not do."""
    folder = tmp_path_factory.mktemp("careless")
    trap = str(traps.folder / "picture.png")
    return look(folder, [html_mail(1, "<p>Hola</p>")], "x", trap, "--careless")


def test_every_mail_was_looked_at_with_its_formatting(looked: Looked) -> None:
    assert looked.mails > 220
    assert looked.report["opened"] == looked.mails
    formatted = looked.report["formatted"]
    assert isinstance(formatted, int)
    assert formatted > looked.mails * 0.8  # a machine under load finds more of them too heavy


Kind = Callable[[Looked], object]


@pytest.mark.parametrize(
    "traces", [Looked.named, Looked.called, lambda looked: looked.report["problems"]]
)
def test_nothing_happens_that_a_mail_asks_for(
    looked: Looked, careless: Looked, traces: Kind
) -> None:
    """No file it names is looked at, nobody is called, no text is markup and no link leads astray;
    and the same watch notices the program that is careless."""
    assert traces(careless)
    assert traces(looked) == []
