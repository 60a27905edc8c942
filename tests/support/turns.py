"""Letting others on a loop go on."""

import asyncio


async def turns(count: int = 1) -> None:
    """Let others run so many times."""
    loop = asyncio.get_running_loop()
    for _ in range(count):
        turn = loop.create_future()
        loop.call_soon(turn.set_result, None)
        await turn
