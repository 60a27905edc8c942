"""What somebody puts into a filter, an order or a view's name is a value there, never SQL."""

import pytest

from deskapp.core.policies.search_syntax import parse_date
from deskapp.core.queries.views import FIELDS, PreviewView, TicketIds
from deskapp.models.dto import Condition
from tests.support.mail_corpora import naughty_strings
from tests.support.rows import Rows

INJECTIONS = (
    "'", "''", "' OR '1'='1", "' OR 1=1 --", "') OR ('1'='1", '" OR ""="', "1 OR 1=1", "1; DROP TABLE ticket",
    "'; DELETE FROM ticket; --", "' UNION SELECT value, 1, 1 FROM setting --", "%' OR id > 0 --", "\\' OR 1=1 --",
    "x' AND (SELECT count(*) FROM agent) > 0 --", "0x27204f5220313d31", "/**/OR/**/1=1",
    "'||(SELECT uid FROM agent)||'",
    "$$ OR 1=1 $$", "1) ORDER BY (SELECT 1", ":key", "%(key)s", "?", "?1", "@key", "$1", "{key}", "%s", "%%",
    "CASE WHEN 1=1 THEN 1 ELSE 0 END", "randomblob(1000000000)", "pg_sleep(9)", "load_extension('x')",
    "ATTACH DATABASE '/tmp/x' AS x", "PRAGMA writable_schema=1", "\x00' OR 1=1 --", "ʼ OR 1=1 --", "＇ OR 1=1 --",
)  # fmt: skip
ORDERLY = ("tag", "account", "department", "saved", "contact", "status")


def hostile() -> list[str]:
    """Texts that name nothing that is there, nor any day."""
    return [
        text
        for text in (*INJECTIONS, *naughty_strings()[::12])
        if text.strip() and parse_date(text.strip()) is None and not text.strip().isdecimal()
    ]


@pytest.mark.parametrize("field", FIELDS)
def test_a_filter_takes_it_for_a_value(rows: Rows, field: str) -> None:
    ticket = rows.ticket(rows.contact("Azulejo"))
    rows.message(ticket, "azulejo")
    for operator in FIELDS[field]:
        for text in hostile():
            found = rows.ask(PreviewView((Condition(field, operator, text),)))
            assert found == (operator in ("is_not", "has_not")), (operator, text)
    assert rows.ask(PreviewView(())) == 1


def test_no_field_and_no_operator_are_made_of_it(rows: Rows) -> None:
    rows.ticket(rows.contact())
    for text in (
        *hostile(),
        "id",
        "uid",
        "ticket.id",
        "deleted",
        "spam",
        "access_count",
        "__class__",
    ):
        for condition in (Condition(text, "is", "1"), Condition("status", text, "new")):
            assert rows.ask(PreviewView((condition,))) == 0, condition
            assert rows.ask(PreviewView((condition,), match_all=False)) == 0, condition


def test_no_view_is_made_of_it(rows: Rows) -> None:
    rows.ticket(rows.contact())
    for text in hostile():
        for name in (text, *(f"{kind}:{text}" for kind in ORDERLY)):
            try:
                assert not rows.ask(TicketIds(name)).keys, name
            except LookupError:
                continue
    assert len(rows.ask(TicketIds("all")).keys) == 1
