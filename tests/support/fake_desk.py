"""The desk in memory with customers, settings and notifications, and the machine around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from deskapp.core.api import Change, ChangeSet, Command, Outcome, Query
from deskapp.core.commands import accounts as account_commands
from deskapp.core.commands import canned as canned_commands
from deskapp.core.commands import contacts as contact_commands
from deskapp.core.commands import desk as desk_commands
from deskapp.core.commands import notifications as notification_commands
from deskapp.core.ports import Job, Progress, ServerGuess, TestStep
from deskapp.core.queries import contacts, desk, team
from deskapp.models.dto import (
    AccountInfo,
    BlockRule,
    CannedReplyInfo,
    ContactDetail,
    ContactInfo,
    ContactNoteInfo,
    ContactPointInfo,
    ContactTicket,
    CustomFieldInfo,
    DeskSettings,
    MergeSuggestion,
    NotificationInfo,
)
from deskapp.models.enums import Channel, FieldKind, NotificationKind, PointKind, TicketStatus
from deskapp.models.ids import TicketKey
from tests.support.fake_workspace import ME, FakeWorkspace

NOW = 1_795_000_000_000  # 18 November 2026


def point(kind: PointKind, value: str, display: str = "", primary: bool = False) -> Any:
    return ContactPointInfo(f"p-{value}", kind, value, display or value, primary)


def contact(
    contact_id: str = "c1",
    name: str = "Carmen Villalobos",
    *,
    points: Iterable[ContactPointInfo] = (),
    tickets: Iterable[ContactTicket] = (),
    **values: Any,
) -> ContactDetail:
    tickets = tuple(tickets)
    info = ContactInfo(
        id=contact_id,
        name=name,
        organisation=values.pop("organisation", ""),
        language=values.pop("language", "es"),
        since=values.pop("since", 1_650_000_000_000),
        points=tuple(points),
        tags=tuple(values.pop("tags", ())),
        open_tickets=sum(t.status.is_active for t in tickets),
        tickets=len(tickets),
    )
    base = ContactDetail(
        info=info,
        fields={},
        notes=(),
        tickets=tickets,
        blocked=False,
        satisfaction=None,
        ratings=0,
        merged=(),
    )
    return replace(base, **values)


def ticket(number: int, subject: str, status: TicketStatus, channel: Channel) -> ContactTicket:
    at = NOW - number * 3_600_000
    return ContactTicket(TicketKey(number), f"t{number}", number, subject, status, channel, at)


def carmen() -> ContactDetail:
    """The customer of the pictures."""
    return contact(
        points=(
            point(PointKind.EMAIL, "carmen.villalobos@correo.es", primary=True),
            point(PointKind.PHONE, "+34611204877", "+34 611 20 48 77"),
        ),
        tags=("VIP", "Regalos"),
        satisfaction=0.96,
        ratings=6,
        fields={"size": "38", "birthday": "1986-05-04"},
        notes=(ContactNoteInfo("n1", "Prefiere que la llamen por la tarde.", "Iván Peña", NOW),),
        tickets=(
            ticket(48, "Pedido #48213 llegó incompleto", TicketStatus.OPEN, Channel.EMAIL),
            ticket(31, "Factura de marzo", TicketStatus.SOLVED, Channel.EMAIL),
            ticket(22, "¿Abren el domingo?", TicketStatus.SOLVED, Channel.PHONE),
            ticket(12, "Cambio de dirección", TicketStatus.CLOSED, Channel.OTHER),
        ),
    )


FIELDS = (
    CustomFieldInfo("f1", "size", "Shoe size", FieldKind.NUMBER, (), 0),
    CustomFieldInfo("f2", "birthday", "Birthday", FieldKind.DATE, (), 1),
    CustomFieldInfo("f3", "plan", "Plan", FieldKind.CHOICE, ("Basic", "Plus"), 2),
    CustomFieldInfo("f4", "newsletter", "Newsletter", FieldKind.BOOLEAN, (), 3),
    CustomFieldInfo("f5", "nick", "Called", FieldKind.TEXT, (), 4),
)


class FakeDesk(FakeWorkspace):
    """`FakeWorkspace` that also keeps what the panel, Settings and the notification centre show."""

    def __init__(self, *details: ContactDetail) -> None:
        super().__init__()
        self.details = {d.info.id: d for d in details}
        self.fields: tuple[CustomFieldInfo, ...] = FIELDS
        self.suggestions: tuple[MergeSuggestion, ...] = ()
        self.rules: tuple[BlockRule, ...] = ()
        self.values: dict[str, object] = {}
        self.canned: tuple[CannedReplyInfo, ...] = ()
        self.notifications: tuple[NotificationInfo, ...] = ()

    def commit(self, *entities: str, tickets: Iterable[str] = ()) -> None:
        """Tell the window, from another thread, that rows of these tables were touched."""
        self._pool.submit(self._announce, entities, frozenset(tickets)).result()

    def _announce(self, entities: Iterable[str], tickets: frozenset[str] = frozenset()) -> None:
        self._seq += 1
        changes = tuple(Change(entity, 1, "x", "upsert") for entity in entities)
        for listener in tuple(self._listeners):
            listener(ChangeSet(self._seq, changes, tickets, False))

    def notify(self, kind: NotificationKind, ticket_id: str = "", **values: Any) -> None:
        """A new notification, as a mail that arrives makes it."""
        base = NotificationInfo(
            id=f"n{len(self.notifications)}",
            kind=kind,
            ticket_id=ticket_id,
            ticket_number=7 if ticket_id else 0,
            title="Carmen Villalobos",
            body="¿Me lo pueden reenviar hoy?",
            at=NOW,
            played_at=None,
            seen_at=None,
        )
        self.notifications = (replace(base, **values), *self.notifications)
        self.commit("notification", tickets=[ticket_id] if ticket_id else [])

    def _answer(self, query: Query[Any]) -> Any:
        match query:
            case contacts.GetContact(contact_id):
                return self.details[contact_id]
            case contacts.FindContacts(text, limit, offset):
                found = [
                    d.info
                    for d in self.details.values()
                    if text.casefold() in f"{d.info.name} {d.info.points}".casefold()
                ]
                return tuple(found[offset : offset + limit])
            case contacts.GetMergeSuggestions():
                return self.suggestions
            case contacts.GetBlockRules():
                return self.rules
            case desk.GetCustomFields():
                return self.fields
            case desk.GetSettings():
                return DeskSettings(dict(self.values))
            case desk.GetCannedReplies():
                return self.canned
            case team.GetTeam() | team.GetDepartments():
                return ()
            case desk.GetNotifications(limit, unseen):
                shown = [n for n in self.notifications if not (unseen and n.seen_at)]
                return tuple(shown[:limit])
        return super()._answer(query)

    def _do(self, command: Command) -> Outcome:
        if self.refuse is not None:
            return Outcome("", self._seq, rejected=self.refuse)
        entity = self._store(command)
        if not entity:
            return super()._do(command)
        self._announce((entity,))
        return Outcome("", self._seq)

    def _store(self, command: Command) -> str:
        """Do it; the table that was touched, empty for what the base class knows."""
        noun = command.TYPE.partition(".")[0]
        if noun == "contact":
            return self._store_contact(command)
        match command:
            case desk_commands.SetSetting() | desk_commands.SetPreference():
                self.values[command.key] = command.value
                return "setting"
            case desk_commands.SaveAgent():
                self.agent = replace(self.agent, name=command.name, email=command.email)
                return "agent"
            case desk_commands.SetAgentState():
                self.agent = replace(self.agent, state=command.state)
                return "agent"
            case desk_commands.SaveCustomField():
                kept = tuple(f for f in self.fields if f.id != command.field_id)
                key = command.label.casefold()
                new = CustomFieldInfo(
                    command.field_id, key, command.label, command.kind, command.options,
                    command.position,
                )  # fmt: skip
                self.fields = (*kept, new)
                return "custom_field"
            case desk_commands.DeleteCustomField():
                self.fields = tuple(f for f in self.fields if f.id != command.field_id)
                return "custom_field"
            case notification_commands.MarkPlayed():
                self._mark(command.notification_ids, "played_at")
                return "notification"
            case notification_commands.MarkNotificationsSeen():
                self._mark(command.notification_ids, "seen_at")
                return "notification"
            case canned_commands.SaveCannedReply():
                self._save_canned(command)
                return "canned_reply"
            case canned_commands.DeleteCannedReply():
                self.canned = tuple(c for c in self.canned if c.id != command.canned_id)
                return "canned_reply"
            case account_commands.SaveAccount():
                self._save_account(command)
                return "account"
            case account_commands.RemoveAccount():
                self.accounts = tuple(a for a in self.accounts if a.id != command.account_id)
                return "account"
        return ""

    def _store_contact(self, command: Command) -> str:
        if isinstance(command, contact_commands.BlockSender):
            rule = BlockRule(command.rule_id, command.kind, command.value, NOW)
            self.rules = (*self.rules, rule)
            return "block_rule"
        if isinstance(command, contact_commands.UnblockSender):
            self.rules = tuple(r for r in self.rules if r.id != command.rule_id)
            return "block_rule"
        if isinstance(command, contact_commands.CreateContact):
            new = contact(command.contact_id, command.name, organisation=command.organisation)
            self.details[command.contact_id] = new
            return "contact"
        for detail in list(self.details.values()):
            self.details[detail.info.id] = _changed(detail, command)
        return "contact"

    def _mark(self, ids: tuple[str, ...], what: str) -> None:
        self.notifications = tuple(
            replace(n, **{what: NOW}) if n.id in ids or not ids else n for n in self.notifications
        )

    def _save_canned(self, command: canned_commands.SaveCannedReply) -> None:
        kept = tuple(c for c in self.canned if c.id != command.canned_id)
        new = canned(command.shortcut, command.title, command.body, id=command.canned_id,
                     folder=command.folder, language=command.language)  # fmt: skip
        self.canned = (*kept, new)

    def _save_account(self, command: account_commands.SaveAccount) -> None:
        kept = tuple(a for a in self.accounts if a.id != command.account_id)
        new = account(command.account_id, command.address, name=command.name,
                      settings=command.settings, signature=command.signature,
                      enabled=command.enabled)  # fmt: skip
        self.accounts = (*kept, new)


def _changed(detail: ContactDetail, command: Command) -> ContactDetail:
    info = detail.info
    match command:
        case contact_commands.TagContact(contact_id=info.id):
            tags = [t for t in (*info.tags, *command.add) if t not in command.remove]
            return replace(detail, info=replace(info, tags=tuple(tags)))
        case contact_commands.UpdateContact(contact_id=info.id):
            names = ("name", "organisation", "language")
            new = {n: getattr(command, n) for n in names if getattr(command, n) is not None}
            return replace(detail, info=replace(info, **new))
        case contact_commands.AddContactPoint(contact_id=info.id):
            made = point(command.point.kind, command.point.value)
            return replace(detail, info=replace(info, points=(*info.points, made)))
        case contact_commands.ChangeContactPoint():
            value = command.value
            now = tuple(
                replace(p, value=value.lower(), display=value) if p.id == command.point_id else p
                for p in info.points
            )
            return replace(detail, info=replace(info, points=now))
        case contact_commands.RemoveContactPoint():
            left = tuple(p for p in info.points if p.id != command.point_id)
            return replace(detail, info=replace(info, points=left))
        case contact_commands.SetContactField(contact_id=info.id):
            return replace(detail, fields={**detail.fields, command.key: command.value})
        case contact_commands.AddContactNote(contact_id=info.id):
            note = ContactNoteInfo(command.note_id, command.body, "Lucía Marín", NOW)
            return replace(detail, notes=(*detail.notes, note))
        case contact_commands.RemoveContactNote():
            left_notes = tuple(n for n in detail.notes if n.id != command.note_id)
            return replace(detail, notes=left_notes)
    return detail


def account(account_id: str = "a1", address: str = "hola@tienda.es", **values: Any) -> AccountInfo:
    base = AccountInfo(
        id=account_id,
        channel=Channel.EMAIL,
        name="Tienda",
        address=address,
        enabled=True,
        signature="",
        settings={},
        authserv_id="mx.tienda.es",
        connected_at=NOW,
        problem="",
        checked_at=NOW,
    )
    return replace(base, **values)


def canned(shortcut: str, title: str, body: str = "", **values: Any) -> CannedReplyInfo:
    base = CannedReplyInfo(f"r-{shortcut}", "", shortcut, title, "", body, (), 0, None)
    return replace(base, **values)


# -- the machine around the window ----------------------------------------------------------


class FakeShell:
    """`ui.shell.context.Shell` that writes down what it was asked for."""

    def __init__(self, workspace: FakeDesk) -> None:
        self.workspace = workspace
        self.asked: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.commands: list[Command] = []

    def open_ticket(self, ticket_id: str) -> None:
        self.asked.append(("ticket", ticket_id))

    def open_view(self, view: str) -> None:
        self.asked.append(("view", view))

    def search(self, text: str) -> None:
        self.asked.append(("search", text))

    def show_room(self, name: str) -> None:
        self.asked.append(("room", name))

    def do(self, command: Command, done: str = "") -> None:
        self.commands.append(command)
        self.said.append(done)
        self.workspace.submit(command)

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        self.said.append(text)


class FakeClock:
    def __init__(self, now: int = NOW) -> None:
        self.value = now

    def now(self) -> int:
        return self.value


class FakeSounds:
    def __init__(self) -> None:
        self.played: list[tuple[str, float, str, bool]] = []
        self.ringing: set[str] = set()

    def devices(self) -> list[tuple[str, str]]:
        return [("hdmi", "Screen"), ("usb", "Headset")]

    def play(self, sound: str, volume: float, device: str = "", repeat: bool = False) -> str:
        self.played.append((sound, volume, device, repeat))
        handle = str(len(self.played))
        self.ringing.add(handle)
        return handle

    def stop(self, handle: str = "") -> None:
        self.ringing = self.ringing - {handle} if handle else set()


class FakeNotifier:
    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []
        self.click: Callable[[], None] = lambda: None

    def show(self, title: str, body: str, on_click: Callable[[], None]) -> None:
        self.shown.append((title, body))
        self.click = on_click


class FakeIdle:
    def __init__(self) -> None:
        self.value = 0.0

    def seconds(self) -> float:
        return self.value


class FakeAutostart:
    def __init__(self) -> None:
        self.on = False

    def enabled(self) -> bool:
        return self.on

    def set(self, on: bool) -> None:
        self.on = on


class FakeMail:
    """`core.ports.MailSetup`. `steps` are what the next test goes through."""

    def __init__(self) -> None:
        self.steps: list[TestStep] = []
        self.tested: list[tuple[Mapping[str, object], str]] = []
        self.passwords: dict[str, str] = {}
        self.needs = "password"
        self.checked: list[str] = []

    def guess(self, address: str) -> Future[ServerGuess]:
        domain = address.rpartition("@")[2]
        settings = {
            "imap_host": f"imap.{domain}", "imap_port": 993, "imap_security": "tls",
            "smtp_host": f"smtp.{domain}", "smtp_port": 465, "smtp_security": "tls",
            "username": address, "auth": "password",
        }  # fmt: skip
        return done(ServerGuess(domain, settings, self.needs))

    def test(
        self, settings: Mapping[str, object], password: str, on_step: Callable[[TestStep], None]
    ) -> Future[tuple[TestStep, ...]]:
        self.tested.append((settings, password))
        for step in self.steps:
            on_step(step)
        return done(tuple(self.steps))

    def store_password(self, account_id: str, password: str) -> Future[None]:
        self.passwords[account_id] = password
        return done(None)

    def sign_in(self, account_id: str, settings: Mapping[str, object]) -> Future[None]:
        return done(None)

    def check_now(self, account_id: str) -> None:
        self.checked.append(account_id)


class FakeJob:
    def __init__(self, on_progress: Callable[[Progress], None]) -> None:
        self.on_progress = on_progress
        self.future: Future[Mapping[str, object]] = Future()
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True
        self.future.cancel()


class FakeJobs:
    def __init__(self) -> None:
        self.started: list[tuple[str, object]] = []
        self.job: FakeJob | None = None

    def _start(self, what: str, where: object, on_progress: Callable[[Progress], None]) -> Job:
        self.started.append((what, where))
        self.job = FakeJob(on_progress)
        return self.job

    def backup(self, target: str, passphrase: str, on_progress: Any) -> Job:
        return self._start("backup", (target, passphrase), on_progress)

    def export(self, folder: str, on_progress: Any) -> Job:
        return self._start("export", folder, on_progress)

    def import_mail(self, paths: Iterable[str], on_progress: Any) -> Job:
        return self._start("import", tuple(paths), on_progress)

    def load_sample_data(self, on_progress: Any) -> Job:
        return self._start("sample", "", on_progress)


def done(value: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(value)
    return future


__all__ = ["FIELDS", "ME", "NOW", "FakeDesk", "FakeShell", "carmen", "contact", "ticket"]
