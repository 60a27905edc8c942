"""The quickest way to the first paint."""

import gc
import importlib

BEFORE_QT = (
    "deskapp.app.bootstrap",
    "deskapp.models.dto",
    "deskapp.core.commands.tickets",
    "deskapp.core.commands.messages",
    "deskapp.core.queries.desk",
    "deskapp.core.queries.tickets",
    "deskapp.core.queries.search",
    "deskapp.core.readers.views",
    "deskapp.core.readers.desk",
)


def prepare() -> None:
    """Import what does not need Qt before Qt, and do not collect garbage until the window is there.

    Once PySide6 is imported its feature switch reads the source of every module that is imported
    after it, and starting makes hundreds of thousands of objects of which nothing is garbage: each
    of the two costs about a twentieth of a start.
    """
    gc.disable()
    for name in BEFORE_QT:
        importlib.import_module(name)


def settled() -> None:
    """The window is there: what it is made of stays, and is not looked at again when collecting."""
    gc.freeze()
