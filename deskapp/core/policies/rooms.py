"""The rooms in which colleagues talk. Pure."""

import hashlib

DIRECT, GROUP = "direct", "group"
MEMBERS = 300
NAME = 80
BODY = 20_000


def direct_room_id(one: str, other: str) -> str:
    """The id of the room of two agents, by their ids: the same for both, also for a machine that is offline."""
    pair = "|".join(sorted((one, other)))
    return hashlib.sha256(f"deskapp direct room|{pair}".encode()).hexdigest()[:32]
