"""Building the demo desk: its people, then everything that happened, in the order in which it happened.

Every write is a command that anybody could have given; every mail goes through the channel's own intake.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from deskapp.core.commands.accounts import ReportAccount, SaveAccount
from deskapp.core.commands.canned import SaveCannedReply
from deskapp.core.commands.contacts import (
    AddContactNote,
    BlockSender,
    CreateContact,
    MergeContacts,
    NewPoint,
    SetContactField,
    TagContact,
)
from deskapp.core.commands.desk import SaveAgent, SaveCustomField, SaveView, SetSetting
from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.commands.notifications import MarkNotificationsSeen, MarkPlayed
from deskapp.core.commands.webchat import SaveChatBox
from deskapp.core.policies.fields import field_key
from deskapp.core.ports import Progress
from deskapp.core.queries.desk import GetNotifications
from deskapp.devtools.demo import files
from deskapp.devtools.demo.content import Canned, Contact, Content, Ticket, date, load, moment
from deskapp.devtools.demo.mails import AUTHSERV
from deskapp.devtools.demo.stage import Stage, open_stage
from deskapp.devtools.demo.story import Cast, Thread
from deskapp.models.dto import Condition
from deskapp.models.enums import FieldKind, PointKind
from deskapp.system.errors import Cancelled
from deskapp.system.paths import Profile

VERSION: Final = 2
"""Raise it when the story changes: older demo desks are made again."""

_INCOMING: Final = ("mail", "html", "forged", "automatic", "chat")
_HEARD_AFTER_MS: Final = 1_000
_LOOKED_BEFORE_MS: Final = 30_000
_NEWS_MS: Final = 20 * 60_000
"""What rang in the last minutes is still new in the notification centre."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that happened at `at` (ms, UTC)."""

    at: int
    do: Callable[[], None]


def build_demo(
    profile: Profile,
    *,
    now: int,
    on_progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    zone: tzinfo | None = None,
) -> None:
    """Write the demo desk into the empty folder of `profile`, as if three weeks led up to `now`.

    The same `now` and `zone` give the same desk. Raises `Cancelled` when `cancelled` says so; what was
    written until then is of no use.
    """
    content = load()
    profile.create()
    with open_stage(profile, date(content.desk.opened, zone), content.desk.agent) as stage:
        builder = _Builder(stage, content, now, zone)
        deeds = sorted(builder.deeds(), key=lambda deed: deed.at)
        for done, deed in enumerate(deeds):
            if cancelled():
                raise Cancelled
            stage.clock.move_to(deed.at)
            deed.do()
            on_progress(Progress(done + 1, len(deeds)))
        stage.clock.move_to(now)


class _Builder:
    def __init__(self, stage: Stage, content: Content, now: int, zone: tzinfo | None) -> None:
        self._stage, self._content = stage, content
        self._now, self._zone = now, zone
        self._cast = Cast()

    def deeds(self) -> Iterator[Deed]:
        """Everything, in no order but that of things that happened at the same moment."""
        opened = date(self._content.desk.opened, self._zone)
        yield Deed(opened, self._open_desk)
        for reply in self._content.canned:
            yield Deed(opened + 1, self._later(self._save_canned, reply))
        for contact in self._content.contacts:
            yield Deed(date(contact.since, self._zone), self._later(self._welcome, contact))
        yield from self._conversations()
        yield Deed(self._now - 5_000, self._report_accounts)

    @staticmethod
    def _later(do: Callable[..., None], *given: object) -> Callable[[], None]:
        return lambda: do(*given)

    # The desk ----------------------------------------------------------------------------------

    def _open_desk(self) -> None:
        stage, desk = self._stage, self._content.desk
        stage.do(SaveAgent(agent_id=stage.agent_id, name=desk.agent, email=desk.agent_email))
        for key, value in (
            ("desk.name", desk.name),
            ("desk.language", "es"),
            ("desk.country", "ES"),
            ("desk.setup_done", True),
        ):
            stage.do(SetSetting(key=key, value=value))
        for account in desk.accounts:
            uid = stage.new_id()
            self._cast.accounts[account.key] = (account, uid)
            stage.do(
                SaveAccount(
                    account_id=uid,
                    name=account.name,
                    address=account.address,
                    signature=account.signature,
                    enabled=False,  # nothing may leave or be fetched
                )
            )
        self._cast.chat_box = stage.new_id()
        stage.do(
            SaveChatBox(
                account_id=self._cast.chat_box,
                name=desk.chat.name,
                settings={
                    "origins": desk.chat.origins,
                    "greeting": desk.chat.greeting,
                    "language": "es",
                },
            )
        )
        for position, one in enumerate(desk.fields):
            stage.do(
                SaveCustomField(
                    field_id=stage.new_id(),
                    label=one.label,
                    kind=FieldKind(one.kind),
                    options=one.options,
                    position=position,
                )
            )
        for value in desk.blocked:
            kind = "sender" if "@" in value else "domain"
            stage.do(BlockSender(rule_id=stage.new_id(), kind=kind, value=value))
        self._save_views()

    def _save_views(self) -> None:
        for position, view in enumerate(self._content.desk.views):
            conditions = tuple(
                Condition(name, test, self._cast.accounts[value][1] if name == "account" else value)
                for name, test, value in view.conditions
            )
            self._stage.do(
                SaveView(
                    view_id=self._stage.new_id(),
                    name=view.name,
                    conditions=conditions,
                    position=position,
                )
            )

    def _save_canned(self, reply: Canned) -> None:
        uid = self._stage.new_id()
        self._cast.canned[reply.shortcut] = uid
        attachments = []
        for name in reply.files:
            mime, data = files.make(name)
            sha256 = self._stage.blobs.put(data)
            attachments.append(AttachmentRef(self._stage.new_id(), name, mime, len(data), sha256))
        self._stage.do(
            SaveCannedReply(
                canned_id=uid,
                shortcut=reply.shortcut,
                title=reply.title,
                body=reply.body.strip(),
                language=reply.language,
                folder=reply.folder,
                attachments=tuple(attachments),
            )
        )

    def _report_accounts(self) -> None:
        for _, uid in self._cast.accounts.values():
            self._stage.as_desk(ReportAccount(account_id=uid, authserv_id=AUTHSERV))

    # People ------------------------------------------------------------------------------------

    def _welcome(self, contact: Contact) -> None:
        stage, uid = self._stage, self._stage.new_id()
        self._cast.contacts[contact.key] = (contact, uid)
        points = (
            *((PointKind.EMAIL, value) for value in contact.mails),
            *((PointKind.PHONE, value) for value in contact.phones),
            *((PointKind.NATIONAL_ID, value) for value in contact.ids),
        )
        stage.do(
            CreateContact(
                contact_id=uid,
                name=contact.name,
                organisation=contact.organisation,
                language=contact.language,
                points=tuple(NewPoint(stage.new_id(), kind, value) for kind, value in points),
            )
        )
        if contact.tags:
            stage.do(TagContact(contact_id=uid, add=contact.tags))
        for label, value in contact.fields.items():
            stage.do(SetContactField(contact_id=uid, key=field_key(label), value=value))
        for note in contact.notes:
            stage.do(AddContactNote(contact_id=uid, note_id=stage.new_id(), body=note))
        if contact.merged_into:
            into = self._cast.contacts[contact.merged_into][1]
            stage.do(MergeContacts(contact_id=uid, into_id=into))

    # What happened -----------------------------------------------------------------------------

    def _conversations(self) -> Iterator[Deed]:
        for ticket in self._content.tickets:
            thread: list[Thread] = []
            for index, step in enumerate(ticket.steps):
                at = moment(step.at, self._now, self._zone)
                verb, _, words = step.what.partition(" ")
                until = moment(words, self._now, self._zone) if verb == "snooze" else None
                yield Deed(at, self._later(self._play, ticket, thread, index, until))
                if until is not None and until <= self._now:
                    yield Deed(until, self._later(self._wake, thread, until))
                if verb in _INCOMING:
                    yield Deed(at + _HEARD_AFTER_MS, self._hear)
                elif verb == "reply" and at < self._now - _NEWS_MS:
                    yield Deed(at - _LOOKED_BEFORE_MS, self._look_at_notifications)

    def _play(self, ticket: Ticket, thread: list[Thread], index: int, until: int | None) -> None:
        step = ticket.steps[index]
        if not thread:
            thread.append(Thread(ticket, self._stage, self._cast))
            if ticket.key:
                self._cast.tickets[ticket.key] = thread[0]
        thread[0].play(step, until)
        if index == 0 and ticket.tags:
            thread[0].tag(step, ", ".join(ticket.tags))

    def _wake(self, thread: list[Thread], until: int) -> None:
        thread[0].wake(until)

    def _hear(self) -> None:
        news = self._stage.ask(GetNotifications(limit=20, unseen_only=True))
        fresh = tuple(item.id for item in news if item.played_at is None)
        if fresh:
            self._stage.do(MarkPlayed(notification_ids=fresh))

    def _look_at_notifications(self) -> None:
        self._stage.do(MarkNotificationsSeen())
