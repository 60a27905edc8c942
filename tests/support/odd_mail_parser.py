"""A worker that does what a mail tells it to, for tests of what happens then.

Run as the command of a MailParser. The first line of a mail is the order; `…-html` orders are
obeyed only while HTML is parsed.
"""

import os
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from deskapp.channels.email import parse, sandbox

_parse = parse.parse
_hoard: list[bytearray] = []


def _obey(raw: bytes, *, lean: bool = False) -> object:
    order = raw.partition(b"\n")[0].decode("ascii", "replace").strip()
    if order.endswith("-html"):
        order = "" if lean else order.removesuffix("-html")
    marker = Path(os.fsdecode(sys.argv[1]))
    if order.startswith("once-"):
        order = "" if marker.exists() else order.removeprefix("once-")
        marker.touch()
    if order == "spin":
        while True:
            pass
    if order == "sleep":
        threading.Event().wait()
    if order == "hoard":
        while True:
            _hoard.append(bytearray(10_000_000))
    if order == "exit":
        os._exit(3)
    if order == "raise":
        raise RecursionError("too deep")
    if order == "print":
        print("noise on the pipe", flush=True)
        os.write(1, b"more noise")
    if order == "garbage":
        raise _Garbage
    return _parse(raw, lean=lean)


class _Garbage(BaseException):
    pass


parse.parse = _obey  # type: ignore[assignment]
raise SystemExit(sandbox.worker_main())
