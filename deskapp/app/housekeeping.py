"""What a desk does by itself while it is open: a copy a day, old ones away."""

import logging
import threading
from typing import TYPE_CHECKING

from deskapp.app.task import Task
from deskapp.core.policies.settings import flag, number
from deskapp.core.queries.desk import GetSettings

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk

log = logging.getLogger(__name__)

FIRST_LOOK_S = 60.0
LOOK_S = 900.0


class Housekeeping:
    """Looks now and then, on its own thread, whether the daily backup is due."""

    def __init__(self, desk: "Desk", first_look_s: float = FIRST_LOOK_S) -> None:
        self._desk = desk
        self._first = first_look_s
        self._closing = threading.Event()
        self._task = Task()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)
        self._thread.start()
        desk.on_close(self._close)

    def _run(self) -> None:
        wait = self._first
        while not self._closing.wait(wait):
            wait = LOOK_S
            try:
                self._look()
            except Exception:
                log.exception("the daily backup failed")

    def _look(self) -> None:
        from deskapp.app import backup

        settings = self._desk.workspace.query(GetSettings()).result().values
        now = self._desk.authority.clock.now()
        if flag(settings, "backup.daily") and backup.due(
            now, backup.last_daily(self._desk.profile.backups)
        ):
            backup.daily(self._desk, now, number(settings, "backup.keep"), self._task)

    def _close(self) -> None:
        self._closing.set()
        self._task.cancel()
        self._thread.join()
