"""A desk as its host shows it: what stands behind the addresses, without HTTP."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from deskapp.core.api import Query
from deskapp.core.authority.workspace import Authority
from deskapp.core.ports import SecretStore
from deskapp.core.readers import reader_for
from deskapp.core.readers.base import Reading
from deskapp.core.readers.visibility import ANSWERED
from deskapp.models.schema import HEAD
from deskapp.sync.protocol import pairing as p
from deskapp.sync.protocol.messages import SERVED, VERSION, Body, Hello
from deskapp.sync.server import passwords
from deskapp.sync.server.devices import Devices, Session
from deskapp.sync.server.exchange import Exchange, epoch_of
from deskapp.sync.server.files import Files
from deskapp.sync.server.invitations import Found, Invitations
from deskapp.sync.server.refusals import Refused
from deskapp.sync.server.second_factor import SecondFactors
from deskapp.sync.server.viewer import Viewer, viewer_of

NAME = 80
QUERIES: dict[str, type[Query[Any]]] = {query.__name__: query for query in ANSWERED}


class WireQuery(Body, frozen=True, kw_only=True):
    """`POST /v1/query`: the name of a query and its fields."""

    type: str
    body: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Face:
    """What the host says of itself: its certificate, where it is reached, and under which names."""

    fingerprint: str = ""
    addresses: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()


class HostedDesk:
    """Blocking calls, for worker threads; each raises Refused."""

    def __init__(
        self,
        authority: Authority,
        folder: Path,
        *,
        secrets: SecretStore,
        title: Callable[[], str] = lambda: "",
        face: Callable[[], Face] = Face,
    ) -> None:
        """`folder` is for blobs that come in; `secrets` for second factors; `title` is the desk's name."""
        self.authority = authority
        self.files = Files(authority.blobs, folder)
        self.exchange = Exchange(authority, files=self.files)
        self.devices = Devices(authority)
        self.invitations = Invitations(authority.clock.now, authority.engine)
        self.factors = SecondFactors(authority, secrets)
        self._title, self._face = title, face

    def close(self) -> None:
        self.exchange.close()

    def names(self) -> frozenset[str]:
        return self._face().names

    def session(self, token: str) -> Session:
        with self.exchange.snapshot() as connection:
            session = self.devices.known(connection, token)
        self.devices.heard(session)
        return session

    def hello(self, session: Session | None) -> Hello:
        with self.exchange.snapshot() as connection:
            viewer = viewer_of(connection, session.agent_id) if session else None
            epoch = epoch_of(connection)
        who = (
            {
                "agent_id": viewer.uid,
                "agent_name": viewer.name,
                "role": viewer.role.value,
                "scopes": viewer.scopes,
            }
            if viewer
            else {}
        )
        return msgspec.structs.replace(
            Hello(
                version=VERSION,
                served=SERVED,
                epoch=epoch,
                desk=self._title(),
                schema=HEAD,
                server_at=self.authority.clock.now(),
            ),
            **who,
        )

    def ask(self, session: Session, wire: WireQuery) -> Any:
        """Answer a query of another machine, of what its agent may see, without this desk's own integer keys.

        LookupErrors are not_found.
        """
        kind = QUERIES.get(wire.type)
        if kind is None:
            raise Refused("not_found")
        unknown = wire.body.keys() - set(kind.__dataclass_fields__)  # type: ignore[attr-defined]
        if unknown:
            raise Refused("invalid", field=min(unknown)[:60])
        try:
            query = msgspec.convert(wire.body, kind)
        except (msgspec.ValidationError, ValueError) as error:
            raise Refused("invalid", field="body") from error
        with self.exchange.snapshot() as connection:
            viewer_of(connection, session.agent_id)
            now = self.authority.clock.now()
            reading = Reading(connection, session.agent_id, now, restricted=True)
            try:
                return _without_keys(msgspec.to_builtins(reader_for(kind)(reading, query)))
            except LookupError as error:
                raise Refused("not_found") from error

    def readable(self, session: Session, sha256: str) -> int:
        with self.exchange.snapshot() as connection:
            viewer: Viewer = viewer_of(connection, session.agent_id)
            return self.files.readable(connection, viewer, sha256)

    # Pairing ---------------------------------------------------------------------------------------------------

    def pair_code(self, asked: p.PairCode) -> p.PairCodeAnswer:
        return self.invitations.begin(asked.message)

    def pair_confirm(self, asked: p.PairConfirm) -> p.PairConfirmAnswer:
        return self.invitations.confirm(asked.session, asked.confirms, self._face().fingerprint)

    def pair(self, asked: p.PairRequest) -> p.PairAnswer:
        """Make a device of whoever holds an invitation, and the agent's password and second factor, if any."""
        invitation = self.invitations.find(asked.secret)
        with self.exchange.snapshot() as connection:
            agent = invitation.agent_id
            try:
                viewer = viewer_of(connection, agent)
            except Refused as refusal:
                raise Refused("pair_refused") from refusal
            if not passwords.fits(connection, agent, asked.password):
                self.invitations.wrong(invitation, "password_wrong")
            epoch = epoch_of(connection)
        self._check_factor(invitation, asked.totp)
        self.invitations.use(invitation)
        name = " ".join(asked.device_name.split())[:NAME]
        token, device = self.devices.register(agent, name)
        return p.PairAnswer(
            token=token,
            device=device,
            agent_id=agent,
            agent_name=viewer.name,
            desk=self._title(),
            epoch=epoch,
            addresses=self._face().addresses,
        )

    def _check_factor(self, invitation: Found, code: str) -> None:
        """Last, so that a code is not used up by a wrong password."""
        if not code.strip() and self.factors.state(invitation.agent_id).on:
            raise Refused("totp_needed")
        if not self.factors.takes(invitation.agent_id, code):
            self.invitations.wrong(invitation, "totp_wrong")

    # The second factor of whoever asks -------------------------------------------------------------------------

    def second_factor(self, session: Session, asked: p.FactorRequest) -> p.FactorAnswer:
        me = session.agent_id
        if asked.do == "begin":
            made = self.factors.begin(me)
            return p.FactorAnswer(secret=made.secret, uri=made.uri)
        codes: tuple[str, ...] = ()
        if asked.do == "confirm":
            codes = self.factors.confirm(me, asked.code)
        elif asked.do == "remove":
            self.factors.remove(me, asked.code)
        state = self.factors.state(me)
        return p.FactorAnswer(on=state.on, recovery_left=state.recovery_left, recovery=codes)


def _without_keys(answer: Any) -> Any:
    """Every `key` is 0: how many rows there are that one may not see is nobody else's business."""
    if isinstance(answer, dict):
        return {k: 0 if k == "key" else _without_keys(v) for k, v in answer.items()}
    if isinstance(answer, list | tuple):
        return [_without_keys(one) for one in answer]
    return answer
