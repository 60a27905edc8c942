"""The document says what is served, and nothing else."""

import re
from typing import Any

import pytest

from deskapp.models import tables as t
from deskapp.sync.protocol.messages import Body
from deskapp.sync.server.desk import WireQuery
from deskapp.sync.server.openapi import document
from tests.support.team_host import Served


def _refs(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"].rpartition("/")[2]} if "$ref" in node else set()
        return own.union(*map(_refs, node.values()))
    return set().union(*map(_refs, node)) if isinstance(node, list) else set()


def test_every_reference_leads_somewhere() -> None:
    made = document()
    assert _refs(made) <= made["components"]["schemas"].keys()


def test_every_address_in_it_is_served_and_the_others_are_not(served: Served) -> None:
    methods = {"get", "post", "put", "head", "delete", "patch"}
    for path, calls in document()["paths"].items():
        real = re.sub(r"\{.*\}", "0" * 64, path)
        for method in methods & calls.keys():
            answer = served.as_("Vera", method.upper(), real, b"")
            assert answer.status not in (405, 500), (method, path)
            assert answer.status != 404 or "sha256" in path or "bootstrap" in path, (method, path)
        for method in methods - calls.keys() - {"head"}:
            assert served.as_("Vera", method.upper(), real, b"").status == 404, (method, path)


def _bodies(cls: type[Any]) -> list[type[Any]]:
    return [cls, *(one for sub in cls.__subclasses__() for one in _bodies(sub))]


@pytest.mark.parametrize("kind", [one for one in _bodies(Body) if one is not Body])
def test_no_body_takes_a_column_that_is_not_its_own(kind: type[Any]) -> None:
    assert kind.__struct_config__.forbid_unknown_fields
    assert WireQuery in _bodies(Body)


@pytest.mark.parametrize("table", sorted(t.metadata.tables))
def test_no_column_of_any_table_comes_in_beside_a_commands_fields(
    served: Served, table: str
) -> None:
    """Mass assignment: each column's name in a command and in the request around it."""
    ticket = served.team.ticket("Ventas")
    own = {"ticket_ids", "tags"}
    names = [c.name for c in t.metadata.tables[table].columns if c.name not in own]
    command = {"id": served.team.desk.new(), "n": 1, "type": "ticket.add_tags", "version": 1}
    sent = []
    for name in names:
        body = {"ticket_ids": [ticket], "tags": ["vip"], name: 1}
        sent.append({**command, "id": served.team.desk.new(), "body": body})
    asked = {"epoch": served.team.epoch, "commands": sent[:50]}
    results = served.as_("Vera", "POST", "/v1/sync", asked).json()["results"]
    assert {result["rejected"]["code"] for result in results} == {"command_unknown"}
    around = {"epoch": served.team.epoch, **dict.fromkeys(names, 1)}
    assert served.as_("Vera", "POST", "/v1/sync", around).status == 422
