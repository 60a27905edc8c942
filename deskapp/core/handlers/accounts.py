"""Handlers of mailboxes."""

from collections.abc import Mapping
from typing import Any

from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import accounts as c
from deskapp.core.commands.webchat import SaveChatBox
from deskapp.core.handlers.base import done, handles
from deskapp.core.handlers.conversation import notify
from deskapp.models import tables as t
from deskapp.models.enums import Channel, NotificationKind

HOPS = "authserv_hops"
"""Learned by the channel, which only ever lowers it. Saving the account forgets it, so that a person
can mend what a provider moved."""

SETTINGS: Mapping[str, type] = {
    "imap_host": str,
    "imap_port": int,
    "imap_security": str,
    "smtp_host": str,
    "smtp_port": int,
    "smtp_security": str,
    "username": str,
    "auth": str,
    "oauth_provider": str,
    "oauth_client_id": str,
    "folders": list,
    "mark_seen": bool,
    "copy_to_sent": bool,
    "sent_folder": str,
    "history_days": int,
    "poll_seconds": int,
    "trusted_certificate": str,
    "acknowledge": bool,
    "acknowledge_text": str,
    "provider": str,
    HOPS: int,
}


def _check(cmd: c.SaveAccount) -> dict[str, Any]:
    """Refuse unknown names and wrong types: what is stored is only what the channel reads."""
    if cmd.address.count("@") != 1 or any(ch.isspace() or ch in ",;<>" for ch in cmd.address):
        raise Rejected("address_invalid", value=cmd.address[:80])
    settings = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in cmd.settings.items()
    }
    for name, value in settings.items():
        if SETTINGS.get(name) is not type(value):
            raise Rejected("setting_invalid", name=name)
        if (
            isinstance(value, str)
            and name != "acknowledge_text"
            and any(ch in value for ch in "\r\n\0")
        ):
            raise Rejected("setting_invalid", name=name)
        if name.endswith("_port") and not (isinstance(value, int) and 0 < value < 65536):
            raise Rejected("setting_invalid", name=name)
    return settings


@handles(c.SaveAccount)
def save(tx: Tx, cmd: c.SaveAccount) -> Outcome:
    settings = _check(cmd)
    address = cmd.address.strip()
    others = (t.account.c.removed.is_(False), t.account.c.uid != cmd.account_id)
    for row in tx.all(t.account, t.account.c.channel == Channel.EMAIL, *others):
        if row.address.lower() == address.lower():
            raise Rejected("address_taken", value=address)
    found = tx.find(t.account, cmd.account_id)
    settings.pop(HOPS, None)
    values: dict[str, Any] = {
        "name": cmd.name.strip() or address,
        "address": address,
        "signature": cmd.signature,
        "enabled": cmd.enabled,
        "settings": settings,
        "removed": False,
    }
    if found is None:
        tx.insert(
            t.account, uid=cmd.account_id, channel=Channel.EMAIL, connected_at=tx.now, **values
        )
    else:
        if settings.get("imap_host") != found.settings.get("imap_host"):
            values["authserv_id"] = ""  # another server signs its verdicts otherwise
        tx.update(t.account, found.id, problem="", problem_detail="", **values)
    return done(account_id=cmd.account_id)


@handles(c.RemoveAccount)
def remove(tx: Tx, cmd: c.RemoveAccount) -> Outcome:
    row = tx.get(t.account, cmd.account_id)
    tx.update(t.account, row.id, enabled=False, removed=True)
    if row.channel == Channel.WEBCHAT:
        return done(
            SaveChatBox(
                account_id=row.uid, name=row.name, enabled=row.enabled, settings=row.settings
            )
        )
    undo = c.SaveAccount(
        account_id=row.uid,
        name=row.name,
        address=row.address,
        signature=row.signature,
        enabled=row.enabled,
        settings=row.settings,
    )
    return done(undo)


@handles(c.ReportAccount)
def report(tx: Tx, cmd: c.ReportAccount) -> Outcome:
    row = tx.get(t.account, cmd.account_id)
    changed = row.problem != cmd.problem
    settings = dict(row.settings)
    if cmd.authserv_hops is not None:
        settings[HOPS] = cmd.authserv_hops
    tx.update(
        t.account,
        row.id,
        problem=cmd.problem,
        problem_detail=cmd.detail[:1000],
        checked_at=tx.now,
        authserv_id=cmd.authserv_id or row.authserv_id,
        settings=settings,
    )
    if changed and cmd.problem:
        notify(
            tx,
            NotificationKind.ACCOUNT_PROBLEM,
            None,
            agent_key=None,
            title=row.name,
            body=cmd.problem,
        )
    return done()


@handles(c.RecordFolder)
def record_folder(tx: Tx, cmd: c.RecordFolder) -> Outcome:
    row = tx.get(t.account, cmd.account_id)
    f = t.mail_folder.c
    where = (f.account_id == row.id, f.name == cmd.folder, f.uidvalidity == cmd.uidvalidity)
    found = tx.first(t.mail_folder, *where)
    if found is None:
        tx.connection.execute(
            t.mail_folder.insert().values(
                account_id=row.id,
                name=cmd.folder,
                uidvalidity=cmd.uidvalidity,
                last_uid=cmd.last_uid,
                first_live_uid=cmd.first_live_uid,
            )
        )
    elif cmd.last_uid > found.last_uid:
        tx.connection.execute(t.mail_folder.update().where(*where).values(last_uid=cmd.last_uid))
    return done()
