"""What `doctor` looks at inside a desk. Nothing here writes."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deskapp.app.export_sheets import ATTACHMENTS, RAW
from deskapp.app.snapshot import count, orphans, problems, reading, schema_of
from deskapp.core.policies.counting import counter_keys
from deskapp.system.blobs import FileBlobs
from deskapp.system.errors import KnownError
from deskapp.system.paths import Profile
from deskapp.system.secrets import SecretsFile

OK, WARNING, FAILED = "ok", "warning", "failed"
_SHOWN = 5
_CLOCK_SLACK_MS = 120_000


@dataclass(frozen=True, slots=True)
class Check:
    """`state` is ok, warning or failed; `detail` is English and still to be redacted."""

    name: str
    state: str
    detail: str


def desk_checks(profile: Profile, secrets: SecretsFile, *, online: bool) -> Iterator[Check]:
    """Every check of a desk that is there, the database first: the others read it."""
    if profile.server.is_file():
        yield _database_server(profile)
        yield _secrets(profile, secrets)
        return
    found = problems(profile.database, thorough=False)
    if found:
        yield Check("database", FAILED, "; ".join(found[:_SHOWN]))
    else:
        yield _database(profile.database)
        yield from _contents(profile)
    yield _secrets(profile, secrets)
    if online and not found:
        yield from _servers(profile, secrets)


def _database_server(profile: Profile) -> Check:
    """Of a desk whose rows are on a server: that it answers, and what it holds. Its soundness is its keeper's."""
    from sqlalchemy import text

    from deskapp.app.errors import as_known, sentence
    from deskapp.app.place import server_of
    from deskapp.models.database import PostgresDatabase
    from deskapp.models.schema import HEAD, revision_of

    engine = PostgresDatabase(server_of(profile)).readers(2)
    try:
        found = revision_of(engine)
        if found != HEAD:
            return Check("database", WARNING, f"schema {found}; this deskapp's is {HEAD}")
        with engine.connect() as connection:
            version = connection.execute(text("SHOW server_version")).scalar_one()
            tickets = connection.execute(text("SELECT count(*) FROM ticket")).scalar_one()
        return Check("database", OK, f"{tickets} tickets, on a server with PostgreSQL {version}")
    except Exception as error:
        known = as_known(error)
        if known is None:
            raise
        return Check("database", FAILED, sentence(known)[1])
    finally:
        engine.dispose()


def _contents(profile: Profile) -> Iterator[Check]:
    yield _schema(profile.database)
    lost = orphans(profile.database, _SHOWN)
    yield Check("references", FAILED if lost else OK, "; ".join(lost) or "every row has its owner")
    for check in (_blobs, _counters, _queue, _accounts, _clock):
        yield check(profile)


def _database(path: Path) -> Check:
    wal = path.with_name(path.name + "-wal")
    size = path.stat().st_size + (wal.stat().st_size if wal.exists() else 0)
    with reading(path) as connection:
        tickets, messages = count(connection, "ticket"), count(connection, "message")
    return Check("database", OK, f"{tickets} tickets, {messages} messages, {size >> 20} MB, sound")


def _schema(path: Path) -> Check:
    from deskapp.models.schema import HEAD, REVISIONS

    with reading(path) as connection:
        found = schema_of(connection)
    if found == HEAD:
        return Check("schema", OK, found)
    if found in REVISIONS:
        return Check("schema", WARNING, f"{found}; it becomes {HEAD} when the desk is opened")
    return Check("schema", FAILED, f"{found or 'none'} is unknown to this deskapp ({HEAD})")


def _blobs(profile: Profile) -> Check:
    """Each file that the database names is there. Contents are compared when they are read."""
    blobs = FileBlobs(profile.blobs)
    missing, named = [], 0
    with reading(profile.database) as connection:
        for query in (RAW, ATTACHMENTS):
            for (sha256,) in connection.execute(query):
                if sha256:
                    named += 1
                    if not blobs.exists(sha256):
                        missing.append(sha256)
    if missing:
        return Check("files", FAILED, f"{len(missing)} of {named} are missing: {missing[:_SHOWN]}")
    return Check("files", OK, f"{named} stored files are there")


def _counters(profile: Profile) -> Check:
    """The counters of the views equal a recount."""
    with reading(profile.database) as connection:
        kept = dict(connection.execute("SELECT key, value FROM counter WHERE value <> 0"))
        counted = recount(connection)
    wrong = sorted(key for key in kept.keys() | counted.keys() if kept.get(key) != counted.get(key))
    if not wrong:
        return Check("counters", OK, f"{len(counted)} equal a recount")
    said = ", ".join(
        f"{key}: {kept.get(key, 0)} for {counted.get(key, 0)}" for key in wrong[:_SHOWN]
    )
    return Check("counters", FAILED, f"{len(wrong)} differ from a recount ({said})")


def recount(connection: Any) -> dict[str, int]:
    """What the counters should be, by the policy itself."""
    tags: dict[int, list[str]] = {}
    for key, name in connection.execute(
        "SELECT l.ticket_id, g.name FROM ticket_tag l JOIN tag g ON g.id = l.tag_id"
    ):
        tags.setdefault(key, []).append(name)
    counted: dict[str, int] = {}
    rows = connection.execute(
        "SELECT x.id, x.bucket, x.needs_reply, x.delivery, a.uid, m.uid FROM ticket x "
        "LEFT JOIN agent a ON a.id = x.assignee_id LEFT JOIN account m ON m.id = x.account_id"
    )
    for key, bucket, needs_reply, delivery, assignee, account in rows:
        for name in counter_keys(
            bucket=bucket,
            needs_reply=bool(needs_reply),
            delivery=delivery,
            assignee=assignee,
            account=account,
            tags=tags.get(key, ()),
        ):
            counted[name] = counted.get(name, 0) + 1
    return counted


def _queue(profile: Profile) -> Check:
    """What has yet to be done outside, and mails that were kept but not yet read."""
    with reading(profile.database) as connection:
        states = dict(
            connection.execute(
                # A snoozed ticket's timer waits, too, but for its hour.
                "SELECT state, count(*) FROM effect WHERE kind NOT LIKE 'timer.%' GROUP BY state"
            )
        )
        unread = connection.execute(
            "SELECT count(*) FROM raw_mail WHERE state = 'stored'"
        ).fetchone()[0]
    failed, waiting = states.get("failed", 0), states.get("waiting", 0)
    said = f"{waiting} waiting, {failed} failed, {unread} mails stored and not yet read"
    return Check("outgoing", WARNING if failed or unread else OK, said)


def _accounts(profile: Profile) -> Check:
    with reading(profile.database) as connection:
        rows = connection.execute(
            "SELECT enabled, problem FROM account WHERE removed = 0"
        ).fetchall()
    troubled = [problem for enabled, problem in rows if enabled and problem]
    said = f"{len(rows)} accounts" + (f"; problems: {', '.join(troubled)}" if troubled else "")
    return Check("accounts", WARNING if troubled else OK, said)


def _clock(profile: Profile) -> Check:
    with reading(profile.database) as connection:
        latest = connection.execute("SELECT max(at) FROM command_result").fetchone()[0] or 0
    behind = latest - time.time_ns() // 1_000_000
    if behind > _CLOCK_SLACK_MS:
        return Check("clock", WARNING, f"it is {behind // 1000} s behind the desk's last change")
    return Check("clock", OK, "not behind the desk's last change")


def _secrets(profile: Profile, secrets: SecretsFile) -> Check:
    if not profile.secrets.exists():
        return Check("secrets", OK, "none yet")
    try:
        return Check("secrets", OK, f"{secrets.check()} can be opened")
    except KnownError as error:
        return Check("secrets", FAILED, error.code)


def _servers(profile: Profile, secrets: SecretsFile) -> Iterator[Check]:
    """Try every enabled account as its page in Settings does; nothing is sent."""
    import msgspec

    with reading(profile.database) as connection:
        rows = connection.execute(
            "SELECT uid, address, settings FROM account WHERE removed = 0 AND enabled = 1"
        ).fetchall()
    for number, (uid, address, settings) in enumerate(rows, 1):
        name = f"account {number}"
        yield _server(name, uid, address, msgspec.json.decode(settings), secrets)


def _server(
    name: str, uid: str, address: str, settings: dict[str, object], secrets: SecretsFile
) -> Check:
    from deskapp.channels.email.connection import check_connection
    from deskapp.channels.email.credentials import Credentials, Token, stored_password
    from deskapp.channels.email.oauth import Tokens
    from deskapp.channels.email.settings import MailSettings

    mail = MailSettings.of(settings, address)
    credentials: Credentials
    try:
        if mail.oauth_provider:
            tokens = Tokens(secrets)
            forget: Callable[[], None] = lambda: tokens.forget_access(uid)  # noqa: E731
            credentials = Token(mail.username, lambda: tokens.access(uid), forget)
        else:
            credentials = stored_password(secrets, uid, mail.username)
        steps = check_connection(mail, credentials, lambda _: None)
    except KnownError as error:
        return Check(name, FAILED, error.code)
    bad = [f"{step.name}: {step.code} {step.detail}".strip() for step in steps if not step.ok]
    where = f"{mail.imap.host}, {mail.smtp.host}"
    return Check(name, FAILED if bad else OK, f"{where}: {'; '.join(bad) or 'reachable'}")
