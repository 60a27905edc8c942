"""`core.ports.UiState` that remembers nothing beyond the test."""

from __future__ import annotations


class MemoryUiState:
    """Panes and folds in memory."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}

    def get(self, key: str, default: object = None) -> object:
        return self._values.get(key, default)

    def set(self, key: str, value: object) -> None:
        self._values[key] = value
