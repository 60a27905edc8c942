"""Audible alerts through QtMultimedia.

QtMultimedia is imported at the first use of a sound or at `warm_up`, never at start: it takes
130 ms. Where it cannot be loaded, or no device is there, everything stays silent and nothing
raises. To be used on the window's thread.
"""

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from deskapp.system.resources import resource

if TYPE_CHECKING:
    from PySide6.QtCore import QTimer
    from PySide6.QtMultimedia import QAudioDevice, QSoundEffect

REPEAT_MS = 6_000
"""From the start of a repeated sound to its next one."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_log = logging.getLogger(__name__)


class QtSounds:
    """A `core.ports.Sounds`: one QSoundEffect for each sound and device, made once and kept.

    `find` gives the WAV file of a sound's name; only plain names reach it.
    """

    def __init__(self, find: Callable[[str], Path] | None = None) -> None:
        self._find = find or _shipped
        self._voices: dict[tuple[str, str], QSoundEffect] = {}
        self._playing: dict[str, tuple[QSoundEffect, QTimer | None]] = {}
        self._next = 0
        self._usable: bool | None = None

    def warm_up(self) -> bool:
        """Load what playing needs, at a quiet moment. Returns whether sound can be had at all."""
        if self._usable is None:
            try:
                import PySide6.QtMultimedia  # noqa: F401
            except ImportError as error:
                _log.info("no sound: %s", error)
                self._usable = False
            else:
                self._usable = True
        return self._usable

    def devices(self) -> list[tuple[str, str]]:
        if not self.warm_up():
            return []
        from PySide6.QtMultimedia import QMediaDevices

        outputs = QMediaDevices.audioOutputs()
        return [(_id_of(output), output.description()) for output in outputs]

    def play(self, sound: str, volume: float, device: str = "", repeat: bool = False) -> str:
        """Start a sound; `volume` 0…1 as the ear hears it. An unknown device: the default one."""
        voice = self._voice(sound, device)
        if voice is None:
            return ""
        voice.setVolume(_linear(volume))
        _ring(voice)
        self._next += 1
        handle = str(self._next)
        self._drop_finished()
        self._playing[handle] = (voice, _repeat(voice) if repeat else None)
        return handle

    def stop(self, handle: str = "") -> None:
        """End one sound, or all of them: what rings now (a second) is heard to its end, and not
        again. A handle that ended already is no error."""
        ended = [handle] if handle else list(self._playing)
        for name in ended:
            _, timer = self._playing.pop(name, (None, None))
            if timer is not None:
                timer.stop()
                timer.deleteLater()

    def _voice(self, sound: str, device: str) -> "QSoundEffect | None":
        if not _NAME.fullmatch(sound) or not self.warm_up():
            return None
        output = _output(device)
        file = self._find(sound)
        if output is None or not file.is_file():
            return None
        key = (sound, _id_of(output))
        if key not in self._voices:
            self._voices[key] = _make_voice(file, output)
        return self._voices[key]

    def _drop_finished(self) -> None:
        for handle, (voice, timer) in list(self._playing.items()):
            if timer is None and not voice.isPlaying():
                del self._playing[handle]


def _shipped(sound: str) -> Path:
    return resource("sounds", f"{sound}.wav")


def _id_of(output: "QAudioDevice") -> str:
    return bytes(output.id().data()).decode("utf-8", "replace")


def _output(device: str) -> "QAudioDevice | None":
    """The named device, else the default one; None when the machine has none."""
    from PySide6.QtMultimedia import QMediaDevices

    if device:
        for output in QMediaDevices.audioOutputs():
            if _id_of(output) == device:
                return output
    default = QMediaDevices.defaultAudioOutput()
    return None if default.isNull() else default


def _make_voice(file: Path, output: "QAudioDevice") -> "QSoundEffect":
    from PySide6.QtCore import QUrl
    from PySide6.QtMultimedia import QSoundEffect

    voice = QSoundEffect(output)
    voice.setSource(QUrl.fromLocalFile(str(file)))
    return voice


def _linear(volume: float) -> float:
    """What the sound card is told for a loudness between 0 and 1."""
    from PySide6.QtMultimedia import QtAudio

    scale = QtAudio.VolumeScale
    wanted = min(max(volume, 0.0), 1.0)
    return float(
        QtAudio.convertVolume(wanted, scale.LogarithmicVolumeScale, scale.LinearVolumeScale)
    )


def _ring(voice: "QSoundEffect") -> None:
    """Play, unless it is being heard already.

    Qt 6.11 restarts a playing effect by stopping its engine from another thread; about one time
    in five that leaves a closed socket in the event loop, which then spins and runs no timer.
    """
    if not voice.isPlaying():
        voice.play()


def _repeat(voice: "QSoundEffect") -> "QTimer":
    from PySide6.QtCore import QTimer

    timer = QTimer(voice)
    timer.setInterval(REPEAT_MS)
    timer.timeout.connect(lambda: _ring(voice))
    timer.start()
    return timer
