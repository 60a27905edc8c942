"""What a window remembers."""

import threading
from pathlib import Path

import pytest

from deskapp.system import ui_state as module
from deskapp.system.ui_state import FileUiState
from tests.conftest import ExpectLog


def test_remembered_over_a_restart(tmp_path: Path) -> None:
    state = FileUiState(tmp_path / "ui.json")
    state.set("rail", {"width": 64})
    state.set("view", "mine")
    assert state.get("rail") == {"width": 64}
    state.close()
    again = FileUiState(tmp_path / "ui.json")
    assert (again.get("rail"), again.get("view"), again.get("no", 3)) == ({"width": 64}, "mine", 3)


def test_it_is_written_without_being_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = threading.Event()
    original = module.write_private

    def write(path: Path, data: bytes) -> None:
        original(path, data)
        written.set()

    monkeypatch.setattr(module, "write_private", write)
    monkeypatch.setattr(module, "SETTLE_S", 0.01)
    FileUiState(tmp_path / "ui.json").set("view", "mine")
    assert written.wait(90)
    assert FileUiState(tmp_path / "ui.json").get("view") == "mine"


def test_a_dragged_pane_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[bytes] = []
    monkeypatch.setattr(module, "write_private", lambda path, data: writes.append(data))
    state = FileUiState(tmp_path / "ui.json")
    for width in range(500):
        state.set("width", width)
    state.set("width", 499)
    state.close()
    state.close()
    assert len(writes) == 1
    assert b"499" in writes[0]


@pytest.mark.parametrize("data", [b"", b"[1]", b"{", b"\xff", b"null"])
def test_a_damaged_file_counts_as_empty(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "ui.json").write_bytes(data)
    assert FileUiState(tmp_path / "ui.json").get("view", "all") == "all"


def test_a_full_disk_is_only_logged(tmp_path: Path, expect_log: ExpectLog) -> None:
    expect_log("state could not be written")
    state = FileUiState(tmp_path / "gone" / "ui.json")
    state.set("view", "mine")
    state.close()
    assert state.get("view") == "mine"
