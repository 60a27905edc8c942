"""`doctor`: is this desk, and this machine, as it should be? Nothing in the report is private."""

import os
import platform
import shutil
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskapp import __version__
from deskapp.app.doctor_desk import FAILED, OK, WARNING, Check, desk_checks
from deskapp.system.errors import KnownError
from deskapp.system.paths import Profile
from deskapp.system.redact import clean
from deskapp.system.secrets import SecretsFile

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk
    from deskapp.app.control import Params
    from deskapp.app.task import Task
    from deskapp.system.secrets import KeyKeeper

_LOW_DISK = 1 << 30
_NO_DISK = 100 << 20
_SOUND_SQLITE = (3, 51, 3)
"""Up to 3.51.2 two connections that write or checkpoint together can corrupt a WAL database."""
_STALE_BACKUP_S = 3 * 86_400


def run(desk: "Desk", params: "Params", task: "Task") -> Mapping[str, object]:  # noqa: ARG001
    """The checks of a desk that this process has open; `params["online"]`: its servers too."""
    found = desk_checks(desk.profile, desk.secrets, online=bool(params.get("online")))
    return {"checks": [asdict(check) for check in found]}


def examine(
    profile: Profile, keys: "KeyKeeper | None" = None, *, online: bool = False
) -> dict[str, Any]:
    """The whole report: `ok`, versions, and `checks` of name, state and detail, redacted."""
    checks = [*_machine_checks(profile), *_desk_checks(profile, keys, online)]
    return {
        "ok": all(check.state != FAILED for check in checks),
        "deskapp": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "checks": [asdict(check) | {"detail": _public(check.detail)} for check in checks],
    }


def as_text(report: Mapping[str, Any]) -> str:
    """The report for a person: a line a check."""
    head = f"deskapp {report['deskapp']}, Python {report['python']}, {report['system']}"
    marks = {OK: "ok     ", WARNING: "warning", FAILED: "FAILED "}
    lines = [
        f"{marks[check['state']]} {check['name']:<12} {check['detail']}"
        for check in report["checks"]
    ]
    failed = sum(check["state"] == FAILED for check in report["checks"])
    return "\n".join([head, *lines, "All is well." if not failed else f"{failed} checks failed."])


def _public(detail: str) -> str:
    return clean(detail.replace(str(Path.home()), "~"))


def _desk_checks(profile: Profile, keys: "KeyKeeper | None", online: bool) -> Iterator[Check]:
    """In the process that has the desk open, or here when nobody has."""
    from deskapp.app.control import ControlClient
    from deskapp.app.jobs import DOCTOR
    from deskapp.system.instance import InstanceLock
    from deskapp.system.keys import KeyringKey

    if not profile.exists():
        yield Check("desk", WARNING, "there is none yet; it is made when the window first opens")
        return
    lock = InstanceLock(profile.lock)
    try:
        lock.acquire()
    except KnownError as error:
        yield Check("desk", OK, f"open in process {error.params['pid']}, which was asked")
        try:
            with ControlClient.reach(profile, patience_s=3) as client:
                found = client.call(DOCTOR, {"online": online})["checks"]
        except KnownError as failure:
            yield Check("control", FAILED, f"it did not answer: {failure.code}")
            return
        yield from (Check(**check) for check in found)
        return
    with lock:
        yield Check("desk", OK, "not open")
        secrets = SecretsFile(profile.secrets, keys or KeyringKey())
        yield from desk_checks(profile, secrets, online=online)


def _machine_checks(profile: Profile) -> Iterator[Check]:
    for check in (_folder, _disk, _sqlite, _backups):
        yield check(profile)
    for look in (_keyring, _display, _sound):
        yield look()


def _folder(profile: Profile) -> Check:
    folder = profile.folder
    if not folder.is_dir():
        return Check("folder", OK if not folder.exists() else FAILED, f"{folder} is not there")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Check("folder", FAILED, f"{folder} cannot be written")
    if sys.platform != "win32":
        for path in (folder, profile.database, profile.secrets, profile.blobs):
            if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
                return Check("folder", WARNING, f"others may read {path.name or folder}")
    return Check("folder", OK, f"{folder} is private")


def _disk(profile: Profile) -> Check:
    place = profile.folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    state = FAILED if free < _NO_DISK else WARNING if free < _LOW_DISK else OK
    return Check("disk", state, f"{free >> 20} MB are free")


def _sqlite(_: Profile) -> Check:
    import pysqlite3.dbapi2 as sqlite

    good = tuple(sqlite.sqlite_version_info) >= _SOUND_SQLITE
    return Check("sqlite", OK if good else FAILED, str(sqlite.sqlite_version))


def _backups(profile: Profile) -> Check:
    from deskapp.app.backup import last_daily

    if not profile.exists():
        return Check("backups", OK, "nothing to back up yet")
    last = last_daily(profile.backups) if profile.backups.is_dir() else None
    if last is None:
        return Check("backups", WARNING, "no daily backup was made yet")
    age = time.time() - last / 1000
    state = WARNING if age > _STALE_BACKUP_S else OK
    return Check("backups", state, f"the last daily backup is {age / 3600:.0f} hours old")


def _keyring() -> Check:
    from deskapp.system.keys import keyring_name

    try:
        name = keyring_name()
    except KnownError as error:
        return Check("keyring", WARNING, error.code)
    if ".fail." in name or ".null." in name:
        return Check("keyring", WARNING, "none; a key file is needed (--key-file)")
    return Check("keyring", OK, name)


def _display() -> Check:
    if sys.platform != "linux":
        return Check("display", OK, platform.system())
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        if os.environ.get(name):
            return Check("display", OK, f"{name}={os.environ[name]}")
    return Check("display", WARNING, "none; the window needs one")


def _sound() -> Check:
    try:
        from PySide6.QtCore import QCoreApplication, qInstallMessageHandler
        from PySide6.QtMultimedia import QMediaDevices
    except ImportError as error:
        return Check("sound", WARNING, f"cannot be had: {error}")
    before = qInstallMessageHandler(lambda *_: None)  # a machine without sound is no news
    app = None if QCoreApplication.instance() else QCoreApplication([])
    names = [device.description() for device in QMediaDevices.audioOutputs()]
    if app is not None:
        app.shutdown()
    qInstallMessageHandler(before)
    if not names:
        return Check("sound", WARNING, "no output device")
    return Check("sound", OK, f"{len(names)} devices: {', '.join(names)}")
