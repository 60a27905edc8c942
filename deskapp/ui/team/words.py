"""How a window stands to its host, in words: the status line's sentence, and what to do about a problem."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject

from deskapp.core.api import Connection
from deskapp.core.ports import Digest
from deskapp.models.enums import Role
from deskapp.ui.when import clock, relative_time

translate = QCoreApplication.translate

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

STOPPED = ("revoked", "certificate_changed", "version")
"""Problems that do not pass by themselves."""
OUTSIDE = ("revoked", "certificate_changed")
"""Of these, those that end by joining again."""

_TITLES: dict[str, object] = {
    "revoked": QT_TRANSLATE_NOOP("Team", "This computer no longer belongs to the team"),
    "certificate_changed": QT_TRANSLATE_NOOP(
        "Team", "Stopped: the team's desk shows another certificate"
    ),
    "version": QT_TRANSLATE_NOOP("Team", "This program and the team's desk do not fit together"),
    "epoch": QT_TRANSLATE_NOOP("Team", "The team's desk was restored from a backup"),
}
_ADVICE: dict[str, object] = {
    "": QT_TRANSLATE_NOOP("Team", "Connected. What stands here is on its way."),
    "unreachable": QT_TRANSLATE_NOOP(
        "Team",
        "The team's desk cannot be reached. Go on working: what you write is kept on this computer and"
        " leaves by itself once it can be reached again.",
    ),
    "revoked": QT_TRANSLATE_NOOP(
        "Team",
        "An administrator removed this computer, and the team's conversations were taken off it. What"
        " you had not sent is still here: copy what you need. To come back, ask for a code and join"
        " again.",
    ),
    "certificate_changed": QT_TRANSLATE_NOOP(
        "Team",
        "Nothing is read or sent until this is clear. Either the desk was set up anew, or somebody"
        " stands between you and it. Ask whoever runs the desk, by telephone, to compare the"
        " fingerprint in Settings, Team. If they set it up anew, join again with a new code.",
    ),
    "version": QT_TRANSLATE_NOOP(
        "Team",
        "One of the two is too old for the other. Update this program, or ask whoever runs the desk to"
        " update theirs. What you write is kept here meanwhile.",
    ),
    "epoch": QT_TRANSLATE_NOOP(
        "Team",
        "This computer is fetching the desk anew. What you wrote is kept and is sent again where the"
        " backup had missed it.",
    ),
}


class _Counted(QObject):
    """Sentences with a number: lupdate finds their plurals only where they are a `tr` of a class."""

    def unsent(self, number: int) -> str:
        return self.tr("%n unsent", "", number)

    def days(self, number: int) -> str:
        return self.tr("%n day(s)", "", number)

    def new(self, number: int) -> str:
        return self.tr("%n new", "", number)

    def taken(self, number: int) -> str:
        return self.tr("%n taken by a colleague", "", number)

    def replied(self, number: int) -> str:
        return self.tr("%n of yours answered by the customer", "", number)

    def solved(self, number: int) -> str:
        return self.tr("%n resolved", "", number)


_counted = _Counted()


@dataclass(frozen=True, slots=True)
class Standing:
    """What the status line shows: an icon, the token of its colour, and a sentence."""

    icon: str
    token: str
    text: str


def standing(connection: Connection, now: int, offline_since: int | None) -> Standing:
    """`offline_since`: when this window lost its host (ms), None where it never saw it."""
    waiting = [unsent(connection, now)] if connection.unsent else []
    if connection.problem in _TITLES:
        return Standing("alert", "danger", _joined(advice_title(connection.problem), *waiting))
    if connection.first_sync is not None:
        share = round(100 * max(0.0, min(connection.first_sync, 1.0)))
        text = translate("Team", "Fetching the desk: %1 %").replace("%1", str(share))
        return Standing("refresh", "text3", _joined(text, *waiting))
    if connection.online:
        return Standing("tick", "ok", _joined(translate("Team", "Online"), *waiting))
    text = translate("Team", "Offline")
    if offline_since is not None:
        since = _moment(offline_since, now)
        text = translate("Team", "Offline since %1").replace("%1", since)
    if connection.complete_to:
        complete = translate("Team", "complete up to %1")
        waiting.append(complete.replace("%1", _moment(connection.complete_to, now)))
    return Standing("wifi-off", "warn", _joined(text, *waiting))


def unsent(connection: Connection, now: int) -> str:
    """How much waits, and for how long: "3 unsent, the oldest 12 min"."""
    text = _counted.unsent(connection.unsent)
    oldest = connection.oldest_unsent_at
    if oldest is None or now - oldest < MINUTE:
        return text
    aged = translate("Team", "%1, the oldest %2")
    return aged.replace("%2", age(now - oldest)).replace("%1", text)


def age(ms: int) -> str:
    """A length of time as people say it: "12 min", "3 h", "2 days"."""
    if ms < HOUR:
        return translate("Team", "%1 min").replace("%1", str(max(1, ms // MINUTE)))
    if ms < DAY:
        return translate("Team", "%1 h").replace("%1", str(ms // HOUR))
    return _counted.days(ms // DAY)


def advice_title(problem: str) -> str:
    """A problem that needs somebody, as a heading; empty for those that pass."""
    return translate("Team", str(_TITLES[problem])) if problem in _TITLES else ""


def advice(connection: Connection) -> str:
    """What it means for whoever sits here, and what to do."""
    problem = connection.problem
    if not connection.online and problem not in _ADVICE:
        problem = "unreachable"
    return translate("Team", str(_ADVICE.get(problem, _ADVICE[""])))


def digest(found: Digest) -> str:
    """What changed while this machine was away; empty when nothing did."""
    parts = [
        (found.new, _counted.new),
        (found.taken, _counted.taken),
        (found.replied, _counted.replied),
        (found.solved, _counted.solved),
    ]
    said = [say(number) for number, say in parts if number]
    if not said:
        return ""
    return translate("Team", "While you were away: %1.").replace("%1", ", ".join(said))


def role_name(role: Role) -> str:
    """A role as people say it."""
    names = {
        Role.ADMIN: translate("Team", "Administrator"),
        Role.SUPERVISOR: translate("Team", "Supervisor"),
        Role.AGENT: translate("Team", "Agent"),
        Role.LIGHT: translate("Team", "Reader"),
    }
    return names[role]


def role_means(role: Role) -> str:
    """What a role may do, in one line."""
    means = {
        Role.ADMIN: translate("Team", "Sees every department and changes everything."),
        Role.SUPERVISOR: translate(
            "Team", "Answers customers and keeps contacts and tags in order for everybody."
        ),
        Role.AGENT: translate("Team", "Answers the customers of their departments."),
        Role.LIGHT: translate("Team", "Reads and writes notes, never answers a customer."),
    }
    return means[role]


def _moment(at: int, now: int) -> str:
    """Today as a time of day, before that as a date."""
    recent = relative_time(at, now)
    return clock(at) if now - at < 20 * MINUTE else recent


def _joined(*parts: str) -> str:
    return " · ".join(parts)
