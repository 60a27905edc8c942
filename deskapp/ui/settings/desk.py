"""What the desk is called, and how it writes by itself."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from deskapp.ui.languages import native_name
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Binder, Row, Sheet

LOCALES = (
    "es_AR de_AT en_AU fr_BE es_BO pt_BR en_CA de_CH es_CL es_CO es_CR es_CU de_DE da_DK es_DO"
    " es_EC es_ES fi_FI fr_FR en_GB es_GT es_HN en_IE it_IT es_MX es_NI nl_NL nb_NO en_NZ es_PA"
    " es_PE pl_PL es_PR pt_PT es_PY sv_SE es_SV en_US es_UY es_VE en_ZA"
).split()
"""Countries that are offered for phones written without a prefix, each with its language."""


class DeskSheet(Sheet):
    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.set_head(
            self.tr("Your desk"), self.tr("What customers and canned replies see of your shop.")
        )
        bind = Binder(preferences, self)
        languages = [(code, native_name(code)) for code in ("es", "en")]
        self.add(
            Row(
                self.tr("Name of the desk"),
                self.tr("For {{ desk.name }} in canned replies."),
                bind.line("desk.name", self.tr("Your shop")),
                first=True,
            ),
            Row(
                self.tr("Language of the desk"),
                self.tr("For what it writes by itself, such as an acknowledgement."),
                bind.choice("desk.language", languages),
            ),
            Row(
                self.tr("Country"),
                self.tr("Phones written without a prefix belong to it."),
                bind.choice("desk.country", countries()),
            ),
        )
        self.finish()


def countries() -> list[tuple[str, str]]:
    """(ISO 3166 code, name in its own language), by name."""
    named = ((code[-2:], QLocale(code).nativeTerritoryName() or code[-2:]) for code in LOCALES)
    return sorted(named, key=lambda pair: pair[1].casefold())
