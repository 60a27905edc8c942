"""The card at the top: who this is, their tags, and what may be done with them."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from deskapp.models.dto import ContactDetail
from deskapp.ui.bridge import Bridge
from deskapp.ui.customer.model import shown_name
from deskapp.ui.customer.tags import TagEditor
from deskapp.ui.i18n import Retranslates
from deskapp.ui.widgets import Avatar, ElidedLabel, Frame, IconButton, Pill, hbox, vbox
from deskapp.ui.widgets.avatar import LARGE


def of_five(satisfaction: float) -> str:
    """A mean of 0 to 1 as people know it, out of five: "4.8"."""
    return QLocale().toString(satisfaction * 5, "f", 1)


def mood(satisfaction: float) -> str:
    """The kind of pill that shows it."""
    return "ok" if satisfaction >= 0.7 else "warn" if satisfaction >= 0.5 else "bad"


class WhoCard(Retranslates, Frame):
    """Name, since when, tags, satisfaction. The menu's entries are the panel's (`fill_menu`)."""

    menu_wanted = Signal(object)  # the QMenu to fill

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._detail: ContactDetail | None = None
        self._avatar = Avatar(size=LARGE)
        self._name = ElidedLabel(role="name")
        self._organisation = ElidedLabel(role="small")
        self._since = ElidedLabel(role="small")
        self._more = IconButton("more", on_click=self._open_menu)
        self.tags = TagEditor(bridge)
        texts = vbox(spacing=1)
        texts.addStretch()
        texts.addWidget(self._name)
        texts.addWidget(self._organisation)
        texts.addWidget(self._since)
        texts.addStretch()
        head = hbox(spacing=10)
        head.addWidget(self._avatar)
        head.addLayout(texts, 1)
        head.addWidget(self._more)
        column = vbox(self, (13, 11, 9, 10), 8)
        column.addLayout(head)
        column.addWidget(self.tags)
        self.retranslate()

    def show_contact(self, detail: ContactDetail) -> None:
        self._detail = detail
        name = shown_name(detail.info)
        self._avatar.set_person(name, detail.info.id)
        self._name.setText(name)
        self._show_words()

    def retranslate(self) -> None:
        self._more.set_name(self.tr("More about this customer"))
        self._show_words()

    def _show_words(self) -> None:
        detail = self._detail
        if detail is None:
            return
        year = QDateTime.fromMSecsSinceEpoch(detail.info.since).date().year()
        since = self.tr("Since %1").replace("%1", str(year))
        self._since.setText(since)
        self._organisation.setText(detail.info.organisation)
        self._organisation.setVisible(bool(detail.info.organisation))
        self.tags.show_tags(detail.info.tags, self._pills(detail))

    def _pills(self, detail: ContactDetail) -> list[QWidget]:
        pills: list[QWidget] = []
        if detail.satisfaction is not None:
            text = self.tr("CSAT %1").replace("%1", of_five(detail.satisfaction))
            pill = Pill(text, mood(detail.satisfaction))
            pill.setToolTip(self.tr("Satisfaction, out of %n rating(s)", "", detail.ratings))
            pills.append(pill)
        if detail.blocked:
            pills.append(Pill(self.tr("Blocked"), "bad", "ban"))
        return pills

    def _open_menu(self) -> None:
        menu = QMenu(self)
        self.menu_wanted.emit(menu)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))
