"""The rooms in which colleagues talk. Nobody is answered about a room they are not in."""

from dataclasses import dataclass

from deskapp.core.api import Query
from deskapp.models.team_dto import RoomInfo, RoomPage


@dataclass(frozen=True, slots=True)
class GetRooms(Query[tuple[RoomInfo, ...]]):
    """Mine, the last spoken in first. With `ticket_id` those that belong to that ticket."""

    ticket_id: str = ""


@dataclass(frozen=True, slots=True)
class GetRoomMessages(Query[RoomPage]):
    """The newest `limit` messages below the position `before`, oldest first. Raises `LookupError`."""

    room_id: str
    before: int | None = None
    limit: int = 100
