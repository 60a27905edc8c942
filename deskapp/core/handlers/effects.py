"""Handlers by which effects are claimed, settled, retried and dropped, and deliveries are told."""

from typing import Any

from sqlalchemy import Row

from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.scopes import may_see
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import effects as c
from deskapp.core.commands import mail as m
from deskapp.core.handlers.base import done, handles
from deskapp.core.handlers.conversation import settle_ticket
from deskapp.core.handlers.messages import CHANGE_EFFECT, settle_effect
from deskapp.models import tables as t
from deskapp.models.enums import Delivery, EffectState


def _effect(tx: Tx, uid: str) -> Row[Any]:
    row = tx.first(t.effect, uid=uid)
    if row is None or not _may_touch(tx, row):
        raise Rejected("effect_not_found", id=uid)
    return row


def _may_touch(tx: Tx, row: Row[Any]) -> bool:
    return row.ticket_id is None or may_see(tx, "ticket", tx.at(t.ticket, row.ticket_id))


@handles(c.StartEffect)
def start(tx: Tx, cmd: c.StartEffect) -> Outcome:
    row = _effect(tx, cmd.effect_id)
    if row.state != EffectState.WAITING:
        raise Rejected("effect_not_waiting")
    CHANGE_EFFECT.run(
        tx.connection, key_=row.id, state=EffectState.RUNNING, attempts=row.attempts + 1
    )
    return done(
        kind=row.kind,
        key=row.key,
        payload=row.payload,
        attempts=row.attempts + 1,
        created_at=row.created_at,
    )


@handles(c.RecoverEffects)
def recover(tx: Tx, _: c.RecoverEffects) -> Outcome:
    running = t.effect.c.state == EffectState.RUNNING
    found = tx.connection.execute(
        t.effect.update().where(running).values(state=EffectState.WAITING, due_at=tx.now)
    )
    return done(recovered=found.rowcount)


def _settle(tx: Tx, row: Row[Any], ok: bool, error: str, retry_at: int | None) -> None:
    if ok:
        settle_effect(tx, row.id, EffectState.DONE)
    elif retry_at is not None:
        settle_effect(tx, row.id, EffectState.WAITING, error=error, due_at=retry_at)
    else:
        settle_effect(tx, row.id, EffectState.FAILED, error=error)


@handles(m.SettleEffect)
def settle(tx: Tx, cmd: m.SettleEffect) -> Outcome:
    row = _effect(tx, cmd.effect_id)
    _settle(tx, row, cmd.ok, cmd.error, cmd.retry_at)
    if not cmd.ok and cmd.retry_at is None and row.message_id and row.kind == "email.send":
        _delivered(tx, row.message_id, Delivery.FAILED, cmd.error)
    return done()


@handles(m.ReportDelivery)
def report_delivery(tx: Tx, cmd: m.ReportDelivery) -> Outcome:
    message, row = tx.get(t.message, cmd.message_id), _effect(tx, cmd.effect_id)
    values: dict[str, Any] = {}
    if cmd.rfc_message_id:
        values["rfc_message_id"] = cmd.rfc_message_id
    if cmd.raw_sha256:
        values["raw_sha256"] = cmd.raw_sha256
    _delivered(tx, message.id, cmd.delivery, cmd.error, **values)
    if cmd.delivery is Delivery.SENT:
        settle_effect(tx, row.id, EffectState.DONE)
    elif cmd.delivery in (Delivery.FAILED, Delivery.UNCERTAIN):
        settle_effect(tx, row.id, EffectState.FAILED, error=cmd.error)
    elif cmd.retry_at is not None:
        settle_effect(tx, row.id, EffectState.WAITING, error=cmd.error, due_at=cmd.retry_at)
    return done()


def _delivered(tx: Tx, message_key: int, delivery: Delivery, error: str, **values: Any) -> None:
    tx.update(t.message, message_key, delivery=delivery, delivery_error=error[:1000], **values)
    ticket_key = tx.at(t.message, message_key).ticket_id
    settle_ticket(tx, ticket_key)
    if delivery in (Delivery.FAILED, Delivery.UNCERTAIN):
        tx.happened("send_failed", ticket_key, error=error, message_key=message_key)


@handles(c.RetryEffect)
def retry(tx: Tx, cmd: c.RetryEffect) -> Outcome:
    row = _effect(tx, cmd.effect_id)
    if row.state != EffectState.FAILED:
        raise Rejected("effect_not_failed")
    CHANGE_EFFECT.run(tx.connection, key_=row.id, attempts=0)
    settle_effect(tx, row.id, EffectState.WAITING, due_at=tx.now)
    if row.message_id and row.kind == "email.send":
        _delivered(tx, row.message_id, Delivery.QUEUED, "")
    return done()


@handles(c.DropEffect)
def drop(tx: Tx, cmd: c.DropEffect) -> Outcome:
    row = _effect(tx, cmd.effect_id)
    if row.state not in (EffectState.FAILED, EffectState.WAITING):
        raise Rejected("effect_not_failed")
    settle_effect(tx, row.id, EffectState.DROPPED, error=row.error)
    if row.message_id and row.kind == "email.send":
        _delivered(tx, row.message_id, Delivery.CANCELLED, "")
    return done()


@handles(m.StoreRemoteImages)
def store_remote_images(tx: Tx, cmd: m.StoreRemoteImages) -> Outcome:
    message = tx.get(t.message, cmd.message_id)
    tx.connection.execute(
        t.message_html.update()
        .where(t.message_html.c.message_id == message.id)
        .values(remote_images={url: sha for url, sha in cmd.images if sha})
    )
    tx.touch(t.message, message.id)
    settle_effect(tx, _effect(tx, cmd.effect_id).id, EffectState.DONE)
    return done()
