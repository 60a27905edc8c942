"""The full-text indices as tables, and the expressions that they are asked with: FTS5's, or PostgreSQL's."""

import re
from typing import Any, Protocol

from sqlalchemy import BindParameter, ColumnElement, Connection, TableClause, column, table, text

from deskapp.core.policies import tsearch
from deskapp.core.policies.excerpts import fold
from deskapp.core.policies.search_syntax import SearchText, Term, phrase
from deskapp.core.readers.statements import Statement
from deskapp.models.dialect import SQLITE, Matching

INDEXED_PREFIX = 3
"""Prefixes up to this length have an index of their own (models.tables.search)."""
EXPANSION = 128
"""A longer prefix is replaced by the words that begin so, when they are no more than this."""

message_fts = table("message_fts", column("rowid"))
contact_fts = table("contact_fts", column("rowid"))
point_fts = table("point_fts", column("rowid"))

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


class Asking(Protocol):
    """How the indices are asked; every answer is an expression for `matches`."""

    def message(self, connection: Connection, parsed: SearchText) -> str:
        """The terms and `from:`; empty when there are none."""

    def words(self, text: str) -> str:
        """Every word of `text`, the last as a prefix; empty for no words."""

    def part(self, piece: str) -> str:
        """A part of an address, phone or other number, of three characters or more."""


def asking(connection: Connection) -> Asking:
    return _FTS5 if connection.dialect.name == SQLITE else _TSEARCH


def matches(index: TableClause, expression: str | BindParameter[Any]) -> ColumnElement[bool]:
    """A row of a full-text index fits an expression, in which nothing that was typed is syntax."""
    return Matching(index.c.rowid, expression)


class _Fts5:
    def message(self, connection: Connection, parsed: SearchText) -> str:
        senders = [Term(value, prefix=True) for value in parsed.values("from")]
        parts = [_quick(connection, term) for term in parsed.terms]
        parts += [f"author : {_quick(connection, sender)}" for sender in senders]
        return " AND ".join(parts)

    def words(self, text: str) -> str:
        return phrase(text)

    def part(self, piece: str) -> str:
        return Term(piece).fts()


class _Tsearch:
    def message(self, _: Connection, parsed: SearchText) -> str:
        return tsearch.message_query(parsed)

    def words(self, text: str) -> str:
        return tsearch.words_query(text)

    def part(self, piece: str) -> str:
        return tsearch.part_query(piece)


_FTS5, _TSEARCH = _Fts5(), _Tsearch()


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
