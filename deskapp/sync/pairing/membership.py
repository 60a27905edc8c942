"""Which desk this machine belongs to: `team.json` of the profile. The token is not in it."""

from dataclasses import dataclass

import msgspec


class NotAMembership(ValueError):
    """The file is damaged, or a newer program wrote it."""


@dataclass(frozen=True, slots=True)
class Membership:
    """`addresses` are `host:port`, the best first; an empty `fingerprint`: a real certificate."""

    addresses: tuple[str, ...]
    fingerprint: str
    device: str
    agent_id: str
    agent_name: str
    desk: str
    format: int = 1

    def encode(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self))

    @classmethod
    def decode(cls, data: bytes) -> "Membership":
        """Raises `NotAMembership`."""
        try:
            found = msgspec.json.decode(data, type=cls)
        except (msgspec.MsgspecError, ValueError) as error:
            raise NotAMembership(str(error)) from error
        if found.format != 1 or not found.addresses:
            raise NotAMembership("written by a newer program")
        return found
