"""A visitor writes from a site; an agent answers. Everything through the Workspace."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from deskapp.core.api import Outcome, Rejection
from deskapp.core.commands import webchat as c
from deskapp.core.commands.accounts import RemoveAccount
from deskapp.core.commands.desk import SetAgentState, SetSetting
from deskapp.core.commands.messages import AddNote, AttachmentRef, SendReply
from deskapp.core.commands.tickets import (
    MarkRead,
    MergeTickets,
    RateConversation,
    SetStatus,
)
from deskapp.core.queries import webchat as q
from deskapp.core.queries.contacts import GetContact
from deskapp.core.queries.desk import GetAccounts, GetNotifications
from deskapp.core.queries.tickets import GetConversation, GetTicket
from deskapp.models.dto import Address, ChatInfo, EventView, MessageView
from deskapp.models.enums import (
    AgentState,
    Channel,
    ChatState,
    Delivery,
    MessageKind,
    NotificationKind,
    TicketStatus,
)
from tests.support.desk import DeskRig


@dataclass
class Site:
    """A shop's site with a chat box, and its visitors."""

    rig: DeskRig
    box: str
    sent: int = 0
    claims: dict[str, c.VisitorClaim] = field(default_factory=dict)

    def claim(self, who: str = "a", **fields: object) -> c.VisitorClaim:
        known = self.claims.get(who) or c.VisitorClaim(token_hash=who * 64, language="es")
        self.claims[who] = replace(known, **fields)  # type: ignore[arg-type]
        return self.claims[who]

    def command(self, who: str, text: str, **fields: object) -> c.ReceiveChat:
        self.sent += 1
        new = self.rig.new
        values: dict[str, object] = {
            "client_id": f"{self.sent:032x}",
            "visitor_id": new(),
            "contact_id": new(),
            "ticket_id": new(),
            "message_id": new(),
        }
        return c.ReceiveChat(
            account_id=self.box,
            visitor=self.claim(who),
            body=text,
            **(values | fields),  # type: ignore[arg-type]
        )

    def say(self, text: str, who: str = "a", **fields: object) -> Mapping[str, object]:
        return self.rig.desk(self.command(who, text, **fields)).result

    def refused(self, text: str, who: str = "a", **fields: object) -> Rejection:
        outcome = self.rig.authority.submit_as_desk(self.command(who, text, **fields)).result(90)
        assert outcome.rejected is not None
        return outcome.rejected

    def chat(self, ticket_id: object) -> ChatInfo:
        chat = self.rig.ask(q.GetChat(str(ticket_id)))
        assert chat is not None
        return chat

    def progress(self, ticket_id: object) -> q.ChatProgress:
        return self.rig.ask(q.GetChatProgress(str(ticket_id)))

    def reply(self, ticket_id: object, text: str, **fields: object) -> Outcome:
        return self.rig.submit(
            SendReply(
                ticket_id=str(ticket_id),
                message_id=self.rig.new(),
                body=text,
                seen_order=0,
                hold_ms=0,
                **fields,  # type: ignore[arg-type]
            )
        )

    def events(self, ticket_id: object) -> list[str]:
        page = self.rig.ask(GetConversation(str(ticket_id)))
        return [item.kind for item in page.items if isinstance(item, EventView)]

    def rung(self) -> list[NotificationKind]:
        return [item.kind for item in reversed(self.rig.ask(GetNotifications()))]


@pytest.fixture
def site(desk: DeskRig) -> Site:
    rig = desk
    box = rig.new()
    rig.do(
        c.SaveChatBox(
            account_id=box, name="Casa Talavera", settings={"origins": ("https://Talavera.test/",)}
        )
    )
    return Site(rig, box)


# The box ----------------------------------------------------------------------------------------------------------


@pytest.mark.at_the_desk
def test_a_box_is_an_account_with_checked_settings(site: Site) -> None:
    (account,) = site.rig.ask(GetAccounts())
    assert (account.channel, account.name, account.address) == (
        Channel.WEBCHAT,
        "Casa Talavera",
        "talavera.test",
    )
    assert account.settings["origins"] == ["https://talavera.test"]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"origins": ("javascript:alert(1)",)}, "origin_invalid"),
        ({"origins": ("https://a.test@evil.test",)}, "origin_invalid"),
        ({"origins": "https://a.test"}, "setting_invalid"),
        ({"colour": "red"}, "setting_invalid"),
        ({"colour": "#12345;}"}, "setting_invalid"),
        ({"preview": "yes"}, "setting_invalid"),
        ({"theme": "blue"}, "setting_invalid"),
        ({"greeting": "x" * 301}, "setting_invalid"),
        ({"questions": ({"label": ""},)}, "setting_invalid"),
        ({"questions": ({"label": "Pedido", "kind": "choice"},)}, "setting_invalid"),
        ({"questions": ({"label": "Pedido"},) * 7}, "setting_invalid"),
        ({"unknown": True}, "setting_invalid"),
    ],
)
def test_what_no_box_can_have_is_refused(
    site: Site, settings: dict[str, object], code: str
) -> None:
    outcome = site.rig.submit(
        c.SaveChatBox(account_id=site.box, name="Casa Talavera", settings=settings)
    )
    assert outcome.rejected is not None
    assert outcome.rejected.code == code


def test_a_removed_box_takes_nothing_and_comes_back_by_undo(site: Site) -> None:
    undo = site.rig.do(RemoveAccount(account_id=site.box)).undo
    assert undo is not None
    assert site.refused("Hola").code == "box_closed"
    site.rig.do(undo)
    assert site.say("Hola")["opened"] is True


# Writing ----------------------------------------------------------------------------------------------------------


def test_the_first_word_opens_a_ticket_that_rings_until_taken(site: Site) -> None:
    told = site.say("Hola, falta una taza")
    detail = site.rig.ask(GetTicket(str(told["ticket_id"])))
    assert detail.row.channel is Channel.WEBCHAT
    assert detail.row.status is TicketStatus.NEW
    assert detail.row.subject == "Hola, falta una taza"
    assert detail.row.needs_reply
    assert site.rung() == [NotificationKind.NEW_CHAT]
    chat = site.chat(told["ticket_id"])
    assert (chat.state, chat.waiting_since) == (ChatState.WAITING, site.rig.clock.now())
    site.rig.do(c.TakeChat(ticket_id=str(told["ticket_id"])))
    assert site.chat(told["ticket_id"]).state is ChatState.ACTIVE
    assert site.rig.ask(GetTicket(str(told["ticket_id"]))).row.status is TicketStatus.OPEN
    site.say("¿Hay alguien?")
    assert site.rung() == [NotificationKind.NEW_CHAT, NotificationKind.CHAT_MESSAGE]


def test_the_same_message_again_changes_nothing(site: Site) -> None:
    first = site.say("Hola", client_id="f" * 32)
    again = site.say("Hola", client_id="f" * 32)
    assert again["duplicate"] is True
    assert [again[key] for key in ("ticket_id", "message_id", "order", "at")] == [
        first[key] for key in ("ticket_id", "message_id", "order", "at")
    ]
    assert len(site.rig.ask(q.ChatMessages(str(first["ticket_id"])))) == 1


def test_one_browsers_id_is_not_another_ones(site: Site) -> None:
    mine = site.say("Hola", "a", client_id="f" * 32)
    other = site.say("Buenas", "b", client_id="f" * 32)
    assert other["duplicate"] is False
    assert other["ticket_id"] != mine["ticket_id"]


def test_thirty_first_messages_at_once_are_one_conversation(site: Site) -> None:
    commands = [site.command("a", f"mensaje {n}") for n in range(30)]
    futures = [site.rig.authority.submit_as_desk(each) for each in commands]
    tickets = {future.result(90).result["ticket_id"] for future in futures}
    assert len(tickets) == 1
    assert len(site.rig.ask(q.ChatMessages(str(tickets.pop())))) == 30


def test_a_visitor_goes_on_tomorrow_in_the_same_conversation(site: Site) -> None:
    first = site.say("Hola")
    site.reply(first["ticket_id"], "¡Hola!")
    site.rig.do(SetStatus(ticket_ids=(str(first["ticket_id"]),), status=TicketStatus.SOLVED))
    site.rig.clock.advance(86_400_000)
    again = site.say("Una cosa más")
    assert again["ticket_id"] == first["ticket_id"]
    row = site.rig.ask(GetTicket(str(first["ticket_id"]))).row
    assert row.status is TicketStatus.NEW
    assert site.chat(first["ticket_id"]).state is ChatState.WAITING
    assert site.rung() == [NotificationKind.NEW_CHAT, NotificationKind.NEW_CHAT]


@pytest.mark.parametrize("by", ["agent", "contact"])
def test_after_the_end_a_new_conversation_begins(site: Site, by: str) -> None:
    first = str(site.say("Hola")["ticket_id"])
    command = c.EndChat(ticket_id=first)
    site.rig.do(command) if by == "agent" else site.rig.desk(command)
    chat = site.chat(first)
    assert (chat.state, chat.ended_by, chat.waiting_since) == (ChatState.ENDED, by, None)
    assert site.rig.ask(q.FindVisitor(site.box, "a" * 64)).ticket_id == ""  # type: ignore[union-attr]
    assert site.say("Hola otra vez")["ticket_id"] != first
    assert site.reply(first, "¿Sigue ahí?").rejected == Rejection("chat_ended", {})


def test_a_closed_or_merged_ticket_is_over_for_its_visitor(site: Site) -> None:
    closed = str(site.say("uno", "a")["ticket_id"])
    site.rig.do(SetStatus(ticket_ids=(closed,), status=TicketStatus.CLOSED))
    assert site.progress(closed).state is ChatState.ENDED
    assert site.say("otra", "a")["ticket_id"] != closed
    merged, into = str(site.say("dos", "b")["ticket_id"]), str(site.say("tres", "c")["ticket_id"])
    site.rig.do(MergeTickets(ticket_ids=(merged,), into_id=into))
    assert site.progress(merged).state is ChatState.ENDED
    assert site.say("otra", "b")["ticket_id"] not in (merged, into)
    texts = [m.text for m in site.rig.ask(q.ChatMessages(into))]
    assert texts == ["tres"]  # never another visitor's words


@pytest.mark.parametrize(
    ("text", "code"), [("  ", "body_empty"), ("x" * 4001, "body_too_long"), ("", "body_empty")]
)
def test_empty_and_endless_messages_are_refused(site: Site, text: str, code: str) -> None:
    assert site.refused(text).code == code


def test_a_file_alone_is_a_message(site: Site) -> None:
    ref = AttachmentRef(site.rig.new(), "../../taza.png", "image/png", 3, "0" * 64)
    told = site.say("", attachments=(ref,))
    (message,) = site.rig.ask(q.ChatMessages(str(told["ticket_id"])))
    assert [file.filename for file in message.attachments] == ["../../taza.png"]
    ticket = str(told["ticket_id"])
    assert site.rig.ask(q.ChatAttachment(ticket, ref.id)) is not None
    other = str(site.say("hola", "b")["ticket_id"])
    assert site.rig.ask(q.ChatAttachment(other, ref.id)) is None


# Answering --------------------------------------------------------------------------------------------------------


def test_an_answer_takes_the_chat_and_nobody_waits(site: Site) -> None:
    told = site.say("Hola")
    site.rig.clock.advance(4_000)
    assert site.reply(told["ticket_id"], "¡Hola! Dígame.").ok
    chat = site.chat(told["ticket_id"])
    assert (chat.state, chat.waiting_since) == (ChatState.ACTIVE, None)
    assert "chat_taken" in site.events(told["ticket_id"])
    texts = [m.text for m in site.rig.ask(q.ChatMessages(str(told["ticket_id"])))]
    assert texts == ["Hola", "¡Hola! Dígame."]
    newer = site.rig.ask(q.ChatMessages(str(told["ticket_id"]), after=int(str(told["order"]))))
    assert [(m.kind, m.author_name) for m in newer] == [(MessageKind.OUTBOUND, "Lucía Marín")]


def test_a_note_never_reaches_the_visitor(site: Site) -> None:
    ticket = str(site.say("Hola")["ticket_id"])
    site.rig.do(AddNote(ticket_id=ticket, message_id=site.rig.new(), body="canario secreto"))
    assert "canario" not in repr(site.rig.ask(q.ChatMessages(ticket)))


def test_delivered_and_seen_show_at_the_message(site: Site) -> None:
    ticket = str(site.say("Hola")["ticket_id"])
    site.reply(ticket, "¡Hola!")

    def state() -> Delivery:
        items = site.rig.ask(GetConversation(ticket)).items
        (mine,) = (
            m for m in items if isinstance(m, MessageView) and m.kind is MessageKind.OUTBOUND
        )
        return mine.delivery

    assert state() is Delivery.SENT
    order = site.rig.ask(q.ChatMessages(ticket))[-1].order
    site.rig.desk(c.MarkChat(ticket_id=ticket, delivered_to=order))
    assert state() is Delivery.DELIVERED
    site.rig.desk(c.MarkChat(ticket_id=ticket, seen_to=order))
    site.rig.desk(c.MarkChat(ticket_id=ticket, delivered_to=1))  # late news takes nothing back
    assert state() is Delivery.SEEN
    site.rig.desk(c.MarkChat(ticket_id=ticket, seen_to=2**60))  # nobody has seen what is to come
    site.reply(ticket, "¿Algo más?")
    items = site.rig.ask(GetConversation(ticket)).items
    assert [m.delivery for m in items if isinstance(m, MessageView)][-1] is Delivery.SENT


def test_the_visitor_learns_what_an_agent_has_seen(site: Site) -> None:
    first, second = site.say("uno"), site.say("dos")
    ticket = str(first["ticket_id"])
    assert site.progress(ticket).seen_by_agent == 0
    site.rig.do(MarkRead(ticket_ids=(ticket,)))
    assert site.progress(ticket).seen_by_agent == second["order"]
    site.say("tres")
    assert site.progress(ticket).seen_by_agent == second["order"]


def test_a_chat_is_answered_by_mail_in_the_same_ticket(site: Site) -> None:
    mailbox = site.rig.account()
    site.claim(email="carmen@correo.test")
    ticket = str(site.say("Hola")["ticket_id"])
    outcome = site.reply(ticket, "Se lo mando por correo", to=(Address("", "carmen@correo.test"),))
    assert outcome.ok
    sent = site.rig.ask(GetConversation(ticket)).items
    (mail,) = (m for m in sent if isinstance(m, MessageView) and m.kind is MessageKind.OUTBOUND)
    assert (mail.channel, mail.delivery) == (Channel.EMAIL, Delivery.QUEUED)
    assert site.rig.sql(
        f"SELECT a.uid FROM message m JOIN account a ON a.id = m.account_id WHERE m.uid = '{mail.id}'"
    ) == [(mailbox,)]
    assert [m.text for m in site.rig.ask(q.ChatMessages(ticket))] == ["Hola"]


def test_a_chat_without_a_mailbox_says_so(site: Site) -> None:
    ticket = site.say("Hola")["ticket_id"]
    refused = site.reply(ticket, "Por correo", to=(Address("", "c@correo.test"),)).rejected
    assert refused == Rejection("no_account", {})


# Who it is --------------------------------------------------------------------------------------------------------


def test_a_typed_address_only_suggests(site: Site) -> None:
    carmen = site.rig.contact()
    site.claim(name="Carmen", email="Carmen@correo.test")
    ticket = str(site.say("Hola")["ticket_id"])
    chat = site.chat(ticket)
    assert chat.possibly is not None
    assert (chat.possibly.id, chat.can_accept, chat.visitor.verified) == (carmen, True, False)
    assert site.rig.ask(GetTicket(ticket)).row.contact_id != carmen
    assert len(site.rig.ask(GetContact(carmen)).tickets) == 0
    undo = site.rig.do(c.AcceptIdentity(ticket_id=ticket)).undo
    assert site.rig.ask(GetTicket(ticket)).row.contact_id == carmen
    assert [each.id for each in site.rig.ask(GetContact(carmen)).tickets] == [ticket]
    assert not site.chat(ticket).can_accept
    assert undo is not None
    site.rig.do(undo)
    assert site.rig.ask(GetTicket(ticket)).row.contact_id != carmen


def test_accepting_an_unknown_address_makes_it_the_visitors(site: Site) -> None:
    site.claim(name="Ana", email="ana@correo.test")
    ticket = str(site.say("Hola")["ticket_id"])
    chat = site.chat(ticket)
    assert (chat.possibly, chat.can_accept) == (None, True)
    site.rig.do(c.AcceptIdentity(ticket_id=ticket))
    contact = site.rig.ask(GetContact(site.chat(ticket).visitor.contact_id)).info
    assert [point.value for point in contact.points] == ["ana@correo.test"]
    assert not site.chat(ticket).can_accept


def test_a_refused_address_is_not_suggested_again(site: Site) -> None:
    site.rig.contact()
    site.claim(email="carmen@correo.test")
    ticket = str(site.say("Hola")["ticket_id"])
    site.rig.do(c.RefuseIdentity(ticket_id=ticket))
    assert not site.chat(ticket).can_accept
    site.say("Sigo aquí")
    assert not site.chat(ticket).can_accept
    site.claim(email="otra@correo.test")
    site.say("Soy otra")
    assert site.chat(ticket).can_accept


def test_a_signed_visitor_is_the_contact(site: Site) -> None:
    carmen = site.rig.contact()
    site.claim(name="Carmen", email="carmen@correo.test", verified=True, external_id="77")
    ticket = str(site.say("Hola")["ticket_id"])
    chat = site.chat(ticket)
    assert (chat.visitor.verified, chat.visitor.external_id, chat.can_accept) == (True, "77", False)
    assert site.rig.ask(GetTicket(ticket)).row.contact_id == carmen
    site.claim(name="Otra", email="otra@correo.test", verified=False)
    site.say("Y esto lo tecleo")  # what is only typed replaces nothing that is verified
    assert site.chat(ticket).visitor.email == "carmen@correo.test"


def test_another_signed_person_at_the_same_browser_has_another_conversation(site: Site) -> None:
    site.claim(email="carmen@correo.test", verified=True)
    carmen = site.say("Hola")["ticket_id"]
    site.claim(email="luis@correo.test", verified=True)
    luis = site.say("Hola")["ticket_id"]
    assert luis != carmen
    found = site.rig.ask(q.FindVisitor(site.box, "a" * 64, "luis@correo.test"))
    assert found is not None
    assert found.ticket_id == luis
    assert site.say("Otra vez")["ticket_id"] == luis


def test_a_visitor_of_no_name_gets_one_and_keeps_the_agents(site: Site) -> None:
    site.rig.do(SetSetting(key="desk.language", value="es"))
    ticket = str(site.say("Hola")["ticket_id"])
    assert site.rig.ask(GetTicket(ticket)).row.contact_name.startswith("Visitante ")
    site.claim(name="Carmen\u202e Villa")
    site.say("Soy Carmen")
    assert site.rig.ask(GetTicket(ticket)).row.contact_name == "Carmen Villa"


def test_answers_are_kept_as_data(site: Site) -> None:
    site.claim(answers=(("Pedido", "{{ 7*7 }} <b>"),))
    ticket = str(site.say("Hola")["ticket_id"])
    assert site.chat(ticket).visitor.answers == (("Pedido", "{{ 7*7 }} <b>"),)


# Nobody there, too long, blocked, rated, transcript ---------------------------------------------------------------


def test_who_is_online_is_what_the_widget_says(site: Site) -> None:
    assert site.rig.ask(q.GetAvailability()) == q.Availability(True, ("Lucía Marín",))
    for state in set(AgentState) - {AgentState.ONLINE}:
        site.rig.do(SetAgentState(state=state))
        assert not site.rig.ask(q.GetAvailability()).online


def test_a_left_message_rings_as_a_ticket_and_waits_for_mail(site: Site) -> None:
    site.claim(name="Carmen", email="carmen@correo.test")
    ticket = str(site.say("¿Abren mañana?", leave=True)["ticket_id"])
    assert site.chat(ticket).state is ChatState.LEFT_MESSAGE
    assert site.rung() == [NotificationKind.NEW_TICKET]
    assert site.rig.ask(q.GetOpenChats()) == ()
    site.say("Ya estoy aquí")
    assert site.chat(ticket).state is ChatState.WAITING


def test_nobody_in_time_is_told_once(site: Site) -> None:
    ticket = str(site.say("Hola")["ticket_id"])
    due = site.rig.sql("SELECT due_at FROM effect WHERE kind = 'timer.chat_unanswered'")
    assert due == [(site.rig.clock.now() + 30_000,)]
    site.rig.clock.advance(30_000)
    for _ in range(2):
        site.rig.desk(c.ChatUnanswered(ticket_id=ticket))
    assert site.events(ticket).count("chat_unanswered") == 1
    assert site.progress(ticket).unanswered
    site.rig.do(c.TakeChat(ticket_id=ticket))
    assert not site.progress(ticket).unanswered


def test_a_taken_chat_is_not_told_as_unanswered(site: Site) -> None:
    ticket = str(site.say("Hola")["ticket_id"])
    site.rig.do(c.TakeChat(ticket_id=ticket))
    site.rig.desk(c.ChatUnanswered(ticket_id=ticket))
    assert "chat_unanswered" not in site.events(ticket)


def test_places_in_the_queue(site: Site) -> None:
    tickets = []
    for who in "abc":
        tickets.append(str(site.say("Hola", who)["ticket_id"]))
        site.rig.clock.advance(1_000)
    assert [site.progress(each).place for each in tickets] == [1, 2, 3]
    site.rig.do(c.TakeChat(ticket_id=tickets[0]))
    assert [site.progress(each).place for each in tickets] == [0, 1, 2]
    chats = site.rig.ask(q.GetOpenChats())
    assert [chat.ticket_id for chat in chats] == tickets  # who has waited longest is first
    site.reply(tickets[0], "Hola")
    assert [chat.ticket_id for chat in site.rig.ask(q.GetOpenChats())] == [
        *tickets[1:],
        tickets[0],
    ]


def test_a_blocked_visitor_is_refused_until_undone(site: Site) -> None:
    ticket = str(site.say("Hola")["ticket_id"])
    undo = site.rig.do(c.BlockVisitor(ticket_id=ticket)).undo
    assert site.refused("Hola").code == "visitor_blocked"
    assert site.chat(ticket).visitor.blocked
    assert site.say("Hola", "b")["opened"] is True
    assert undo is not None
    site.rig.do(undo)
    assert site.say("Perdón")["opened"] is True


def test_a_thumb_and_its_comment_reach_the_agent(site: Site) -> None:
    ticket = str(site.say("Hola")["ticket_id"])
    site.rig.desk(RateConversation(ticket_id=ticket, score=2, scale=2, comment="¡Rápida!"))
    chat = site.chat(ticket)
    assert (chat.score, chat.comment, site.progress(ticket).score) == (2, "¡Rápida!", 2)


def test_transcripts_need_an_answer_and_have_limits(site: Site) -> None:
    def ask(ticket: str, address: str) -> str:
        command = c.SendTranscript(ticket_id=ticket, address=address)
        outcome = site.rig.authority.submit_as_desk(command).result(90)
        return outcome.rejected.code if outcome.rejected else ""

    ticket = str(site.say("Hola")["ticket_id"])
    assert ask(ticket, "carmen@correo.test") == "not_answered"
    site.reply(ticket, "¡Hola!")
    assert ask(ticket, "carmen@correo.test") == "no_account"
    mailbox = site.rig.account()
    assert ask(ticket, "a@b.test\nBcc: x@y.test") == "address_invalid"
    assert ask(ticket, "carmen@correo.test") == ""
    assert ask(ticket, "carmen@correo.test") == "transcript_limit"
    asked = [ask(ticket, f"p{n}@correo.test") for n in range(6)]
    assert asked == ["", "", "", "", "transcript_limit", "transcript_limit"]
    transcript = site.rig.ask(q.TranscriptOf(ticket, mailbox))
    assert [m.text for m in transcript.messages] == ["Hola", "¡Hola!"]


def test_only_the_channel_may_speak_for_a_visitor(site: Site) -> None:
    outcome = site.rig.submit(site.command("a", "Hola"))
    assert outcome.rejected is not None
    assert outcome.rejected.code == "not_allowed"
