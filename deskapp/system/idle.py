"""How long nobody has touched keyboard or mouse, as the system tells it."""

import ctypes
import ctypes.util
import os
import sys
from collections.abc import Callable
from typing import Any

IdleClock = Callable[[], int | None]
"""Milliseconds since the last input; None: the system does not tell now."""


def system_idle() -> IdleClock | None:
    """This system's clock, or None where there is none (Wayland, a server): then an application
    has only its own events to go by. Loading takes some milliseconds; asking, microseconds."""
    try:
        if sys.platform == "win32":
            return _windows()
        if sys.platform == "darwin":
            return _mac()
        if os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
            return _x11()
    except (OSError, AttributeError):  # a library, or a function in it, is not there
        return None
    return None


class _ScreenSaverInfo(ctypes.Structure):
    """XScreenSaverInfo of X11/extensions/scrnsaver.h."""

    _fields_ = [
        ("window", ctypes.c_ulong),
        ("state", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("til_or_since", ctypes.c_ulong),
        ("idle", ctypes.c_ulong),
        ("event_mask", ctypes.c_ulong),
    ]


def _library(name: str, fallback: str) -> ctypes.CDLL:
    return ctypes.CDLL(ctypes.util.find_library(name) or fallback)


def _x11() -> IdleClock | None:
    x11, saver = _library("X11", "libX11.so.6"), _library("Xss", "libXss.so.1")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
    saver.XScreenSaverQueryExtension.argtypes = [
        ctypes.c_void_p,
        ctypes.POINTER(ctypes.c_int),
        ctypes.POINTER(ctypes.c_int),
    ]
    saver.XScreenSaverQueryInfo.argtypes = [
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.POINTER(_ScreenSaverInfo),
    ]
    display = x11.XOpenDisplay(None)
    if not display:
        return None
    first_event, first_error = ctypes.c_int(), ctypes.c_int()
    if not saver.XScreenSaverQueryExtension(
        display, ctypes.byref(first_event), ctypes.byref(first_error)
    ):
        return None
    root, info = x11.XDefaultRootWindow(display), _ScreenSaverInfo()

    def ask() -> int | None:
        answered = saver.XScreenSaverQueryInfo(display, root, ctypes.byref(info))
        return int(info.idle) if answered else None

    return ask


def _mac() -> IdleClock:
    services = _library(
        "ApplicationServices",
        "/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices",
    )
    since: Any = services.CGEventSourceSecondsSinceLastEventType
    since.restype = ctypes.c_double
    since.argtypes = [ctypes.c_int32, ctypes.c_uint32]
    combined_session, any_input = 0, 0xFFFFFFFF
    return lambda: int(since(combined_session, any_input) * 1000)


if sys.platform == "win32":

    class _LastInput(ctypes.Structure):
        """LASTINPUTINFO of winuser.h."""

        _fields_ = [("size", ctypes.c_uint), ("tick", ctypes.c_uint)]

    def _windows() -> IdleClock:
        user32, kernel32 = ctypes.windll.user32, ctypes.windll.kernel32
        kernel32.GetTickCount.restype = ctypes.c_uint
        info = _LastInput(ctypes.sizeof(_LastInput), 0)

        def ask() -> int | None:
            if not user32.GetLastInputInfo(ctypes.byref(info)):
                return None
            return int((kernel32.GetTickCount() - info.tick) & 0xFFFFFFFF)

        return ask
