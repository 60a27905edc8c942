"""Who is on the site."""

from typing import Any

from deskapp.channels.webchat.news import News
from deskapp.channels.webchat.visits import GRACE_S, Visit, Visits
from deskapp.core.ports import LiveNews, VisitorPresence, VisitorsMoved, VisitorTyping

SOCKET: Any = object()


def visit(n: int, ticket: str = "") -> Visit:
    found = Visit(f"v{n}", ("box", f"hash{n}", ""), n, n, name=f"Visitor {n}")
    found.ticket_id = ticket
    return found


def test_a_slice_shows_the_newest_first() -> None:
    visits = Visits()
    for n in range(10_000):
        visits.add(visit(n))
    assert [v.id for v in visits.slice(0, 3)] == ["v9999", "v9998", "v9997"]
    assert [v.id for v in visits.slice(9_998, 5)] == ["v1", "v0"]
    assert visits.slice(10_000, 5) == ()
    assert visits.slice(0, -1) == ()
    assert len(visits) == 10_000


def test_a_page_that_is_loaded_again_has_not_left() -> None:
    visits, carmen = Visits(), visit(1)
    visits.add(carmen)
    visits.joined(carmen, SOCKET)
    visits.went(carmen, SOCKET, 100.0)
    assert carmen.presence().online
    assert visits.gone(100.0 + GRACE_S - 0.1) == []
    visits.joined(carmen, SOCKET)
    assert visits.gone(100.0 + 2 * GRACE_S) == []
    visits.went(carmen, SOCKET, 200.0)
    assert visits.gone(200.0 + GRACE_S) == [carmen]
    visits.remove(carmen)
    assert len(visits) == 0
    assert visits.gone(1_000.0) == []


def test_a_second_page_keeps_the_visit() -> None:
    visits, carmen, other = Visits(), visit(1), object()
    visits.add(carmen)
    visits.joined(carmen, SOCKET)
    visits.joined(carmen, other)  # type: ignore[arg-type]
    visits.went(carmen, SOCKET, 100.0)
    assert visits.gone(1_000.0) == []


def test_tickets_are_watched_while_somebody_is_in_them() -> None:
    visits, carmen, again = Visits(), visit(1), visit(2)
    visits.add(carmen)
    visits.add(again)
    visits.set_ticket(carmen, "t1")
    visits.set_ticket(again, "t1")
    assert visits.watched(["t1", "t2"]) == ["t1"]
    assert visits.of_ticket("t1") == (carmen, again)
    visits.set_ticket(carmen, "t2")
    assert visits.of_ticket("t1") == (again,)
    visits.remove(again)
    visits.remove(carmen)
    assert visits.watched(["t1", "t2"]) == []


def test_the_browser_is_found_whoever_signed_for_it() -> None:
    visits, signed = Visits(), Visit("s", ("box", "hash", "carmen@correo.test"), 0, 0)
    visits.add(signed)
    assert visits.with_token("box", "hash") is signed
    assert visits.with_token("other", "hash") is None
    plain = Visit("p", ("box", "hash", ""), 0, 0)
    visits.add(plain)
    assert visits.with_token("box", "hash") is plain


def test_only_the_latest_of_each_is_told() -> None:
    told: list[LiveNews] = []
    news = News()
    unsubscribe = news.subscribe(told.append)
    for text in ("h", "ho", "hola"):
        news.tell(VisitorTyping("t1", True, text))
    news.tell(VisitorTyping("t2", True, "x"))
    news.tell(VisitorPresence("t1", True))
    news.tell(VisitorsMoved(1))
    news.tell(VisitorsMoved(2))
    assert told == []
    news.flush()
    assert told == [
        VisitorTyping("t1", True, "hola"),
        VisitorTyping("t2", True, "x"),
        VisitorPresence("t1", True),
        VisitorsMoved(2),
    ]
    news.flush()
    unsubscribe()
    news.tell(VisitorsMoved(3))
    news.flush()
    assert len(told) == 4


def test_a_listener_that_fails_keeps_none_from_hearing(expect_log: Any) -> None:
    expect_log("live news could not be told")
    told: list[LiveNews] = []
    news = News()

    def fail(_: LiveNews) -> None:
        raise RuntimeError("gone")

    news.subscribe(fail)
    news.subscribe(told.append)
    news.tell(VisitorsMoved(1))
    news.flush()
    assert told == [VisitorsMoved(1)]
