"""What the desk's threads answer, and what is read for many pages at once."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from deskapp.channels.webchat.answers import Answers
from deskapp.channels.webchat.reading import AT_ONCE, NewsReader
from deskapp.core.queries.webchat import ChatNews, ChatProgress, GetChatNews, GetManyChatNews
from deskapp.models.enums import ChatState
from tests.support.turns import turns


def test_each_is_given_its_own_answer() -> None:
    async def ask() -> list[int]:
        answers = Answers()
        with ThreadPoolExecutor(8) as pool:
            return await asyncio.gather(*(answers.of(pool.submit(int, n)) for n in range(2_000)))

    assert asyncio.run(ask()) == list(range(2_000))


def test_the_loop_is_woken_once_for_what_comes_together(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[object] = []

    async def ask() -> list[int]:
        loop, answers = asyncio.get_running_loop(), Answers()
        wake = loop.call_soon_threadsafe
        monkeypatch.setattr(
            loop, "call_soon_threadsafe", lambda do, *args: (woken.append(do), wake(do, *args))
        )
        asked: list[Future[int]] = [Future() for _ in range(50)]
        waiting = asyncio.gather(*map(answers.of, asked))
        await turns()
        for n, one in enumerate(asked):
            one.set_result(n)
        return await waiting

    assert asyncio.run(ask()) == list(range(50))
    assert len(woken) == 1


def test_errors_and_who_left() -> None:
    async def ask() -> None:
        answers = Answers()
        failed, dropped, left, good = Future[int](), Future[int](), Future[int](), Future[int]()
        who_left = asyncio.create_task(answers.of(left))
        await turns()
        who_left.cancel()
        failed.set_exception(ValueError("no"))
        dropped.cancel()
        with pytest.raises(ValueError, match="no"):
            await answers.of(failed)
        with pytest.raises(asyncio.CancelledError):
            await answers.of(dropped)
        left.set_result(1)
        good.set_result(2)
        assert await answers.of(good) == 2
        assert who_left.cancelled()

    asyncio.run(ask())


@dataclass
class Desk:
    """`GetManyChatNews`, as often as it was asked; "gone" is no chat."""

    asked: list[tuple[GetChatNews, ...]] = field(default_factory=list)
    down: bool = False

    async def ask(self, query: Any) -> Any:
        assert isinstance(query, GetManyChatNews)
        self.asked.append(query.asked)
        await turns()
        if self.down:
            raise OSError("the disk")
        return tuple(
            None if one.ticket_id == "gone" else _news(one.ticket_id) for one in query.asked
        )


def _news(ticket: str) -> ChatNews:
    return ChatNews(ChatProgress(ticket, ChatState.ACTIVE, "", 0, 0, 0, False, False, 0, False), ())


def test_many_pages_are_read_together() -> None:
    desk = Desk()

    async def read() -> list[ChatNews | BaseException]:
        reader = NewsReader(desk.ask)
        tickets = [f"{n}" for n in range(AT_ONCE + 3)] + ["gone"]
        return await asyncio.gather(
            *(reader.of(GetChatNews(one)) for one in tickets), return_exceptions=True
        )

    *found, gone = asyncio.run(read())
    assert found == [_news(f"{n}") for n in range(AT_ONCE + 3)]
    assert isinstance(gone, LookupError)
    assert list(map(len, desk.asked)) == [AT_ONCE, 4]


def test_who_asks_meanwhile_is_read_next_and_errors_are_told() -> None:
    desk = Desk()

    async def read() -> None:
        reader = NewsReader(desk.ask)
        first = asyncio.create_task(reader.of(GetChatNews("1")))
        await turns()
        await turns()
        assert len(desk.asked) == 1
        late, left = (asyncio.create_task(reader.of(GetChatNews(one))) for one in "23")
        await turns()
        left.cancel()
        assert await first == _news("1")
        assert await late == _news("2")
        desk.down = True
        with pytest.raises(OSError, match="disk"):
            await reader.of(GetChatNews("4"))
        desk.down = False
        assert await reader.of(GetChatNews("5")) == _news("5")

    asyncio.run(read())
