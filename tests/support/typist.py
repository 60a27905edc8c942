"""A person at a real window, in a process of its own that may be killed at any moment.

`python -m tests.support.typist PROFILE KEYFILE OUT`: opens the desk's window, goes to the first ticket
and types into the composer, a key every few ms. After each key `<ns, monotonic> <text>` goes to OUT.
"""

import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from deskapp.app.bootstrap import open_desk
from deskapp.app.gui import DeskWindow, application
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile

EVERY_MS = 15
WORDS = "hoy mismo la enviamos de nuevo y manana por la manana llega a su casa "


def main(profile: str, key_file: str, out: str) -> int:
    app = application(["typist"])
    window = DeskWindow(
        app, open_desk(Profile.at(profile), FileKey(Path(key_file))), channels=False
    )
    typing = QTimer(interval=EVERY_MS)
    keys = iter(WORDS * 1000)
    told = Path(out).open("w", encoding="utf-8")  # noqa: SIM115 - open until this is killed

    def press() -> None:
        assert window.assembly is not None
        editor = window.assembly.conversation.composer.editor
        QTest.keyClicks(editor, next(keys))
        told.write(f"{time.monotonic_ns()} {editor.text()}\n")
        told.flush()

    def begin() -> None:
        window.window.inbox.pane.list.go_to(0)
        window.actions.run("conversation.reply")
        QTimer.singleShot(500, typing.start)

    typing.timeout.connect(press, Qt.ConnectionType.DirectConnection)
    window.assembled.connect(begin)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
