"""What to look at before sending: lines over the foot of the composer, never a dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from deskapp.core.policies.preflight import Finding
from deskapp.ui.composer.canned import label
from deskapp.ui.conversation.banners import Banner, Notice
from deskapp.ui.widgets import clear, vbox


class PreflightBar(QWidget):
    """`show_placeholder` is called with an unfilled placeholder's name, to go there."""

    def __init__(
        self, show_placeholder: Callable[[str], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._show = show_placeholder
        self._column = vbox(self, (10, 4, 10, 6), 4)
        self.findings: tuple[Finding, ...] = ()
        self.hide()

    def show_findings(self, findings: Sequence[Finding], send_anyway: Callable[[], object]) -> None:
        """Say them all; when none blocks, offer to send anyway."""
        self.findings = tuple(findings)
        clear(self._column)
        blocked = any(finding.blocks for finding in findings)
        for i, finding in enumerate(findings):
            actions: list[tuple[str, Callable[[], object]]] = []
            if finding.code in ("unfilled_placeholder", "braces_left"):
                actions.append((self.tr("Go there"), partial(self._show, finding.detail)))
            if not blocked and i == len(findings) - 1:
                actions.append((self.tr("Send anyway"), send_anyway))
            kind = "bad" if finding.blocks else "warn"
            banner = Banner(Notice(self._sentence(finding), "alert", kind, tuple(actions)))
            self._column.addWidget(banner)
        self.setVisible(bool(findings))

    def clear(self) -> None:
        if self.findings:
            self.show_findings((), lambda: None)

    def _sentence(self, finding: Finding) -> str:
        words = {
            "empty_body": self.tr("There is nothing to send yet."),
            "no_recipient": self.tr("Nobody would get this. Add a recipient."),
            "body_too_long": self.tr("A chat message has at most %1 characters."),
            "address_invalid": self.tr("“%1” is no mail address."),
            "unfilled_placeholder": self.tr("A placeholder is not filled in: %1."),
            "braces_left": self.tr("This looks like a placeholder: {{ %1 }}."),
            "attachment_missing": self.tr("It says “%1”, but nothing is attached."),
            "empty_subject": self.tr("The subject is empty."),
            "storing": self.tr(
                "A file is still being attached. It is sent as soon as it is there."
            ),
        }.get(finding.code, finding.code)
        known = finding.code == "unfilled_placeholder"
        return words.replace("%1", label(finding.detail) if known else finding.detail)
