"""Requests by the thousand at a chat server, from a process of its own; prints what was answered how often.

python -m tests.support.storm PORT BOX COUNT
"""

import asyncio
import json
import sys
from collections import Counter

WORKERS = 8
SITE = "http://shop.test"


async def blow(port: int, requests: list[bytes], count: int, answers: Counter[str]) -> None:
    """One connection that asks again and again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for n in range(count):
        writer.write(requests[n % len(requests)])
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
        body = (await reader.readexactly(length)).decode()
        answers[f"{head.split()[1]} {body}"] += 1
    writer.close()


async def storm(port: int, box: str, count: int) -> Counter[str]:
    head = f"Host: 127.0.0.1\r\nOrigin: {SITE}\r\nAuthorization: Chat {box} {'ab' * 32}\r\n"
    requests = [
        f"POST /files HTTP/1.1\r\n{head}Content-Length: 3\r\n\r\nabc".encode(),
        f"GET /files/{'cd' * 16} HTTP/1.1\r\n{head}\r\n".encode(),
    ]
    answers: Counter[str] = Counter()
    await asyncio.gather(*(blow(port, requests, count // WORKERS, answers) for _ in range(WORKERS)))
    return answers


if __name__ == "__main__":
    print(json.dumps(asyncio.run(storm(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))))
