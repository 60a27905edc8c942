"""Commands on the desk itself: settings, people, saved views, custom fields."""

from dataclasses import dataclass
from typing import ClassVar

from deskapp.core.api import Command, Offline
from deskapp.core.commands.registry import command
from deskapp.models.dto import Condition
from deskapp.models.enums import AgentState, FieldKind


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SetSetting(Command):
    """One desk setting (core.policies.settings). Undo: SetSetting of what it was. Rejected: unknown_setting,
    setting_invalid."""

    TYPE: ClassVar[str] = "desk.set_setting"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    key: str
    value: str | int | float | bool | tuple[str, ...]


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SetPreference(Command):
    """A setting of `core.policies.settings.PERSONAL`, for whoever sends it. Undo: SetPreference of what it was.
    Rejected: unknown_setting, setting_invalid."""

    TYPE: ClassVar[str] = "preference.set"
    key: str
    value: str | int | float | bool | tuple[str, ...]


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAgent(Command):
    TYPE: ClassVar[str] = "agent.save"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    agent_id: str
    name: str
    email: str = ""


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SetAgentState(Command):
    TYPE: ClassVar[str] = "agent.set_state"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    state: AgentState
    reason: str = ""
    automatic: bool = False


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SaveView(Command):
    """Make or change one of my views. Rejected: name_empty, condition_invalid(field)."""

    TYPE: ClassVar[str] = "view.save"
    view_id: str
    name: str
    conditions: tuple[Condition, ...]
    match_all: bool = True
    position: int = 0


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteView(Command):
    """Undo: SaveView of what it was."""

    TYPE: ClassVar[str] = "view.delete"
    view_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SaveCustomField(Command):
    """A typed field of contacts. Rejected: label_empty, key_taken, options_missing."""

    TYPE: ClassVar[str] = "field.save"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    field_id: str
    label: str
    kind: FieldKind
    options: tuple[str, ...] = ()
    position: int = 0


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteCustomField(Command):
    """Hides the field; values that contacts have are kept."""

    TYPE: ClassVar[str] = "field.delete"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    field_id: str
