"""Contacts."""

from dataclasses import dataclass

from deskapp.core.api import Query
from deskapp.models.dto import BlockRule, ContactDetail, ContactInfo, MergeSuggestion


@dataclass(frozen=True, slots=True)
class GetContact(Query[ContactDetail]):
    contact_id: str


@dataclass(frozen=True, slots=True)
class FindContacts(Query[tuple[ContactInfo, ...]]):
    """By part of a name, mail address, phone, national id or organisation. Empty text: the latest ones."""

    text: str = ""
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class GetMergeSuggestions(Query[tuple[MergeSuggestion, ...]]):
    """For one contact, or for the whole desk when the id is empty."""

    contact_id: str = ""
    limit: int = 20


@dataclass(frozen=True, slots=True)
class GetBlockRules(Query[tuple[BlockRule, ...]]):
    pass
