"""What the frozen app may hold: ``build.spec`` leaves the rest out, ``make freeze`` looks again.

Of Qt, only what the app uses goes in. Qt Charts, Qt Graphs and Qt Data Visualization are under the
GPL and must not be in the bundle; the others are only heavy.
"""

import re
from collections.abc import Iterable

QT_USED = {
    *("Core", "DBus", "Gui", "Multimedia", "Network", "PrintSupport", "Svg"),
    *("Test", "Widgets"),  # the tour presses keys with Qt Test
    # what Qt's own modules and plugins link to: the X11 and Wayland platforms, OpenGL
    *("Concurrent", "OpenGL", "WaylandClient", "WaylandEglClientHwIntegration", "XcbQpa"),
    "WlShellIntegration",
}

QT_GPL = {"Charts", "Graphs", "GraphsWidgets", "DataVisualization"}

LIBRARIES_UNUSED = {
    # other databases' drivers, and what the libraries would use if it were there
    *(
        "IPython",
        "PIL",
        "matplotlib",
        "numpy",
        "psycopg",
        "psycopg2",
        "setuptools",
        "pip",
        "tkinter",
    ),
    *("pytest", "_pytest", "hypothesis", "mypy", "PyInstaller", "unittest", "pydoc_data"),
    *("curses", "idlelib", "lib2to3", "readline", "rich", "tomli", "turtledemo"),
    # SQLite comes from its own wheel; without this no slip can open a desk with the system's
    *("_sqlite3", "sqlite3"),
}

_QT_FILE = re.compile(
    r"(?:^|/)(?:lib)?Qt6?(?P<module>[A-Z]\w*?)(?:\.abi3)?\.(?:so|dll|pyd|dylib|pyi)\b"
    r"|(?:^|/)Qt(?P<framework>[A-Z]\w*)\.framework/"
)

_GTK = (
    *("atk-1", "atk-bridge-2", "atspi", "cairo", "cairo-gobject", "datrie", "epoxy", "fribidi"),
    *("gdk-3", "gdk_pixbuf-2", "graphite2", "gtk-3", "harfbuzz", "pango-1", "pangocairo-1"),
    *("pangoft2-1", "pixman-1", "thai"),
)
"""Brought by Qt's GTK theme, which is left out; the desktop portal's stays."""

_FFMPEG = ("avcodec", "avformat", "avutil", "swresample", "swscale", r"Qt6FFmpegStub-\w+(?:-\w+)?")
"""Sounds are WAV files played by QSoundEffect, which needs no decoder."""

_LIBRARY = re.compile(rf"(?:^|/)lib(?:{'|'.join((*_GTK, *_FFMPEG))})\.")

_DEAD_WEIGHT = re.compile(
    r"(?:^|/)PySide6/.*(?:"
    r"/qml/|/translations/(?!qtbase_(?:en|es)\.qm)|/plugins/(?:"
    r"designer|egldeviceintegrations|generic|multimedia/(?:lib)?ffmpeg|networkinformation|"
    r"platforminputcontexts/libqtvirtualkeyboardplugin|platformthemes/libqgtk3|"
    r"platforms/libq(?:eglfs|linuxfb|vkkhrdisplay|vnc|minimalegl)|"
    r"qmltooling|sqldrivers|position|imageformats/libqpdf|wayland-graphics-integration-server"
    r"))|(?:^|/)babel/locale-data/(?!(?:en|es|root)(?:_\w+)?\.dat)"
    r"|(?:^|/)numpy/(?:.*/)?tests/"
)


def qt_module(path: str) -> str | None:
    """The Qt module that a file of the bundle is, such as ``Charts``; None for other files."""
    if not (found := _QT_FILE.search(path.replace("\\", "/"))):
        return None
    return found["module"] or found["framework"]


def is_unwanted(path: str) -> bool:
    """Whether a file, by its place in the bundle, is to be left out."""
    module = qt_module(path)
    if module is not None and module not in QT_USED:
        return True
    path = path.replace("\\", "/")
    return bool(_LIBRARY.search(path) or _DEAD_WEIGHT.search(path))


def gpl_files(paths: Iterable[str]) -> list[str]:
    """Those of ``paths`` that belong to a Qt module under the GPL."""
    return [path for path in paths if (qt_module(path) or "").removesuffix("Qml") in QT_GPL]
