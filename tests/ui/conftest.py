"""Tests of the window wait for what they wait for: a loaded machine takes ten times as long, and is no failure."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.system.sound import QtSounds
from tests.support.keyboard import Person, person_at_a_desk

PATIENCE_MS = 75_000


class PatientBot(QtBot):
    """As pytest-qt's, which gives up after five seconds unless it is told."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitSignals(self, signals: list[Any], *, timeout: int = PATIENCE_MS, **options: Any) -> Any:
        return super().waitSignals(signals, timeout=timeout, **options)

    def waitExposed(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture
def person(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Person]:
    """Somebody without a mouse, at the window of a desk with three mails."""
    monkeypatch.setattr(QtSounds, "devices", lambda _: [])
    monkeypatch.setattr(QtSounds, "play", lambda *_a, **_k: "")
    with person_at_a_desk(qtbot, qapp, tmp_path / "desk") as someone:
        yield someone
