"""Install what deskapp needs and open it. ``make run`` does this; it works on every system.

With no display, a demo desk is opened on a virtual screen, a mail is played through it, and the
screenshots stay in ``build/tour``. Arguments go to deskapp.
"""

import shutil
import sys

from common import BUILD, PYTHON, ROOT, Failure, call, leave, say
from screen import virtual_screen
from setup import has_display, prepare_app


def main() -> int:
    """Open the app, or tour it where nobody could see it; its exit code."""
    prepare_app()
    if has_display():
        return call(PYTHON, "-m", "deskapp", *sys.argv[1:])
    return _tour()


def _tour() -> int:
    folder = BUILD / "tour"
    shutil.rmtree(folder, ignore_errors=True)
    say("No display: opening a demo desk on a virtual screen")
    with virtual_screen() as env:
        code = call(PYTHON, "-m", "deskapp", "demo", "--tour", folder, env=env)
    if code:
        return code
    pictures = sorted(folder.rglob("*.png"))
    if not pictures:
        raise Failure("the tour ended without a screenshot.")
    say(f"The tour is done; {len(pictures)} screenshots are in {folder.relative_to(ROOT)}/:")
    for picture in pictures:
        say(f"  {picture.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    leave(main)
