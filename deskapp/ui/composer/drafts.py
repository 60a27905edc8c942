"""Keeps what is being typed: here at once, in the desk within half a second."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from deskapp.core.commands.messages import SaveDraft
from deskapp.ui.bridge import Bridge
from deskapp.ui.composer.snapshot import Snapshot

SAVE_AFTER_MS = 400
_REMEMBERED = 500


class DraftKeeper(QObject):
    """`read` gives the composer's present state. A save is never put off by typing on."""

    def __init__(self, bridge: Bridge, read: Callable[[], Snapshot], parent: QObject) -> None:
        super().__init__(parent)
        self._bridge, self._read = bridge, read
        self._ticket_id = ""
        self._saved: Snapshot | None = None
        self._known: OrderedDict[str, Snapshot] = OrderedDict()
        self._timer = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._timer.timeout.connect(self.flush)

    def open(self, ticket_id: str) -> Snapshot | None:
        """Begin with another ticket; what was written there in this session, if anything."""
        self.flush()
        self._ticket_id = ticket_id
        self._saved = None
        return self._known.get(ticket_id)

    def loaded(self, snapshot: Snapshot) -> None:
        """The composer now shows this, and the desk has it."""
        self._saved = snapshot
        self._keep(self._ticket_id, snapshot)

    def touched(self) -> None:
        """Something was typed or changed."""
        if self._ticket_id and not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Save now what is not saved yet."""
        self._timer.stop()
        if not self._ticket_id:
            return
        now = self._read()
        before = self._saved
        if now == before or (now.empty and (before is None or before.empty)):
            return
        self._saved = now
        self._keep(self._ticket_id, now)
        self._bridge.send(now.as_draft(self._ticket_id))

    def sent(self) -> None:
        """What was there has left; the desk removes the draft with the same commit."""
        self._timer.stop()
        self._saved = Snapshot()
        self._keep(self._ticket_id, Snapshot())

    def put_back(self, ticket_id: str, snapshot: Snapshot) -> None:
        """Something that should have left did not, while another ticket is shown: keep it as a draft."""
        now = self._known.get(ticket_id)
        if now is not None and now.body.strip() and now.body.strip() not in snapshot.body:
            snapshot = replace(snapshot, body=f"{snapshot.body}\n\n{now.body}")
        self._keep(ticket_id, snapshot)
        command: SaveDraft = snapshot.as_draft(ticket_id)
        self._bridge.send(command)

    def forget(self, ticket_id: str) -> None:
        """The desk knows better from now on."""
        self._known.pop(ticket_id, None)

    def _keep(self, ticket_id: str, snapshot: Snapshot) -> None:
        self._known[ticket_id] = snapshot
        self._known.move_to_end(ticket_id)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
