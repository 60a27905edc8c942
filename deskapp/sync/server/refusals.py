"""What a host answers instead of what was asked for."""

from collections.abc import Mapping
from typing import Any, Final

STATUS: Final[Mapping[str, int]] = {
    "bad_request": 400,
    "revoked": 401,
    "pair_refused": 403,
    "pair_expired": 403,
    "password_wrong": 403,
    "totp_needed": 403,
    "totp_wrong": 403,
    "factor_on": 403,
    "factor_expired": 403,
    "not_found": 404,
    "blob_not_found": 404,
    "method": 405,
    "epoch_changed": 409,
    "cursor": 409,
    "offset": 409,
    "too_large": 413,
    "range": 416,
    "host": 421,
    "invalid": 422,
    "hash": 422,
    "too_many_commands": 422,
    "version": 426,
    "rate_limited": 429,
    "failed": 500,
    "busy": 503,
}
"""Every code there is, and its HTTP status."""


class Refused(Exception):
    """`code` is one of STATUS; `params` are for the sentence that a window makes of it."""

    def __init__(self, code: str, *, retry_ms: int = 0, **params: Any) -> None:
        super().__init__(code, params)
        self.code, self.retry_ms, self.params = code, retry_ms, params

    @property
    def status(self) -> int:
        return STATUS[self.code]
