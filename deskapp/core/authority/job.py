"""A command on its way to the writer."""

from concurrent.futures import Future
from dataclasses import dataclass, field

from deskapp.core.api import Command, Outcome


@dataclass(slots=True)
class Job:
    """`n` is its place in the order of `device`; `agent_id` empty is the desk itself.

    `offline`: it waited in an outbox while the authority could not be reached.
    """

    command: Command
    command_id: str
    agent_id: str
    device: str
    n: int
    offline: bool = False
    future: "Future[Outcome]" = field(default_factory=Future)
