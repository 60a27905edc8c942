-- The first schema of a desk. Frozen: a change to the tables is a revision of its own.

CREATE TABLE account (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    channel VARCHAR NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    signature TEXT DEFAULT '' NOT NULL,
    enabled BOOLEAN DEFAULT 0 NOT NULL,
    settings JSON NOT NULL,
    authserv_id TEXT DEFAULT '' NOT NULL,
    connected_at INTEGER,
    problem TEXT DEFAULT '' NOT NULL,
    problem_detail TEXT DEFAULT '' NOT NULL,
    checked_at INTEGER,
    removed BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_uid UNIQUE (uid)
);

CREATE TABLE agent (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    email TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT 'online' NOT NULL,
    state_reason TEXT DEFAULT '' NOT NULL,
    state_automatic BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT pk_agent PRIMARY KEY (id),
    CONSTRAINT uq_agent_uid UNIQUE (uid)
);

CREATE TABLE block_rule (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    value TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT pk_block_rule PRIMARY KEY (id),
    CONSTRAINT uq_block_rule_uid UNIQUE (uid)
);

CREATE UNIQUE INDEX uq_block_rule ON block_rule (kind, value);

CREATE TABLE canned_reply (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    folder TEXT DEFAULT '' NOT NULL,
    shortcut TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT DEFAULT '' NOT NULL,
    body TEXT NOT NULL,
    attachments JSON NOT NULL,
    uses INTEGER DEFAULT 0 NOT NULL,
    last_used_at INTEGER,
    CONSTRAINT pk_canned_reply PRIMARY KEY (id),
    CONSTRAINT uq_canned_reply_uid UNIQUE (uid)
);

CREATE UNIQUE INDEX uq_canned_reply ON canned_reply (shortcut, language);

CREATE TABLE command_result (
    command_id VARCHAR(32) NOT NULL,
    device VARCHAR(32) NOT NULL,
    n INTEGER NOT NULL,
    type VARCHAR NOT NULL,
    agent_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    outcome JSON NOT NULL,
    CONSTRAINT pk_command_result PRIMARY KEY (command_id)
)
 WITHOUT ROWID;

CREATE INDEX ix_command_result_at ON command_result (at);

CREATE TABLE contact (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    organisation TEXT DEFAULT '' NOT NULL,
    language TEXT DEFAULT '' NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    merged_into INTEGER,
    CONSTRAINT pk_contact PRIMARY KEY (id),
    CONSTRAINT uq_contact_uid UNIQUE (uid),
    CONSTRAINT fk_contact_merged_into FOREIGN KEY(merged_into) REFERENCES contact (id)
);

CREATE INDEX ix_contact_merged_into ON contact (merged_into);

CREATE INDEX ix_contact_updated ON contact (updated_at, id);

CREATE TABLE counter (
    "key" VARCHAR NOT NULL,
    value INTEGER NOT NULL,
    CONSTRAINT pk_counter PRIMARY KEY ("key")
);

CREATE TABLE custom_field (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    label TEXT NOT NULL,
    kind VARCHAR NOT NULL,
    options JSON NOT NULL,
    position INTEGER DEFAULT 0 NOT NULL,
    hidden BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT pk_custom_field PRIMARY KEY (id),
    CONSTRAINT uq_custom_field_uid UNIQUE (uid),
    CONSTRAINT uq_custom_field_key UNIQUE ("key")
);

CREATE TABLE desk (
    "key" VARCHAR NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_desk PRIMARY KEY ("key")
);

CREATE TABLE device (
    uid VARCHAR(32) NOT NULL,
    high_water INTEGER NOT NULL,
    CONSTRAINT pk_device PRIMARY KEY (uid)
);

CREATE TABLE setting (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    value JSON NOT NULL,
    CONSTRAINT pk_setting PRIMARY KEY (id),
    CONSTRAINT uq_setting_uid UNIQUE (uid),
    CONSTRAINT uq_setting_key UNIQUE ("key")
);

CREATE TABLE sync_log (
    scope VARCHAR NOT NULL,
    entity VARCHAR NOT NULL,
    "key" INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    op VARCHAR NOT NULL,
    CONSTRAINT pk_sync_log PRIMARY KEY (scope, entity, "key")
);

CREATE INDEX ix_sync_log_scope_seq ON sync_log (scope, seq);

CREATE TABLE tag (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT pk_tag PRIMARY KEY (id),
    CONSTRAINT uq_tag_uid UNIQUE (uid),
    CONSTRAINT uq_tag_name UNIQUE (name)
);

CREATE TABLE contact_field (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    field_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_contact_field PRIMARY KEY (id),
    CONSTRAINT uq_contact_field_uid UNIQUE (uid),
    CONSTRAINT fk_contact_field_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id),
    CONSTRAINT fk_contact_field_field_id FOREIGN KEY(field_id) REFERENCES custom_field (id)
);

CREATE INDEX ix_contact_field_value ON contact_field (field_id, value);

CREATE UNIQUE INDEX uq_contact_field ON contact_field (contact_id, field_id);

CREATE TABLE contact_note (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    body TEXT NOT NULL,
    agent_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT pk_contact_note PRIMARY KEY (id),
    CONSTRAINT uq_contact_note_uid UNIQUE (uid),
    CONSTRAINT fk_contact_note_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id),
    CONSTRAINT fk_contact_note_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);

CREATE INDEX ix_contact_note_contact_id ON contact_note (contact_id);

CREATE TABLE contact_point (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    value TEXT NOT NULL,
    display TEXT NOT NULL,
    "primary" BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT pk_contact_point PRIMARY KEY (id),
    CONSTRAINT uq_contact_point_uid UNIQUE (uid),
    CONSTRAINT fk_contact_point_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id)
);

CREATE INDEX ix_contact_point_contact_id ON contact_point (contact_id);

CREATE INDEX ix_contact_point_kind_value ON contact_point (kind, value, contact_id);

CREATE UNIQUE INDEX uq_contact_point_email ON contact_point (value) WHERE kind = 'email';

CREATE TABLE contact_tag (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    CONSTRAINT pk_contact_tag PRIMARY KEY (id),
    CONSTRAINT uq_contact_tag_uid UNIQUE (uid),
    CONSTRAINT fk_contact_tag_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id),
    CONSTRAINT fk_contact_tag_tag_id FOREIGN KEY(tag_id) REFERENCES tag (id)
);

CREATE UNIQUE INDEX uq_contact_tag ON contact_tag (contact_id, tag_id);

CREATE TABLE mail_folder (
    id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    last_uid INTEGER NOT NULL,
    first_live_uid INTEGER NOT NULL,
    CONSTRAINT pk_mail_folder PRIMARY KEY (id),
    CONSTRAINT fk_mail_folder_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE UNIQUE INDEX uq_mail_folder ON mail_folder (account_id, name, uidvalidity);

CREATE TABLE merge_dismissal (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    other_id INTEGER NOT NULL,
    CONSTRAINT pk_merge_dismissal PRIMARY KEY (id),
    CONSTRAINT uq_merge_dismissal_uid UNIQUE (uid),
    CONSTRAINT fk_merge_dismissal_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id),
    CONSTRAINT fk_merge_dismissal_other_id FOREIGN KEY(other_id) REFERENCES contact (id)
);

CREATE UNIQUE INDEX uq_merge_dismissal ON merge_dismissal (contact_id, other_id);

CREATE TABLE saved_view (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    conditions JSON NOT NULL,
    match_all BOOLEAN DEFAULT 0 NOT NULL,
    position INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_saved_view PRIMARY KEY (id),
    CONSTRAINT uq_saved_view_uid UNIQUE (uid),
    CONSTRAINT fk_saved_view_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);

CREATE TABLE ticket (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    number INTEGER NOT NULL,
    subject TEXT NOT NULL,
    status VARCHAR NOT NULL,
    bucket VARCHAR NOT NULL,
    visible BOOLEAN DEFAULT 0 NOT NULL,
    channel VARCHAR NOT NULL,
    account_id INTEGER,
    contact_id INTEGER NOT NULL,
    assignee_id INTEGER,
    merged_into INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    solved_at INTEGER,
    first_reply_at INTEGER,
    snoozed_until INTEGER,
    needs_reply BOOLEAN DEFAULT 0 NOT NULL,
    spam BOOLEAN DEFAULT 0 NOT NULL,
    deleted BOOLEAN DEFAULT 0 NOT NULL,
    history BOOLEAN DEFAULT 0 NOT NULL,
    inbound_count INTEGER DEFAULT 0 NOT NULL,
    held_count INTEGER DEFAULT 0 NOT NULL,
    delivery TEXT DEFAULT 'none' NOT NULL,
    snippet TEXT DEFAULT '' NOT NULL,
    snippet_kind TEXT DEFAULT '' NOT NULL,
    snippet_author TEXT DEFAULT '' NOT NULL,
    language TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_ticket PRIMARY KEY (id),
    CONSTRAINT uq_ticket_uid UNIQUE (uid),
    CONSTRAINT uq_ticket_number UNIQUE (number),
    CONSTRAINT fk_ticket_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_ticket_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id),
    CONSTRAINT fk_ticket_assignee_id FOREIGN KEY(assignee_id) REFERENCES agent (id),
    CONSTRAINT fk_ticket_merged_into FOREIGN KEY(merged_into) REFERENCES ticket (id)
);

CREATE INDEX ix_ticket_account ON ticket (account_id, bucket, updated_at, id);

CREATE INDEX ix_ticket_assignee ON ticket (bucket, assignee_id, updated_at, id);

CREATE INDEX ix_ticket_bucket ON ticket (bucket, updated_at, id);

CREATE INDEX ix_ticket_contact ON ticket (contact_id, bucket, updated_at, id);

CREATE INDEX ix_ticket_merged_into ON ticket (merged_into);

CREATE INDEX ix_ticket_needs_reply ON ticket (bucket, needs_reply, updated_at, id) WHERE bucket = 'active' AND needs_reply = 1;

CREATE INDEX ix_ticket_snoozed ON ticket (bucket, snoozed_until, id) WHERE bucket = 'snoozed';

CREATE INDEX ix_ticket_status ON ticket (visible, status, updated_at, id);

CREATE INDEX ix_ticket_to_send ON ticket (updated_at, id) WHERE delivery <> 'none';

CREATE INDEX ix_ticket_visible ON ticket (visible, updated_at, id);

CREATE TABLE automatic_mail (
    id INTEGER NOT NULL,
    address TEXT NOT NULL,
    ticket_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT pk_automatic_mail PRIMARY KEY (id),
    CONSTRAINT fk_automatic_mail_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE INDEX ix_automatic_mail_address ON automatic_mail (address, at);

CREATE INDEX ix_automatic_mail_ticket ON automatic_mail (ticket_id, at);

CREATE TABLE draft (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    mode VARCHAR NOT NULL,
    body TEXT DEFAULT '' NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    recipients JSON NOT NULL,
    attachments JSON NOT NULL,
    account_uid TEXT DEFAULT '' NOT NULL,
    in_reply_to TEXT DEFAULT '' NOT NULL,
    seen_order INTEGER DEFAULT 0 NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT pk_draft PRIMARY KEY (id),
    CONSTRAINT uq_draft_uid UNIQUE (uid),
    CONSTRAINT fk_draft_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id),
    CONSTRAINT fk_draft_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);

CREATE UNIQUE INDEX uq_draft ON draft (ticket_id, agent_id);

CREATE TABLE message (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    account_id INTEGER,
    contact_id INTEGER,
    agent_id INTEGER,
    author_name TEXT DEFAULT '' NOT NULL,
    author_address TEXT DEFAULT '' NOT NULL,
    at INTEGER NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    body TEXT DEFAULT '' NOT NULL,
    quoted TEXT DEFAULT '' NOT NULL,
    has_html BOOLEAN DEFAULT 0 NOT NULL,
    remote_images INTEGER DEFAULT 0 NOT NULL,
    attachment_count INTEGER DEFAULT 0 NOT NULL,
    recipients JSON,
    rfc_message_id TEXT,
    in_reply_to TEXT DEFAULT '' NOT NULL,
    raw_sha256 VARCHAR(64),
    delivery TEXT DEFAULT 'none' NOT NULL,
    delivery_error TEXT DEFAULT '' NOT NULL,
    deliver_at INTEGER,
    held BOOLEAN DEFAULT 0 NOT NULL,
    automatic TEXT DEFAULT '' NOT NULL,
    verdict JSON,
    options JSON,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT uq_message_uid UNIQUE (uid),
    CONSTRAINT fk_message_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id),
    CONSTRAINT uq_message_position UNIQUE (position),
    CONSTRAINT fk_message_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_message_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id),
    CONSTRAINT fk_message_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);

CREATE INDEX ix_message_pending ON message (delivery) WHERE delivery IN ('queued','sending','failed','uncertain');

CREATE INDEX ix_message_rfc_message_id ON message (rfc_message_id);

CREATE INDEX ix_message_ticket ON message (ticket_id, position, held, kind);

CREATE TABLE notification (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    ticket_id INTEGER,
    title TEXT DEFAULT '' NOT NULL,
    body TEXT DEFAULT '' NOT NULL,
    at INTEGER NOT NULL,
    played_at INTEGER,
    seen_at INTEGER,
    CONSTRAINT pk_notification PRIMARY KEY (id),
    CONSTRAINT uq_notification_uid UNIQUE (uid),
    CONSTRAINT fk_notification_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id),
    CONSTRAINT fk_notification_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE INDEX ix_notification_agent ON notification (agent_id, at);

CREATE TABLE participant (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    CONSTRAINT pk_participant PRIMARY KEY (id),
    CONSTRAINT uq_participant_uid UNIQUE (uid),
    CONSTRAINT fk_participant_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE UNIQUE INDEX uq_participant ON participant (ticket_id, address);

CREATE TABLE rating (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    score INTEGER NOT NULL,
    scale INTEGER NOT NULL,
    comment TEXT DEFAULT '' NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT pk_rating PRIMARY KEY (id),
    CONSTRAINT uq_rating_uid UNIQUE (uid),
    CONSTRAINT fk_rating_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id),
    CONSTRAINT fk_rating_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id)
);

CREATE INDEX ix_rating_contact_id ON rating (contact_id);

CREATE INDEX ix_rating_ticket_id ON rating (ticket_id);

CREATE TABLE read_mark (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    inbound_seen INTEGER NOT NULL,
    CONSTRAINT pk_read_mark PRIMARY KEY (id),
    CONSTRAINT uq_read_mark_uid UNIQUE (uid),
    CONSTRAINT fk_read_mark_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id),
    CONSTRAINT fk_read_mark_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);

CREATE UNIQUE INDEX uq_read_mark ON read_mark (ticket_id, agent_id);

CREATE TABLE ticket_event (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    actor_kind VARCHAR NOT NULL,
    actor_name TEXT DEFAULT '' NOT NULL,
    agent_id INTEGER,
    at INTEGER NOT NULL,
    data JSON NOT NULL,
    CONSTRAINT pk_ticket_event PRIMARY KEY (id),
    CONSTRAINT uq_ticket_event_uid UNIQUE (uid),
    CONSTRAINT fk_ticket_event_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id),
    CONSTRAINT fk_ticket_event_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);

CREATE INDEX ix_ticket_event_ticket ON ticket_event (ticket_id, position);

CREATE TABLE ticket_tag (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    CONSTRAINT pk_ticket_tag PRIMARY KEY (id),
    CONSTRAINT uq_ticket_tag_uid UNIQUE (uid),
    CONSTRAINT fk_ticket_tag_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id),
    CONSTRAINT fk_ticket_tag_tag_id FOREIGN KEY(tag_id) REFERENCES tag (id)
);

CREATE INDEX ix_ticket_tag_tag ON ticket_tag (tag_id, ticket_id);

CREATE UNIQUE INDEX uq_ticket_tag ON ticket_tag (ticket_id, tag_id);

CREATE TABLE attachment (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    message_id INTEGER,
    filename TEXT NOT NULL,
    mime TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    content_id TEXT DEFAULT '' NOT NULL,
    inline BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT pk_attachment PRIMARY KEY (id),
    CONSTRAINT uq_attachment_uid UNIQUE (uid),
    CONSTRAINT fk_attachment_message_id FOREIGN KEY(message_id) REFERENCES message (id)
);

CREATE INDEX ix_attachment_message_id ON attachment (message_id);

CREATE INDEX ix_attachment_sha256 ON attachment (sha256);

CREATE TABLE effect (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    kind VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    payload JSON NOT NULL,
    state VARCHAR NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    error TEXT DEFAULT '' NOT NULL,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    ticket_id INTEGER,
    message_id INTEGER,
    CONSTRAINT pk_effect PRIMARY KEY (id),
    CONSTRAINT uq_effect_uid UNIQUE (uid),
    CONSTRAINT uq_effect_key UNIQUE ("key"),
    CONSTRAINT fk_effect_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id),
    CONSTRAINT fk_effect_message_id FOREIGN KEY(message_id) REFERENCES message (id)
);

CREATE INDEX ix_effect_due ON effect (state, due_at);

CREATE INDEX ix_effect_message_id ON effect (message_id);

CREATE TABLE message_html (
    message_id INTEGER NOT NULL,
    html TEXT NOT NULL,
    remote_urls JSON NOT NULL,
    remote_images JSON,
    CONSTRAINT pk_message_html PRIMARY KEY (message_id),
    CONSTRAINT fk_message_html_message_id FOREIGN KEY(message_id) REFERENCES message (id)
);

CREATE TABLE raw_mail (
    id INTEGER NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    size INTEGER NOT NULL,
    account_id INTEGER,
    source VARCHAR NOT NULL,
    history BOOLEAN DEFAULT 0 NOT NULL,
    stored_at INTEGER NOT NULL,
    state TEXT DEFAULT 'stored' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    message_id INTEGER,
    CONSTRAINT pk_raw_mail PRIMARY KEY (id),
    CONSTRAINT uq_raw_mail_sha256 UNIQUE (sha256),
    CONSTRAINT fk_raw_mail_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_raw_mail_message_id FOREIGN KEY(message_id) REFERENCES message (id)
);

CREATE INDEX ix_raw_mail_state ON raw_mail (state) WHERE state = 'stored';

CREATE TABLE mail_seen (
    id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    folder TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid_no INTEGER NOT NULL,
    raw_id INTEGER NOT NULL,
    CONSTRAINT pk_mail_seen PRIMARY KEY (id),
    CONSTRAINT fk_mail_seen_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_mail_seen_raw_id FOREIGN KEY(raw_id) REFERENCES raw_mail (id)
);

CREATE UNIQUE INDEX uq_mail_seen ON mail_seen (account_id, folder, uidvalidity, uid_no);

CREATE VIRTUAL TABLE message_fts USING fts5(subject, body, author, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2", prefix='1 2 3');

CREATE VIRTUAL TABLE message_terms USING fts5vocab(message_fts, instance);

CREATE VIRTUAL TABLE contact_fts USING fts5(name, organisation, points, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2", prefix='1 2 3');

CREATE VIRTUAL TABLE point_fts USING fts5(value, content='', contentless_delete=1, tokenize="trigram");
