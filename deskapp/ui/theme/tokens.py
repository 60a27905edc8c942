"""Colour tokens and sizes of the design (`base.css` carries the same names and values)."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Tokens:
    """One colour scheme. Colours are `#RRGGBB`; names are those of the design's CSS variables."""

    dark: bool
    bg: str
    surface: str
    raised: str
    hover: str
    border: str
    text: str
    text2: str
    text3: str
    accent: str
    accent_weak: str
    on_accent: str
    note: str
    note_border: str
    ok: str
    ok_weak: str
    warn: str
    warn_weak: str
    danger: str
    danger_weak: str
    incoming: str
    outgoing: str
    online: str = "#2FB457"

    def colours(self) -> dict[str, str]:
        """Token name to `#RRGGBB`."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "dark"}


LIGHT = Tokens(
    dark=False,
    bg="#F4F5F7",
    surface="#FFFFFF",
    raised="#F0F2F5",
    hover="#EBEEF3",
    border="#E1E4EA",
    text="#1A1D23",
    text2="#4B5361",
    text3="#626B7A",
    accent="#3454D1",
    accent_weak="#E9EEFF",
    on_accent="#FFFFFF",
    note="#FFF8E1",
    note_border="#F0DFA8",
    ok="#1F7A3A",
    ok_weak="#E3F4E8",
    warn="#A35500",
    warn_weak="#FFF0DC",
    danger="#C0272D",
    danger_weak="#FDE8E8",
    incoming="#F0F2F5",
    outgoing="#E9EEFF",
)

DARK = Tokens(
    dark=True,
    bg="#121419",
    surface="#191C22",
    raised="#22262E",
    hover="#272C35",
    border="#2C313B",
    text="#E7E9ED",
    text2="#A7AEBB",
    text3="#8F98A7",
    accent="#8EA2FF",
    accent_weak="#252C49",
    on_accent="#0E1124",
    note="#332D1A",
    note_border="#574B26",
    ok="#6FCF8B",
    ok_weak="#1B3324",
    warn="#F0AD5B",
    warn_weak="#3A2B17",
    danger="#F28B8B",
    danger_weak="#41201F",
    incoming="#22262E",
    outgoing="#252C49",
)

# Sizes in device-independent pixels.
BASE_FONT_PX = 13
CONTROL_HEIGHT = 30
ICON_TARGET = 28
RAIL_WIDTH = 52
VIEWS_WIDTH = 196
LIST_WIDTH = 328
CUSTOMER_WIDTH = 288
BAR_HEIGHT = 48
ROW_HEIGHT = 76
ROW_HEIGHT_COMPACT = 48
