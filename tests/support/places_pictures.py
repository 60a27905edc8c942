"""Pictures of a team on computers of their own: each main moment, in the windows of who sees it.

`python -m tests.support.places_pictures FOLDER` takes them; `make screenshots` does it.
"""

import sys
import tempfile
from pathlib import Path

from PySide6.QtGui import QColor, QImage, QPainter

from tests.support import places_stories as stories
from tests.support.places import Places, Window, letter, open_places
from tests.support.shop_site import Visitor
from tests.support.widget_pictures import SITE, STILL

LANGUAGES = ("es", "en")
GAP = 24
MORNING = (
    (
        "Jorge Olmedo <jorge@cliente.test>",
        "Factura con el NIF equivocado",
        "Adjunto los datos correctos de la empresa.",
    ),
    (
        "Norte Textil <compras@cliente.test>",
        "Cotización de 200 tazas",
        "Necesitamos la propuesta para el lunes.",
    ),
    (
        "Rosa Beltrán <rosa@cliente.test>",
        "No puedo entrar en mi cuenta",
        "Me pide un código que nunca llega.",
    ),
    ("Daniel Arce <daniel@cliente.test>", "Cambio de color", "Perfecto, muchas gracias por todo."),
    ("Paula Lagos <paula@cliente.test>", "Pago duplicado", "El banco confirma dos cargos iguales."),
    (
        "Hotel Quintana <hotel@cliente.test>",
        "Pedido de cada mes",
        "Este mes necesitamos adelantar la entrega al día 3.",
    ),
)
"""What lies in the mailbox when the windows are opened: customer, subject, words."""


def side_by_side(pictures: list[QImage], target: Path, *, dark: bool) -> None:
    width = sum(picture.width() for picture in pictures) + GAP * (len(pictures) - 1)
    whole = QImage(width, max(p.height() for p in pictures), QImage.Format.Format_RGB32)
    whole.fill(QColor("#0d0f13" if dark else "#dfe3ea"))
    painter, left = QPainter(whole), 0
    for picture in pictures:
        painter.drawImage(left, (whole.height() - picture.height()) // 2, picture)
        left += picture.width() + GAP
    painter.end()
    assert whole.save(str(target))


class Camera:
    def __init__(self, places: Places, target: Path, suffix: str) -> None:
        self._places, self._target, self._suffix = places, target, suffix

    def __call__(self, name: str, windows: tuple[Window, ...], visitor: Visitor | None) -> None:
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / f"{window.name}.png" for window in windows]
            for window, file in zip(windows, files, strict=True):
                window.picture(str(file))
            if visitor is not None:
                visitor.page.settle()
                files.append(Path(folder) / "visitor.png")
                visitor.page.screenshot(files[-1])
            pictures = [QImage(str(file)) for file in files]
        name = f"team-places-{name}-{self._suffix}.png"
        side_by_side(pictures, self._target / name, dark=self._places.dark)


def play(places: Places, folder: Path) -> None:
    for sender, subject, words in MORNING:
        places.hears_mail(letter(words, subject, sender))
        for window in places.windows.values():
            window.sees(subject)
    for window in places.windows.values():
        window.clears_toasts()
    for story in (stories.taken, stories.cut_off):
        story(places)
    for told in (stories.answered, stories.chatted):
        told(places, folder)


def main(target: Path) -> None:
    for language in LANGUAGES:
        for theme in ("light", "dark"):
            with (
                tempfile.TemporaryDirectory() as home,
                open_places(Path(home), language, theme) as places,
            ):
                places.shop.css, places.shop.strict = SITE, False
                places.shop.head = f"<script>{STILL}</script>"
                places.camera = Camera(places, target, f"{theme}-{language}")
                play(places, Path(home))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
