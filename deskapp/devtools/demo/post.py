"""The demo desk's post office: what is sent leaves for nowhere, and fresh mails come in when asked."""

from deskapp.channels.email import compose as c
from deskapp.channels.email.channel import Effects
from deskapp.channels.email.intake import Intake
from deskapp.core.api import Workspace
from deskapp.core.authority.effects import Effect
from deskapp.core.commands.mail import RawRef, ReportDelivery, SettleEffect, StoreRemoteImages
from deskapp.core.queries.mail import OutgoingMail
from deskapp.devtools.demo.stage import InProcessParser
from deskapp.models.dto import Address
from deskapp.models.enums import Delivery

_SIGNING_KEY = b"the demo desk signs nothing"


class DemoPost:
    """Stands in for the e-mail channel. `desk` acts as the desk itself, as no agent."""

    def __init__(self, desk: Workspace) -> None:
        self._desk = desk
        self._intake = Intake(desk, InProcessParser(), _SIGNING_KEY)
        self._delivered = 0

    def register(self, effects: Effects) -> None:
        """Take over the effects of e-mail."""
        effects.register("email.send", self._send)
        effects.register("email.acknowledge", self._acknowledge)
        effects.register("email.remote_images", self._leave_images)

    def deliver(self, raw: bytes, account_id: str) -> str:
        """Hand in a raw mail as a mailbox's worker does; answers its ticket's id. Waits for the commit."""
        self._delivered += 1
        sha256 = self._desk.blobs.put(raw)
        ref = RawRef(sha256, len(raw), account_id, "INBOX", 2, self._delivered)
        (outcome,) = self._intake.take([ref])
        return str(outcome.result["ticket_id"])

    def _send(self, effect: Effect) -> None:
        """Composed as a real one, and "sent"."""
        mail = self._desk.query(OutgoingMail(str(effect.payload["message_id"]))).result()
        rfc_id = f"<{mail.id}@{mail.account.address.partition('@')[2]}>"
        composed = c.compose(
            c.Outgoing(
                message_id=rfc_id,
                sent_at=mail.at,
                sender=Address(mail.account.name, mail.account.address),
                to=mail.to,
                cc=mail.cc,
                bcc=mail.bcc,
                subject=mail.subject,
                body=mail.body,
                signature=mail.account.signature,
                references=mail.references,
            )
        )
        self._desk.submit(
            ReportDelivery(
                effect_id=effect.id,
                message_id=mail.id,
                delivery=Delivery.SENT,
                rfc_message_id=rfc_id,
                raw_sha256=self._desk.blobs.put(composed.raw),
            )
        ).result()

    def _acknowledge(self, effect: Effect) -> None:
        self._desk.submit(SettleEffect(effect_id=effect.id, ok=True)).result()

    def _leave_images(self, effect: Effect) -> None:
        """The senders of the demo do not exist: their pictures cannot be had."""
        message_id = str(effect.payload["message_id"])
        self._desk.submit(
            StoreRemoteImages(effect_id=effect.id, message_id=message_id, images=())
        ).result()
