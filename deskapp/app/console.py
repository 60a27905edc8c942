"""What the command line shows: a progress bar on standard error, a result in plain words."""

import shutil
import time
from collections.abc import Mapping
from typing import TextIO

from deskapp.core.ports import Progress

_BAR = 24


class ProgressBar:
    """Redraws one line on a terminal; into a file it writes a line every few seconds. Call it."""

    def __init__(self, out: TextIO | None, *, shown: bool = True) -> None:
        self._out = out if shown else None
        self._is_terminal = out is not None and out.isatty()
        self._drawn = 0
        self._at = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        if self._out is None:
            return
        share = progress.done / progress.total if progress.total else 0.0
        numbers = f"{progress.done}/{progress.total}" if progress.total else str(progress.done)
        if self._is_terminal:
            filled = round(_BAR * min(share, 1.0))
            line = f"[{'#' * filled}{'.' * (_BAR - filled)}] {numbers} {progress.note}"
            line = line[: shutil.get_terminal_size().columns - 1]
            self._out.write("\r" + line.ljust(self._drawn))
            self._drawn = len(line)
        elif time.monotonic() - self._at >= 5:
            self._at = time.monotonic()
            self._out.write(f"{numbers} {progress.note}\n")
        self._out.flush()

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._out is not None and self._drawn:
            self._out.write("\r" + " " * self._drawn + "\r")
            self._out.flush()


def size(count: int) -> str:
    """A number of bytes as people say it."""
    amount, unit = float(count), "bytes"
    for larger in ("KB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.1f} {unit}" if unit != "bytes" else f"{count} bytes"


def summary(command: str, result: Mapping[str, object]) -> str:
    """What a command did, for a person."""
    lines = {
        "backup": _backup,
        "restore": _restore,
        "export": _export,
        "import-mail": _import,
        "secrets": _secrets,
        "join": _join,
        "team": _team,
        "move-database": _move,
    }[command](result)
    return "\n".join(lines)


def _backup(result: Mapping[str, object]) -> list[str]:
    lines = [f"Backed up to {result['path']} ({_size(result['size'])}), read back and checked."]
    if result["secrets"] == "machine":
        lines.append("Its passwords open on this machine only: no passphrase was given.")
    return lines


def _restore(result: Mapping[str, object]) -> list[str]:
    lines = [f"Restored the desk of {result['made']} with {result['tickets']} tickets."]
    if result["aside"]:
        lines.append(f"The desk that was here is kept in {result['aside']}.")
    if result["secrets"] == "missing":
        lines.append("Its passwords could not be opened; enter them again in Settings.")
    if result["held"]:
        lines.append(
            f"{result['held']} messages had not left when it was made; they wait in 'To send'."
        )
    return lines


def _export(result: Mapping[str, object]) -> list[str]:
    return [
        f"Exported {result['tickets']} tickets and {result['messages']} messages "
        f"to {result['path']}; README.md there explains every file."
    ]


def _import(result: Mapping[str, object]) -> list[str]:
    lines = [f"Imported {result['imported']} mails into {result['tickets']} tickets."]
    if result["known"]:
        lines.append(f"{result['known']} were here already.")
    if result["quarantined"]:
        lines.append(
            f"{result['quarantined']} could not be read; each is a ticket with its source."
        )
    if result["skipped"]:
        lines.append(f"{result['skipped']} files were no mail.")
    return lines


def _secrets(result: Mapping[str, object]) -> list[str]:
    if result["secrets"]:
        return [f"{result['secrets']} secrets are back."]
    return ["The secrets begin anew; enter the passwords again in Settings."]


def _team(result: Mapping[str, object]) -> list[str]:
    people = result.get("people")
    if isinstance(people, list):
        return [_person(one) for one in people]
    if "link" in result:
        return [
            "To join from another computer, within ten minutes and once:",
            f"  deskapp join '{result['link']}'",
            f"or by its address and the code {result['code']}.",
        ]
    if "password" in result:
        said = "Password set" if result["password"] else "No password is asked for any more"
        return [f"{said}; their devices have to be invited again."]
    return [f"{result.get('devices', 0)} devices were shut out."]


def _person(one: Mapping[str, object]) -> str:
    marks = [str(one["role"]), f"{one['devices']} devices"]
    marks += [name for name in ("password", "second_factor", "disabled") if one[name]]
    return f"{one['name']}: {', '.join(marks).replace('_', ' ')}"


def _join(result: Mapping[str, object]) -> list[str]:
    return [
        f"This machine is {result['agent']}'s at the desk {result['desk']} now; "
        "start deskapp to open it."
    ]


def _move(result: Mapping[str, object]) -> list[str]:
    return [
        f"Moved {result['rows']} rows ({result['tickets']} tickets, {result['messages']} messages), "
        "each compared with its copy.",
        f"The file they came from is kept as {result['aside']}.",
    ]


def _size(value: object) -> str:
    return size(value) if isinstance(value, int) else "?"
