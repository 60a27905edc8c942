"""Work aids and the desk itself: canned replies, saved views, settings, drafts, accounts, people."""

import pytest

from deskapp.core.api import Command
from deskapp.core.commands.accounts import RemoveAccount, ReportAccount, SaveAccount
from deskapp.core.commands.canned import DeleteCannedReply, SaveCannedReply
from deskapp.core.commands.desk import (
    DeleteCustomField,
    DeleteView,
    SaveAgent,
    SaveCustomField,
    SaveView,
    SetAgentState,
    SetSetting,
)
from deskapp.core.commands.messages import AttachmentRef, DiscardDraft, SaveDraft, SendReply
from deskapp.core.commands.notifications import MarkNotificationsSeen, MarkPlayed
from deskapp.core.commands.tickets import AddTags, SetStatus
from deskapp.core.queries.desk import (
    GetAccounts,
    GetAgents,
    GetCannedReplies,
    GetCustomFields,
    GetDeskStatus,
    GetNotifications,
    GetSettings,
    GetTags,
)
from deskapp.core.queries.tickets import GetTicket
from deskapp.core.queries.views import GetSidebar, PreviewView, TicketIds, TicketRows
from deskapp.models.dto import Address, Condition
from deskapp.models.enums import AgentState, FieldKind, TicketStatus
from tests.support.desk import DeskRig


def canned(desk: DeskRig, shortcut: str = "reenvio", language: str = "es") -> SaveCannedReply:
    return SaveCannedReply(
        canned_id=desk.new(),
        shortcut=shortcut,
        title="Reenvío",
        language=language,
        folder=" Envíos / Incidencias ",
        body="Hola {{ contact.first_name }}, hoy mismo reenviamos tu pedido.",
    )


def refusal(desk: DeskRig, command: Command) -> str:
    rejected = desk.submit(command).rejected
    assert rejected is not None, f"{command} was accepted"
    return rejected.code


def test_canned_replies_are_kept_by_language_and_ranked_by_use(desk: DeskRig) -> None:
    used, other = canned(desk), canned(desk, "rastreo")
    desk.do(other)
    desk.do(used)
    desk.do(canned(desk, language="en"))
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    desk.do(
        SendReply(
            ticket_id=ticket, message_id=desk.new(), body="Hola", seen_order=0,
            to=(Address("", "carmen@correo.test"),), canned_ids=(used.canned_id,),
        )
    )  # fmt: skip
    found = desk.ask(GetCannedReplies("es"))
    assert [c.id for c in found][:2] == [used.canned_id, other.canned_id]
    assert (found[0].uses, found[0].folder) == (1, "Envíos/Incidencias")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Hola {{ contact.first_name", "syntax"),
        ("{{ desk.secret }}", "unknown_placeholder"),
        ("{% include '/etc/passwd' %}", "not_allowed"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(desk: DeskRig, body: str, code: str) -> None:
    command = SaveCannedReply(canned_id=desk.new(), shortcut="x", title="X", body=body)
    assert refusal(desk, command) == code


def test_shortcuts_are_words_and_unique_in_a_language(desk: DeskRig) -> None:
    desk.do(canned(desk))
    assert refusal(desk, canned(desk, "/Reenvio")) == "shortcut_taken"
    assert refusal(desk, canned(desk, "dos palabras")) == "shortcut_invalid"
    desk.do(canned(desk, language="en"))


def test_deleting_a_canned_reply_is_undone(desk: DeskRig) -> None:
    made = canned(desk)
    desk.do(made)
    deleted = desk.do(DeleteCannedReply(canned_id=made.canned_id))
    assert desk.ask(GetCannedReplies()) == ()
    assert deleted.undo is not None
    desk.do(deleted.undo)
    assert [c.shortcut for c in desk.ask(GetCannedReplies())] == ["reenvio"]


def test_a_saved_view_filters_and_counts(desk: DeskRig) -> None:
    contact = desk.contact()
    wanted, other = desk.ticket(contact), desk.ticket(contact, "Otra cosa", "Nada")
    desk.do(AddTags(ticket_ids=(wanted,), tags=("VIP",)))
    conditions = (Condition("tag", "has", "VIP"), Condition("needs_reply", "is", "yes"))
    assert desk.ask(PreviewView(conditions)) == 1
    uid = desk.new()
    desk.do(SaveView(view_id=uid, name="VIP sin respuesta", conditions=conditions))
    rows = desk.ask(TicketRows(desk.ask(TicketIds(f"saved:{uid}")).keys))
    assert [row.id for row in rows] == [wanted]
    assert desk.ask(GetSidebar()).counts[f"saved:{uid}"] == 1
    either = (Condition("text", "contains", "nada"), Condition("tag", "has", "VIP"))
    assert desk.ask(PreviewView(either, match_all=False)) == 2
    deleted = desk.do(DeleteView(view_id=uid))
    assert desk.ask(GetSidebar()).saved_views == ()
    assert deleted.undo is not None
    desk.do(deleted.undo)
    assert desk.ask(GetSidebar()).saved_views[0].name == "VIP sin respuesta"
    assert other != wanted


@pytest.mark.parametrize("field", ["status; DROP TABLE ticket", "password", ""])
def test_a_view_cannot_test_what_is_not_in_its_vocabulary(desk: DeskRig, field: str) -> None:
    command = SaveView(view_id=desk.new(), name="x", conditions=(Condition(field, "is", "1"),))
    assert refusal(desk, command) == "condition_invalid"


def test_settings_have_types_and_ranges(desk: DeskRig) -> None:
    changed = desk.do(SetSetting(key="compose.undo_seconds", value=20))
    assert desk.ask(GetSettings()).values["compose.undo_seconds"] == 20
    assert changed.undo == SetSetting(key="compose.undo_seconds", value=10)
    assert refusal(desk, SetSetting(key="compose.undo_seconds", value=9999)) == "setting_invalid"
    assert refusal(desk, SetSetting(key="compose.undo_seconds", value="10")) == "setting_invalid"
    assert refusal(desk, SetSetting(key="no.such", value=1)) == "unknown_setting"


def test_drafts_are_kept_with_everything_and_discarded_with_undo(desk: DeskRig) -> None:
    ticket = desk.ticket(desk.contact())
    file = AttachmentRef(desk.new(), "caja.jpg", "image/jpeg", 3, "a" * 64)
    draft = SaveDraft(
        ticket_id=ticket, mode="reply", body="Hola Carmen", subject="Re: Taza",
        to=(Address("Carmen", "carmen@correo.test"),), attachments=(file,), seen_order=7,
    )  # fmt: skip
    desk.do(draft)
    kept = desk.ask(GetTicket(ticket)).draft
    assert kept is not None
    assert (kept.body, kept.subject, kept.to, kept.seen_order) == (
        "Hola Carmen", "Re: Taza", draft.to, 7
    )  # fmt: skip
    assert kept.attachments[0].filename == "caja.jpg"
    discarded = desk.do(DiscardDraft(ticket_id=ticket))
    assert desk.ask(GetTicket(ticket)).draft is None
    assert discarded.undo == draft
    desk.do(SaveDraft(ticket_id=ticket, mode="reply", body="  "))
    assert desk.ask(GetTicket(ticket)).draft is None


@pytest.mark.at_the_desk
def test_accounts_keep_no_secret_and_no_unknown_setting(desk: DeskRig) -> None:
    uid = desk.account(imap_host="imap.taller.test", imap_port=993)
    (account,) = desk.ask(GetAccounts())
    assert (account.id, account.settings["imap_port"]) == (uid, 993)
    base = SaveAccount(account_id=desk.new(), name="", address="otra@taller.test")
    for settings in (
        {"password": "x"},
        {"imap_port": 70000},
        {"imap_host": "a\r\nb"},
        {"imap_port": "993"},
    ):
        command = SaveAccount(
            account_id=base.account_id, name="", address=base.address, settings=settings
        )
        assert refusal(desk, command) == "setting_invalid"
    again = SaveAccount(account_id=desk.new(), name="", address="TIENDA@taller.test")
    assert refusal(desk, again) == "address_taken"
    removed = desk.do(RemoveAccount(account_id=uid))
    assert desk.ask(GetAccounts()) == ()
    assert removed.undo is not None
    desk.do(removed.undo)
    assert [a.id for a in desk.ask(GetAccounts())] == [uid]


@pytest.mark.at_the_desk
def test_how_a_mailboxs_server_signs_is_kept_until_the_mailbox_is_saved(desk: DeskRig) -> None:
    uid = desk.account(imap_host="imap.taller.test")

    def known() -> tuple[str, object]:
        (account,) = desk.ask(GetAccounts())
        return account.authserv_id, account.settings.get("authserv_hops")

    def save(host: str, **settings: object) -> None:
        (account,) = desk.ask(GetAccounts())
        values = {**account.settings, "imap_host": host, **settings}
        desk.do(SaveAccount(account_id=uid, name="", address=account.address, settings=values))

    desk.desk(ReportAccount(account_id=uid, authserv_id="mx.taller.test", authserv_hops=1))
    assert known() == ("mx.taller.test", 1)
    desk.desk(ReportAccount(account_id=uid, problem="server_busy", detail="451 4.3.2 later"))
    (account,) = desk.ask(GetAccounts())
    assert (account.problem, account.problem_detail) == ("server_busy", "451 4.3.2 later")
    assert known() == ("mx.taller.test", 1)
    save("imap.taller.test", authserv_hops=7)  # no form changes it
    assert known() == ("mx.taller.test", None)
    save("imap.otra.test")
    assert known() == ("", None)


def test_people_and_their_state(desk: DeskRig) -> None:
    me = desk.workspace.agent_id
    desk.do(SaveAgent(agent_id=me, name="  Lucía   Marín ", email="lucia@taller.test"))
    desk.do(SetAgentState(state=AgentState.PAUSED, reason="comida"))
    (agent,) = desk.ask(GetAgents())
    assert (agent.name, agent.state) == ("Lucía Marín", AgentState.PAUSED)
    assert refusal(desk, SaveAgent(agent_id=me, name=" ")) == "name_empty"


def test_custom_fields_can_be_hidden_and_come_back(desk: DeskRig) -> None:
    uid = desk.new()
    desk.do(SaveCustomField(field_id=uid, label="Tipo de cliente", kind=FieldKind.TEXT))
    assert [f.key for f in desk.ask(GetCustomFields())] == ["tipo_de_cliente"]
    hidden = desk.do(DeleteCustomField(field_id=uid))
    assert desk.ask(GetCustomFields()) == ()
    assert hidden.undo is not None
    desk.do(hidden.undo)
    assert len(desk.ask(GetCustomFields())) == 1
    same = SaveCustomField(field_id=desk.new(), label="Tipo de cliente", kind=FieldKind.TEXT)
    assert refusal(desk, same) == "key_taken"
    empty = SaveCustomField(field_id=desk.new(), label="Gama", kind=FieldKind.CHOICE)
    assert refusal(desk, empty) == "options_missing"


def test_what_rang_is_listed_with_when_it_was_heard_and_seen(desk: DeskRig) -> None:
    account = desk.account()
    desk.mail(account)
    (rang,) = desk.ask(GetNotifications())
    assert (rang.played_at, rang.seen_at) == (None, None)
    desk.clock.advance(500)
    desk.do(MarkPlayed(notification_ids=(rang.id,)))
    desk.clock.advance(500)
    desk.do(MarkNotificationsSeen())
    (rang,) = desk.ask(GetNotifications())
    assert (rang.played_at, rang.seen_at) == (rang.at + 500, rang.at + 1000)
    assert desk.ask(GetNotifications(unseen_only=True)) == ()


@pytest.mark.at_the_desk
def test_the_status_line_tells_the_truth(desk: DeskRig) -> None:
    account = desk.account()
    ticket = str(desk.mail(account).result["ticket_id"])
    sent_at = desk.clock.now()
    desk.do(
        SendReply(
            ticket_id=ticket, message_id=desk.new(), body="Hola", seen_order=0,
            to=(Address("", "carmen@correo.test"),),
        )
    )  # fmt: skip
    status = desk.ask(GetDeskStatus())
    assert (status.unsent, status.failed) == (1, 0)
    assert status.oldest_unsent_at is not None
    assert status.oldest_unsent_at >= sent_at
    assert status.seq == desk.workspace.connection.complete_to


def test_tags_most_used_first(desk: DeskRig) -> None:
    contact = desk.contact()
    tickets = tuple(desk.ticket(contact) for _ in range(3))
    desk.do(AddTags(ticket_ids=tickets, tags=("envío",)))
    desk.do(AddTags(ticket_ids=tickets[:1], tags=("VIP",)))
    desk.do(SetStatus(ticket_ids=tickets[:1], status=TicketStatus.SOLVED))
    assert [(tag.name, tag.uses) for tag in desk.ask(GetTags())] == [("envío", 3), ("VIP", 1)]
