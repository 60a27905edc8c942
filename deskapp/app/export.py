"""`export DIR`: everything as plain files that any program can read, from one moment of the desk."""

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskapp import __version__
from deskapp.app.export_sheets import ATTACHMENTS, RAW, SHEETS, Field, Sheet
from deskapp.app.place import reading_desk
from deskapp.app.snapshot import count, desk_values
from deskapp.app.task import Task
from deskapp.system.blobs import FileBlobs
from deskapp.system.errors import KnownError
from deskapp.system.paths import flush_folder, new_private_file, private_folder

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk
    from deskapp.app.control import Params

_CHUNK = 1 << 18
_log = logging.getLogger(__name__)


def run(desk: "Desk", params: "Params", task: Task) -> Mapping[str, object]:
    """Write the folder `params["folder"]`, which may not exist yet, or be empty.

    Returns path, tickets, messages, contacts, files, and damaged: how many files could not be
    read whole (they are named in the log, and are not in the folder). KnownError:
    folder_not_empty, file_missing, target_inside_desk, disk_full, cancelled; then there is
    nothing in its place.
    """
    target = Path(str(params["folder"]))
    _check_target(target, desk.profile.folder)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name[:80]}.", dir=target.parent))
    try:
        result = _write(desk, work, task)
        if target.is_dir():
            target.rmdir()
        work.rename(target)
        flush_folder(target.parent)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    _log.info("exported %s tickets", result["tickets"])
    return {"path": str(target), **result}


def _check_target(target: Path, folder: Path) -> None:
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise KnownError("folder_not_empty", path=str(target))
    if not target.parent.is_dir():
        raise KnownError("file_missing", path=str(target.parent))
    if target.parent.resolve().is_relative_to(folder.resolve()):
        raise KnownError("target_inside_desk", path=str(target))


def _write(desk: "Desk", folder: Path, task: Task) -> dict[str, object]:
    with reading_desk(desk, task) as connection:
        total = sum(count(connection, sheet.source.split()[0]) for sheet in SHEETS)
        total += sum(_count_of(connection, query) for query in (RAW, ATTACHMENTS))
        steps = _Steps(task, total)
        rows = {sheet.name: _write_sheet(connection, sheet, folder, steps) for sheet in SHEETS}
        raw = _copy_all(connection, RAW, desk.blobs, folder / "raw", ".eml", steps)
        attached = _copy_all(connection, ATTACHMENTS, desk.blobs, folder / "attachments", "", steps)
        values = desk_values(connection)
    (folder / "README.md").write_text(readme(values, rows), encoding="utf-8")
    return {
        "tickets": rows["tickets"],
        "messages": rows["messages"],
        "contacts": rows["contacts"],
        "files": raw[0] + attached[0],
        "damaged": raw[1] + attached[1],
    }


class _Steps:
    def __init__(self, task: Task, total: int) -> None:
        self._task, self._total, self._done = task, total, 0

    def one(self, note: str) -> None:
        self._done += 1
        self._task.step(self._done, self._total, note)


def _count_of(connection: Any, query: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM ({query})").fetchone()[0])  # noqa: S608


def _write_sheet(connection: Any, sheet: Sheet, folder: Path, steps: _Steps) -> int:
    rows = 0
    with new_private_file(folder / f"{sheet.name}.jsonl") as out:
        for row in connection.execute(sheet.query):
            line = json.dumps(_object(sheet.fields, row), ensure_ascii=False)
            out.write(line.encode("utf-8", "replace") + b"\n")
            rows += 1
            steps.one(sheet.name)
    return rows


def _object(fields: Iterable[Field], row: Iterable[Any]) -> dict[str, Any]:
    return {field.name: _value(field.kind, value) for field, value in zip(fields, row, strict=True)}


def _value(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "time":
        moment = datetime.fromtimestamp(value / 1000, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if kind == "yes_no":
        return bool(value)
    return json.loads(value) if kind == "json" else value


def _copy_all(
    connection: Any, query: str, blobs: FileBlobs, folder: Path, suffix: str, steps: _Steps
) -> tuple[int, int]:
    """Copy blobs as `<sha256><suffix>`, compared to their name. Returns (copied, damaged)."""
    private_folder(folder)
    copied = damaged = 0
    for sha256 in _digests(connection, query):
        if _copy(blobs, sha256, folder / f"{sha256}{suffix}"):
            copied += 1
        else:
            damaged += 1
            _log.warning("not exported: the file %s is missing or damaged", sha256)
        steps.one(folder.name)
    return copied, damaged


def _digests(connection: Any, query: str) -> Iterator[str]:
    for (sha256,) in connection.execute(query):
        if sha256:
            yield str(sha256)


def _copy(blobs: FileBlobs, sha256: str, target: Path) -> bool:
    digest = hashlib.sha256()
    try:
        with blobs.open(sha256) as source, new_private_file(target) as out:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
    except (FileNotFoundError, ValueError):
        return False
    if digest.hexdigest() != sha256:
        target.unlink()
        return False
    return True


def readme(values: Mapping[str, str], rows: Mapping[str, int]) -> str:
    """The README.md of an export: every file and every field."""
    lines = [
        "# A desk, as plain files",
        "",
        f"Written by deskapp {__version__}, from one moment of the desk: commit {values['seq']} "
        f"of epoch {values['epoch']}.",
        "",
        "Each `.jsonl` file holds one JSON object a line, in UTF-8. Times are ISO 8601, UTC. An "
        "`id` is a UUIDv7 without dashes; fields that end in `_id` name the `id` of another "
        "file's line. A field without a value is `null` or empty.",
        "",
        "- `raw/<sha256>.eml`: every mail as it came or left, byte for byte.",
        "- `attachments/<sha256>`: everything that was attached; names and types are in "
        "`messages.jsonl`, since a name from outside is no safe name for a file.",
        "",
        "Passwords, tokens and keys are not in here.",
    ]
    for sheet in SHEETS:
        lines += ["", f"## {sheet.name}.jsonl", "", f"{sheet.about} {rows[sheet.name]} lines.", ""]
        lines += ["| field | value |", "|---|---|"]
        lines += [f"| `{field.name}` | {_about(field)} |" for field in sheet.fields]
    return "\n".join(lines) + "\n"


def _about(field: Field) -> str:
    kind = {"yes_no": "true or false", "json": "list or object", "time": "time"}.get(field.kind)
    return "; ".join(text for text in (field.about, kind) if text) or "text"
