"""Full-text indices (SQLite FTS5)."""

FULL_TEXT = (
    "CREATE VIRTUAL TABLE message_fts USING fts5(subject, body, author, content='', contentless_delete=1, "
    "tokenize=\"unicode61 remove_diacritics 2\", prefix='1 2 3')",
    "CREATE VIRTUAL TABLE message_terms USING fts5vocab(message_fts, instance)",
    "CREATE VIRTUAL TABLE contact_fts USING fts5(name, organisation, points, content='', contentless_delete=1, "
    "tokenize=\"unicode61 remove_diacritics 2\", prefix='1 2 3')",
    "CREATE VIRTUAL TABLE point_fts USING fts5(value, content='', contentless_delete=1, "
    'tokenize="trigram")',
)
"""`message_fts.rowid` is `message.position` (so that rowid order is newest first), `contact_fts.rowid` is
`contact.id`, `point_fts.rowid` is `contact_point.id` (substrings of addresses, digits and national ids).
`message_terms` shows the words of `message_fts`: a long prefix is looked up there and searched for word by word,
because FTS5 gathers all hits of a prefix that has no index before it gives the first one."""
