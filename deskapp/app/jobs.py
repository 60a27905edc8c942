"""The long work a desk can do (backup, export, import…), and who does it: this process or another."""

import contextlib
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from deskapp.app.control import ControlClient, ControlServer, Handler, Params
from deskapp.app.task import OnProgress, Task, ctrl_c_cancels
from deskapp.system.errors import KnownError
from deskapp.system.paths import Profile

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk
    from deskapp.app.team import TeamDesk
    from deskapp.system.secrets import KeyKeeper

Work = Callable[["Desk", Params, Task], Mapping[str, object]]

BACKUP, EXPORT, IMPORT, DOCTOR = "backup", "export", "import-mail", "doctor"
SECRETS, TEAM, RAISE = "secrets", "team", "raise"
LOOK_S = 0.5

_MODULES = {
    BACKUP: "deskapp.app.backup",
    EXPORT: "deskapp.app.export",
    IMPORT: "deskapp.app.import_mail",
    DOCTOR: "deskapp.app.doctor",
    SECRETS: "deskapp.app.secrets",
    TEAM: "deskapp.app.team_admin",
}
"""Each has a function `run`, a `Work`, and is imported when it is asked for."""


def do(desk: "Desk", name: str, params: Params, task: Task) -> Mapping[str, object]:
    """Do a named piece of work on a desk that this process has open. Its result is JSON's types."""
    work: Work = importlib.import_module(_MODULES[name]).run
    return work(desk, params, task)


def serve(desk: "Desk | TeamDesk", on_raise: Callable[[], None] | None = None) -> ControlServer:
    """Let other starts reach this desk; ends with it. `on_raise` is called on a thread of its own.

    At a colleague's machine there is nothing to be done but to show the window.
    """
    from deskapp.app.bootstrap import Desk

    def show(_: Params, __: Task) -> Mapping[str, object]:
        if on_raise is None:
            raise KnownError("no_window", pid=0)
        on_raise()
        return {}

    def handler(name: str) -> Handler:
        def work(params: Params, task: Task) -> Mapping[str, object]:
            if not isinstance(desk, Desk):
                raise KnownError("desk_elsewhere")
            return do(desk, name, params, task)

        return work

    server = ControlServer(desk.profile, {name: handler(name) for name in _MODULES} | {RAISE: show})
    desk.on_close(server.close)
    return server


def raise_window(profile: Profile) -> None:
    """Have the process that has this desk open show its window. KnownError when there is none."""
    with ControlClient.reach(profile) as client:
        try:
            client.call(RAISE)
        except KnownError as error:
            if error.code == "no_window":
                raise KnownError("no_window", pid=client.pid) from error
            raise


class Runner(Protocol):
    """Does a named piece of work and waits for it. Ctrl-C cancels it cleanly: KnownError("cancelled")."""

    def call(
        self, name: str, params: Params | None = None, on_progress: OnProgress | None = None
    ) -> Mapping[str, Any]: ...


@contextlib.contextmanager
def attached(profile: Profile, keys: "KeyKeeper | None" = None) -> Iterator[Runner]:
    """A runner on this desk: in the process that has it open, or else here, under the desk's lock."""
    from deskapp.app.bootstrap import open_desk

    try:
        desk = open_desk(profile, keys)
    except KnownError as error:
        if error.code != "desk_in_use":
            raise
        with ControlClient.reach(profile) as client:
            yield client
        return
    with desk:
        serve(desk)
        yield _LocalRunner(desk)


class _LocalRunner:
    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def call(
        self, name: str, params: Params | None = None, on_progress: OnProgress | None = None
    ) -> Mapping[str, Any]:
        task = Task(on_progress)
        with ThreadPoolExecutor(1, thread_name_prefix=name) as pool, ctrl_c_cancels(task.cancel):
            future = pool.submit(do, self._desk, name, params or {}, task)
            while not wait([future], LOOK_S).done:
                pass  # Windows handles a signal between two waits, never in one
            return future.result()


class RunningJob:
    """A `core.ports.Job`."""

    def __init__(self, task: Task, future: "Future[Mapping[str, object]]") -> None:
        self._task = task
        self._future = future

    def cancel(self) -> None:
        self._task.cancel()

    @property
    def future(self) -> "Future[Mapping[str, object]]":
        return self._future


class DeskJobs:
    """A `core.ports.DeskJobs` for the window: one job at a time, on a thread of its own.

    `sample_data` writes the demo desk's contents into this desk. Ends with the desk.
    """

    def __init__(self, desk: "Desk", sample_data: Work) -> None:
        self._desk = desk
        self._sample_data = sample_data
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="job")
        self._running: RunningJob | None = None
        desk.on_close(self.close)

    def backup(self, target: str, passphrase: str, on_progress: OnProgress) -> RunningJob:
        """To the file `target`. An empty passphrase: the secrets open on this machine only."""
        return self._start(BACKUP, {"target": target, "passphrase": passphrase}, on_progress)

    def export(self, folder: str, on_progress: OnProgress) -> RunningJob:
        return self._start(EXPORT, {"folder": folder}, on_progress)

    def import_mail(self, paths: Iterable[str], on_progress: OnProgress) -> RunningJob:
        absolute = [str(Path(path).absolute()) for path in paths]
        return self._start(IMPORT, {"paths": absolute}, on_progress)

    def load_sample_data(self, on_progress: OnProgress) -> RunningJob:
        return self._submit(self._sample_data, {}, on_progress)

    def close(self) -> None:
        """Cancel what runs and wait for it."""
        if self._running is not None:
            self._running.cancel()
        self._pool.shutdown(cancel_futures=True)

    def _start(self, name: str, params: Params, on_progress: OnProgress) -> RunningJob:
        return self._submit(
            lambda desk, given, task: do(desk, name, given, task), params, on_progress
        )

    def _submit(self, work: Work, params: Params, on_progress: OnProgress) -> RunningJob:
        task = Task(on_progress)
        self._running = RunningJob(task, self._pool.submit(work, self._desk, params, task))
        return self._running
