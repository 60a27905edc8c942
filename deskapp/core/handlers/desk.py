"""Handlers of the desk itself: settings, people, saved views, custom fields."""

from typing import Any

import msgspec
from sqlalchemy import Row

from deskapp.core.api import Command, Outcome, Rejected
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import desk as c
from deskapp.core.handlers.base import done, handles
from deskapp.core.policies.fields import field_key
from deskapp.core.policies.settings import CATALOGUE, PERSONAL, check
from deskapp.core.queries.views import FIELDS
from deskapp.models import tables as t
from deskapp.models.dto import Condition
from deskapp.models.enums import FieldKind, Role

CONDITIONS = 20


@handles(c.SetSetting)
def set_setting(tx: Tx, cmd: c.SetSetting) -> Outcome:
    value = check(cmd.key, cmd.value)
    found = tx.first(t.setting, t.setting.c.key == cmd.key)
    before = found.value if found else CATALOGUE[cmd.key].default
    tx.put(t.setting, {"key": cmd.key}, value=list(value) if isinstance(value, tuple) else value)
    return done(
        c.SetSetting(key=cmd.key, value=tuple(before) if isinstance(before, list) else before)
    )


@handles(c.SetPreference)
def set_preference(tx: Tx, cmd: c.SetPreference) -> Outcome:
    if cmd.key not in PERSONAL:
        raise Rejected("unknown_setting", key=cmd.key)
    value = check(cmd.key, cmd.value)
    if tx.actor.key is None:
        raise Rejected("not_allowed", command=cmd.TYPE)
    mine = {"agent_id": tx.actor.key, "key": cmd.key}
    own = t.preference.c
    found = tx.first(t.preference, own.agent_id == tx.actor.key, own.key == cmd.key)
    found = found or tx.first(t.setting, t.setting.c.key == cmd.key)
    before = found.value if found else CATALOGUE[cmd.key].default
    tx.put(t.preference, mine, value=value)
    return done(c.SetPreference(key=cmd.key, value=before))


@handles(c.SaveAgent)
def save_agent(tx: Tx, cmd: c.SaveAgent) -> Outcome:
    name = " ".join(cmd.name.split())
    if not name:
        raise Rejected("name_empty")
    found = tx.find(t.agent, cmd.agent_id)
    if found is None:
        tx.insert(t.agent, uid=cmd.agent_id, name=name, email=cmd.email.strip(), role=Role.AGENT)
    else:
        tx.update(t.agent, found.id, name=name, email=cmd.email.strip())
    return done(agent_id=cmd.agent_id)


@handles(c.SetAgentState)
def set_state(tx: Tx, cmd: c.SetAgentState) -> Outcome:
    if tx.actor.key is None:
        raise Rejected("not_allowed", command=cmd.TYPE)
    tx.update(
        t.agent,
        tx.actor.key,
        state=cmd.state,
        state_reason=cmd.reason[:200],
        state_automatic=cmd.automatic,
    )
    return done()


def _as_command(row: Row[Any]) -> c.SaveView:
    conditions = msgspec.convert(row.conditions, tuple[Condition, ...])
    return c.SaveView(
        view_id=row.uid,
        name=row.name,
        conditions=conditions,
        match_all=row.match_all,
        position=row.position,
    )


@handles(c.SaveView)
def save_view(tx: Tx, cmd: c.SaveView) -> Outcome:
    name = " ".join(cmd.name.split())[:80]
    if not name:
        raise Rejected("name_empty")
    if not cmd.conditions or len(cmd.conditions) > CONDITIONS:
        raise Rejected("condition_invalid", field="")
    for condition in cmd.conditions:
        if condition.operator not in FIELDS.get(condition.field, ()):
            raise Rejected("condition_invalid", field=condition.field)
    values = {
        "name": name,
        "conditions": msgspec.to_builtins(cmd.conditions),
        "match_all": cmd.match_all,
        "position": cmd.position,
    }
    if tx.actor.key is None:
        raise Rejected("not_allowed", command=cmd.TYPE)
    found = tx.find(t.saved_view, cmd.view_id)
    if found is None:
        tx.insert(t.saved_view, uid=cmd.view_id, agent_id=tx.actor.key, **values)
        return done(c.DeleteView(view_id=cmd.view_id))
    tx.update(t.saved_view, found.id, **values)
    return done(_as_command(found))


@handles(c.DeleteView)
def delete_view(tx: Tx, cmd: c.DeleteView) -> Outcome:
    row = tx.get(t.saved_view, cmd.view_id)
    tx.delete(t.saved_view, row.id)
    return done(_as_command(row))


@handles(c.SaveCustomField)
def save_field(tx: Tx, cmd: c.SaveCustomField) -> Outcome:
    label = " ".join(cmd.label.split())[:80]
    if not label:
        raise Rejected("label_empty")
    options = tuple(dict.fromkeys(option.strip() for option in cmd.options if option.strip()))
    if cmd.kind is FieldKind.CHOICE and not options:
        raise Rejected("options_missing")
    found = tx.find(t.custom_field, cmd.field_id)
    values: dict[str, Any] = {
        "label": label,
        "kind": cmd.kind,
        "options": list(options),
        "position": cmd.position,
        "hidden": False,
    }
    if found:
        tx.update(t.custom_field, found.id, **values)
        return done(_field_command(found))
    key = field_key(label)
    if not key or tx.first(t.custom_field, t.custom_field.c.key == key):
        raise Rejected("key_taken", key=key)
    tx.insert(t.custom_field, uid=cmd.field_id, key=key, **values)
    return done(c.DeleteCustomField(field_id=cmd.field_id), key=key)


def _field_command(row: Row[Any]) -> Command:
    return c.SaveCustomField(
        field_id=row.uid,
        label=row.label,
        kind=FieldKind(row.kind),
        options=tuple(row.options),
        position=row.position,
    )


@handles(c.DeleteCustomField)
def delete_field(tx: Tx, cmd: c.DeleteCustomField) -> Outcome:
    row = tx.get(t.custom_field, cmd.field_id)
    tx.update(t.custom_field, row.id, hidden=True)
    return done(_field_command(row))
