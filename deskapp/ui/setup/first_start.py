"""Whether this desk is new, and the questions that a new one asks."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from deskapp.core.ports import Services
from deskapp.core.queries.desk import GetAccounts
from deskapp.core.queries.views import ALL, TicketIds
from deskapp.models.dto import AccountInfo, TicketIdPage
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.setup.wizard import SetupWizard
from deskapp.ui.shell.main_window import MainWindow


class FirstStart(QObject):
    """Asks once, on a desk that has neither mailbox nor tickets. `sample_ready` carries the folder
    of the sample desk that was made, to be opened beside this one; `joined` that of a team's, which is opened in its
    place: nothing is in this one."""

    sample_ready = Signal(str)
    joined = Signal(str)

    def __init__(self, window: MainWindow, services: Services, preferences: Preferences) -> None:
        super().__init__(window)
        self._window, self._services, self._preferences = window, services, preferences
        self._asked = False
        self.wizard: SetupWizard | None = None
        preferences.changed.connect(self._look)
        self._look()

    def _look(self) -> None:
        if self._asked or not self._preferences.known:
            return
        self._asked = True
        if not self._preferences.flag("desk.setup_done"):
            self._window.context.bridge.ask(GetAccounts(), self._have_accounts, self)

    def _have_accounts(self, accounts: tuple[AccountInfo, ...]) -> None:
        if not accounts:
            self._window.context.bridge.ask(TicketIds(ALL, limit=1), self._have_tickets, self)

    def _have_tickets(self, page: TicketIdPage) -> None:
        if not page.total:
            self.open()

    def open(self) -> None:
        """Ask, over the window."""
        context = self._window.context
        self.wizard = SetupWizard(context, self._services, self._preferences, self._window)
        self.wizard.sample_ready.connect(self.sample_ready)
        self.wizard.join_wanted.connect(self._join)
        self.wizard.finished.connect(self.wizard.deleteLater)
        self.wizard.open()

    def _join(self) -> None:
        from deskapp.ui.team.join import JoinDialog

        joiner, wizard = self._services.joiner, self.wizard
        if joiner is not None and wizard is not None:
            dialog = JoinDialog(self._window.context.bridge, joiner, wizard)
            dialog.joined.connect(wizard.accept)
            dialog.joined.connect(self.joined)
            dialog.open()
