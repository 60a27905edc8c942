"""System packages are installed without touching what runs on the machine."""

import os
from pathlib import Path

import debian
import pytest
from common import Failure


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of stand-ins: dpkg knows the names in ``installed``, and every other command
    is written to ``log``; ``apt-get install`` also notes the policy that held meanwhile."""
    programs = {
        "dpkg-query": 'for name in "$@"; do grep -x "$name installed" "$TMP/installed"; done',
        "apt-get": 'echo "apt-get $*" >> "$TMP/log"; cat "$TMP/policy-rc.d" >> "$TMP/log"',
        "update-rc.d": 'echo "update-rc.d $*" >> "$TMP/log"',
        "systemctl": 'echo "systemctl $*" >> "$TMP/log"',
        "debconf-set-selections": 'cat >> "$TMP/log"',
    }
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, body in programs.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\nTMP={tmp_path}\n{body}\ntrue\n", encoding="utf-8")
        path.chmod(0o755)
    (tmp_path / "installed").write_text("gcc installed\nlibglib2.0-0t64 installed\n", "utf-8")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(debian, "_POLICY", tmp_path / "policy-rc.d")
    return tmp_path


def test_what_is_there_under_either_name_is_not_missing(machine: Path) -> None:
    assert debian.missing(["gcc", "libglib2.0-0", "sox"]) == ["sox"]


def test_nothing_is_done_when_nothing_is_missing(machine: Path) -> None:
    debian.install(["gcc", "libglib2.0-0"])
    assert not (machine / "log").exists()


def test_new_services_neither_start_nor_stay(machine: Path) -> None:
    debian.install(["gcc", "postfix"], services=["no-such-service"])
    log = (machine / "log").read_text("utf-8")
    assert "install -qq -y --no-install-recommends --no-remove postfix\n#!/bin/sh\nexit 101" in log
    assert "update-rc.d no-such-service disable" in log
    assert "systemctl disable --quiet no-such-service" in log
    assert "postfix/main_mailer_type select No configuration" in log
    assert not (machine / "policy-rc.d").exists()


def test_the_machines_own_policy_comes_back(machine: Path) -> None:
    (machine / "policy-rc.d").write_text("#!/bin/sh\nexit 104\n", "utf-8")
    debian.install(["sox"])
    assert "exit 101" in (machine / "log").read_text("utf-8")
    assert (machine / "policy-rc.d").read_text("utf-8") == "#!/bin/sh\nexit 104\n"


def test_the_policy_comes_back_after_a_failure(machine: Path) -> None:
    (machine / "bin" / "apt-get").write_text("#!/bin/sh\nexit 100\n", "utf-8")
    (machine / "policy-rc.d").write_text("own", "utf-8")
    with pytest.raises(Failure):
        debian.install(["sox"])
    assert (machine / "policy-rc.d").read_text("utf-8") == "own"


def test_without_rights_the_sentence_says_what_to_type(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(Failure, match=r"apt-get install sox$"):
        debian.install(["gcc", "sox"])
