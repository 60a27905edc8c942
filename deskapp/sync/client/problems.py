"""What can stand between this machine and its host, as types. `code` is what `Connection.problem` says."""

from typing import Any, Final

from deskapp.sync.protocol.messages import Problem
from deskapp.sync.replica import transport

UNREACHABLE: Final = "unreachable"
REVOKED: Final = "revoked"
CERTIFICATE: Final = "certificate_changed"
VERSION: Final = "version"
EPOCH: Final = "epoch"


class HostProblem(Exception):
    """The host answered with an error. `wait_s`: it asks to be left alone so long."""

    code = ""

    def __init__(self, code: str = "", wait_s: float = 0.0, **params: Any) -> None:
        super().__init__(code or self.code, params)
        self.code = code or self.code
        self.wait_s = wait_s
        self.params = params


class Unreachable(HostProblem, transport.Unreachable):
    """No host there, or none that answers as one: try again later."""

    code = UNREACHABLE


class Busy(Unreachable):
    """The host is there and asks for patience (`wait_s`)."""


class Revoked(HostProblem):
    """This device may no longer ask: a hard stop, after which nothing of the desk stays here."""

    code = REVOKED


class CertificateChanged(HostProblem):
    """Whoever answers is not the host that was paired with: a hard stop. `params`: found."""

    code = CERTIFICATE


class OtherVersion(HostProblem):
    """The host speaks no version of the protocol that this program knows: a hard stop."""

    code = VERSION


class EpochChanged(HostProblem, transport.OtherEpoch):
    """The host was restored or moved: the cache begins anew."""

    code = EPOCH


HARD: Final = (Revoked, OtherVersion, CertificateChanged)
"""After these nothing is tried again by itself."""

_TYPES: Final = {
    "revoked": Revoked,
    "version": OtherVersion,
    "epoch_changed": EpochChanged,
    "rate_limited": Busy,
    "busy": Busy,
}


def typed(problem: Problem, status: int) -> HostProblem:
    """The error that an answer of this status means."""
    kind = _TYPES.get(problem.code) or (Unreachable if status >= 500 else HostProblem)
    code = "" if kind is not HostProblem else problem.code
    params = {str(name): value for name, value in problem.params.items()}
    return kind(code, problem.retry_ms / 1000, **{**params, "status": status})
