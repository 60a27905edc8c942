"""Times as people say them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QDate, QDateTime, QLocale, QTime, QTimeZone

from deskapp.ui.when import clock, day_name, relative_time, until

MADRID = QTimeZone(b"Europe/Madrid")
SPANISH, BRITISH, AMERICAN = QLocale("es_ES"), QLocale("en_GB"), QLocale("en_US")


def at(day: str, time: str = "10:07", zone: QTimeZone = MADRID) -> int:
    moment = QDateTime(QDate.fromString(day, "yyyy-MM-dd"), QTime.fromString(time, "HH:mm"), zone)
    return int(moment.toMSecsSinceEpoch())


NOW = at("2026-03-12")  # a Thursday


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOW, "now"),
        (NOW - 59_999, "now"),
        (NOW - 60_000, "1 min"),
        (NOW - 3 * 60_000, "3 min"),
        (NOW - 20 * 60_000, "9:47"),
        (at("2026-03-12", "00:00"), "0:00"),
        (at("2026-03-11", "23:59"), "yesterday"),
        (at("2026-03-11", "00:00"), "yesterday"),
        (at("2026-03-10", "23:59"), "mar"),
        (at("2026-03-06"), "vie"),
        (at("2026-03-05"), "5 mar"),
        (at("2026-01-02"), "2 ene"),
        (at("2025-12-31"), "31/12/25"),
        (NOW + 30_000, "now"),
        (NOW + 3_600_000, "11:07"),
        (at("2027-01-01"), "1/1/27"),
    ],
)
def test_in_a_list(moment: int, expected: str) -> None:
    assert relative_time(moment, NOW, SPANISH, MADRID) == expected


def test_the_order_of_day_and_month_is_the_country_s() -> None:
    moment = at("2026-02-20")
    assert relative_time(moment, NOW, BRITISH, MADRID) == "20 Feb"
    assert relative_time(moment, NOW, AMERICAN, MADRID) == "Feb 20"


def test_the_day_is_that_of_the_zone() -> None:
    moment, now = at("2026-03-11", "23:30"), at("2026-03-12", "00:10")
    assert relative_time(moment, now, SPANISH, MADRID) == "yesterday"
    assert relative_time(moment, now, SPANISH, QTimeZone(b"America/Lima")) == "17:30"


def test_the_night_the_clocks_change() -> None:
    before, after = at("2026-03-29", "01:30"), at("2026-03-29", "03:30")
    assert after - before == 3_600_000
    assert clock(after, SPANISH, MADRID) == "3:30"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at("2026-03-12", "18:00"), "18:00"),
        (at("2026-03-13", "09:00"), "tomorrow 9:00"),
        (at("2026-03-16", "09:00"), "lun 9:00"),
        (at("2026-03-26", "09:00"), "26 mar 9:00"),
    ],
)
def test_what_lies_ahead(moment: int, expected: str) -> None:
    assert until(moment, NOW, SPANISH, MADRID) == expected


def test_day_lines() -> None:
    assert day_name(NOW - 1, NOW, SPANISH, MADRID) == "Today"
    assert day_name(at("2026-03-11"), NOW, SPANISH, MADRID) == "Yesterday"
    assert "marzo" in day_name(at("2026-03-10"), NOW, SPANISH, MADRID)
