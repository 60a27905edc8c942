"""Answers of the desk's threads on their way to the loop that waits for them."""

import asyncio
import logging
from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

log = logging.getLogger(__name__)

R = TypeVar("R")


class Answers:
    """What comes while the loop is busy is taken by it in one go: it is woken once for all of it.

    asyncio wakes it for each, and that is a call of the system in the thread that answers: for the writer one for
    each command of a commit.
    """

    def __init__(self) -> None:
        self._there: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()
        self._woken = False

    async def of(self, answer: "Future[R]") -> R:
        """What `answer` comes to. It goes on when nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[R] = loop.create_future()
        answer.add_done_callback(partial(self._arrived, loop, mine))
        return await mine

    def _arrived(
        self, loop: asyncio.AbstractEventLoop, mine: "asyncio.Future[Any]", answer: "Future[Any]"
    ) -> None:
        """On any thread. Two that come at the same moment may both wake the loop: that does no harm."""
        self._there.append((mine, answer))
        if self._woken:
            return
        self._woken = True
        try:
            loop.call_soon_threadsafe(self._hand_out)
        except RuntimeError:
            log.debug("the loop has ended; nobody waits")

    def _hand_out(self) -> None:
        self._woken = False  # before: what comes from here on wakes it again
        while self._there:
            mine, answer = self._there.popleft()
            if mine.done():
                continue
            if answer.cancelled():
                mine.cancel()
            elif (error := answer.exception()) is not None:
                mine.set_exception(error)
            else:
                mine.set_result(answer.result())
