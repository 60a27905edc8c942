"""deskapp: a help desk in one window."""

__version__ = "0.1.0"
