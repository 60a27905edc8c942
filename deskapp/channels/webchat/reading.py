"""What is new in the conversations of many pages, read together."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from deskapp.core.api import Query
from deskapp.core.queries.webchat import ChatNews, GetChatNews, GetManyChatNews

AT_ONCE: Final = 32
"""Conversations of one read: whoever wants the next waits for all of these."""
_Waiting = list[tuple[GetChatNews, "asyncio.Future[ChatNews]"]]


class NewsReader:
    """Reads at once for all who ask while a read is under way: the more there is to do, the less each costs.

    For one loop. `ask` hands a query to the desk.
    """

    def __init__(self, ask: Callable[[Query[Any]], Awaitable[Any]]) -> None:
        self._ask = ask
        self._waiting: _Waiting = []
        self._reading: asyncio.Task[None] | None = None

    async def of(self, query: GetChatNews) -> ChatNews:
        """Raises LookupError: no ticket, or no chat."""
        loop = asyncio.get_running_loop()
        news: asyncio.Future[ChatNews] = loop.create_future()
        self._waiting.append((query, news))
        if self._reading is None:
            self._reading = loop.create_task(self._read())
        return await news

    async def _read(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
                await self._read_some(some)
        finally:
            self._reading = None

    async def _read_some(self, some: _Waiting) -> None:
        try:
            found = await self._ask(GetManyChatNews(tuple(query for query, _ in some)))
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            for _, news in some:
                if not news.done():
                    news.set_exception(error)
            return
        for (query, news), one in zip(some, found, strict=True):
            if news.done():
                continue
            if one is None:
                news.set_exception(LookupError(f"no chat {query.ticket_id!r}"))
            else:
                news.set_result(one)
