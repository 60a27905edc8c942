"""Makes the alert sounds of `resources/sounds`; run it after changing a voice, commit the result.

Each voice has its own shape, so that it is known without looking: a customer rises and rings like a
bell, a reply is its short answer, a colleague knocks on wood, a reminder is one soft bell, and a
failure falls in two low reedy notes.
"""

import argparse
import math
import struct
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RATE = 44_100  # samples a second, mono, 16 bits
PEAK = 0.8
_ATTACK_S = 0.006
_RELEASE_S = 0.03

BELL = ((1.0, 1.0), (2.0, 0.45), (3.01, 0.2), (4.2, 0.08))
WOOD = ((1.0, 1.0), (2.76, 0.35), (5.4, 0.12))
REED = ((1.0, 1.0), (3.0, 0.5), (5.0, 0.28), (7.0, 0.12))


@dataclass(frozen=True, slots=True)
class Note:
    start: float  # seconds
    length: float
    hertz: float
    decay: float  # larger dies sooner
    timbre: tuple[tuple[float, float], ...]  # (multiple of the pitch, strength)


VOICES: dict[str, tuple[Note, ...]] = {
    "customer": (
        Note(0.00, 0.55, 659.26, 6.0, BELL),
        Note(0.13, 0.55, 880.00, 6.0, BELL),
        Note(0.26, 0.70, 1318.51, 5.0, BELL),
    ),
    "reply": (Note(0.00, 0.40, 880.00, 7.0, BELL), Note(0.11, 0.50, 1174.66, 7.0, BELL)),
    "colleague": (Note(0.00, 0.14, 392.00, 26.0, WOOD), Note(0.12, 0.18, 523.25, 22.0, WOOD)),
    "reminder": (Note(0.00, 0.90, 523.25, 4.0, BELL),),
    "failure": (Note(0.00, 0.26, 311.13, 2.5, REED), Note(0.27, 0.42, 233.08, 4.0, REED)),
}


def samples(notes: Sequence[Note]) -> list[float]:
    """The voice as numbers from -PEAK to PEAK."""
    total = max(note.start + note.length for note in notes)
    mixed = [0.0] * math.ceil(total * RATE)
    for note in notes:
        first = round(note.start * RATE)
        for i in range(min(round(note.length * RATE), len(mixed) - first)):
            mixed[first + i] += _tone(note, i / RATE)
    loudest = max(abs(value) for value in mixed)
    return [value / loudest * PEAK for value in mixed]


def _tone(note: Note, t: float) -> float:
    """`note` at `t` seconds after its start; it begins and ends at zero, so that nothing clicks."""
    envelope = min(1.0, t / _ATTACK_S, (note.length - t) / _RELEASE_S) * math.exp(-note.decay * t)
    partials = (
        strength * math.sin(2 * math.pi * note.hertz * multiple * t)
        for multiple, strength in note.timbre
    )
    return envelope * sum(partials)


def write(path: Path, notes: Sequence[Note]) -> None:
    values = [round(value * 32_767) for value in samples(notes)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(values)}h", *values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Path(__file__).resolve().parent.parent / "resources" / "sounds"
    parser.add_argument("folder", nargs="?", type=Path, default=default)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, notes in VOICES.items():
        write(folder / f"{name}.wav", notes)
        print(folder / f"{name}.wav")


if __name__ == "__main__":
    main()
