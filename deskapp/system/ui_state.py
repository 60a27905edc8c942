"""`ui.json`: where panes, folds and the last view are remembered."""

import json
import logging
import threading
from pathlib import Path

from deskapp.system.paths import write_private

SETTLE_S = 0.4
"""Writing waits this long, since a dragged pane changes a hundred times."""

_log = logging.getLogger(__name__)


class FileUiState:
    """A `core.ports.UiState`. Reads once, and writes on a thread of its own: no caller waits.

    A file that cannot be read counts as empty: nothing in it is worth stopping for.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._values = _load(path)
        self._timer: threading.Timer | None = None

    def get(self, key: str, default: object = None) -> object:
        with self._lock:
            return self._values.get(key, default)

    def set(self, key: str, value: object) -> None:
        """Remember `value` (of JSON's types)."""
        with self._lock:
            if key in self._values and self._values[key] == value:
                return
            self._values[key] = value
            if self._timer is None:
                self._timer = threading.Timer(SETTLE_S, self._write)
                self._timer.daemon = True
                self._timer.start()

    def close(self) -> None:
        """Write what is not yet written, and wait for it."""
        with self._lock:
            timer = self._timer
        if timer is not None:
            timer.cancel()
            timer.join()
            self._write()

    def _write(self) -> None:
        with self._lock:
            if self._timer is None:
                return
            self._timer = None
            data = json.dumps(self._values, ensure_ascii=False, indent=1).encode()
        try:
            write_private(self._path, data)
        except OSError as error:
            _log.warning("the window's state could not be written: %s", error.strerror)


def _load(path: Path) -> dict[str, object]:
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
