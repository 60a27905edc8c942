"""The real clock and the real ids, for the composition root to inject."""

import secrets
import time

from deskapp.models.ids import make_uuid7


class SystemClock:
    def now(self) -> int:
        return time.time_ns() // 1_000_000


class SystemIds:
    def new(self) -> str:
        return make_uuid7(time.time_ns() // 1_000_000, secrets.randbits(74))
