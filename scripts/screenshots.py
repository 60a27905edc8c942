"""Take the pictures of ``docs/screenshots`` again, the same on every machine.

``make screenshots`` does this: a demo desk, no screen, and the fonts that the pictures are
pinned to.
"""

from common import PYTHON, ROOT, call, leave
from setup import prepare_app

SAME_EVERYWHERE = {
    "LANG": "C.UTF-8",
    "QT_FONT_DPI": "96",
    "QT_QPA_PLATFORM": "offscreen",
    "QT_SCALE_FACTOR": "1",
    "TZ": "Europe/Madrid",
}


def main() -> int:
    """Take the pictures; the app's exit code."""
    prepare_app()
    folder = ROOT / "docs" / "screenshots"
    return call(*(PYTHON, "-m", "deskapp", "demo", "--screenshots", folder), env=SAME_EVERYWHERE)


if __name__ == "__main__":
    leave(main)
