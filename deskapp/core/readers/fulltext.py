"""The full-text indices as tables, and FTS5 expressions that answer quickly."""

import re
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, TableClause, column, table, text

from deskapp.core.policies.excerpts import fold
from deskapp.core.policies.search_syntax import SearchText, Term
from deskapp.core.readers.statements import Statement

INDEXED_PREFIX = 3
"""Prefixes up to this length have an index of their own (models.tables.search)."""
EXPANSION = 128
"""A longer prefix is replaced by the words that begin so, when they are no more than this."""

message_fts = table("message_fts", column("rowid"), column("message_fts"))
contact_fts = table("contact_fts", column("rowid"), column("contact_fts"))
point_fts = table("point_fts", column("rowid"), column("point_fts"))

_WORD = re.compile(r"[^\W_]+")
_WORDS_FROM = text(
    """
    WITH RECURSIVE word(term) AS (
        SELECT (SELECT term FROM message_terms WHERE term >= :begin AND term < :end LIMIT 1)
        UNION ALL
        SELECT (SELECT term FROM message_terms WHERE term >= word.term || char(1) AND term < :end LIMIT 1)
        FROM word WHERE word.term IS NOT NULL
    )
    SELECT term FROM word WHERE term IS NOT NULL LIMIT :most
    """
)
_WORDS = Statement(_WORDS_FROM.columns(column("term")))
"""Distinct words that begin so; one step in the index for each."""


def matches(index: TableClause, expression: str | BindParameter[Any]) -> ColumnElement[bool]:
    """A row of a full-text index fits an FTS5 expression, whose tokens are all quoted."""
    found: ColumnElement[bool] = index.c[index.name].op("MATCH", is_comparison=True)(expression)
    return found


def message_expression(connection: Connection, parsed: SearchText) -> str:
    """The FTS5 expression of the terms and of `from:`; empty when there are none."""
    senders = [Term(value, prefix=True) for value in parsed.values("from")]
    parts = [_quick(connection, term) for term in parsed.terms]
    parts += [f"author : {_quick(connection, sender)}" for sender in senders]
    return " AND ".join(parts)


def _quick(connection: Connection, term: Term) -> str:
    """A long prefix as an OR of the words that are there.

    FTS5 gathers every hit of a prefix without an index before it gives the first (70 ms for 200,000);
    of whole words it gives the newest at once.
    """
    begin = fold(term.text)
    if not term.prefix or len(begin) <= INDEXED_PREFIX or not _WORD.fullmatch(begin):
        return term.fts()
    words = _WORDS.column(connection, begin=begin, end=begin + chr(0x10FFFF), most=EXPANSION + 1)
    if not words or len(words) > EXPANSION:
        return term.fts()
    return f"({' OR '.join(Term(word).fts() for word in words)})"
