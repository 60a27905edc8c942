"""The parser's process, one for all tests of this one: to start it takes longer than most of them."""

import atexit
from functools import cache

from deskapp.channels.email.sandbox import MailParser


@cache
def shared_parser() -> MailParser:
    """It is closed when this process ends; whoever takes it does not close it."""
    parser = MailParser()
    atexit.register(parser.close)
    return parser
