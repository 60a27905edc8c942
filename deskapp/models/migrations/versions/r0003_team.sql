CREATE TABLE department (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    position INTEGER DEFAULT 0 NOT NULL,
    removed BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT pk_department PRIMARY KEY (id),
    CONSTRAINT uq_department_uid UNIQUE (uid)
);

CREATE TABLE membership (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    department_id INTEGER NOT NULL,
    CONSTRAINT pk_membership PRIMARY KEY (id),
    CONSTRAINT uq_membership_uid UNIQUE (uid),
    CONSTRAINT fk_membership_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id),
    CONSTRAINT fk_membership_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE UNIQUE INDEX uq_membership ON membership (agent_id, department_id);

CREATE TABLE ticket_access (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    why VARCHAR NOT NULL,
    CONSTRAINT pk_ticket_access PRIMARY KEY (id),
    CONSTRAINT uq_ticket_access_uid UNIQUE (uid),
    CONSTRAINT fk_ticket_access_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id),
    CONSTRAINT fk_ticket_access_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);

CREATE INDEX ix_ticket_access_agent ON ticket_access (agent_id);

CREATE UNIQUE INDEX uq_ticket_access ON ticket_access (ticket_id, agent_id);

CREATE TABLE credential (
    agent_id INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    CONSTRAINT pk_credential PRIMARY KEY (agent_id),
    CONSTRAINT fk_credential_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);

CREATE TABLE room (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    ticket_id INTEGER,
    last_position INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_room PRIMARY KEY (id),
    CONSTRAINT uq_room_uid UNIQUE (uid),
    CONSTRAINT fk_room_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE TABLE room_member (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    seen_to INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_room_member PRIMARY KEY (id),
    CONSTRAINT uq_room_member_uid UNIQUE (uid),
    CONSTRAINT fk_room_member_room_id FOREIGN KEY(room_id) REFERENCES room (id),
    CONSTRAINT fk_room_member_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);

CREATE UNIQUE INDEX uq_room_member ON room_member (room_id, agent_id);

CREATE TABLE room_message (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    body TEXT DEFAULT '' NOT NULL,
    attachments JSON NOT NULL,
    mentions JSON NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT pk_room_message PRIMARY KEY (id),
    CONSTRAINT uq_room_message_uid UNIQUE (uid),
    CONSTRAINT fk_room_message_room_id FOREIGN KEY(room_id) REFERENCES room (id),
    CONSTRAINT fk_room_message_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);

CREATE INDEX ix_room_message_room ON room_message (room_id, position);

CREATE TABLE scope (
    name VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_scope PRIMARY KEY (name)
);

INSERT INTO scope (name, seq) SELECT scope, max(seq) FROM sync_log GROUP BY scope;

ALTER TABLE agent ADD COLUMN role TEXT DEFAULT 'admin' NOT NULL;

ALTER TABLE agent ADD COLUMN disabled BOOLEAN DEFAULT 0 NOT NULL;

ALTER TABLE account ADD COLUMN department_id INTEGER CONSTRAINT fk_account_department_id REFERENCES department (id);

ALTER TABLE ticket ADD COLUMN department_id INTEGER CONSTRAINT fk_ticket_department_id REFERENCES department (id);

ALTER TABLE ticket ADD COLUMN access_count INTEGER DEFAULT 0 NOT NULL;

ALTER TABLE device ADD COLUMN agent_id INTEGER CONSTRAINT fk_device_agent_id REFERENCES agent (id);

ALTER TABLE device ADD COLUMN name TEXT DEFAULT '' NOT NULL;

ALTER TABLE device ADD COLUMN token_hash VARCHAR(64);

ALTER TABLE device ADD COLUMN created_at INTEGER;

ALTER TABLE device ADD COLUMN seen_at INTEGER;

ALTER TABLE device ADD COLUMN revoked_at INTEGER;

CREATE UNIQUE INDEX uq_device_token_hash ON device (token_hash);

CREATE TABLE sync_log_by_uid (
    scope VARCHAR NOT NULL,
    entity VARCHAR NOT NULL,
    uid VARCHAR(32) NOT NULL,
    "key" INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    op VARCHAR NOT NULL,
    CONSTRAINT pk_sync_log PRIMARY KEY (scope, entity, uid)
);

INSERT INTO sync_log_by_uid (scope, entity, uid, "key", seq, op) SELECT scope, entity, uid, "key", seq, op FROM sync_log;

DROP TABLE sync_log;

ALTER TABLE sync_log_by_uid RENAME TO sync_log;

CREATE INDEX ix_sync_log_scope_seq ON sync_log (scope, seq);

CREATE INDEX ix_message_html_images ON message_html (message_id) WHERE remote_images IS NOT NULL;
