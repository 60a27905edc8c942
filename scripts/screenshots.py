"""Take the pictures of ``docs/screenshots`` again, the same on every machine.

``make screenshots`` does this: a demo desk and a shop's site, no screen, and the fonts that
the pictures are pinned to.
"""

from common import PYTHON, ROOT, call, leave
from setup import prepare_tests

SAME_EVERYWHERE = {
    "LANG": "C.UTF-8",
    "QT_FONT_DPI": "96",
    "QT_QPA_PLATFORM": "offscreen",
    "QT_SCALE_FACTOR": "1",
    "TZ": "Europe/Madrid",
}


def main() -> int:
    """Take the pictures of the window, the widget, both, a team, and one on several computers; the first bad code."""
    prepare_tests()
    folder = ROOT / "docs" / "screenshots"
    window = (PYTHON, "-m", "deskapp", "demo", "--screenshots", folder)
    widget = (PYTHON, "-m", "tests.support.widget_pictures", folder)
    both = (PYTHON, "-m", "tests.support.both_sides", folder)
    team = (PYTHON, "-m", "tests.support.team_pictures", folder)
    places = (PYTHON, "-m", "tests.support.places_pictures", folder)
    works = (call(*work, env=SAME_EVERYWHERE) for work in (window, widget, both, team, places))
    return next((code for code in works if code), 0)


if __name__ == "__main__":
    leave(main)
