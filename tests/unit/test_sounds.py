"""The alert sounds: all there, well formed, and told apart by ear."""

import importlib.util
import math
import struct
import sys
import wave
from pathlib import Path
from types import ModuleType

import pytest

from deskapp.core.policies.settings import SOUNDS
from deskapp.system.resources import resource

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "make_sounds", ROOT / "scripts" / "make_sounds.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def read(name: str) -> tuple[int, list[float]]:
    with wave.open(str(resource("sounds", f"{name}.wav"))) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        count = file.getnframes()
        values = struct.unpack(f"<{count}h", file.readframes(count))
        return file.getframerate(), [value / 32_767 for value in values]


def strength(values: list[float], rate: int, hertz: float) -> float:
    """Of one pitch, by Goertzel."""
    k = 2 * math.cos(2 * math.pi * hertz / rate)
    a = b = 0.0
    for value in values:
        a, b = value + k * a - b, a
    return math.sqrt(max(0.0, a * a + b * b - k * a * b)) / len(values)


@pytest.mark.parametrize("name", SOUNDS)
def test_every_sound_is_there_short_loud_and_without_a_click(name: str) -> None:
    rate, values = read(name)
    assert 0.1 < len(values) / rate < 1.5
    assert 0.7 < max(map(abs, values)) <= 0.81
    assert abs(values[0]) < 0.01
    assert abs(values[-1]) < 0.01


def test_the_files_are_what_the_script_makes(maker: ModuleType) -> None:
    assert set(maker.VOICES) == set(SOUNDS)
    for name, notes in maker.VOICES.items():
        made = maker.samples(notes)
        _rate, kept = read(name)
        assert len(made) == len(kept)
        assert max(abs(a - b) for a, b in zip(made, kept, strict=True)) < 1e-4


def test_each_voice_is_strongest_at_its_own_first_pitch(maker: ModuleType) -> None:
    for first, second in (("customer", "failure"), ("colleague", "failure"), ("reply", "reminder")):
        pitch = maker.VOICES[first][0].hertz
        rate, own = read(first)
        _rate, other = read(second)
        assert strength(own, rate, pitch) > 2 * strength(other, rate, pitch)
