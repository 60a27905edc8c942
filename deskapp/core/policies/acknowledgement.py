"""Whether a new ticket is acknowledged by mail (RFC 3834, and what loops in practice taught). Pure."""

import re
from dataclasses import dataclass

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
ACKNOWLEDGEMENTS_A_DAY = 1  # to one address
AUTOMATIC_AN_HOUR = 2  # to one correspondent
AUTOMATIC_A_TICKET = 5  # a day
AUTOMATIC_IN_ALL = 100  # an hour, to whomever: forged senders may each be known

_NOBODY = re.compile(
    r"^(no-?reply|do-?not-?reply|no-?responder|noresponder|mailer-daemon|postmaster|bounces?|owner-.*|.*-request|"
    r"notifications?|alerts?|news|newsletter|listserv|majordomo)([+._-].*)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when a ticket was just made by a mail."""

    switched_on: bool
    address: str
    own_addresses: frozenset[str]
    automatic: str
    history: bool
    spam: bool
    held: bool
    known_contact: (
        bool  # the desk wrote to them, or a mail of theirs was vouched for, before this one
    )
    aligned: bool  # DMARC-aligned by our own server's word
    already_for_ticket: bool
    to_address_today: int  # acknowledgements
    to_address_this_hour: int  # automatic mails of any kind
    for_ticket_today: int
    in_all_this_hour: int


def refusal(s: Situation) -> str:
    """Why no acknowledgement goes out; empty when one may. The reasons are told in the receipt."""
    reasons = (
        (not s.switched_on, "switched_off"),
        (s.history, "history"),
        (bool(s.automatic), "automatic_sender"),
        (s.spam or s.held, "not_accepted"),
        (not s.address or "@" not in s.address, "no_address"),
        (s.address.lower() in s.own_addresses, "own_address"),
        (bool(_NOBODY.match(s.address.partition("@")[0])), "nobody_reads"),
        (not (s.known_contact or s.aligned), "unknown_sender"),
        (s.already_for_ticket, "already_acknowledged"),
        (s.to_address_today >= ACKNOWLEDGEMENTS_A_DAY, "daily_limit"),
        (s.to_address_this_hour >= AUTOMATIC_AN_HOUR, "hourly_limit"),
        (s.for_ticket_today >= AUTOMATIC_A_TICKET, "ticket_limit"),
        (s.in_all_this_hour >= AUTOMATIC_IN_ALL, "hourly_limit"),
    )
    return next((reason for failed, reason in reasons if failed), "")
