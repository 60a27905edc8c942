"""OAuth 2 for mail servers (RFC 8252: the system's browser, a loopback redirect, PKCE) through Authlib.

Authlib and requests are imported when somebody signs in or a token is refreshed, not before.
"""

import json
import secrets as random_secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Final

from deskapp.channels.email.problems import MailProblem, words
from deskapp.core.ports import SecretStore

PATIENCE_SECONDS: Final = 300.0
"""How long a person may take in the browser."""
_NET_SECONDS: Final = 15.0
_EARLY_SECONDS: Final = 120
"""A token is refreshed this long before it ends."""
_PAGE: Final = "deskapp ✓\n".encode()


@dataclass(frozen=True, slots=True)
class Provider:
    authorize_url: str
    token_url: str
    scope: str
    extra: Mapping[str, str] = field(default_factory=dict)


PROVIDERS: Final[Mapping[str, Provider]] = {
    "google": Provider(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
        {"access_type": "offline", "prompt": "consent"},
    ),
    "microsoft": Provider(
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "offline_access https://outlook.office.com/IMAP.AccessAsUser.All"
        " https://outlook.office.com/SMTP.Send",
    ),
}


def token_name(account_id: str) -> str:
    """Under which name an account's token is in the secret store."""
    return f"mail.{account_id}.token"


@dataclass(frozen=True, slots=True)
class Client:
    """This app as the provider knows it. Installed apps' secrets are none, but some providers want one."""

    id: str
    secret: str = field(default="", repr=False)


class Tokens:
    """Access tokens of all accounts: made by signing in, kept in the secret store, refreshed in time."""

    def __init__(self, secrets: SecretStore, providers: Mapping[str, Provider] = PROVIDERS) -> None:
        self._secrets = secrets
        self._providers = providers
        self._lock = threading.Lock()

    def sign_in(
        self,
        account_id: str,
        provider_name: str,
        client: Client,
        user: str,
        open_browser: Callable[[str], object],
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Let a person allow it in the browser, and keep the token.

        Raises `MailProblem`: `sign_in_again` when it was not allowed, or nobody came in time.
        """
        provider = self._provider(provider_name)
        with _Redirect() as redirect, self._session(provider, client) as session:
            session.redirect_uri = redirect.url
            verifier = random_secrets.token_urlsafe(48)
            url, state = session.create_authorization_url(
                provider.authorize_url, code_verifier=verifier, login_hint=user, **provider.extra
            )
            open_browser(url)
            answer = redirect.wait(state, wanted)
            token = session.fetch_token(
                provider.token_url,
                authorization_response=answer,
                state=state,
                code_verifier=verifier,
                timeout=_NET_SECONDS,
            )
        self._keep(account_id, provider_name, client, dict(token))

    def access(self, account_id: str) -> str:
        """A valid access token. Raises `MailProblem`: `sign_in_again`, or a passing one."""
        with self._lock:
            kept = json.loads(self._secrets.get(token_name(account_id)) or "{}")
            if not kept.get("access_token"):
                raise MailProblem("sign_in_again")
            if kept.get("expires_at", 0) > time.time() + _EARLY_SECONDS:
                return str(kept["access_token"])
            return self._refresh(account_id, kept)

    def forget_access(self, account_id: str) -> None:
        """The server did not like the token: the next one is a fresh one."""
        with self._lock:
            kept = json.loads(self._secrets.get(token_name(account_id)) or "{}")
            if kept:
                self._secrets.put(token_name(account_id), json.dumps({**kept, "expires_at": 0}))

    def _refresh(self, account_id: str, kept: dict[str, Any]) -> str:
        if not kept.get("refresh_token"):
            raise MailProblem("sign_in_again")
        provider = self._provider(str(kept.get("provider")))
        client = Client(str(kept.get("client_id")), str(kept.get("client_secret", "")))
        with self._session(provider, client) as session:
            token = session.refresh_token(
                provider.token_url, refresh_token=kept["refresh_token"], timeout=_NET_SECONDS
            )
        merged = {"refresh_token": kept["refresh_token"], **dict(token)}
        self._keep(account_id, str(kept["provider"]), client, merged)
        return str(merged["access_token"])

    def _keep(self, account_id: str, provider: str, client: Client, token: dict[str, Any]) -> None:
        kept = {
            "provider": provider,
            "client_id": client.id,
            "client_secret": client.secret,
            "access_token": token["access_token"],
            "refresh_token": token.get("refresh_token", ""),
            "expires_at": int(token.get("expires_at") or time.time() + 300),
        }
        self._secrets.put(token_name(account_id), json.dumps(kept))

    def _provider(self, name: str) -> Provider:
        provider = self._providers.get(name)
        if provider is None:
            raise MailProblem("sign_in_again", f"unknown provider {name!r}")
        return provider

    @contextmanager
    def _session(self, provider: Provider, client: Client) -> Iterator[Any]:
        from authlib.common.errors import AuthlibBaseError
        from authlib.integrations.requests_client import OAuth2Session
        from requests import RequestException

        with OAuth2Session(
            client.id,
            client.secret or None,
            scope=provider.scope,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post" if client.secret else "none",
        ) as session:
            try:
                yield session
            except AuthlibBaseError as error:
                raise MailProblem("sign_in_again", words(error)) from error
            except RequestException as error:
                raise MailProblem("disconnected", words(error)) from error


class _Redirect:
    """The page on this computer to which the browser comes back. It answers nobody but that browser."""

    def __init__(self) -> None:
        self._answer = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_GET(self) -> None:
                expected = outer.url.removeprefix("http://").rstrip("/")
                good = self.headers.get("Host") == expected and outer._takes(self.path)
                self.send_response(200 if good else 404)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.end_headers()
                self.wfile.write(_PAGE if good else b"")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing: the line would hold the code."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._server.timeout = 0.25
        self._state = ""
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def _takes(self, path: str) -> bool:
        if f"state={self._state}" not in path.partition("?")[2].split("&"):
            return False
        self._answer = self.url.rstrip("/") + path
        return True

    def wait(self, state: str, wanted: Callable[[], bool]) -> str:
        """The address that the browser came back with."""
        self._state = state
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._answer:
            if time.monotonic() > end or not wanted():
                raise MailProblem("sign_in_again", "nobody came back from the browser")
            self._server.handle_request()
        return self._answer

    def __enter__(self) -> "_Redirect":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.server_close()
