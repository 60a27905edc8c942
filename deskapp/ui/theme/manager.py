"""The live theme: palette, stylesheet and base font of the whole application."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from deskapp.system.resources import resource
from deskapp.ui.theme.stylesheet import stylesheet
from deskapp.ui.theme.tokens import BASE_FONT_PX, DARK, LIGHT, Tokens


class ThemeMode(StrEnum):
    """What the user chose in Settings."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Owns the tokens in force. `changed` fires after palette and stylesheet have been switched."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mode = ThemeMode.SYSTEM
        self._tokens = LIGHT
        self._app: QApplication | None = None

    @property
    def mode(self) -> ThemeMode:
        return self._mode

    @property
    def tokens(self) -> Tokens:
        return self._tokens

    def install(self, app: QApplication, mode: ThemeMode = ThemeMode.SYSTEM) -> None:
        """Style `app` and follow the system's scheme from now on. Before any window; again, it only switches."""
        if app is self._app:
            self.set_mode(mode)
            return
        self._app = app
        self._mode = mode
        app.setStyle("Fusion")
        app.setFont(base_font())
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._apply(self._wanted())

    def set_mode(self, mode: ThemeMode) -> None:
        """Switch live."""
        self._mode = mode
        wanted = self._wanted()
        if wanted is not self._tokens:
            self._apply(wanted)
            self.changed.emit()

    def _follow_system(self) -> None:
        self.set_mode(self._mode)

    def _wanted(self) -> Tokens:
        if self._mode is ThemeMode.SYSTEM:
            hints = QGuiApplication.styleHints()
            return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._mode is ThemeMode.DARK else LIGHT

    def _apply(self, tokens: Tokens) -> None:
        self._tokens = tokens
        if self._app is not None:
            # setColorScheme does nothing on some platforms, so the palette is always ours.
            self._app.setPalette(build_palette(tokens))
            self._app.setStyleSheet(stylesheet(tokens, resource("icons").as_posix()))


_theme: Theme | None = None


def theme() -> Theme:
    """The application's one theme."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


def tokens() -> Tokens:
    """The colour scheme in force."""
    return theme().tokens


def colour(name: str) -> QColor:
    """The `QColor` of a token in force; raises `AttributeError` for an unknown name."""
    return QColor(getattr(tokens(), name))


def base_font(px: float = BASE_FONT_PX, weight: int = 400) -> QFont:
    """Inter where present, else the system's own font, `px` device-independent pixels high."""
    font = QFont()
    # A list costs nothing at start-up; asking QFontDatabase loads every font on the machine.
    font.setFamilies(["Inter", *dict.fromkeys(_system_families)])
    font.setPixelSize(max(1, round(px)))
    font.setWeight(QFont.Weight(weight))
    return font


_system_families = ("Segoe UI", ".AppleSystemUIFont", "Cantarell", "Noto Sans", "DejaVu Sans")


def build_palette(t: Tokens) -> QPalette:
    """A complete palette, so that whatever the stylesheet does not reach still fits."""
    palette = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: t.bg,
        role.WindowText: t.text,
        role.Base: t.surface,
        role.AlternateBase: t.raised,
        role.Text: t.text,
        role.Button: t.surface,
        role.ButtonText: t.text,
        role.BrightText: t.danger,
        role.Highlight: t.accent,
        role.HighlightedText: t.on_accent,
        role.PlaceholderText: t.text3,
        role.ToolTipBase: t.surface,
        role.ToolTipText: t.text,
        role.Link: t.accent,
        role.LinkVisited: t.accent,
        role.Accent: t.accent,
        role.Light: t.surface,
        role.Midlight: t.raised,
        role.Mid: t.border,
        role.Dark: t.border,
        role.Shadow: t.border,
    }
    for which, value in pairs.items():
        palette.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(t.text3))
    return palette
