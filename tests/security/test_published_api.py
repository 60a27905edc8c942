"""Every address of the published API, asked what its document allows and what it does not, with and without a token.

DESKAPP_EXAMPLES says how many requests of each kind.
"""

import os
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deskapp.core.readers.visibility import ANSWERED
from deskapp.sync.client.http import _Adapter
from deskapp.sync.client.tls import HostContext
from deskapp.sync.protocol.messages import BootstrapPage
from deskapp.sync.server import limits
from deskapp.sync.server.openapi import document
from tests.support.desk import open_rig
from tests.support.team_desk import make_team
from tests.support.team_host import Served, serving

pytestmark = pytest.mark.real
FEW = 4
EXAMPLES = int(os.environ.get("DESKAPP_EXAMPLES", FEW))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
NO_END = (1e9, 1e9)
SQL = (
    "'", '"', "';--", "' OR '1'='1", '" OR ""="', "1; DROP TABLE ticket", "') UNION SELECT sql FROM sqlite_master--",
    "' AND 1=randomblob(100000000)--", "%", "%%%", "_", "\\", "\\'", "a' || 'b", "NULL", "1 OR 1=1", "uid DESC; --",
    "/*", "*/", "--", ";", "` ; SELECT", "char(39)", "' COLLATE NOCASE--", "x'41'", ":agent_", "?1", "@p", "$1",
    "NEAR(a b)", "a AND", "a OR", "NOT", "(", ")", '"', "*", "a*b", "^a", "message_fts:a", "{subject}: a", "-a", "+",
    "is:' OR 1", "tag:';--", "account:\" OR", "before:2026-13-40", "#1;DROP", "from:%", "\x00", "\ud7ff", "é" * 300,
)  # fmt: skip


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A host that takes as much as one has to say."""
    for name in ("EXCHANGES", "QUERIES", "BLOBS", "COPIES", "PAIRING", "STRANGERS"):
        monkeypatch.setattr(limits, name, NO_END)
    for desk in open_rig(tmp_path):
        team = make_team(desk)
        team.ticket("Ventas", "Falta una taza")
        team.ticket()
        with serving(team, tmp_path / "incoming") as host:
            host.join("Vera")
            yield host
        team.exchange.close()


@pytest.fixture
def session(served: Served) -> Iterator[requests.Session]:
    made = requests.Session()
    made.trust_env = False
    made.mount("https://", _Adapter(HostContext.to(served.host.state().fingerprint)))
    yield made
    made.close()


API = schemathesis.openapi.from_dict(document())
OPERATIONS = [result.ok() for result in API.get_all_operations()]
ASKED = [(one, GenerationMode.POSITIVE) for one in OPERATIONS] + [
    (one, GenerationMode.NEGATIVE)
    for one in OPERATIONS
    if one.body or one.query or one.path_parameters
]
QUIETLY = settings(
    max_examples=EXAMPLES,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("token", [True, False], ids=["device", "stranger"])
def test_every_address_answers_as_it_says(
    served: Served, session: requests.Session, token: bool
) -> None:
    headers = {"Authorization": f"Bearer {served.tokens['Vera']}"} if token else {}
    session.headers.update(headers)
    for operation, mode in ASKED:
        guarded = "security" not in operation.definition.raw
        _ask(f"https://127.0.0.1:{served.port}", session, operation, mode, guarded and not token)


def _ask(
    base: str, session: requests.Session, operation: Any, mode: GenerationMode, closed: bool
) -> None:
    """Requests of that kind; when it is `closed` to whoever asks, none is answered."""

    @QUIETLY
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        answer = case.call(base_url=base, session=session, allow_redirects=False)
        case.validate_response(answer, checks=CHECKS)
        if answer.headers.get("Content-Type") == "application/x-ndjson":
            for line in answer.content.splitlines():
                msgspec.json.decode(line, type=BootstrapPage)
        assert not closed or answer.status_code >= 400, answer.text

    ask()


def _texts(kind: type[Any]) -> list[str]:
    return [one.name for one in fields(kind) if "str" in str(one.type)]


def test_no_text_of_a_query_is_a_statement(served: Served) -> None:
    """Each line in every field that takes a text: an answer or a refusal, never a fault of the host."""
    before = served.team.desk.sql("SELECT count(*) FROM ticket")
    lines = SQL if EXAMPLES > FEW else SQL[::5]
    for kind in sorted(ANSWERED, key=lambda one: one.__name__):
        for name in _texts(kind):
            for line in lines:
                asked = {"type": kind.__name__, "body": {name: line}}
                answer = served.as_("Vera", "POST", "/v1/query", asked)
                assert answer.status in (200, 404, 422), (kind, name, line, answer.body)
    assert served.team.desk.sql("SELECT count(*) FROM ticket") == before
