CREATE TABLE second_factor (
    agent_id INTEGER NOT NULL,
    used_step INTEGER NOT NULL,
    recovery JSON NOT NULL,
    set_at INTEGER NOT NULL,
    CONSTRAINT pk_second_factor PRIMARY KEY (agent_id),
    CONSTRAINT fk_second_factor_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);

CREATE TABLE invitation (
    agent_id INTEGER NOT NULL,
    secret_hash VARCHAR(64) NOT NULL,
    until_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    CONSTRAINT pk_invitation PRIMARY KEY (agent_id),
    CONSTRAINT fk_invitation_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id),
    CONSTRAINT uq_invitation_secret_hash UNIQUE (secret_hash)
);

CREATE TABLE preference (
    id INTEGER NOT NULL,
    uid VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    value JSON NOT NULL,
    CONSTRAINT pk_preference PRIMARY KEY (id),
    CONSTRAINT uq_preference_uid UNIQUE (uid),
    CONSTRAINT fk_preference_agent_id FOREIGN KEY(agent_id) REFERENCES agent (id)
);

CREATE UNIQUE INDEX uq_preference ON preference (agent_id, "key");
