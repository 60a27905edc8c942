"""Inviting a colleague's device: six digits in large type, a QR code, a link, and how long they hold."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QSizePolicy, QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.policies.display import safe_name
from deskapp.core.ports import Invitation
from deskapp.core.queries.team import GetDevices
from deskapp.models.team_dto import DeviceInfo, TeamMember
from deskapp.ui import messages
from deskapp.ui.settings.chat_parts import CopyText
from deskapp.ui.shell.context import UiContext
from deskapp.ui.team.live import HostLive
from deskapp.ui.team.qr import QrCode
from deskapp.ui.when import duration
from deskapp.ui.widgets import Button, PlainLabel, PrimaryButton, hbox, vbox

_SECOND = 1_000


class InviteDialog(QDialog):
    """Closing it leaves the invitation valid: the link may be on its way in a mail."""

    def __init__(
        self, context: UiContext, host: HostLive, member: TeamMember, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._host, self._member = context, host, member
        self._invitation: Invitation | None = None
        name = safe_name(member.name)
        self.setWindowTitle(self.tr("Invite %1").replace("%1", name))
        self.setMinimumWidth(620)
        self.qr = QrCode(self.tr("QR code of the invitation"))
        self.code = PlainLabel("", "code")
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.left = PlainLabel("", "small")
        self.address = PlainLabel("", "strong")
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.link = CopyText(self.tr("Link of the invitation"), least=3)
        self.link.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.link.copied.connect(self._copied)
        self.error = PlainLabel("", "error")
        self.error.setWordWrap(True)
        self.error.hide()
        self.again = Button(self.tr("New code"), icon_name="refresh", on_click=self.ask)
        self.withdraw = Button(self.tr("Withdraw"), on_click=self._withdraw)
        self._build(name)
        self._clock = QTimer(self, interval=_SECOND)
        self._clock.timeout.connect(self._show_left)
        self._devices: frozenset[str] | None = None
        host.changed.connect(lambda _state: self._show_address())
        context.bridge.changed.connect(self._on_change)
        self._read_devices()
        self._show_address()
        self.ask()

    def _build(self, name: str) -> None:
        lead = PlainLabel(
            self.tr(
                "On their computer: start deskapp, choose “join a team”, and paste the link, or type"
                " the address and the code."
            ),
            "muted",
        )
        lead.setWordWrap(True)
        facts = vbox(spacing=4)
        facts.addWidget(PlainLabel(self.tr("Code"), "small"))
        facts.addWidget(self.code)
        facts.addWidget(self.left)
        facts.addSpacing(10)
        facts.addWidget(PlainLabel(self.tr("Address"), "small"))
        facts.addWidget(self.address)
        facts.addStretch(1)
        middle = hbox(spacing=24)
        middle.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignTop)
        middle.addLayout(facts, 1)
        foot = hbox()
        foot.addWidget(self.again)
        foot.addWidget(self.withdraw)
        foot.addStretch()
        done = PrimaryButton(self.tr("Done"), on_click=self.accept)
        done.setDefault(True)
        foot.addWidget(done)
        column = vbox(self, (24, 20, 24, 18), 12)
        title = self.tr("One device of %1, once").replace("%1", name)
        column.addWidget(PlainLabel(title, "page-title"))
        for widget in (lead, self.error):
            column.addWidget(widget)
        column.addLayout(middle)
        column.addWidget(self.link)
        column.addLayout(foot)

    def ask(self) -> None:
        """A new invitation; the one before is worth nothing from then on."""
        self.again.setEnabled(False)
        future = self._host.host.invite(self._member.id)
        self._context.bridge.watch(future, self._show, self, self._failed)

    def _show(self, invitation: Invitation) -> None:
        self._invitation = invitation
        self.again.setEnabled(True)
        self.error.hide()
        self.qr.show_text(invitation.link)
        self.code.setText(f"{invitation.code[:3]} {invitation.code[3:]}")
        self.code.setAccessibleName(" ".join(invitation.code))
        self.link.show_text(invitation.link)
        self._clock.start()
        self._show_left()

    def _failed(self, error: Exception) -> None:
        self.again.setEnabled(True)
        self.error.setText(messages.job_error(error))
        self.error.show()

    def _show_left(self) -> None:
        invitation = self._invitation
        if invitation is None:
            return
        left = (invitation.expires_at - self._context.clock.now() + _SECOND - 1) // _SECOND
        if left > 0:
            self.left.setText(self.tr("Valid for %1").replace("%1", duration(left)))
        else:
            self._forget(self.tr("This invitation has expired."))

    def _forget(self, why: str) -> None:
        self._invitation = None
        self._clock.stop()
        self.qr.show_text("")
        self.code.setText("")
        self.link.show_text("")
        self.left.setText(why)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("agent", "device"):
            self._read_devices()

    def _read_devices(self) -> None:
        query = GetDevices(self._member.id)
        self._context.bridge.ask(query, self._have_devices, self)

    def _have_devices(self, devices: tuple[DeviceInfo, ...]) -> None:
        """One more than before: the invitation was used."""
        before, self._devices = self._devices, frozenset(one.id for one in devices)
        new = [one for one in devices if before is not None and one.id not in before]
        if new:
            name = safe_name(new[0].name) or self.tr("A device")
            self._forget(self.tr("“%1” has joined.").replace("%1", name))

    def _withdraw(self) -> None:
        self._host.host.withdraw(self._member.id)
        self._forget(self.tr("Withdrawn: nobody can use it any more."))

    def _show_address(self) -> None:
        addresses = self._host.now().addresses
        self.address.setText(addresses[0] if addresses else self.tr("Not reachable at the moment"))

    def _copied(self) -> None:
        self.link.button.setText(self.tr("Copied"))
