"""What is being written, as a value: compared, kept, saved and brought back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deskapp.core.commands.messages import AttachmentRef, SaveDraft
from deskapp.models.dto import Address, AttachmentInfo, DraftInfo

REPLY, REPLY_ALL, FORWARD, NOTE, HEARD = "reply", "reply_all", "forward", "note", "inbound"
BY_MAIL = "by_mail"
MODES = (REPLY, REPLY_ALL, FORWARD, NOTE, HEARD, BY_MAIL)
"""HEARD: what a customer said on the phone or at the counter, written down. BY_MAIL: a chat is
answered by mail, in the same ticket."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole state of a composer. `canned_ids` are the canned replies used so far."""

    mode: str = REPLY
    body: str = ""
    subject: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    attachments: tuple[AttachmentRef, ...] = ()
    account_id: str = ""
    in_reply_to: str = ""
    seen_order: int = 0
    canned_ids: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost with it."""
        return not self.body.strip() and not self.attachments

    def as_draft(self, ticket_id: str) -> SaveDraft:
        return SaveDraft(
            ticket_id=ticket_id,
            mode=self.mode,
            body=self.body,
            subject=self.subject,
            to=self.to,
            cc=self.cc,
            bcc=self.bcc,
            attachments=self.attachments,
            account_id=self.account_id,
            in_reply_to=self.in_reply_to,
            seen_order=self.seen_order,
        )


def of_draft(draft: DraftInfo) -> Snapshot:
    """A draft as the desk kept it."""
    return Snapshot(
        mode=draft.mode if draft.mode in MODES else REPLY,
        body=draft.body,
        subject=draft.subject,
        to=draft.to,
        cc=draft.cc,
        bcc=draft.bcc,
        attachments=refs(draft.attachments),
        account_id=draft.account_id,
        in_reply_to=draft.in_reply_to,
        seen_order=draft.seen_order,
    )


def refs(attachments: Iterable[AttachmentInfo]) -> tuple[AttachmentRef, ...]:
    """Attachments as a command carries them."""
    return tuple(
        AttachmentRef(a.id, a.filename, a.mime, a.size, a.sha256, a.content_id, a.inline)
        for a in attachments
    )
