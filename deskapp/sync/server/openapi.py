"""The protocol as an OpenAPI 3.1 document, made of the structs that are really read and written."""

from typing import Any, Final

import msgspec

from deskapp import __version__
from deskapp.sync.protocol import pairing as p
from deskapp.sync.protocol.messages import (
    BootstrapPage,
    Hello,
    Problem,
    SyncAnswer,
    SyncRequest,
)
from deskapp.sync.server.desk import WireQuery

_REF: Final = "#/components/schemas/{name}"
_STRUCTS: Final[tuple[type[Any], ...]] = (
    Hello, SyncRequest, SyncAnswer, BootstrapPage, Problem, WireQuery,
    p.PairCode, p.PairCodeAnswer, p.PairConfirm, p.PairConfirmAnswer, p.PairRequest, p.PairAnswer,
    p.FactorRequest, p.FactorAnswer,
)  # fmt: skip
_SHA: Final = {
    "name": "sha256",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
_NUMBER: Final = {"type": "integer", "minimum": 0}


def document() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components(_STRUCTS, ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {"title": "deskapp, between a host and its team", "version": __version__},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"device": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"device": []}],
        "paths": {
            "/v1/hello": {"get": _call("who answers", out=Hello, free=True)},
            "/v1/sync": {"post": _call("commands in, changes out", SyncRequest, SyncAnswer)},
            "/v1/bootstrap": {"get": _bootstrap()},
            "/v1/query": {"post": _call("what is not resident", WireQuery)},
            "/v1/blobs/{sha256}": _blobs(),
            "/v1/pair": {"post": _call("become a device", p.PairRequest, p.PairAnswer, free=True)},
            "/v1/pair/code": {
                "post": _call("begin by code", p.PairCode, p.PairCodeAnswer, free=True)
            },
            "/v1/pair/confirm": {
                "post": _call("prove the code", p.PairConfirm, p.PairConfirmAnswer, free=True)
            },
            "/v1/second-factor": {
                "post": _call("one's own second factor", p.FactorRequest, p.FactorAnswer)
            },
            "/v1/openapi.json": {"get": _call("this document", free=True)},
            "/healthz": {"get": _call("whether it runs", free=True)},
        },
    }


def _json(struct: type[Any] | None) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name=struct.__name__)} if struct else {"type": "object"}
    return {"content": {"application/json": {"schema": schema}}}


def _errors() -> dict[str, Any]:
    return {"default": {"description": "what stands in the way", **_json(Problem)}}


def _call(
    about: str,
    body: type[Any] | None = None,
    out: type[Any] | None = None,
    *,
    free: bool = False,
) -> dict[str, Any]:
    call: dict[str, Any] = {
        "summary": about,
        "responses": {"200": {"description": "done", **_json(out)}, **_errors()},
    }
    if body is not None:
        call["requestBody"] = {"required": True, **_json(body)}
    if free:
        call["security"] = []
    return call


def _bootstrap() -> dict[str, Any]:
    def query(name: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
        return {"name": name, "in": "query", "required": required, "schema": schema}

    line = {"schema": {"$ref": _REF.format(name="BootstrapPage")}}
    return {
        "summary": "a first copy of a scope, one page a line",
        "parameters": [
            query("scope", {"type": "string"}, required=True),
            query("token", {"type": "string"}),
            query("days", _NUMBER),
            query("until", _NUMBER),
        ],
        "responses": {
            "200": {"description": "pages", "content": {"application/x-ndjson": line}},
            **_errors(),
        },
    }


def _blobs() -> dict[str, Any]:
    def header(name: str) -> dict[str, Any]:
        return {"name": name, "in": "header", "required": True, "schema": _NUMBER}

    def told(text: str) -> dict[str, Any]:
        return {"description": text}

    octets = {"content": {"application/octet-stream": _BYTES}}
    return {
        "parameters": [_SHA],
        "get": {
            "summary": "its bytes, or a range of them",
            "responses": {
                "200": {**told("all"), **octets},
                "206": {**told("a part"), **octets},
                **_errors(),
            },
        },
        "head": {
            "summary": "whether the host has it, or how much (Upload-Offset)",
            "responses": {
                "200": told("all"),
                "404": told("not all"),
                "default": told("what stands in the way, by its status"),
            },
        },
        "put": {
            "summary": "bring the next piece",
            "parameters": [header("Upload-Offset"), header("Upload-Length")],
            "requestBody": {"required": True, **octets},
            "responses": {"202": told("go on"), "204": told("complete"), **_errors()},
        },
    }
