"""Times as people say them. Pure: the moment, the present and the locale are given."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTimeZone

_MINUTE = 60_000
_MINUTES_UP_TO = 20
_SKEW = _MINUTE


def zone_name() -> str:
    """The IANA name of the time zone that this computer is in."""
    return QTimeZone.systemTimeZoneId().toStdString()


def relative_time(
    at: int, now: int, locale: QLocale | None = None, zone: QTimeZone | None = None
) -> str:
    """How a list says when: "now", "3 min", "9:41", "yesterday", "Mon", "12 Mar", "12/03/24".

    `at` and `now` are milliseconds since the epoch. A moment in the future (a clock elsewhere was
    wrong) reads as its date or time, never as "now", unless it is under a minute ahead.
    """
    locale = locale or QLocale()
    then, today = _local(at, zone), _local(now, zone).date()
    age = now - at
    if -_SKEW < age < _MINUTE:
        return QCoreApplication.translate("when", "now")
    if _MINUTE <= age < _MINUTES_UP_TO * _MINUTE:
        return QCoreApplication.translate("when", "%1 min").replace("%1", str(age // _MINUTE))
    return _by_day(then, today, locale)


def date_time(at: int, locale: QLocale | None = None, zone: QTimeZone | None = None) -> str:
    """The full date and time, for tooltips and details: "12 March 2026 9:41"."""
    locale = locale or QLocale()
    then = _local(at, zone)
    day = locale.toString(then.date(), QLocale.FormatType.LongFormat)
    return f"{day} {clock(at, locale, zone)}"


def clock(at: int, locale: QLocale | None = None, zone: QTimeZone | None = None) -> str:
    """The time of day: "9:41"."""
    locale = locale or QLocale()
    return locale.toString(_local(at, zone).time(), QLocale.FormatType.ShortFormat)


def day_name(
    at: int, now: int, locale: QLocale | None = None, zone: QTimeZone | None = None
) -> str:
    """A day line in a conversation: "Today", "Yesterday", "Monday 9 March 2026"."""
    locale = locale or QLocale()
    day, today = _local(at, zone).date(), _local(now, zone).date()
    if day == today:
        return QCoreApplication.translate("when", "Today")
    if day.daysTo(today) == 1:
        return QCoreApplication.translate("when", "Yesterday")
    return locale.toString(day, QLocale.FormatType.LongFormat)


def until(at: int, now: int, locale: QLocale | None = None, zone: QTimeZone | None = None) -> str:
    """When something will be: "9:41", "tomorrow 9:00", "Mon 9:00", "12 Mar 9:00"."""
    locale = locale or QLocale()
    day, today = _local(at, zone).date(), _local(now, zone).date()
    time = clock(at, locale, zone)
    ahead = today.daysTo(day)
    if ahead == 0:
        return time
    if ahead == 1:
        return QCoreApplication.translate("when", "tomorrow %1").replace("%1", time)
    name = _weekday(day, locale) if 1 < ahead < 7 else _day_month(day, locale)
    return f"{name} {time}"


def duration(seconds: int) -> str:
    """How long something takes, to the second: "0:12", "4:05", "1:02:30"."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _by_day(then: QDateTime, today: QDate, locale: QLocale) -> str:
    day = then.date()
    days = day.daysTo(today)
    if days == 0:
        return locale.toString(then.time(), QLocale.FormatType.ShortFormat)
    if days == 1:
        return QCoreApplication.translate("when", "yesterday")
    if 1 < days < 7:
        return _weekday(day, locale)
    if day.year() == today.year() and days > 0:
        return _day_month(day, locale)
    return locale.toString(day, QLocale.FormatType.ShortFormat)


def _weekday(day: QDate, locale: QLocale) -> str:
    return locale.standaloneDayName(day.dayOfWeek(), QLocale.FormatType.ShortFormat).rstrip(".")


def _day_month(day: QDate, locale: QLocale) -> str:
    month = locale.standaloneMonthName(day.month(), QLocale.FormatType.ShortFormat).rstrip(".")
    american = locale.dateFormat(QLocale.FormatType.ShortFormat).startswith("M")
    return f"{month} {day.day()}" if american else f"{day.day()} {month}"


def _local(at: int, zone: QTimeZone | None) -> QDateTime:
    if zone is None:
        return QDateTime.fromMSecsSinceEpoch(at)
    return QDateTime.fromMSecsSinceEpoch(at, zone)
