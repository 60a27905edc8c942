"""How everything looks: tokens, palette, stylesheet, fonts, icons, avatars."""

from deskapp.ui.theme.avatars import avatar_colour, initials
from deskapp.ui.theme.icons import icon, icon_names, icon_pixmap
from deskapp.ui.theme.manager import Theme, ThemeMode, base_font, colour, theme, tokens
from deskapp.ui.theme.tokens import DARK, LIGHT, Tokens

__all__ = [
    "DARK",
    "LIGHT",
    "Theme",
    "ThemeMode",
    "Tokens",
    "avatar_colour",
    "base_font",
    "colour",
    "icon",
    "icon_names",
    "icon_pixmap",
    "initials",
    "theme",
    "tokens",
]
