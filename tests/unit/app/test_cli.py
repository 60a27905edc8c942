"""The command line, as processes: what it says, how it exits, and who does the work."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deskapp import __version__
from deskapp.app import cli
from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.errors import MEANINGS, SENTENCES, Exit, as_known, sentence
from deskapp.app.jobs import serve
from deskapp.system.errors import KnownError
from deskapp.system.keys import FileKey, MemoryKey
from deskapp.system.paths import Profile
from deskapp.system.secrets import SecretsFile
from tests.unit.app.conftest import make_ticket

ROOT = Path(__file__).parents[3]
COMMANDS = ("demo", "import-mail", "backup", "restore", "export", "secrets", "doctor", "team")
MAIL = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: Hi\r\nMessage-ID: <1@x>\r\n\r\nHi\r\n"


def environment(**extra: str) -> dict[str, str]:
    kept = ("PATH", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "PYTHON_KEYRING_BACKEND")
    return {name: os.environ[name] for name in kept} | {"PYTHONPATH": str(ROOT), **extra}


def deskapp(
    *arguments: object, stdin: str = "", **extra: str
) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "deskapp", *map(str, arguments)]
    return subprocess.run(
        command,
        input=stdin,
        env=environment(**extra),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """The folder of a closed desk with one ticket; its key is in `key` beside it."""
    folder = tmp_path / "desk"
    with open_desk(Profile.at(folder), FileKey(tmp_path / "key")) as desk:
        make_ticket(desk, "shelf")
        desk.secrets.put("a", "b")
    return folder


@pytest.fixture
def served(desk: Desk) -> Desk:
    """A desk that this process has open, reachable as the window's is."""
    make_ticket(desk, "shelf")
    serve(desk)
    return desk


def sentence_of(result: "subprocess.CompletedProcess[str]") -> str:
    """What it said went wrong: one line, no trace."""
    (line,) = result.stderr.splitlines()
    assert line.startswith("deskapp: ")
    assert line.endswith(".")
    return line


class TestHelp:
    @pytest.mark.parametrize("command", [(), *[(name,) for name in COMMANDS]])
    def test_every_command_explains_itself_and_its_exit_codes(self, command: tuple[str]) -> None:
        result = deskapp(*command, "--help")
        assert result.returncode == 0
        for code, meaning in MEANINGS.items():
            assert f"{code:>3}  {meaning}" in result.stdout
        assert "--profile DIR" in result.stdout

    def test_the_version(self) -> None:
        assert deskapp("--version").stdout == f"deskapp {__version__}\n"

    @pytest.mark.parametrize(
        "wrong", [["frobnicate"], ["backup"], ["--frobnicate"], ["doctor", "x"]]
    )
    def test_what_it_does_not_understand(self, wrong: list[str]) -> None:
        assert deskapp(*wrong).returncode == Exit.USAGE

    def test_help_touches_nothing(self, tmp_path: Path) -> None:
        deskapp("doctor", "--help", "--profile", tmp_path / "none")
        assert not (tmp_path / "none").exists()

    def test_the_start_imports_nothing_heavy(self) -> None:
        source = (
            "import sys; import deskapp.app.cli as cli; cli.parser(); "
            "print([name for name in ('sqlalchemy', 'PySide6', 'cryptography', 'keyring', "
            "'email.message', 'alembic', 'platformdirs') if name in sys.modules])"
        )
        command = [sys.executable, "-c", source]
        done = subprocess.run(
            command, env=environment(), capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "[]"


class TestWithoutADesk:
    @pytest.mark.parametrize("command", [["backup", "a"], ["export", "a"]])
    def test_there_is_none_and_none_is_made(self, command: list[str], tmp_path: Path) -> None:
        result = deskapp(*command, "--profile", tmp_path / "none")
        assert result.returncode == Exit.NOT_FOUND
        assert str(tmp_path / "none") in sentence_of(result)
        assert not (tmp_path / "none").exists()

    def test_the_window_without_a_screen(self, tmp_path: Path) -> None:
        result = deskapp("--profile", tmp_path / "desk")
        assert result.returncode == Exit.NO_DISPLAY
        assert "no screen" in sentence_of(result)

    def test_the_demo_without_a_screen(self) -> None:
        assert deskapp("demo").returncode == Exit.NO_DISPLAY

    def test_options_may_stand_before_and_after_the_command(self, tmp_path: Path) -> None:
        before = deskapp("--profile", tmp_path / "x", "backup", "a")
        after = deskapp("backup", "a", "--profile", tmp_path / "x")
        assert sentence_of(before) == sentence_of(after)


class TestOnAClosedDesk:
    def test_backup_and_restore(self, closed: Path, tmp_path: Path) -> None:
        (tmp_path / "pass").write_text("pass phrase\n")
        key = ("--key-file", tmp_path / "key")
        file = tmp_path / "a.deskbackup"
        where = ("--profile", closed, *key, "--passphrase-file", tmp_path / "pass")
        made = deskapp("backup", file, *where, "--json")
        assert made.returncode == 0, made.stderr
        assert json.loads(made.stdout)["secrets"] == "passphrase"
        there = ("--profile", tmp_path / "there", "--key-file", tmp_path / "key2")
        back = deskapp("restore", file, *there, "--passphrase-file", "-", stdin="pass phrase\n")
        assert back.returncode == 0, back.stderr
        assert "Restored the desk" in back.stdout
        wrong = deskapp("restore", file, *there, "--passphrase-file", "-", stdin="wrong\n")
        assert wrong.returncode == Exit.SECRETS
        assert sentence_of(wrong) == "deskapp: The passphrase is wrong."
        again = deskapp("backup", file, *where)
        assert again.returncode == Exit.FAILED
        assert "is there already" in sentence_of(again)

    def test_the_key_is_lost(self, closed: Path, tmp_path: Path) -> None:
        (tmp_path / "key").unlink()
        where = ("--profile", closed, "--key-file", tmp_path / "key")
        result = deskapp("backup", tmp_path / "a", *where, "--passphrase-file", "-", stdin="x\n")
        assert result.returncode == Exit.SECRETS
        assert "no longer holds the key" in sentence_of(result)
        assert not (tmp_path / "a").exists()

    def test_the_way_back_in(self, closed: Path, tmp_path: Path) -> None:
        where = ("--profile", closed, "--key-file", tmp_path / "key")
        for name, passphrase in (("a", "pass phrase\n"), ("b", "\n")):
            made = deskapp(
                "backup", tmp_path / name, *where, "--passphrase-file", "-", stdin=passphrase
            )
            assert made.returncode == 0, made.stderr
        (tmp_path / "key").unlink()
        recover = ("secrets", "recover", tmp_path / "a", *where, "--passphrase-file", "-")
        assert deskapp(*recover, stdin="wrong\n").returncode == Exit.SECRETS
        without = ("secrets", "recover", tmp_path / "b", *where, "--passphrase-file", "-")
        assert "holds no secrets" in sentence_of(deskapp(*without, stdin="x\n"))
        back = deskapp(*recover, stdin="pass phrase\n")
        assert (back.returncode, back.stdout) == (0, "1 secrets are back.\n"), back.stderr
        assert SecretsFile(closed / "secrets.store", FileKey(tmp_path / "key")).get("a") == "b"
        (tmp_path / "key").unlink()
        assert deskapp("secrets", "new", *where).returncode == 0
        assert SecretsFile(closed / "secrets.store", FileKey(tmp_path / "key")).get("a") is None
        assert len(list(closed.glob("secrets.store.old-*"))) == 2

    def test_a_damaged_backup(self, tmp_path: Path) -> None:
        (tmp_path / "bad").write_bytes(b"no backup at all")
        result = deskapp("restore", tmp_path / "bad", "--profile", tmp_path / "desk")
        assert result.returncode == Exit.DAMAGED
        sentence_of(result)

    @pytest.mark.of_a_file
    def test_a_damaged_desk(self, closed: Path, tmp_path: Path) -> None:
        data = bytearray((closed / "desk.sqlite").read_bytes())
        data[4096 : 20 * 4096] = bytes(19 * 4096)
        (closed / "desk.sqlite").write_bytes(data)
        result = deskapp("export", tmp_path / "out", "--profile", closed)
        assert result.returncode == Exit.DAMAGED, result.stderr
        assert "damaged" in sentence_of(result)

    @pytest.mark.of_a_file
    def test_a_newer_desk(self, closed: Path, tmp_path: Path) -> None:
        import pysqlite3.dbapi2 as sqlite

        connection = sqlite.connect(str(closed / "desk.sqlite"), isolation_level=None)
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.close()
        before = (closed / "desk.sqlite").read_bytes()
        result = deskapp("export", tmp_path / "out", "--profile", closed)
        assert result.returncode == Exit.NEWER
        assert "newer deskapp" in sentence_of(result)
        assert (closed / "desk.sqlite").read_bytes() == before

    def test_import_mail_makes_a_desk(self, tmp_path: Path) -> None:
        (tmp_path / "a.eml").write_bytes(MAIL)
        where = ("--profile", tmp_path / "new")
        result = deskapp("import-mail", tmp_path / "a.eml", *where, "--json")
        assert result.returncode == 0, result.stderr
        assert json.loads(result.stdout)["imported"] == 1
        missing = deskapp("import-mail", tmp_path / "no.eml", *where)
        assert missing.returncode == Exit.NOT_FOUND

    def test_a_bug_is_one_sentence_and_its_trace_is_in_the_log(self, closed: Path) -> None:
        source = (
            "from deskapp.app import doctor\n"
            "def bug(*a, **k): raise ZeroDivisionError('password=hunter2')\n"
            "doctor.examine = bug\n"
            "from deskapp.app.cli import main\n"
            f"raise SystemExit(main(['doctor', '--profile', {str(closed)!r}]))"
        )
        command = [sys.executable, "-c", source]
        result = subprocess.run(
            command, env=environment(), capture_output=True, text=True, check=False
        )
        assert result.returncode == Exit.FAILED
        assert str(closed / "logs" / "deskapp.log") in sentence_of(result)
        log = (closed / "logs" / "deskapp.log").read_text()
        assert "ZeroDivisionError" in log
        assert "hunter2" not in log


class TestWithTheDeskOpen:
    """The process that has it open does the work."""

    def test_backup(self, served: Desk, tmp_path: Path) -> None:
        target = tmp_path / "a.deskbackup"
        result = deskapp("backup", target, "--profile", served.profile.folder, "--json")
        assert result.returncode == 0, result.stderr
        assert json.loads(result.stdout)["tickets"] == 1
        assert target.is_file()

    def test_export(self, served: Desk, tmp_path: Path) -> None:
        result = deskapp("export", tmp_path / "out", "--profile", served.profile.folder)
        assert result.returncode == 0, result.stderr
        assert (tmp_path / "out" / "tickets.jsonl").is_file()

    def test_import_mail(self, served: Desk, tmp_path: Path) -> None:
        (tmp_path / "a.eml").write_bytes(MAIL)
        where = ("--profile", served.profile.folder)
        result = deskapp("import-mail", tmp_path / "a.eml", *where)
        assert result.returncode == 0, result.stderr
        assert "Imported 1 mails into 1 tickets." in result.stdout

    @pytest.mark.of_a_file
    def test_doctor(self, served: Desk) -> None:
        result = deskapp("doctor", "--profile", served.profile.folder, "--json")
        report = json.loads(result.stdout)
        assert report["ok"] is True, result.stdout
        states = {check["name"]: check for check in report["checks"]}
        assert f"process {os.getpid()}" in states["desk"]["detail"]
        assert states["counters"]["state"] == "ok"

    @pytest.mark.of_a_file
    def test_restore_is_refused(self, served: Desk, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"x")
        result = deskapp("restore", tmp_path / "a", "--profile", served.profile.folder)
        assert result.returncode == Exit.IN_USE
        assert f"number {os.getpid()}" in sentence_of(result)

    def test_its_refusals_come_through(self, served: Desk, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("x")
        result = deskapp("backup", tmp_path / "taken", "--profile", served.profile.folder)
        assert result.returncode == Exit.FAILED
        assert "is there already" in sentence_of(result)

    def test_a_second_window_raises_the_first(self, desk: Desk) -> None:
        raised: list[bool] = []
        serve(desk, lambda: raised.append(True))
        result = deskapp("--profile", desk.profile.folder)
        assert (result.returncode, raised) == (0, [True]), result.stderr

    def test_a_window_while_a_command_runs(self, served: Desk) -> None:
        result = deskapp("--profile", served.profile.folder)
        assert result.returncode == Exit.IN_USE
        assert str(os.getpid()) in sentence_of(result)


def test_ctrl_c_ends_cleanly(tmp_path: Path) -> None:
    """On a terminal, with its progress bar, while it imports."""
    folder = tmp_path / "mails"
    folder.mkdir()
    for number in range(1500):
        (folder / f"{number}.eml").write_bytes(MAIL.replace(b"<1@x>", f"<{number}@x>".encode()))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "deskapp", "import-mail", str(folder)]
    with subprocess.Popen(
        [*command, "--profile", str(tmp_path / "desk")],
        env=environment(COLUMNS="80"),
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    ) as child:
        os.close(theirs)
        shown = b""
        while b"importing" not in shown:
            shown += os.read(ours, 4096)
        child.send_signal(signal.SIGINT)
        try:
            while True:
                shown += os.read(ours, 4096)
        except OSError:
            pass  # the other side of the terminal is closed
        child.wait(60)
    os.close(ours)
    assert child.returncode == Exit.CANCELLED
    assert b"[####" in shown
    assert shown.rstrip().endswith(b"deskapp: Cancelled; nothing was left half done.")
    assert b"Traceback" not in shown


class TestSentences:
    def test_every_code_that_is_raised_has_one(self) -> None:
        import re

        raised = set()
        for folder in ("app", "system"):
            for path in (ROOT / "deskapp" / folder).glob("*.py"):
                text = path.read_text(encoding="utf-8")
                raised |= set(re.findall(r'KnownError\(\s*"(\w+)"', text))
        assert raised - set(SENTENCES) == set()
        assert len(raised) > 25

    def test_each_is_one_plain_sentence(self) -> None:
        for code, text in SENTENCES.values():
            assert isinstance(code, Exit)
            assert text[0].isupper() or text.startswith("{")
            assert text.endswith(".")
            assert "\n" not in text

    def test_parameters_are_data(self) -> None:
        _, said = sentence(KnownError("desk_missing", path="{0.__class__}{path}"))
        assert said == "There is no desk in {0.__class__}{path}."
        assert sentence(KnownError("desk_missing"))[1] == "There is no desk in ?."
        assert sentence(KnownError("unheard_of")) == (Exit.FAILED, "It failed: unheard_of.")

    def test_what_the_system_raises(self) -> None:
        full = as_known(OSError(28, "No space left on device", "/x"))
        assert full is not None
        assert full.code == "disk_full"
        gone = as_known(FileNotFoundError(2, "No such file", "/x"))
        assert gone is not None
        assert (gone.code, gone.params["path"]) == ("file_missing", "/x")
        assert as_known(ZeroDivisionError()) is None
        assert as_known(OSError("odd")) is None


def test_a_console_that_cannot_show_it() -> None:
    """A Windows code page: nothing ends for a character."""
    source = "from deskapp.app import cli; cli._make_consoles_safe(); print('¿ñ€ 漢?')"
    command = [sys.executable, "-c", source]
    env = environment(PYTHONIOENCODING="cp437", PYTHONUTF8="0")
    result = subprocess.run(command, env=env, capture_output=True, check=True)
    assert result.stdout.decode("cp437").strip() == "¿ñ\\u20ac \\u6f22?"


def test_without_any_console(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As a windowed program of Windows: there is no stdout at all."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    code = cli.main(["backup", str(tmp_path / "a"), "--profile", str(tmp_path / "none")])
    assert code == Exit.NOT_FOUND


def test_keys_are_made_where_they_were_asked_for(tmp_path: Path, keys: MemoryKey) -> None:
    arguments = cli.parser().parse_args(["doctor", "--key-file", str(tmp_path / "key")])
    assert isinstance(cli.keys_of(arguments), FileKey)
    assert cli.keys_of(cli.parser().parse_args([])) is None
