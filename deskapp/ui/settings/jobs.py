"""Long work in a row: a button, then its progress with Cancel, then what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from deskapp.core.ports import Job, Progress
from deskapp.ui import messages
from deskapp.ui.bridge import Bridge
from deskapp.ui.i18n import number
from deskapp.ui.widgets import Button, ElidedLabel, PlainLabel, hbox, vbox

OnProgress = Callable[[Progress], None]


class JobView(QWidget):
    """Shows one job at a time. `ended` says that it is over, well (True) or not."""

    ended = Signal(bool)
    _progressed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._job: Job | None = None
        self._done_text = ""
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self._note = ElidedLabel(role="small")
        self.cancel = Button(self.tr("Cancel"), "link", on_click=self._cancel)
        self.result = PlainLabel(role="small")
        self.result.setWordWrap(True)
        self._running = QWidget()
        row = hbox(self._running, spacing=10)
        row.addWidget(self.bar, 3)
        row.addWidget(self._note, 2)
        row.addWidget(self.cancel)
        column = vbox(self, (0, 0, 0, 4), 4)
        column.addWidget(self._running)
        column.addWidget(self.result)
        self._running.hide()
        self.result.hide()
        # Emitted on a worker's thread, delivered on this one.
        self._progressed.connect(self._show)

    @property
    def running(self) -> bool:
        return self._job is not None

    def job(self) -> Job | None:
        """What is running."""
        return self._job

    def start(self, begin: Callable[[OnProgress], Job], done_text: str) -> None:
        """`begin` is given where to report; `done_text` may hold {path} and other results."""
        if self.running:
            return
        self._done_text = done_text
        self.result.hide()
        self._running.show()
        self._show(Progress(0, 0))
        self._job = begin(self._report)
        self._bridge.watch(self._job.future, self._finished, self, self._failed)
        self._job.future.add_done_callback(lambda future: self._dropped(future.cancelled()))

    def _report(self, progress: Progress) -> None:
        if shiboken6.isValid(self):
            self._progressed.emit(progress)

    def _dropped(self, cancelled: bool) -> None:
        """A future that was cancelled before it began answers nobody else."""
        if cancelled:
            self._report(Progress(-1, 0))

    def _show(self, progress: Progress) -> None:
        if progress.done < 0:
            self._end(messages.sentence(messages.JOB_ERRORS, "cancelled"), well=False)
            return
        self.bar.setRange(0, progress.total)
        self.bar.setValue(min(progress.done, progress.total))
        self.bar.setAccessibleName(progress.note)
        counted = f"{number(progress.done)} / {number(progress.total)}" if progress.total else ""
        self._note.setText(" · ".join(part for part in (counted, progress.note) if part))

    def _cancel(self) -> None:
        if self._job is not None:
            self.cancel.setEnabled(False)
            self._job.cancel()

    def _finished(self, result: Mapping[str, object]) -> None:
        text = self._done_text
        for name, value in result.items():
            shown = number(value) if isinstance(value, int) else str(value)
            text = text.replace("{" + name + "}", shown)
        self._end(text, well=True)

    def _failed(self, error: Exception) -> None:
        self._end(messages.job_error(error), well=False)

    def _end(self, text: str, well: bool) -> None:
        if self._job is None:
            return
        self._job = None
        self.cancel.setEnabled(True)
        self._running.hide()
        self.result.set_role("small" if well else "error")
        self.result.setText(text)
        self.result.show()
        self.ended.emit(well)
