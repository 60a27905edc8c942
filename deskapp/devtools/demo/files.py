"""Files that the customers of the demo desk attach: small pictures and documents, drawn by code."""

import struct
import zlib
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from itertools import chain
from math import hypot
from typing import Final

_GLAZES_BY_WORD: Final = {"azul": 0, "blue": 0, "verde": 2, "green": 2}
WIDTH, HEIGHT = 480, 320
Colour = tuple[int, int, int]

_WALL: Final[Colour] = (236, 231, 222)
_TABLE: Final[Colour] = (196, 164, 128)
_DARK: Final[Colour] = (70, 56, 44)
_CARDBOARD: Final[Colour] = (188, 148, 98)
_GLAZES: Final[tuple[Colour, ...]] = (
    (58, 96, 142),
    (214, 120, 88),
    (92, 132, 104),
)


def make(name: str) -> tuple[str, bytes]:
    """(MIME type, bytes) of the file called `name`; the same for the same name, always."""
    ending = name.rpartition(".")[2]
    if ending == "png":
        return "image/png", _picture(name)
    if ending == "pdf":
        return "application/pdf", _document(name)
    if ending == "csv":
        return "text/csv", _table(name).encode("utf-8")
    raise ValueError(f"no such kind of file: {name}")


# -- pictures -------------------------------------------------------------------------------


def _picture(name: str) -> bytes:
    """A cup on a table, or an open box; in a glaze that the name chooses."""
    if name.startswith("logo"):
        return _drawn("logo", 0)
    if "caja" in name or "box" in name:
        return _drawn("box", 0)
    broken = any(word in name for word in ("rota", "grieta", "crack", "broken", "chip"))
    named = (n for word, n in _GLAZES_BY_WORD.items() if word in name)
    digits = (int(char) % len(_GLAZES) for char in name if char.isdecimal())
    glaze = next(chain(named, digits), sha256(name.encode()).digest()[0] % len(_GLAZES))
    return _drawn("broken" if broken else "cup", glaze)


@cache
def _drawn(what: str, glaze: int) -> bytes:
    if what == "logo":
        return _png(160, 48, _logo)
    if what == "box":
        return _png(WIDTH, HEIGHT, _box)
    return _png(WIDTH, HEIGHT, lambda x, y: _cup(x, y, _GLAZES[glaze], what == "broken"))


def _png(width: int, height: int, pixel: Callable[[int, int], Colour]) -> bytes:
    """A PNG (RFC 2083) drawn in squares of two pixels: four times as quick, and soft enough."""
    rows = b"".join(
        2 * (b"\0" + b"".join(2 * bytes(pixel(x, y)) for x in range(0, width, 2)))
        for y in range(0, height, 2)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def _shade(colour: Colour, light: float) -> Colour:
    red, green, blue = (max(0, min(255, round(part * light))) for part in colour)
    return red, green, blue


def _scene(x: int, y: int) -> Colour:
    if y < 215:
        return _shade(_WALL, 1.04 - y / 1600 - x / 4000)
    grain = 0.03 if (y * 7 + x // 60) % 23 < 2 else 0.0
    return _shade(_TABLE, 0.92 + (y - 215) / 900 - grain)


def _cup(x: int, y: int, glaze: Colour, broken: bool) -> Colour:
    if broken and abs(x - (262 + (y % 17 - 8) / 2 + (y - 120) / 9)) < 2 and 108 < y < 205:
        return _DARK
    half = 78 - max(0, y - 190) * 0.22  # the body narrows to its foot
    if hypot((x - 240) / 78, (y - 110) / 16) < 1:
        return _shade(_DARK, 1.4) if hypot((x - 240) / 70, (y - 112) / 12) < 1 else glaze
    if 110 <= y <= 250 and abs(x - 240) < half:
        light = 1.18 - abs(x - 215) / 190
        unglazed = y > 228
        return _shade((214, 190, 160) if unglazed else glaze, light)
    if 0.62 < hypot((x - 318) / 44, (y - 165) / 46) < 1 and x > 300:
        return _shade(glaze, 0.95)
    if hypot((x - 250) / 105, (y - 252) / 12) < 1:
        return _shade(_TABLE, 0.72)
    return _scene(x, y)


def _box(x: int, y: int) -> Colour:
    lean = (y - 130) * 0.12
    if 120 <= y <= 262 and 120 - lean < x < 360 + lean:
        tape = abs(x - 240) < 14
        torn = hypot((x - 332) / 46, (y - 160) / 34) < 1
        if torn:
            return _shade(_DARK, 0.9 + (x + y) % 5 / 20)
        return _shade((222, 206, 170) if tape else _CARDBOARD, 1.08 - (y - 120) / 700)
    if 84 <= y < 120 and 120 + (120 - y) * 0.7 < x < 395 - (y - 84):
        return _shade(_CARDBOARD, 0.86)
    return _scene(x, y)


def _logo(x: int, y: int) -> Colour:
    inside = hypot(x - 24, y - 24) < 18
    bar = 52 < x < 150 and (16 < y < 22 or (28 < y < 32 and x < 120))
    return (47, 82, 120) if inside or bar else (255, 255, 255)


# -- documents ------------------------------------------------------------------------------


def _document(name: str) -> bytes:
    """One A4 page with the file's name and a few lines, as an invoice would have."""
    title = name.rpartition(".")[0].replace("_", " ").capitalize()
    number = int.from_bytes(sha256(name.encode()).digest()[:2]) % 9000 + 1000
    lines = (
        (20, 780, title),
        (11, 750, f"Taller Norte, S.L.  -  Ref. {number}"),
        (11, 720, "2 x Taza Talavera azul ............ 38,00 EUR"),
        (11, 704, "1 x Mantel de lino ................ 64,00 EUR"),
        (11, 688, "Portes ............................. 4,90 EUR"),
        (12, 660, f"Total: {number % 300 + 60},90 EUR"),
    )
    text = "".join(f"BT /F1 {size} Tf 60 {y} Td ({words}) Tj ET\n" for size, y, words in lines)
    content = text.encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%sendstream" % (len(content), content),
    )
    return _pdf(objects)


def _pdf(objects: tuple[bytes, ...]) -> bytes:
    """The objects as a file with its cross-reference table (ISO 32000-1, 7.5)."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(out))
    )


def _table(name: str) -> str:
    rows = ("referencia;descripción;unidades", "TZ-014;Taza Talavera azul;24", "PL-220;Plato 27;36")
    return f"# {name}\n" + "\n".join(rows) + "\n"
