"""The parser's process: it serves, it is limited, it is replaced, and it loses no mail."""

import base64
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from deskapp.channels.email.parse import parse
from deskapp.channels.email.parsed import MAX_RAW_BYTES
from deskapp.channels.email.sandbox import Limits, MailParser, Parsed, Unparseable
from tests.support.mail_corpora import REAL_MAILS, real_mails
from tests.support.safe_html import problems
from tests.unit.email.test_parse import BOMBS, entity, nested

MAIL = b"From: a@b.example\nSubject: Hola\n\nbody\n"
EVERY = 5
ODD = Path(__file__).parents[2] / "support" / "odd_mail_parser.py"


@pytest.fixture(scope="module")
def parser() -> Iterator[MailParser]:
    with MailParser() as one:
        yield one


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[MailParser]:
    """A parser that obeys the mails it is given, on short limits of wall time."""
    command = [sys.executable, str(ODD), str(tmp_path / "marker")]
    with MailParser(command=command, limits=Limits(cpu_s=1, wall_s=0.5)) as one:
        yield one


def test_real_mails_become_data(parser: MailParser) -> None:
    """One in five; `tests/e2e/test_corpus_import.py` sends every one of them through here."""
    unparseable: Counter[str] = Counter()
    blank = 0
    chosen = real_mails()[3::EVERY]
    for file in chosen:
        raw = file.read_bytes()
        found = parser.parse(raw)  # within the sandbox's own limits of CPU and memory
        if isinstance(found, Unparseable):
            unparseable[found.reason_code] += 1
            continue
        blank += not (found.mail.text or found.mail.html or found.attachments)
        for one, data in zip(found.mail.attachments, found.attachments, strict=True):
            assert (one.size, one.sha256) == (len(data), sha256(data).hexdigest())
        if found.mail.html:
            assert problems(found.mail.html.html) == []

    assert len(chosen) == REAL_MAILS // EVERY
    assert not unparseable
    assert blank == 1  # a mail of nothing but a frame from elsewhere


def test_it_answers_what_parse_answers(parser: MailParser) -> None:
    for file in random.Random(7).sample(real_mails(), 40):
        raw = file.read_bytes()

        assert parser.parse(raw) == Parsed(*parse(raw))


@pytest.mark.parametrize("raw", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_go_through(parser: MailParser, raw: bytes) -> None:
    assert isinstance(parser.parse(raw), Parsed)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (nested(1_500), "depth"),
        (entity(*["x: y\n\nz"] * 1_500).encode(), "parts"),
        (b"To: " + b"a@b.example," * 1_500 + b"\n\nx", "addresses"),
        (b"A: b\n" * 5_000 + b"\nx", "headers"),
    ],
    ids=["depth", "parts", "addresses", "headers"],
)
def test_what_is_beyond_the_limits_is_told(parser: MailParser, raw: bytes, code: str) -> None:
    found = parser.parse(raw)

    assert isinstance(found, Unparseable)
    assert found.reason_code == code
    assert isinstance(parser.parse(MAIL), Parsed)


def test_too_large_a_mail_is_not_even_sent() -> None:
    with MailParser(command=["no-such-program"]) as unstarted:
        found = unstarted.parse(bytes(MAX_RAW_BYTES + 1))

    assert isinstance(found, Unparseable)
    assert found.reason_code == "too_large"


def test_large_attachments_fit(parser: MailParser) -> None:
    data = random.Random(1).randbytes(25_000_000)
    head = "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
    raw = entity("Content-Type: text/plain\n\nhi", f"{head}{base64.encodebytes(data).decode()}")

    found = parser.parse(raw.encode())

    assert isinstance(found, Parsed)
    assert found.attachments == (data,)
    assert found.mail.defects == ()


def test_threads_share_one_worker(parser: MailParser) -> None:
    mails = [MAIL.replace(b"Hola", b"Hola %d" % i) for i in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(parser.parse, mails))

    subjects = [one.mail.subject for one in found if isinstance(one, Parsed)]
    assert subjects == [f"Hola {i}" for i in range(200)]


# -- workers that go wrong ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        ("spin", {"cpu", "timeout"}),  # by whichever clock ran out first
        ("sleep", {"timeout"}),
        ("exit", {"crash"}),
        ("raise", {"crash"}),
        ("garbage", {"crash"}),
        *([("hoard", {"memory"})] if sys.platform == "linux" else []),
    ],
)
def test_a_lost_worker_is_replaced(odd: MailParser, order: str, codes: set[str]) -> None:
    assert isinstance(odd.parse(MAIL), Parsed)

    found = odd.parse(f"{order}\n\nx".encode())

    assert isinstance(found, Unparseable)
    assert found.reason_code in codes
    assert isinstance(odd.parse(MAIL), Parsed)


def test_time_on_the_processor_is_limited_apart(tmp_path: Path) -> None:
    """A busy machine is no fault of a mail; what the mail itself costs is. Not where unsupported."""
    command = [sys.executable, str(ODD), str(tmp_path / "marker")]
    limits = Limits(cpu_s=1, wall_s=8.0)
    with MailParser(command=command, limits=limits) as patient:
        found = patient.parse(b"spin\n\nx")

    assert isinstance(found, Unparseable)
    assert found.reason_code == ("timeout" if sys.platform == "win32" else "cpu")


@pytest.mark.parametrize("order", ["spin-html", "sleep-html", "exit-html", "raise-html"])
def test_a_mail_that_costs_too_much_is_read_without_its_html(odd: MailParser, order: str) -> None:
    found = odd.parse(f"{order}\n".encode() + MAIL)

    assert isinstance(found, Parsed)
    assert found.mail.defects == ("lean",)


@pytest.mark.parametrize("order", ["once-sleep", "once-exit", "once-raise"])
def test_bad_luck_is_tried_again(odd: MailParser, order: str) -> None:
    found = odd.parse(f"{order}: x\n".encode() + MAIL)

    assert isinstance(found, Parsed)
    assert found.mail.defects == ()


def test_prints_do_not_disturb(odd: MailParser) -> None:
    found = odd.parse(b"print\n" + MAIL)

    assert isinstance(found, Parsed)


def test_a_worker_that_does_not_start_is_an_error() -> None:
    for command in (["no-such-program"], [sys.executable, "-c", ""]):
        with MailParser(command=command) as broken, pytest.raises(OSError):
            broken.parse(MAIL)


def test_closing_ends_the_worker_and_may_be_repeated() -> None:
    one = MailParser()
    one.parse(MAIL)
    one.close()
    one.close()

    with pytest.raises(RuntimeError):
        one.parse(MAIL)


def test_a_worker_ends_when_its_parent_is_gone() -> None:
    command = [sys.executable, "-P", "-m", "deskapp.channels.email.sandbox"]
    root = str(Path(__file__).parents[3])
    ended = subprocess.run(
        command, input=b"", capture_output=True, timeout=60, env={"PYTHONPATH": root}, check=False
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
