"""Work that must not hold up the window: blobs, pictures, HTML, files."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject

from deskapp.ui.bridge import Bridge

R = TypeVar("R")


class Work:
    """A few threads of a pane. Results come back on the GUI thread, as long as `owner` lives."""

    def __init__(self, bridge: Bridge, owner: QObject, threads: int = 2) -> None:
        self._bridge = bridge
        self._owner = owner
        self._closed = False
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pane")

    def run(
        self,
        job: Callable[[], R],
        on_result: Callable[[R], None],
        on_error: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run `job` on a worker. Without `on_error` a failure goes to the bridge's `failed`.

        Nothing happens any more once the pane has been closed.
        """
        if not self._closed:
            future = self._pool.submit(job)
            self._bridge.watch(future, on_result, self._owner, on_error)

    def close(self) -> None:
        """Drop what waits; what runs ends by itself."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
