"""Who a new ticket goes to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deskapp.models.enums import Role

SHOWN = 20
"""As many names as a receipt lists; of a large team it says how many there were."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """`inside`: they may see the ticket."""

    key: int
    name: str
    role: Role
    disabled: bool
    inside: bool

    def unfit(self) -> str:
        """Why they are no candidate; empty when they are one."""
        if self.disabled:
            return "disabled"
        if not self.inside:
            return "other_department"
        return "light" if self.role is Role.LIGHT else ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """`agent_key` None: it waits in "unassigned". The rest goes into the receipt."""

    agent_key: int | None
    agent: str
    why: str
    candidates: tuple[str, ...]
    passed_over: tuple[tuple[str, str], ...]  # name and reason

    def receipt(self) -> dict[str, Any]:
        """What the ticket's history keeps of the decision."""
        kept: dict[str, Any] = {
            "agent": self.agent,
            "why": self.why,
            "candidates": list(self.candidates[:SHOWN]),
        }
        if len(self.candidates) > SHOWN:
            kept["candidate_count"] = len(self.candidates)
        if self.passed_over:
            kept["passed_over"] = [list(one) for one in self.passed_over[:SHOWN]]
        if len(self.passed_over) > SHOWN:
            kept["passed_over_count"] = len(self.passed_over)
        return kept


def assign_new(colleagues: Sequence[Colleague]) -> Assignment:
    """What only one person can answer is given to that person; otherwise the queue is shared."""
    fit = [one for one in colleagues if not one.unfit()]
    names = tuple(one.name for one in fit)
    passed_over = tuple((one.name, one.unfit()) for one in colleagues if one.unfit())
    if len(fit) == 1:
        return Assignment(fit[0].key, fit[0].name, "only_agent", names, passed_over)
    return Assignment(None, "", "shared_queue" if fit else "nobody_fits", names, passed_over)
