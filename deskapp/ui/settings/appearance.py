"""Colours, language, and how long a sent answer can be taken back."""

from __future__ import annotations

from deskapp.ui.languages import native_name
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Binder, Row, Sheet


class AppearanceSheet(Sheet):
    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.set_head(
            self.tr("Appearance and language"),
            self.tr("For this computer. Changes show at once."),
        )
        bind = Binder(preferences, self)
        themes = (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        )
        languages = (
            ("system", self.tr("As the system")),
            ("es", native_name("es")),
            ("en", native_name("en")),
        )
        densities = (
            ("comfortable", self.tr("Comfortable")),
            ("compact", self.tr("Compact")),
        )
        self.add(
            Row(self.tr("Colours"), "", bind.segmented("appearance.theme", themes), first=True),
            Row(
                self.tr("Language"),
                self.tr("Of the window. Dates and numbers follow it."),
                bind.segmented("appearance.language", languages),
            ),
            Row(
                self.tr("Lists"),
                self.tr("From the next view you open; each view's own choice stays."),
                bind.segmented("appearance.density", densities),
            ),
            Row(
                self.tr("Undo send"),
                self.tr("How long an answer waits before it leaves."),
                bind.number("compose.undo_seconds", self.tr("s"), self.tr("Off")),
            ),
        )
        self.finish()
