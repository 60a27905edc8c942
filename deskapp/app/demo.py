"""`deskapp demo`: a desk of its own with sample data, beside the real one and never mixed with it."""

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from deskapp.app.errors import Exit
from deskapp.app.task import Task
from deskapp.devtools.demo.builder import VERSION, build_demo
from deskapp.system.errors import Cancelled, KnownError
from deskapp.system.instance import InstanceLock
from deskapp.system.paths import Profile, default_folder, write_private

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk
    from deskapp.app.console import ProgressBar
    from deskapp.devtools.demo.post import DemoPost

MARKER: Final = "demo.json"
FOLDER_SUFFIX: Final = "-demo"


class _Marker(msgspec.Struct):
    """Stands in a folder from before the first byte of a demo desk is written there."""

    version: int
    complete: bool


def run(args: argparse.Namespace) -> int:
    """Open the demo desk's window, or play the tour, or take the pictures of every screen."""
    profile = demo_profile(args.profile)
    if args.screenshots:
        from deskapp.app.pictures import take_pictures

        return take_pictures(Path(args.screenshots).expanduser().absolute())
    if args.tour:
        from deskapp.app.tour import take_tour

        return take_tour(Path(args.tour).expanduser().absolute(), _bar())
    if _is_open(profile) and not args.fresh:
        from deskapp.app.jobs import raise_window

        raise_window(profile)
        return Exit.OK
    from deskapp.system.clock import SystemClock

    with _bar() as show:
        prepare(SystemClock().now(), Task(show), profile, fresh=args.fresh)
    return _open_window(args, profile)


def demo_profile(folder: str | None = None) -> Profile:
    """The demo desk in `folder`, or the person's own demo desk beside the real one."""
    if folder:
        return Profile.at(folder)
    real = default_folder()
    return Profile(real.with_name(real.name + FOLDER_SUFFIX))


def prepare(now: int, task: Task, profile: Profile | None = None, *, fresh: bool = False) -> Path:
    """Have a demo desk ready; returns its folder. One that is there and complete is kept as it is.

    `fresh` makes it anew. A build that was cut short is thrown away by the next one. Raises
    KnownError("not_a_demo") for a folder that holds anything else, KnownError("desk_in_use").
    """
    profile = profile or demo_profile()
    marker = _read_marker(profile)
    if marker is None and _holds_something(profile):
        raise KnownError("not_a_demo", path=str(profile.folder))
    if marker is not None and marker.complete and marker.version == VERSION and not fresh:
        return profile.folder
    profile.create()
    with InstanceLock(profile.lock):
        _empty(profile)
        _write_marker(profile, complete=False)
        build_demo(
            profile,
            now=now,
            on_progress=lambda p: task.step(p.done, p.total),
            cancelled=lambda: _is_cancelled(task),
        )
        _write_marker(profile, complete=True)
    return profile.folder


def _holds_something(profile: Profile) -> bool:
    """Anything but what this run itself may have made: its log, a lock."""
    if not profile.folder.is_dir():
        return False
    own = (profile.lock, profile.logs)
    return any(path not in own for path in profile.folder.iterdir())


def _is_cancelled(task: Task) -> bool:
    try:
        task.check()
    except Cancelled:
        return True
    return False


def _read_marker(profile: Profile) -> _Marker | None:
    try:
        return msgspec.json.decode((profile.folder / MARKER).read_bytes(), type=_Marker)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None


def _write_marker(profile: Profile, *, complete: bool) -> None:
    data = msgspec.json.encode(_Marker(VERSION, complete))
    write_private(profile.folder / MARKER, data)


def _empty(profile: Profile) -> None:
    """Remove what an earlier demo desk left; the lock, and the log of this run, stay."""
    for path in profile.folder.iterdir():
        if path in (profile.lock, profile.logs) or path.name == MARKER:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    profile.create()


def _open_window(args: argparse.Namespace, profile: Profile) -> int:
    from deskapp.app import gui
    from deskapp.app.bootstrap import open_desk

    app = gui.application()
    desk = open_desk(profile, gui.key_keeper(args.key_file))
    attach_post(desk)
    window = gui.DeskWindow(app, desk, channels=False)
    window.show()
    try:
        return app.exec()
    finally:
        window.close()


def attach_post(desk: "Desk") -> "DemoPost":
    """Give the desk its own post office: nothing of the demo leaves this machine."""
    from deskapp.core.authority.workspace import SYSTEM, LocalWorkspace
    from deskapp.devtools.demo.post import DemoPost

    post = DemoPost(LocalWorkspace(desk.authority, SYSTEM, SYSTEM))
    post.register(desk.authority.effects)
    return post


def _is_open(profile: Profile) -> bool:
    if not profile.lock.exists():
        return False
    try:
        with InstanceLock(profile.lock):
            return False
    except KnownError:
        return True


def _bar() -> "ProgressBar":
    from deskapp.app.console import ProgressBar

    return ProgressBar(sys.stderr)
