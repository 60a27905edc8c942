"""What can go wrong on a good day, as data: a code and its parameters."""

from collections.abc import Mapping


class KnownError(Exception):
    """A failure that a person can do something about: no bug, no traceback.

    `code` and `params` are data; `app.errors` writes the English sentence for the command line
    and the window writes its own, translated.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: Mapping[str, str | int] = params


class Cancelled(KnownError):
    """Somebody stopped the work; nothing was left half done."""

    def __init__(self) -> None:
        super().__init__("cancelled")
