"""Signing in with the browser: an authorisation server of our own, and Dovecot's and Postfix's XOAUTH2."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from deskapp.channels.email.connection import check_connection
from deskapp.channels.email.credentials import Token
from deskapp.channels.email.oauth import Client, Tokens, token_name
from deskapp.channels.email.problems import MailProblem
from deskapp.channels.email.settings import MailSettings
from tests.support.mail_servers import MailServers
from tests.support.oauth_server import CLIENT_ID, OAuthServer, oauth_server
from tests.support.waiting import free_port

pytestmark = pytest.mark.real

SHOP = "shop@tienda.test"


class Secrets:
    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def put(self, name: str, value: str) -> None:
        self.values[name] = value

    def delete(self, name: str) -> None:
        del self.values[name]


@pytest.fixture
def server(mail_servers: MailServers, monkeypatch: pytest.MonkeyPatch) -> Iterator[OAuthServer]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with oauth_server(mail_servers.dovecot.oauth_port, SHOP) as state:
        yield state


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


@pytest.fixture
def tokens(server: OAuthServer, secrets: Secrets) -> Tokens:
    return Tokens(secrets, {"ours": server.provider})


def _sign_in(tokens: Tokens, server: OAuthServer) -> None:
    tokens.sign_in("a1", "ours", Client(CLIENT_ID), SHOP, server.browser)


def _failed(servers: MailServers, tokens: Tokens) -> dict[str, str]:
    settings = MailSettings.of(servers.settings(SHOP, auth="oauth", oauth_provider="ours"))
    token = Token(SHOP, lambda: tokens.access("a1"), lambda: tokens.forget_access("a1"))
    steps = check_connection(settings, token, lambda _: None)
    return {step.name: step.code for step in steps if not step.ok}


def test_both_servers_take_the_token(
    mail_servers: MailServers, server: OAuthServer, tokens: Tokens
) -> None:
    _sign_in(tokens, server)
    assert _failed(mail_servers, tokens) == {}
    assert server.asked[0]["login_hint"] == SHOP


def test_an_old_token_is_refreshed(
    mail_servers: MailServers, server: OAuthServer, tokens: Tokens
) -> None:
    server.expires_in = 60
    _sign_in(tokens, server)
    server.expires_in = 3600
    assert tokens.access("a1") == tokens.access("a1") == "token1"
    assert server.refreshes == 1
    assert _failed(mail_servers, tokens) == {}


def test_a_token_taken_back_early_is_refreshed(
    mail_servers: MailServers, server: OAuthServer, tokens: Tokens
) -> None:
    _sign_in(tokens, server)
    server.revoke()
    assert _failed(mail_servers, tokens) == {}
    assert server.refreshes == 1


def test_a_permission_taken_back_is_told(
    mail_servers: MailServers, server: OAuthServer, tokens: Tokens
) -> None:
    _sign_in(tokens, server)
    server.revoke()
    server.revoked.add("refresh")
    assert _failed(mail_servers, tokens) == {
        "login": "sign_in_again",
        "smtp_login": "sign_in_again",
    }


def test_no_is_no(server: OAuthServer, tokens: Tokens, secrets: Secrets) -> None:
    server.allow = False
    with pytest.raises(MailProblem) as refused:
        _sign_in(tokens, server)
    assert refused.value.code == "sign_in_again"
    assert secrets.values == {}


def test_nobody_comes_back(tokens: Tokens) -> None:
    answers = iter([True, True, False])
    with pytest.raises(MailProblem) as refused:
        tokens.sign_in("a1", "ours", Client(CLIENT_ID), SHOP, lambda _: None, lambda: next(answers))
    assert refused.value.code == "sign_in_again"


def test_a_provider_that_is_away_is_not_a_refusal(secrets: Secrets) -> None:
    with oauth_server(free_port(), SHOP) as server:
        gone = server.provider
    kept = {"provider": "ours", "client_id": "x", "access_token": "t", "refresh_token": "r"}
    secrets.put(token_name("a1"), json.dumps(kept))
    with pytest.raises(MailProblem) as problem:
        Tokens(secrets, {"ours": gone}).access("a1")
    assert problem.value.code == "disconnected"
    assert problem.value.passing


def test_the_page_of_the_redirect_answers_nobody_else(server: OAuthServer, tokens: Tokens) -> None:
    """A page that the person has open cannot hand in a code of its own."""
    answers: list[int] = []

    def knock(port: int, host: str, path: str) -> int:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
        try:
            with urllib.request.urlopen(request, timeout=60) as page:
                return int(page.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def intrude(url: str) -> None:
        query = parse_qs(urlsplit(url).query)
        port = urlsplit(query["redirect_uri"][0]).port
        assert port is not None
        right, state = f"127.0.0.1:{port}", query["state"][0]
        answers.append(knock(port, right, "/?code=evil&state=guess"))
        answers.append(knock(port, right, "/?code=evil"))
        answers.append(knock(port, f"evil.test:{port}", f"/?code=evil&state={state}"))
        server.browser(url)

    def open_browser(url: str) -> None:
        thread = threading.Thread(target=intrude, args=(url,))
        thread.start()

    tokens.sign_in("a1", "ours", Client(CLIENT_ID), SHOP, open_browser)
    assert tokens.access("a1") == "token0"
    assert answers == [404, 404, 404]


def test_the_token_is_in_the_secret_store_only(
    server: OAuthServer, tokens: Tokens, secrets: Secrets, tmp_path: Path
) -> None:
    _sign_in(tokens, server)
    assert list(secrets.values) == [token_name("a1")]
    assert "token0" not in repr(Client(CLIENT_ID, "token0"))
    assert list(tmp_path.iterdir()) == []
