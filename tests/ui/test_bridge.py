"""Results and commits cross to the window's thread, in order, to living owners only."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QAbstractListModel, QCoreApplication, QObject, QThread, QTimer
from pytestqt.qtbot import QtBot

import deskapp.ui.bridge
from deskapp.core.api import Change, ChangeSet, Query
from deskapp.core.queries.desk import GetAgents
from deskapp.core.queries.search import Search
from deskapp.core.queries.tickets import GetTicket
from deskapp.ui.bridge import Bridge, Latest, merge_changes
from tests.support.fake_workspace import FakeWorkspace, row


@pytest.fixture
def desk() -> Iterator[FakeWorkspace]:
    workspace = FakeWorkspace([row(n) for n in range(1, 6)])
    yield workspace
    workspace.close()


@pytest.fixture
def bridge(qtbot: QtBot, desk: FakeWorkspace) -> Iterator[Bridge]:
    made = Bridge(desk)
    yield made
    made.close()


def test_an_answer_comes_on_the_gui_thread(qtbot: QtBot, bridge: Bridge) -> None:
    threads: list[int] = []
    owner = QObject()
    bridge.ask(GetAgents(), lambda _agents: threads.append(threading.get_ident()), owner)
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [threading.get_ident()]


def test_a_commit_is_told_on_the_gui_thread(
    qtbot: QtBot, bridge: Bridge, desk: FakeWorkspace
) -> None:
    seen: list[tuple[ChangeSet, bool]] = []
    gui = QCoreApplication.instance().thread()
    bridge.changed.connect(lambda change: seen.append((change, QThread.currentThread() is gui)))
    desk.put(row(1, "Ana"))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0].tickets == {row(1).id}
    assert seen[0][1]


def test_a_dead_owner_hears_nothing(qtbot: QtBot, bridge: Bridge, desk: FakeWorkspace) -> None:
    heard: list[str] = []
    dead, forgotten, alive = QObject(), QObject(), QObject()
    bridge.ask(GetAgents(), lambda _a: heard.append("dead"), dead)
    bridge.ask(GetAgents(), lambda _a: heard.append("forgotten"), forgotten)
    import shiboken6

    shiboken6.delete(dead)
    del forgotten
    bridge.ask(GetAgents(), lambda _a: heard.append("alive"), alive)
    qtbot.waitUntil(lambda: "alive" in heard)
    assert heard == ["alive"]


def test_an_answer_that_was_given_is_let_go_of_at_once(qtbot: QtBot, bridge: Bridge) -> None:
    """What waits for the next collection of garbage adds up: in a rush, to megabytes a second."""

    class Answer:
        pass

    owner, future, taken = QObject(), Future[Answer](), list[str]()
    bridge.watch(future, lambda _answer: taken.append("it"), owner)
    answer = Answer()
    gone = weakref.ref(answer)
    gc.disable()
    future.set_result(answer)
    del future, answer
    qtbot.waitUntil(lambda: bool(taken))
    qtbot.waitUntil(lambda: gone() is None)


def test_an_error_goes_to_who_asked_or_to_everybody(qtbot: QtBot, bridge: Bridge) -> None:
    mine: list[Exception] = []
    owner = QObject()
    bridge.ask(GetTicket("nobody"), lambda _t: None, owner, mine.append)
    qtbot.waitUntil(lambda: bool(mine))
    assert isinstance(mine[0], LookupError)
    with qtbot.waitSignal(bridge.failed):
        bridge.ask(GetTicket("nobody"), lambda _t: None, owner)


def test_one_failing_callback_keeps_no_answer_from_others(qtbot: QtBot, bridge: Bridge) -> None:
    heard: list[str] = []
    owner = QObject()

    def fails(_agents: object) -> None:
        heard.append("fails")
        raise ValueError("planted")

    with qtbot.captureExceptions() as raised:
        bridge.ask(GetAgents(), fails, owner)
        bridge.ask(GetAgents(), lambda _agents: heard.append("answered"), owner)
        qtbot.waitUntil(lambda: heard == ["fails", "answered"])
    assert [str(error) for _type, error, _trace in raised] == ["planted"]


def test_between_many_answers_the_window_lives(
    qtbot: QtBot, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deskapp.ui.bridge, "SLICE_S", 0.0)  # each answer takes all there is
    owner, happened = QObject(), list[str]()
    heart = QTimer(owner, interval=0)
    heart.timeout.connect(lambda: happened.append("beat"))
    heart.start()
    answers: list[Future[int]] = [Future() for _ in range(5)]
    for future in answers:
        bridge.watch(future, lambda n: happened.append(str(n)), owner)
    for n, future in enumerate(answers):
        future.set_result(n)
    qtbot.waitUntil(lambda: "4" in happened)
    heart.stop()
    assert [what for what in happened if what != "beat"] == list("01234")
    assert "beat" in happened[happened.index("0") : happened.index("4")]


def test_a_burst_is_told_at_once_and_then_once_a_frame(
    qtbot: QtBot, bridge: Bridge, desk: FakeWorkspace
) -> None:
    seen: list[ChangeSet] = []
    bridge.changed.connect(seen.append)
    for n in range(1, 101):
        desk.put(row(n % 5 + 1, f"Name {n}"))
    qtbot.waitUntil(lambda: sum(len(change.changes) for change in seen) == 100)
    assert len(seen) < 100
    assert [change.seq for change in seen] == sorted(change.seq for change in seen)
    assert seen[-1].seq == desk._seq


def test_merging_changes_loses_nothing() -> None:
    first = ChangeSet(1, (Change("ticket", 1, "a", "upsert"),), frozenset({"a"}), False)
    second = ChangeSet(2, (Change("ticket", 2, "b", "exit"),), frozenset({"b"}), True)
    merged = merge_changes([first, second])
    assert merged.changes == first.changes + second.changes
    assert (merged.seq, merged.tickets, merged.counts) == (2, {"a", "b"}, True)


class SlowDesk(FakeWorkspace):
    """Answers a search when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[str, Future[object]] = {}

    def query(self, query: Query[object]) -> Future[object]:
        assert isinstance(query, Search)
        future: Future[object] = Future()
        self.waiting[query.text] = future
        future.set_running_or_notify_cancel()
        return future


def test_only_the_latest_question_is_answered(qtbot: QtBot) -> None:
    desk = SlowDesk()
    bridge = Bridge(desk)
    owner, seen = QObject(), []
    slot = Latest(bridge, owner)
    slot.ask(Search("c"), seen.append)
    slot.ask(Search("ca"), seen.append)
    desk.waiting["ca"].set_result("for ca")
    qtbot.waitUntil(lambda: bool(seen))
    desk.waiting["c"].set_result("for c")
    done: list[object] = []
    future: Future[object] = Future()
    bridge.watch(future, done.append, owner)
    future.set_result("later")
    qtbot.waitUntil(lambda: bool(done))
    assert seen == ["for ca"]
    bridge.close()
    desk.close()


def test_after_closing_nothing_is_told(qtbot: QtBot, desk: FakeWorkspace) -> None:
    bridge = Bridge(desk)
    seen: list[ChangeSet] = []
    bridge.changed.connect(seen.append)
    bridge.close()
    desk.put(row(1, "Ana"))
    QCoreApplication.processEvents()
    assert seen == []


class _Numbers(QAbstractListModel):
    def rowCount(self, parent: object = None) -> int:
        return 10

    def data(self, index: object, role: int = 0) -> object:
        return None


def test_qt_survives_thousands_of_data_changes(qtbot: QtBot) -> None:
    """PySide6 6.12.0 on Python 3.11 aborted after about 550 of them."""
    model = _Numbers()
    heard = []
    model.dataChanged.connect(lambda *_args: heard.append(1))
    for _ in range(5_000):
        model.dataChanged.emit(model.index(0), model.index(9))
    assert len(heard) == 5_000
