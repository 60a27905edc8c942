"""Where panes, folds and the last view are remembered: a JSON file in the desk's folder."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

_WRITE_AFTER_MS = 400


class FileUiState(QObject):
    """`core.ports.UiState` in a file. Reading and writing happen off the GUI thread.

    A file that is damaged or cannot be written costs remembered sizes, never more.
    """

    def __init__(self, path: Path, values: dict[str, object]) -> None:
        """`values` is what `load` returned; the application loads it before the window is built."""
        super().__init__()
        self._path = path
        self._values = values
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="ui-state")
        self._soon = QTimer(self, singleShot=True, interval=_WRITE_AFTER_MS)
        self._soon.timeout.connect(self._write)

    def get(self, key: str, default: object = None) -> object:
        return self._values.get(key, default)

    def set(self, key: str, value: object) -> None:
        """`value` must be JSON: strings, numbers, booleans, None, lists and maps of them."""
        if self._values.get(key) != value:
            self._values[key] = value
            self._soon.start()

    def close(self) -> None:
        """Write what is pending and wait for it; for the end of the application only."""
        if self._soon.isActive():
            self._soon.stop()
            self._write()
        self._writer.shutdown(wait=True)

    def _write(self) -> None:
        self._writer.submit(save, self._path, json.dumps(self._values, ensure_ascii=False))


def load(path: Path) -> dict[str, object]:
    """What was remembered; empty when there is nothing readable."""
    try:
        values = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def save(path: Path, text: str) -> bool:
    """Replace the file as a whole, so that a crash leaves the old or the new one."""
    part = path.with_suffix(".part")
    try:
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError:
        return False
    return True


class MemoryUiState:
    """`core.ports.UiState` for a window that remembers nothing."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}

    def get(self, key: str, default: object = None) -> object:
        return self._values.get(key, default)

    def set(self, key: str, value: object) -> None:
        self._values[key] = value
