-- Web chat. Frozen: a change to the tables is a revision of its own.

CREATE TABLE visitor (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    token_hash VARCHAR(64) NOT NULL,
    contact_id INTEGER NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    email TEXT DEFAULT '' NOT NULL,
    external_id TEXT DEFAULT '' NOT NULL,
    verified BOOLEAN DEFAULT 0 NOT NULL,
    language TEXT DEFAULT '' NOT NULL,
    answers JSON NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    blocked BOOLEAN DEFAULT 0 NOT NULL,
    refused BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT pk_visitor PRIMARY KEY (id),
    CONSTRAINT uq_visitor_uid UNIQUE (uid),
    CONSTRAINT fk_visitor_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT uq_visitor_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_visitor_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id)
);

CREATE INDEX ix_visitor_contact_id ON visitor (contact_id);

CREATE TABLE chat (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    visitor_id INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    started_at INTEGER NOT NULL,
    waiting_since INTEGER,
    taken_at INTEGER,
    unanswered_at INTEGER,
    ended_at INTEGER,
    ended_by TEXT DEFAULT '' NOT NULL,
    delivered_to INTEGER DEFAULT 0 NOT NULL,
    seen_to INTEGER DEFAULT 0 NOT NULL,
    page_url TEXT DEFAULT '' NOT NULL,
    page_title TEXT DEFAULT '' NOT NULL,
    referrer TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_chat PRIMARY KEY (id),
    CONSTRAINT uq_chat_uid UNIQUE (uid),
    CONSTRAINT uq_chat_ticket_id UNIQUE (ticket_id),
    CONSTRAINT fk_chat_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id),
    CONSTRAINT fk_chat_visitor_id FOREIGN KEY(visitor_id) REFERENCES visitor (id)
);

CREATE INDEX ix_chat_live ON chat (started_at) WHERE state IN ('waiting', 'active');

CREATE INDEX ix_chat_visitor_id ON chat (visitor_id);

CREATE TABLE chat_received (
    id INTEGER NOT NULL,
    visitor_id INTEGER NOT NULL,
    client_id VARCHAR(64) NOT NULL,
    message_id INTEGER NOT NULL,
    CONSTRAINT pk_chat_received PRIMARY KEY (id),
    CONSTRAINT fk_chat_received_visitor_id FOREIGN KEY(visitor_id) REFERENCES visitor (id),
    CONSTRAINT fk_chat_received_message_id FOREIGN KEY(message_id) REFERENCES message (id)
);

CREATE INDEX ix_chat_received_message ON chat_received (message_id);

CREATE UNIQUE INDEX uq_chat_received ON chat_received (visitor_id, client_id);
