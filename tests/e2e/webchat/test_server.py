"""The chat server over real sockets: what a visitor's page says and gets, and what the window learns of it."""

import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp.core.commands.accounts import RemoveAccount
from deskapp.core.commands.webchat import BlockVisitor, EndChat, SaveChatBox, TakeChat
from deskapp.core.ports import (
    ChatServerChanged,
    LiveNews,
    VisitorPresence,
    VisitorsMoved,
    VisitorTyping,
)
from deskapp.core.queries.webchat import GetChat
from deskapp.models.enums import AgentState, ChatState, Delivery
from tests.support.desk import HandClock
from tests.support.waiting import free_port, wait_for
from tests.support.webchat_desk import (
    SITE,
    ChatDesk,
    Closed,
    Visitor,
    new_token,
    open_chat_desk,
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ChatDesk]:
    with open_chat_desk(tmp_path / "desk") as rig:
        rig.be(AgentState.ONLINE)
        yield rig


@pytest.fixture
def box(desk: ChatDesk) -> str:
    return desk.box()


def listen(desk: ChatDesk) -> list[LiveNews]:
    told: list[LiveNews] = []
    desk.channel.subscribe(told.append)
    return told


def texts(frames: list[dict[str, str]]) -> list[str]:
    return [frame["text"] for frame in frames]


def the_chat(desk: ChatDesk) -> str:
    (row,) = desk.rows()
    return row.id


def test_a_message_and_its_answer(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        assert carmen.welcome["messages"] == []
        assert carmen.welcome["status"]["state"] == "none"
        assert carmen.welcome["box"]["name"] == "Taller Norte"
        said = carmen.say("Hola, falta una taza", name="Carmen", email="carmen@correo.test")
        assert said["t"] == "said"
        (ticket,) = desk.rows()
        assert ticket.contact_name == "Carmen"
        desk.reply(ticket.id, "Hoy la enviamos")
        answer = carmen.next("message")["message"]
        assert (answer["kind"], answer["text"]) == ("out", "Hoy la enviamos")
        assert answer["order"] > said["order"]


def test_a_page_that_is_loaded_again_gets_what_it_has_not(desk: ChatDesk, box: str) -> None:
    token = new_token()
    with desk.visitor(box, token) as carmen:
        order = carmen.say("Uno")["order"]
    desk.reply(the_chat(desk), "Dos")
    with desk.visitor(box, token, since=order) as carmen:
        assert texts(carmen.welcome["messages"]) == ["Dos"]
        assert carmen.welcome["status"]["state"] == "active"
    with desk.visitor(box, token) as carmen:
        assert texts(carmen.welcome["messages"]) == ["Uno", "Dos"]
        assert carmen.say("Tres")["t"] == "said"
    assert texts([{"text": m.text} for m in desk.messages(the_chat(desk))]) == [
        "Uno",
        "Dos",
        "Tres",
    ]


def test_the_same_message_again_is_acknowledged_and_there_once(desk: ChatDesk, box: str) -> None:
    token, uid = new_token(), secrets.token_hex(16)
    with desk.visitor(box, token) as carmen:
        first = carmen.say("Hola", uid)
        assert carmen.say("Hola", uid) == first
    with desk.visitor(box, token) as carmen:
        assert carmen.say("Hola", uid) == first
    assert len(desk.messages(the_chat(desk))) == 1


def test_every_open_page_of_a_visitor_has_the_conversation(desk: ChatDesk, box: str) -> None:
    token = new_token()
    with desk.visitor(box, token) as one, desk.visitor(box, token) as two:
        said = one.say("Hola")
        heard = two.next("message")["message"]
        assert (heard["client"], heard["order"], heard["kind"]) == (said["id"], said["order"], "in")
        desk.reply(the_chat(desk), "Dígame")
        assert one.next("message")["message"]["text"] == "Dígame"
        assert two.next("message")["message"]["text"] == "Dígame"
        one.send(t="ping")
        one.next("pong")
        assert "message" not in [frame["t"] for frame in one.seen]  # its own is not told again


def test_after_the_end_comes_a_new_conversation(desk: ChatDesk, box: str) -> None:
    token = new_token()
    with desk.visitor(box, token) as carmen:
        carmen.say("Hola")
        first = the_chat(desk)
        desk.do(EndChat(ticket_id=first))
        wait_state(carmen, "ended")
        carmen.say("Otra cosa")
        wait_state(carmen, "waiting")
    assert len(desk.rows()) == 2
    assert len(desk.messages(first)) == 1


def wait_state(visitor: Visitor, state: str) -> dict[str, object]:
    while (status := visitor.next("status"))["state"] != state:
        continue
    return status


def test_what_was_said_at_the_end_reaches_who_was_away(desk: ChatDesk, box: str) -> None:
    token = new_token()
    with desk.visitor(box, token) as carmen:
        order = carmen.say("Hola")["order"]
    desk.reply(the_chat(desk), "Queda enviada")
    desk.do(EndChat(ticket_id=the_chat(desk)))
    with desk.visitor(box, token, since=order) as carmen:
        assert texts(carmen.welcome["messages"]) == ["Queda enviada"]
        assert carmen.welcome["status"]["state"] == "ended"


def test_the_visitor_ends_the_chat(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        carmen.say("Hola")
        carmen.send(t="end")
        wait_state(carmen, "ended")
    chat = desk.ask(GetChat(the_chat(desk)))
    assert chat is not None
    assert (chat.state, chat.ended_by) == (ChatState.ENDED, "contact")


def test_typing_is_seen_and_never_kept(desk: ChatDesk, box: str) -> None:
    told = listen(desk)
    with desk.visitor(box) as carmen:
        carmen.send(t="typing", text="before there is a chat")
        carmen.say("Hola")
        ticket = the_chat(desk)
        carmen.send(t="typing", text="falta una\u202e taza")
        wait_for(lambda: VisitorTyping(ticket, True, "falta una taza") in told, "the preview")
        assert desk.channel.preview(ticket) == VisitorTyping(ticket, True, "falta una taza")
        carmen.send(t="typing", text="")
        wait_for(lambda: told[-1] == VisitorTyping(ticket, False), "the end of typing")
        carmen.send(t="typing", text="y otra")
        wait_for(lambda: desk.channel.preview(ticket).text == "y otra", "the preview")
        carmen.say("y otra cosa")
        assert not desk.channel.preview(ticket).typing
        desk.channel.agent_typing(ticket, True)
        assert carmen.next("typing")["on"] is True
        desk.channel.agent_typing(ticket, False)
        assert carmen.next("typing")["on"] is False
    assert [m.text for m in desk.messages(ticket)] == ["Hola", "y otra cosa"]


def test_without_preview_only_that_somebody_types_is_told(desk: ChatDesk) -> None:
    told = listen(desk)
    with desk.visitor(desk.box(preview=False)) as carmen:
        carmen.say("Hola")
        ticket = the_chat(desk)
        carmen.send(t="typing", text="mi contraseña es 1234")
        wait_for(lambda: VisitorTyping(ticket, True, "") in told, "the typing")
    assert "1234" not in repr(told)


def test_delivered_and_seen_are_the_words_of_the_page(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        carmen.say("Hola")
        ticket = the_chat(desk)
        desk.reply(ticket, "Dígame")
        order = carmen.next("message")["message"]["order"]
        assert desk.messages(ticket)[-1].delivery is Delivery.SENT
        carmen.send(t="got", order=order + 1_000_000)
        wait_for(lambda: desk.messages(ticket)[-1].delivery is Delivery.DELIVERED, "delivery")
        carmen.send(t="seen", order=order)
        wait_for(lambda: desk.messages(ticket)[-1].delivery is Delivery.SEEN, "the look at it")


def test_the_window_knows_who_is_there(desk: ChatDesk, box: str) -> None:
    told = listen(desk)
    token = new_token()
    page = {
        "url": f"{SITE}/tazas#x",
        "title": "Tazas\u202e",
        "referrer": "https://buscador.test/?q=1",
    }
    with desk.visitor(box, token, page=page, language="es-MX") as carmen:
        (visit,) = desk.channel.visitors()
        assert (visit.page_url, visit.page_title) == (f"{SITE}/tazas", "Tazas")
        assert visit.referrer == "https://buscador.test/?q=1"
        assert (visit.ticket_id, visit.name, visit.box_id) == ("", "", box)
        wait_for(lambda: VisitorsMoved(1) in told, "the news of a visitor")
        carmen.say("Hola", name="Carmen")
        ticket = the_chat(desk)
        carmen.send(t="page", url=f"{SITE}/envios", title="Envíos")
        there = VisitorPresence(ticket, True, f"{SITE}/envios", "Envíos")
        wait_for(lambda: there in told, "the news of the page")
        assert desk.channel.presence(ticket) == there
        (visit,) = desk.channel.visitors()
        assert (visit.name, visit.ticket_id, visit.page_title) == ("Carmen", ticket, "Envíos")
        assert desk.channel.server().connected == 1
    assert desk.channel.presence(ticket).online  # perhaps it is only loaded again
    wait_for(lambda: not desk.channel.presence(ticket).online, "the visitor to have gone")
    wait_for(lambda: VisitorPresence(ticket, False) in told, "the news of it")
    assert desk.channel.visitors() == ()


def test_nobody_is_written_down_who_has_not_written(desk: ChatDesk, box: str) -> None:
    seq = desk.desk.authority.seq
    with desk.visitor(box, page={"url": SITE, "title": "Canary"}) as carmen:
        carmen.send(t="typing", text="Canary")
        carmen.send(t="seen", order=5)
        carmen.send(t="got", order=5)
        carmen.send(t="rate", good=True, comment="Canary")
        carmen.send(t="end")
        carmen.send(t="ping")
        carmen.next("pong")
    assert desk.desk.authority.seq == seq


def test_whether_somebody_is_there(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        assert carmen.welcome["online"] is True
        assert len(carmen.welcome["agents"]) == 1
        desk.be(AgentState.AWAY)
        assert carmen.next("online") == {"t": "online", "online": False, "agents": []}
        said = carmen.say("Nadie aquí", leave=True, name="Carmen", email="carmen@correo.test")
        assert said["t"] == "said"
        wait_state(carmen, "left_message")
        desk.be(AgentState.ONLINE)
        assert carmen.next("online")["online"] is True


def test_rating(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        carmen.say("Hola")
        for good, score in ((True, 2), (False, 1)):
            carmen.send(t="rate", good=good, comment="Muy\u202e bien")
            wait_for(lambda s=score: rating(desk) == (s, "Muy bien"), "the rating")
        assert carmen.next("status")["rated"] in (0, 1, 2)


def rating(desk: ChatDesk) -> tuple[int, str]:
    chat = desk.ask(GetChat(the_chat(desk)))
    assert chat is not None
    return chat.score, chat.comment


def test_a_transcript_needs_an_answer_and_is_limited(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        carmen.send(t="transcript", email="carmen@correo.test")
        assert carmen.next("error")["code"] == "rejected"
        carmen.say("Hola")
        for code in ("not_answered", "not_answered", "not_answered", "transcript_limit"):
            carmen.send(t="transcript", email="carmen@correo.test")
            assert carmen.next("error")["code"] == code
    with desk.visitor(desk.box(transcript=False)) as carmen:
        carmen.say("Hola")
        carmen.send(t="transcript", email="carmen@correo.test")
        assert carmen.next("error")["code"] == "rejected"


def test_the_queue_moves_up(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as one, desk.visitor(box) as two:
        one.say("Primera")
        first = the_chat(desk)
        two.say("Segunda")
        assert wait_state(two, "waiting")["place"] == 2
        desk.do(TakeChat(ticket_id=first))
        taken = wait_state(one, "active")
        assert taken["agent"]
        assert two.next("status")["place"] == 1


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    clock = HandClock()
    with open_chat_desk(tmp_path / "desk", clock=clock) as desk, desk.visitor(desk.box()) as carmen:
        carmen.say("Hola")
        assert not wait_state(carmen, "waiting")["unanswered"]
        clock.advance(31_000)
        desk.desk.authority.effects.wake()
        assert wait_state(carmen, "waiting")["unanswered"]


def test_a_blocked_visitor_always_gets_the_same(desk: ChatDesk, box: str) -> None:
    token = new_token()
    with desk.visitor(box, token) as carmen:
        carmen.say("Hola")
        ticket = the_chat(desk)
        desk.do(BlockVisitor(ticket_id=ticket))
        assert carmen.next("online")["online"] is False
        assert wait_state(carmen, "none")
        refused = carmen.say("¿Por qué?")
        assert (refused["t"], refused["code"]) == ("error", "rejected")

    with desk.visitor(box, token) as carmen:
        assert carmen.welcome["online"] is False
        assert carmen.welcome["agents"] == []
        assert carmen.welcome["messages"] == []
        assert carmen.welcome["status"]["state"] == "none"
        assert carmen.say("Otra vez")["code"] == "rejected"
        desk.be(AgentState.AWAY)
        desk.be(AgentState.ONLINE)
        carmen.send(t="ping")
        carmen.next("pong")
        assert "online" not in [frame["t"] for frame in carmen.seen]
    assert len(desk.messages(ticket)) == 1


def test_a_changed_box_changes_open_pages(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen, desk.visitor(desk.box()) as other:
        desk.do(SaveChatBox(account_id=box, name="Nuevo", settings={"origins": (SITE,)}))
        assert carmen.next("box")["box"]["name"] == "Nuevo"
        other.send(t="ping")
        assert other.read()["t"] == "pong"
        desk.do(SaveChatBox(account_id=box, name="Nuevo", settings={"origins": ("http://o.test",)}))
        assert carmen.close_code() == 4403


def test_a_closed_box_closes_its_pages(desk: ChatDesk, box: str) -> None:
    desk.box()
    with desk.visitor(box) as carmen, desk.visitor(box) as other:
        desk.do(SaveChatBox(account_id=box, name="x", enabled=False, settings={"origins": (SITE,)}))
        assert carmen.close_code() == 4410
        assert other.close_code() == 4410
    with pytest.raises(Closed, match=r"4410"), desk.visitor(box):
        pass


def test_nothing_listens_without_a_box(desk: ChatDesk, box: str) -> None:
    told = listen(desk)
    desk.do(RemoveAccount(account_id=box))
    wait_for(lambda: not desk.channel.server().running, "the end of the server")
    with pytest.raises(ConnectionRefusedError):
        desk.connect()
    assert desk.channel.test_page(box) == ""
    wait_for(lambda: any(isinstance(n, ChatServerChanged) for n in told), "the news of it")
    assert desk.channel.test_page(desk.box())


def test_visitors_follow_to_another_port(desk: ChatDesk, box: str) -> None:
    token = new_token()
    with desk.visitor(box, token) as carmen:
        order = carmen.say("Hola")["order"]
        before, desk.port = desk.port, free_port()
        desk.set("chat.port", desk.port)
        assert carmen.close_code() == 1012
    wait_for(lambda: str(desk.port) in desk.channel.server().url, "the new port")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", before))
    with desk.visitor(box, token, since=order) as carmen:
        assert carmen.welcome["messages"] == []
        assert carmen.welcome["status"]["state"] == "waiting"


def test_a_port_that_is_taken_is_said(desk: ChatDesk, box: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        desk.set("chat.port", other.getsockname()[1])
        wait_for(lambda: desk.channel.server().problem == "port_taken", "the problem")
        assert not desk.channel.server().running
    desk.set("chat.port", desk.port)
    wait_for(lambda: desk.channel.server().running, "the server")
    assert desk.channel.server().problem == ""
    with desk.visitor(box) as carmen:
        assert carmen.say("Hola")["t"] == "said"


def test_the_network_may_come_when_it_is_asked_for(tmp_path: Path) -> None:
    with open_chat_desk(tmp_path / "desk", interface=lambda: "127.0.0.7") as desk:
        box = desk.box()
        assert desk.channel.server().network_url == ""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.7", desk.port))
        desk.set("chat.reach", "network")
        url = f"http://127.0.0.7:{desk.port}"
        wait_for(lambda: desk.channel.server().network_url == url, "the network's address")
        socket.create_connection(("127.0.0.7", desk.port)).close()
        with desk.visitor(box) as carmen:
            assert carmen.say("Hola")["t"] == "said"


def test_a_stop_finishes_what_is_being_said(tmp_path: Path) -> None:
    said: list[str] = []
    with open_chat_desk(tmp_path / "desk") as desk:
        box = desk.box()
        with desk.visitor(box) as carmen, desk.visitor(box) as quiet:
            ids = [secrets.token_hex(16) for _ in range(8)]
            for uid in ids:
                carmen.send(t="say", id=uid, text=uid)
            said.append(carmen.next("said")["id"])
            begin = time.monotonic()
            desk.channel.stop()
            assert time.monotonic() - begin < 2
            assert carmen.close_code() == 1012
            assert quiet.close_code() == 1012
            said += [frame["id"] for frame in carmen.seen if frame["t"] == "said"]
    with open_chat_desk(tmp_path / "desk") as desk:
        kept = [message.text for message in desk.messages(the_chat(desk))]
    assert set(said) <= set(kept)
    assert len(kept) == len(set(kept))
