"""A whole window as a process of its own, and somebody at it who does as they are told through a pipe.

`python -m tests.support.window_process PROFILE KEYS`: each line that comes in is a list, a step of `Hands` and its
arguments; each line that goes out is `["ok", what it answered]` or `["failed", a traceback]`. The window is the real
one, on a screen that nobody sees; what is done to it is done by keys, but for what has none.
"""

import json
import logging
import sys
import time
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PySide6.QtCore import QSocketNotifier, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from deskapp.app.driver import Driver
from deskapp.app.gui import application
from deskapp.app.team import open_team_desk
from deskapp.core.commands.registry import decode_command
from deskapp.core.queries.desk import GetNotifications
from deskapp.core.queries.views import ALL
from deskapp.models.dto import TicketRow
from deskapp.sync.protocol.messages import WireCommand, WireResult
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from deskapp.system.sound import QtSounds
from deskapp.ui.team.team import Team
from tests.support.room import press, readable
from tests.support.team_windows import Seat

SIZE = (1_440, 900)


class OwnClock:
    """The system's, and as much later as it was set."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def now(self) -> int:
        return time.time_ns() // 1_000_000 + self.ahead_ms


class Hands(Seat):
    """Every public method is a step. Each waits for what has to be there for it, not for what comes of it."""

    def __init__(self, app: QApplication, profile: Path, keys: Path) -> None:
        self.complaints: list[str] = []
        self.rung: list[str] = []
        self.ringing: list[str] = []
        self._watch()
        self._clock = OwnClock()
        desk = open_team_desk(Profile(profile), FileKey(keys), start=False, clock=self._clock)
        self._tries = 0
        loop = desk.link._loop
        exchange = loop._step

        def counted(urgent: Sequence[WireCommand]) -> dict[str, WireResult]:
            self._tries += 1
            return exchange(urgent)

        loop._step = counted
        super().__init__(app, desk)
        self.opened.window.resize(*SIZE)
        self.opened.window.activateWindow()
        self.opened.window.inbox.open_view(ALL)
        self._driver = Driver(app, self.opened)

    def _watch(self) -> None:
        """Whatever is said to nobody is a complaint."""

        def hear(kind: QtMsgType, _context: object, words: str) -> None:
            if kind is not QtMsgType.QtDebugMsg and "This plugin does not support" not in words:
                self.complaints.append(f"Qt: {words}")

        def note(
            _sounds: QtSounds, sound: str, _loud: float, _at: str, repeat: bool = False
        ) -> str:
            self.rung.append(sound)
            handle = str(len(self.rung))
            if repeat:
                self.ringing.append(handle)
            return handle

        def hush(_sounds: QtSounds, handle: str = "") -> None:
            self.ringing = [one for one in self.ringing if handle and one != handle]

        logs = logging.Handler(logging.WARNING)
        logs.emit = lambda record: self.complaints.append(record.getMessage())  # type: ignore[method-assign]
        logging.getLogger().addHandler(logs)
        warnings.simplefilter("error")
        qInstallMessageHandler(hear)
        patch.object(QtSounds, "devices", lambda _self: []).start()
        patch.object(QtSounds, "play", note).start()
        patch.object(QtSounds, "stop", hush).start()

    # -- going somewhere -----------------------------------------------------------------------

    def sees(self, subject: str) -> str:
        """Wait until the list has a ticket of that subject; its id."""
        pane = self.opened.window.inbox.pane

        def there() -> bool:
            if pane.held.isVisible():  # new ones wait until the list may move under the hand
                self._driver.press("Period", pane.list)
            return self._place(subject) is not None

        self.until(there)
        found = self._place(subject)
        assert found is not None
        return found.id

    def searches(self, words: str, subject: str) -> None:
        """Type into the search, and wait until it shows that ticket and not everything."""
        pane = self.opened.window.inbox.pane
        self._driver.press("Slash", pane.list)
        self._driver.type(words)
        self.until(lambda: pane.feed.searching and self._place(subject) and self.listed() < 4)

    def leaves_the_search(self) -> None:
        self.opened.window.inbox.pane.leave_search()

    def opens_the_chat(self) -> str:
        """Go to the chat that has waited longest; its ticket."""
        strip = self._assembly.chats.strip
        self.until(lambda: strip.chats)
        self._driver.press("G, W", self.opened.window.inbox.pane.list)
        talk = self.pane.chat
        self.until(lambda: talk.info is not None and talk.contact is not None)
        self.until(lambda: bool(self.pane.view.blocks))
        return strip.chats[0].ticket_id

    def opens_unsent(self) -> list[str]:
        """The panel of what waits; what can be read there."""
        self._team.open_unsent()
        panel = self._team.panel
        assert panel is not None
        self.until(panel.isVisible)
        return readable(panel)

    # -- writing -------------------------------------------------------------------------------

    def notes(self, text: str) -> None:
        """Write a note and keep it."""
        composer = self.pane.composer
        composer.start("note")
        self.until(lambda: composer.mode == "note" and composer.editor.hasFocus())
        self.until(lambda: composer.aids.people is not None)
        composer.editor.insert(text)
        composer.aids.close()
        self.sends()
        self.until(lambda: not composer.editor.text())

    def answers(self, text: str, *files: str) -> None:
        """Write an answer to the customer, with files, and send it."""
        composer = self.pane.composer
        if files:
            composer.attach([Path(name) for name in files])
            self.until(lambda: len(composer.files.items()) == len(files))
            self.until(lambda: not composer.files.busy)
        self.writes(text)
        if composer.by_mail():
            self.until(lambda: composer.recipients.people("to"))
        self.sends()
        self.until(lambda: not composer.editor.text())

    def types(self, text: str) -> None:
        """Keys, into what has the focus."""
        self._driver.type(text)

    def presses(self, keys: str) -> None:
        """A key or a chord, at the list."""
        self._driver.press(keys, self.opened.window.inbox.pane.list)

    def presses_there(self, keys: str) -> None:
        """At what has the focus."""
        self._driver.press(keys)

    def picks(self, words: str) -> None:
        """Choose in the pop-up that has just been asked for."""
        self.until(lambda: QApplication.activePopupWidget() is not None)
        self._driver.type(words)
        self._driver.settle()
        self._driver.press("Return")
        self.until(lambda: QApplication.activePopupWidget() is None)

    def clicks(self, words: str) -> None:
        """The one button that reads so."""
        self.until(lambda: words in readable(self.opened.window))
        press(self.opened.window, words)

    def clears(self) -> None:
        """Throw away what is written."""
        self.pane.composer.discard()

    def settles(self) -> None:
        """Let everything that is due be shown."""
        self._driver.settle()

    def answers_by_mail(self, text: str) -> None:
        """What is being written goes by mail: add the words and send it."""
        composer = self.pane.composer
        self.until(lambda: composer.by_mail() and composer.recipients.people("to"))
        composer.editor.insert(text)
        self.sends()
        self.until(lambda: not composer.editor.text())

    def selects(self, *subjects: str) -> None:
        """Mark these in the list."""
        pane = self.opened.window.inbox.pane
        first, *others = (pane.model.position_of_id(self.sees(subject)) for subject in subjects)
        pane.list.go_to(first)
        for place in others:
            pane.list.toggle(place)

    def acts(self, action: str) -> bool:
        """An action that has no key, as from the palette; False when it cannot be done now."""
        return self.opened.actions.run(action)

    def tells(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        """A command as such: how the host, or this machine, answered it."""
        command = decode_command({"type": kind, "version": 1, "body": body})
        future = self.desk.workspace.submit(command)
        self.until(future.done)
        outcome = future.result()
        rejected = outcome.rejected
        return {"result": dict(outcome.result), "rejected": rejected.code if rejected else ""}

    # -- time and network ----------------------------------------------------------------------

    def is_later(self, minutes: int) -> None:
        """The clock on the wall goes on; until the next try to reach the host, which knows of it, has begun."""
        self._clock.ahead_ms += minutes * 60_000
        before = self._tries
        self.tries_now()
        self.until(lambda: self._tries > before)

    def tries_now(self) -> None:
        """Try to connect, as by the palette."""
        self._team.live.sync_now()

    # -- looking -------------------------------------------------------------------------------

    def ticket(self) -> dict[str, Any]:
        """The one on screen."""
        row = self.pane.row
        if row is None:
            return {}
        assignee = self.pane.detail.assignee if self.pane.detail else None
        return {
            "id": row.id,
            "number": row.number,
            "status": row.status.value,
            "assignee": assignee.name if assignee else "",
            "tags": sorted(row.tags),
            "snoozed": row.snoozed_until is not None,
            "needs_reply": row.needs_reply,
        }

    def subjects(self) -> list[str]:
        """Of the list, from above; those that were read."""
        return [row.subject for row in self._rows()]

    def written(self) -> str:
        """What stands in the composer."""
        return self.pane.composer.editor.text()

    def hold(self) -> int:
        """How long an answer waits before it leaves (ms)."""
        return self.pane.composer.hold_ms()

    def files(self) -> list[str]:
        """Names and lengths of what was said with files, fetched."""
        found = []
        for card in self.pane.view.blocks:
            for each in getattr(getattr(card, "message", None), "attachments", ()):
                found.append(f"{each.filename}: {len(self.desk.workspace.blobs.get(each.sha256))}")
        return found

    def last_line(self) -> str:
        """What stands above the last card: who, when, delivered, seen."""
        from deskapp.ui.conversation.card import MessageCard

        cards = [one for one in self.pane.view.blocks if isinstance(one, MessageCard)]
        return cards[-1].headline() if cards else ""

    def speech(self) -> str:
        """All of the last block, also of what is only being typed."""
        blocks = self.pane.view.blocks
        return str(blocks[-1].speech()) if blocks else ""

    def presence(self) -> str:
        """Which colleagues are at the ticket."""
        return "" if self._team.presence.isHidden() else self._team.presence.text.text()

    def guard(self) -> str:
        """Why an answer came back."""
        return self.pane.guard.text()

    def connection(self) -> dict[str, Any]:
        """How this machine stands to the host."""
        now = self.desk.workspace.connection
        return {"online": now.online, "unsent": now.unsent, "refused": now.refused}

    def toasts(self) -> list[str]:
        return [toast.text() for toast in self.opened.window.toasts.toasts()]

    def heard(self) -> list[str]:
        """What rang."""
        return list(self.rung)

    def rings_on(self) -> bool:
        """Whether something rings until somebody takes it."""
        return bool(self.ringing)

    def told_of(self) -> list[str]:
        """Kinds of notifications, the newest first."""
        items = self.desk.workspace.query(GetNotifications()).result(90)
        return [item.kind.value for item in items]

    def chats(self) -> list[list[str]]:
        """Of the strip over the list: its ticket, state and who has it."""
        chats = self._assembly.chats.strip.chats
        return [[chat.ticket_id, chat.state.value, chat.assignee_id] for chat in chats]

    def chat_line(self) -> str:
        """What stands under the header of a chat."""
        return self.pane.chat_bar.text.text()

    def seen(self) -> bool:
        """Whether the last message of ours was read."""
        return self.last_line().endswith(("seen", "visto"))

    def rated(self) -> bool:
        return self.pane.chat_bar.rating.isVisible()

    def can(self, action: str) -> bool:
        return any(one.id == action and one.enabled() for one in self.opened.actions)

    def me(self) -> str:
        return self.desk.workspace.agent_id

    # -- the end -------------------------------------------------------------------------------

    def picture(self, path: str) -> None:
        bar = self.pane.view.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._driver.picture(Path(path))

    def clears_toasts(self) -> None:
        for toast in self.opened.window.toasts.toasts():
            toast.dismiss()

    def complains(self) -> list[str]:
        """What was said to nobody: warnings, Qt's words, records."""
        return self.complaints

    # -- inside --------------------------------------------------------------------------------

    @property
    def _assembly(self) -> Any:
        assert self.opened.assembly is not None
        return self.opened.assembly

    @property
    def _team(self) -> Team:
        team: Team = self._assembly.team
        return team

    def _rows(self) -> list[TicketRow]:
        model = self.opened.window.inbox.pane.model
        rows = (model.row_at(place) for place in range(model.rowCount()))
        return [row for row in rows if row is not None]

    def _place(self, subject: str) -> TicketRow | None:
        return next((row for row in self._rows() if row.subject == subject), None)


def serve(hands: Hands, app: QApplication) -> None:
    """Do as told until the other end is closed."""

    def answer() -> None:
        line = sys.stdin.readline()
        if not line:
            app.quit()
            return
        step, *words = json.loads(line)
        try:
            told = ["ok", getattr(hands, step)(*words)]
        except Exception:  # noqa: BLE001 - whoever tells it what to do reads it
            told = ["failed", traceback.format_exc()]
        print(json.dumps(told), flush=True)

    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(answer)
    app.exec()


def main(profile: str, keys: str) -> None:
    app = application()
    hands = Hands(app, Path(profile), Path(keys))
    print(json.dumps(["ok", "here"]), flush=True)
    serve(hands, app)
    hands.close(app)


if __name__ == "__main__":
    main(*sys.argv[1:])
