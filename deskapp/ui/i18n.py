"""Language: translations loaded from `resources/translations`, switchable while running.

Widgets mix in `Retranslates` and put every text they show into `retranslate`.
"""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from deskapp.system.resources import resource

LANGUAGES = ("en", "es")
SYSTEM = "system"


class Language:
    """The application's one language. `set` it at any time; widgets follow by themselves."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._translators: list[QTranslator] = []
        self._wanted = SYSTEM

    @property
    def wanted(self) -> str:
        """What the user chose: `system` or one of `LANGUAGES`."""
        return self._wanted

    def set(self, wanted: str) -> str:
        """Switch to `wanted` (`system` or one of `LANGUAGES`); returns the language in force."""
        self._wanted = wanted if wanted in LANGUAGES else SYSTEM
        system = QLocale.system()
        code = self._wanted if self._wanted in LANGUAGES else _nearest(system)
        # The system's own locale keeps its country's dates and numbers where the language agrees.
        locale = system if system.name().startswith(code) else QLocale(code)
        QLocale.setDefault(locale)
        self.clear()
        self._translators = [t for t in (_qt(locale), _ours(code)) if t is not None]
        for translator in self._translators:
            self._app.installTranslator(translator)
        return code

    def clear(self) -> None:
        """Back to the words of the program itself."""
        for translator in self._translators:
            self._app.removeTranslator(translator)
        self._translators = []


class Retranslates:
    """Mix-in for widgets (list it first): calls `retranslate` whenever the language changes."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)  # type: ignore[misc]

    @abstractmethod
    def retranslate(self) -> None:
        """Put every text into the widget again."""


def number(value: int | float) -> str:
    """`value` as the current language writes it: 2000 is "2.000" in Spanish."""
    return QLocale().toString(value)


def count(value: int) -> str:
    """A counter for a badge or a view; beyond 99,999 thousands are enough."""
    if value < 100_000:
        return number(value)
    return QCoreApplication.translate("i18n", "%1k").replace("%1", number(value // 1000))


def _nearest(system: QLocale) -> str:
    for name in system.uiLanguages():
        if name.split("-")[0] in LANGUAGES:
            return name.split("-")[0]
    return "en"


def _ours(code: str) -> QTranslator | None:
    translator = QTranslator()
    return (
        translator if translator.load(str(resource("translations", f"deskapp_{code}.qm"))) else None
    )


def _qt(locale: QLocale) -> QTranslator | None:
    translator = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    return translator if translator.load(locale, "qtbase", "_", folder) else None
