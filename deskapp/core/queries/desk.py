"""The desk itself: people, accounts, settings, canned replies, notifications, status."""

from dataclasses import dataclass

from deskapp.core.api import Query
from deskapp.models.dto import (
    AccountInfo,
    AgentInfo,
    CannedReplyInfo,
    CustomFieldInfo,
    DeskSettings,
    DeskStatus,
    NotificationInfo,
    TagInfo,
)


@dataclass(frozen=True, slots=True)
class GetAgents(Query[tuple[AgentInfo, ...]]):
    pass


@dataclass(frozen=True, slots=True)
class GetAccounts(Query[tuple[AccountInfo, ...]]):
    pass


@dataclass(frozen=True, slots=True)
class GetSettings(Query[DeskSettings]):
    """As they are for whoever asks: what they have set for themselves goes before what the desk says."""


@dataclass(frozen=True, slots=True)
class GetTags(Query[tuple[TagInfo, ...]]):
    """Most used first."""


@dataclass(frozen=True, slots=True)
class GetCustomFields(Query[tuple[CustomFieldInfo, ...]]):
    pass


@dataclass(frozen=True, slots=True)
class GetCannedReplies(Query[tuple[CannedReplyInfo, ...]]):
    """All, those of `language` (and of no language) first, then by use. Fuzzy search is the window's."""

    language: str = ""


@dataclass(frozen=True, slots=True)
class GetNotifications(Query[tuple[NotificationInfo, ...]]):
    """Newest first."""

    limit: int = 200
    unseen_only: bool = False


@dataclass(frozen=True, slots=True)
class GetDeskStatus(Query[DeskStatus]):
    pass
