"""The desk's log: `logs/deskapp.log`, rotating, private, and without secrets or addresses in it."""

import logging
import logging.handlers
import os
import sys
import time
from io import TextIOWrapper
from pathlib import Path

from deskapp.system.paths import FILE_MODE, private_folder
from deskapp.system.redact import clean

FILE_NAME = "deskapp.log"
FILE_BYTES = 1 << 20
FILES = 5
_CHATTY = ("imapclient", "urllib3", "keyring", "asyncio", "alembic")


class CleanFormatter(logging.Formatter):
    """One line a record (a traceback follows it), UTC, redacted as a whole."""

    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record)).replace("\r", "\\r").replace("\x1b", "\\x1b")


class _PrivateFile(logging.handlers.RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        if sys.platform != "win32":
            os.fchmod(stream.fileno(), FILE_MODE)
        return stream


def start(folder: Path, level: int = logging.INFO) -> logging.Handler:
    """Send this process's log to `folder`. Returns the handler, for `stop`."""
    private_folder(folder)
    handler = _PrivateFile(
        folder / FILE_NAME, maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(CleanFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    return handler


def stop(handler: logging.Handler) -> None:
    """Close a handler of `start`; others log as before."""
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.captureWarnings(False)
    logging.getLogger().removeHandler(handler)
    handler.close()
