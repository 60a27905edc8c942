"""Nothing lost, nothing doubled, nothing out of order: many pages, many retries, lines that break."""

import json
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from deskapp.channels.webchat import limits, talk
from deskapp.channels.webchat.frames import Status
from deskapp.channels.webchat.talk import Talk
from deskapp.channels.webchat.visits import Visit
from deskapp.core.queries.webchat import ChatMessage, ChatMessages
from deskapp.models.enums import AgentState
from tests.conftest import ExpectLog
from tests.support.webchat_desk import ChatDesk, Closed, Frame, Visitor, new_token, open_chat_desk

ROUNDS = int(os.environ.get("DESKAPP_CHAT_ROUNDS", "4"))
STEPS = 40
TORN = "unexpected internal error"
"""What the client's library says when its line is torn while it reads."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatDesk]:
    monkeypatch.setattr(limits, "MESSAGES", (10_000.0, 1_000.0))  # this is not about the pace
    monkeypatch.setattr(limits, "HELLOS", (10_000.0, 1_000.0))
    with open_chat_desk(tmp_path / "desk", synchronous="OFF") as rig:
        rig.be(AgentState.ONLINE)
        yield rig


def settle(visitor: Visitor, uid: str, text: str) -> Frame:
    """Say it, and it must be kept."""
    answer = visitor.keep(text, uid)
    assert answer["t"] == "said", answer
    return answer


def at_once(work: list[threading.Thread]) -> None:
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()


def test_the_same_words_from_twenty_pages_are_there_once(desk: ChatDesk) -> None:
    box, token = desk.box(), new_token()
    ids = [secrets.token_hex(16) for _ in range(10)]
    orders: dict[str, set[int]] = {uid: set() for uid in ids}
    failed: list[BaseException] = []

    def page() -> None:
        try:
            with desk.visitor(box, token) as visitor:
                for uid in ids:
                    orders[uid].add(settle(visitor, uid, uid)["order"])
        except BaseException as error:
            failed.append(error)
            raise

    at_once([threading.Thread(target=page) for _ in range(20)])
    assert not failed
    (row,) = desk.rows()
    assert sorted(m.text for m in desk.messages(row.id)) == sorted(ids)
    assert all(len(found) == 1 for found in orders.values())


def test_thirty_first_words_at_once_open_one_conversation(desk: ChatDesk) -> None:
    box = desk.box()
    for _ in range(3):
        before = len(desk.rows())
        token, ready = new_token(), threading.Barrier(30)
        said: list[Frame] = []

        def page(n: int, token: str = token, ready: threading.Barrier = ready) -> None:
            with desk.visitor(box, token) as visitor:
                ready.wait(90)
                said.append(settle(visitor, f"{n:032x}", f"word {n}"))  # noqa: B023

        at_once([threading.Thread(target=page, args=(n,)) for n in range(30)])
        assert len(said) == 30
        assert len(desk.rows()) == before + 1
        (row, *_) = sorted(desk.rows(), key=lambda row: -row.number)
        assert sorted(m.text for m in desk.messages(row.id)) == sorted(
            f"word {n}" for n in range(30)
        )


class Widget:
    """A page's memory, as the widget keeps it: what it shows, what it knows, what is not acknowledged."""

    def __init__(self) -> None:
        self.token = new_token()
        self.shown: dict[str, int] = {}  # text by order
        self.since = 0
        self.unacked: dict[str, str] = {}
        self.doubled: list[str] = []

    def learn(self, frame: Frame) -> None:
        if frame["t"] == "welcome":
            for message in frame["messages"]:
                self._show(message)
        elif frame["t"] == "message":
            self._show(frame["message"])
        elif frame["t"] == "said":
            text = self.unacked.pop(frame["id"], None)
            if text is not None:
                self._add(text, frame["order"])

    def _show(self, message: Frame) -> None:
        if message["client"]:
            self.unacked.pop(message["client"], None)
        self._add(message["text"], message["order"])

    def _add(self, text: str, order: int) -> None:
        if self.shown.get(text, order) != order:
            self.doubled.append(text)
        self.shown[text] = order
        self.since = max(self.since, order)

    def in_order(self) -> list[str]:
        return sorted(self.shown, key=self.shown.__getitem__)


class Line:
    """One connection of a widget that may break at any moment."""

    def __init__(self, desk: ChatDesk, box: str, widget: Widget) -> None:
        self._context = desk.visitor(box, widget.token, since=widget.since)
        self.visitor = self._context.__enter__()
        self.widget = widget
        widget.learn(self.visitor.welcome)
        for uid, text in list(widget.unacked.items()):
            self.visitor.send(t="say", id=uid, text=text)

    def say(self, text: str) -> None:
        uid = secrets.token_hex(16)
        self.widget.unacked[uid] = text
        self.visitor.send(t="say", id=uid, text=text)

    def read(self, seconds: float) -> bool:
        try:
            self.widget.learn(self.visitor.read(seconds))
        except TimeoutError:
            return False
        return True

    def cut(self) -> None:
        """The line breaks: what is on its way in either direction is lost."""
        self.visitor.socket.socket.shutdown(socket.SHUT_RDWR)
        self._context.__exit__(None, None, None)

    def close(self) -> None:
        self._context.__exit__(None, None, None)


def broken_lines(desk: ChatDesk, seed: int) -> tuple[list[str], Widget]:
    """What the desk has and what the page shows, after a talk over lines that break; all at random."""
    rng, widget, box = Random(seed), Widget(), desk.box()
    line = Line(desk, box, widget)
    line.say("0")
    while widget.unacked:
        line.read(5)
    ticket = max(desk.rows(), key=lambda row: row.number).id
    for n in range(1, STEPS):
        match rng.randrange(5):
            case 0 | 1:
                line.say(f"v{n}")
            case 2:
                desk.reply(ticket, f"a{n}")
            case 3:
                line.read(0.05)
            case _:
                line.cut()
                if rng.random() < 0.5:
                    desk.reply(ticket, f"b{n}")
                line = Line(desk, box, widget)
    while line.read(0.5) or widget.unacked:
        continue
    line.close()
    kept = desk.ask(ChatMessages(ticket, 1, 1_000))
    return [message.text for message in kept], widget


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_lines_that_break(desk: ChatDesk, seed: int, expect_log: ExpectLog) -> None:
    expect_log(TORN, required=False)
    kept, widget = broken_lines(desk, seed)
    assert len(kept) == len(set(kept))
    assert widget.in_order() == kept
    assert widget.doubled == []
    assert widget.unacked == {}


def test_an_acknowledgement_out_of_its_place_is_found(
    desk: ChatDesk, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    """Planted: the ack overtakes what came before it, so a page thinks it has what it never got."""
    expect_log(TORN, required=False)
    send = Talk._send_messages

    def late(self: Talk, sockets: object, messages: list[object]) -> None:
        for page in list(sockets):  # type: ignore[call-overload]
            for said in list(page.acks.values()):
                page.push(talk.f.encode(page.acks.pop(said.id)))
        if len(messages) < 2:
            send(self, sockets, messages)  # type: ignore[arg-type]
        else:
            for page in list(sockets):  # type: ignore[call-overload]
                page.sent_to = messages[-1].order  # type: ignore[attr-defined]

    monkeypatch.setattr(Talk, "_send_messages", late)

    def loses(seed: int) -> bool:
        kept, widget = broken_lines(desk, seed)
        return widget.in_order() != kept

    assert any(loses(seed) for seed in range(100, 140))


def test_frames_come_in_the_order_of_the_conversation(desk: ChatDesk) -> None:
    """Two pages and an agent at once: both pages are told everything, in one order."""
    box, token = desk.box(), new_token()
    with desk.visitor(box, token) as one, desk.visitor(box, token) as two:
        settle(one, secrets.token_hex(16), "start")
        ticket = desk.rows()[0].id
        agent = threading.Thread(target=lambda: [desk.reply(ticket, f"a{n}") for n in range(10)])
        agent.start()
        for n in range(5):
            for page in (one, two):
                uid = secrets.token_hex(16)
                page.send(t="say", id=uid, text=f"v{n}")
        agent.join()
        total = len(desk.ask(ChatMessages(ticket, 1, 500)))
        assert total == 21
        for page in (one, two):
            # A word may have been told as a message before its acknowledgement: then it has its place.
            orders = list(dict.fromkeys(order(frame) for frame in frames_until(page, total)))
            assert orders == sorted(orders)


def order(frame: Frame) -> int:
    return int(frame["order"] if frame["t"] == "said" else frame["message"]["order"])


def frames_until(page: Visitor, total: int) -> list[Frame]:
    """The frames that brought a page `total` messages; the start was read before by the one who said it."""
    found: list[Frame] = []
    while len({order(frame) for frame in found}) < total - 1:
        try:
            found.append(page.next("said", "message"))
        except (Closed, TimeoutError) as error:
            raise AssertionError(json.dumps(found)) from error
    return found


def test_each_word_is_read_once_for_its_pages(
    desk: ChatDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit is told twice, by its news and its outcome: what the first began is not begun again."""
    reads: list[str] = []
    read = Talk._read

    async def count(self: Talk, visit: Visit, since: int) -> tuple[list[ChatMessage], Status]:
        reads.append(visit.ticket_id)
        return await read(self, visit, since)

    with desk.visitor(desk.box()) as carmen:
        carmen.say("Hola")
        monkeypatch.setattr(Talk, "_read", count)
        for number in range(20):
            settle(carmen, secrets.token_hex(16), str(number))
        assert 20 <= len(reads) <= 25
