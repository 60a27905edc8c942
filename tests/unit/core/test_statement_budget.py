"""How many statements the writer takes for what comes in: counted, not timed.

Each statement costs more around SQLite than in it, and somebody sits in front of a chat.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from deskapp.core.commands.messages import SendReply
from deskapp.core.commands.team import SetAccountDepartment
from deskapp.core.commands.webchat import ReceiveChat, SaveChatBox, VisitorClaim
from deskapp.core.readers.statements import Form
from tests.conftest import ON_A_SERVER
from tests.support.colleagues import Team
from tests.support.desk import DeskRig, open_rig

CHAT = 24
REPLY = 27
MAIL = 31
FIRST = "<m1@correo.test>"
CLOCK = "SELECT value FROM desk WHERE key = 'seq' FOR UPDATE"
"""With which a transaction begins on a server."""
BESIDE = 2 if ON_A_SERVER else 0
"""What one takes more there: the feed and its notification."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


@contextmanager
def _counting(desk: DeskRig) -> Iterator[Callable[[], list[str]]]:
    """Hands out the statements of the last transaction."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("BEGIN", CLOCK)):
            seen.clear()
        seen.append(" ".join(statement.split()))

    def noted(function: Callable[..., Any]) -> Callable[..., Any]:
        def carried_out(form: Form, connection: Connection, *given: Any, **more: Any) -> Any:
            if connection.engine is desk.authority.engine:
                note(None, None, form.sql)
            return function(form, connection, *given, **more)

        return carried_out

    event.listen(desk.authority.engine, "before_cursor_execute", note)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("run", "fetched", "many"):
            patch.setattr(Form, name, noted(getattr(Form, name)))
        yield lambda: seen
    event.remove(desk.authority.engine, "before_cursor_execute", note)


def _say(desk: DeskRig, box: str, text: str) -> str:
    new = desk.new
    outcome = desk.desk(
        ReceiveChat(
            account_id=box,
            visitor=VisitorClaim(token_hash="a" * 64, name="Carmen", language="es"),
            client_id=new(),
            body=text,
            visitor_id=new(),
            contact_id=new(),
            ticket_id=new(),
            message_id=new(),
        )
    )
    return str(outcome.result["ticket_id"])


def _answer(desk: DeskRig, ticket: str) -> None:
    desk.do(SendReply(ticket_id=ticket, message_id=desk.new(), body="Sí", seen_order=0, hold_ms=0))


def test_a_word_in_a_running_chat_takes_few_statements(desk: DeskRig) -> None:
    box = desk.new()
    desk.do(SaveChatBox(account_id=box, name="Taller", settings={"origins": ["https://t.test"]}))
    ticket = _say(desk, box, "Hola")
    _answer(desk, ticket)
    _say(desk, box, "¿Hay tazas?")
    with _counting(desk) as statements:
        _say(desk, box, "¿Y platos?")
        assert len(statements()) <= CHAT + BESIDE, "\n".join(statements())
        _answer(desk, ticket)
        assert len(statements()) <= REPLY + BESIDE, "\n".join(statements())


def test_a_mail_that_joins_a_ticket_takes_few_statements(desk: DeskRig) -> None:
    account = desk.account()
    desk.mail(account)
    with _counting(desk) as statements:
        desk.mail(account, in_reply_to=FIRST, references=(FIRST,))
        assert len(statements()) <= MAIL + BESIDE, "\n".join(statements())


def test_a_large_team_is_told_in_few_statements(desk: DeskRig) -> None:
    """Everybody's notification is a row of its own; the statements are not more for it."""
    account = desk.account()
    with _counting(desk) as statements:
        desk.mail(account)
        alone = len(statements())
        team = Team(desk)
        for n in range(30):
            team.hire(f"Agente {n}", "Ventas", "Taller")
        desk.do(SetAccountDepartment(account_id=account, department_id=team.department("Taller")))
        desk.mail(account)
        assert desk.sql("SELECT count(*) FROM notification") == [(32,)]
        assert len(statements()) <= alone + 6, "\n".join(statements())
