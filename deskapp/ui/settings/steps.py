"""A connection test, step by step as it happens: what went well, and what to do about what did not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from deskapp.core.ports import TestStep
from deskapp.ui import messages
from deskapp.ui.theme import icon_pixmap, theme, tokens
from deskapp.ui.widgets import Button, Frame, PlainLabel, hbox, vbox

_LEFT = Qt.AlignmentFlag.AlignLeft
ORDER = tuple(messages.STEPS)
Words = Callable[[TestStep], str]


class StepList(QWidget):
    """What `begin` returns may be called from any thread, to tell of a step. `trust_wanted` carries a
    certificate's fingerprint."""

    trust_wanted = Signal(str)
    _reported = Signal(int, object)  # of which run, the step

    def __init__(
        self,
        parent: QWidget | None = None,
        order: Sequence[str] = ORDER,
        title: Words = messages.step_title,
        advice: Words = messages.step_advice,
    ) -> None:
        """`order`: the steps of this test, by name; `title` and `advice` say each in words."""
        super().__init__(parent)
        self._order, self._words = order, (title, advice)
        self._rows: dict[str, _StepRow] = {}
        self._card = Frame("card")
        self._column = vbox(self._card, (14, 10, 14, 10), 6)
        vbox(self).addWidget(self._card)
        self._run = 0
        self._reported.connect(self._on_step)
        self.hide()

    def begin(self) -> Callable[[TestStep], None]:
        """Show the steps that will be gone through, none done. What is told of an earlier run is
        passed over from now on."""
        self._run += 1
        for row in self._rows.values():
            row.hide()
            row.deleteLater()
        self._rows = {}
        for name in self._order:
            self._row(name)
        self.show()
        return partial(self._report, self._run)

    def _report(self, run: int, step: TestStep) -> None:
        """On a worker's thread."""
        if shiboken6.isValid(self):
            self._reported.emit(run, step)

    def _on_step(self, run: int, step: TestStep) -> None:
        if run == self._run:
            self.show_step(step)

    def show_step(self, step: TestStep) -> None:
        row = self._row(step.name)
        row.show_step(step)
        self.setAccessibleDescription(row.sentence())

    def _row(self, name: str) -> _StepRow:
        if name not in self._rows:
            row = _StepRow(name, *self._words)
            row.trust_wanted.connect(self.trust_wanted)
            self._rows[name] = row
            self._column.addWidget(row)
        return self._rows[name]

    def sentences(self) -> list[str]:
        """Every line as it reads now."""
        return [row.sentence() for row in self._rows.values()]


class _StepRow(QWidget):
    trust_wanted = Signal(str)

    def __init__(self, name: str, title: Words, advise: Words) -> None:
        super().__init__()
        self._advise = advise
        self._step: TestStep | None = None
        self._sign = PlainLabel()
        self._title = PlainLabel(title(TestStep(name, ok=True)), "muted")
        self._advice, self._detail = PlainLabel(), PlainLabel(role="small")
        for label in (self._title, self._advice, self._detail):
            label.setWordWrap(True)
        self._trust = Button(self.tr("Trust this certificate"), on_click=self._on_trust)
        column = vbox(self, spacing=4)
        head = hbox(spacing=8)
        head.addWidget(self._sign)
        head.addWidget(self._title, 1)
        column.addLayout(head)
        below = vbox(spacing=4)
        below.setContentsMargins(23, 0, 0, 2)
        for part in (self._advice, self._detail, self._trust):
            part.hide()
            below.addWidget(part, 0, Qt.AlignmentFlag(0) if part is not self._trust else _LEFT)
        column.addLayout(below)
        theme().changed.connect(self._paint)
        self._paint()

    def show_step(self, step: TestStep) -> None:
        self._step = step
        self._title.set_role("" if step.ok else "strong")
        self._advice.setText(self._advise(step))
        self._advice.setVisible(not step.ok)
        said = self.tr("The server said: %1").replace("%1", step.detail)
        prints = self.tr("Fingerprint (SHA-256): %1").replace("%1", grouped(step.fingerprint))
        words = [said] if step.detail else []
        words += [prints] if step.fingerprint else []
        self._detail.setText("\n".join(words))
        self._detail.setVisible(not step.ok and bool(words))
        self._trust.setVisible(not step.ok and bool(step.fingerprint))
        self._paint()

    def sentence(self) -> str:
        step = self._step
        state = "" if step is None else self.tr("done") if step.ok else self._advice.text()
        return ": ".join(part for part in (self._title.text(), state) if part)

    def _on_trust(self) -> None:
        if self._step is not None:
            self.trust_wanted.emit(self._step.fingerprint)

    def _paint(self) -> None:
        t = tokens()
        name, ink = "circle", t.text3
        if self._step is not None:
            name, ink = ("tick", t.ok) if self._step.ok else ("alert", t.danger)
        self._sign.setPixmap(icon_pixmap(name, ink, 15, self.devicePixelRatioF()))


def grouped(fingerprint: str) -> str:
    """A fingerprint as people compare it: "AB:CD:…"."""
    plain = fingerprint.replace(":", "").upper()
    return ":".join(plain[i : i + 2] for i in range(0, len(plain), 2))
