"""An authorisation server of our own: authorise, token (with PKCE and refresh), and token info for Dovecot."""

import base64
import hashlib
import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from deskapp.channels.email.oauth import Provider
from tests.support.local_server import Answers, web_server

CLIENT_ID = "deskapp-tests"


@dataclass
class OAuthServer:
    """Knows one person. Tokens are numbered; `revoked` ones and `expires_in` are the test's to set."""

    port: int
    email: str
    allow: bool = True
    expires_in: int = 3600
    tokens: list[str] = field(default_factory=list)
    revoked: set[str] = field(default_factory=set)
    refreshes: int = 0
    challenges: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def provider(self) -> Provider:
        base = f"http://127.0.0.1:{self.port}"
        return Provider(f"{base}/authorize", f"{base}/token", "mail", {"access_type": "offline"})

    def browser(self, url: str) -> None:
        """A person who says yes (or no) at once, in a browser of their own."""
        threading.Thread(target=self._visit, args=(url,)).start()

    def _visit(self, url: str) -> None:
        with urllib.request.urlopen(url, timeout=60) as page:
            page.read()

    def revoke(self) -> None:
        self.revoked.update(self.tokens)

    # -- what the server answers ----------------------------------------------------------------

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent."""
        self.asked.append(query)
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        if not self.allow:
            answer = {"error": "access_denied", "state": query["state"]}
        else:
            code = f"code{len(self.challenges)}"
            self.challenges[code] = query["code_challenge"]
            answer = {"code": code, "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        if form["grant_type"] == "authorization_code":
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if self.challenges.pop(form["code"], "") != proof:
                return 400, {"error": "invalid_grant"}
        elif form.get("refresh_token") != "refresh" or "refresh" in self.revoked:
            return 400, {"error": "invalid_grant"}
        else:
            self.refreshes += 1
        self.tokens.append(f"token{len(self.tokens)}")
        return 200, {
            "access_token": self.tokens[-1],
            "refresh_token": "refresh",
            "token_type": "Bearer",
            "expires_in": self.expires_in,
        }

    def info(self, token: str) -> tuple[int, dict[str, object]]:
        if token not in self.tokens or token in self.revoked:
            return 401, {"error": "invalid_token"}
        return 200, {"email": self.email, "active": True}


@contextmanager
def oauth_server(port: int, email: str) -> Iterator[OAuthServer]:
    """Listens on `port` of the loopback until the block ends."""
    state = OAuthServer(port, email)

    class Handler(Answers):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", state.authorize(query))
                self.end_headers()
            else:
                self._answer(*state.info(query.get("access_token", "")))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(*state.token({n: v[0] for n, v in parse_qs(body).items()}))

        def _answer(self, status: int, data: dict[str, object]) -> None:
            body = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with web_server(Handler, port):
        yield state
