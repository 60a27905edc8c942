"""The catalogue of settings: what may be stored under which key."""

import pytest

from deskapp.core.api import Rejected
from deskapp.core.policies.settings import (
    CATALOGUE,
    LOCAL,
    Setting,
    check,
    fits,
    flag,
    number,
    text,
    value_of,
)


@pytest.mark.parametrize("setting", [*CATALOGUE.values(), *LOCAL.values()], ids=lambda s: s.key)
def test_every_default_is_allowed(setting: Setting) -> None:
    assert fits(setting, setting.default)


def test_no_key_is_in_both_catalogues() -> None:
    assert not CATALOGUE.keys() & LOCAL.keys()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("compose.undo_seconds", -1),
        ("compose.undo_seconds", 61),
        ("compose.undo_seconds", True),
        ("compose.undo_seconds", "10"),
        ("compose.undo_seconds", 1.5),
        ("backup.daily", 1),
        ("desk.language", "fr"),
        ("desk.name", "x" * 201),
        ("alerts.new_ticket.sound", "../../etc/passwd"),
        ("alerts.new_ticket.volume", 101),
        ("desk.name", ["a"]),
        ("desk.name", None),
    ],
)
def test_what_does_not_fit_is_refused(key: str, value: object) -> None:
    with pytest.raises(Rejected) as refused:
        check(key, value)
    assert (refused.value.code, refused.value.params) == ("setting_invalid", {"key": key})
    assert value_of({key: value}, key) == CATALOGUE[key].default


@pytest.mark.parametrize("key", ["", "no.such", "appearance.theme", "alerts.device"])
def test_an_unknown_key_is_refused_and_so_is_one_of_this_computer(key: str) -> None:
    with pytest.raises(Rejected) as refused:
        check(key, "dark")
    assert refused.value.code == "unknown_setting"


def test_values_are_kept_as_they_are() -> None:
    assert check("compose.undo_seconds", 0) == 0
    assert check("compose.undo_seconds", 60) == 60
    assert check("desk.language", "es") == "es"


def test_a_list_of_texts_comes_back_as_a_tuple() -> None:
    assert value_of({"shortcuts": ["a=B"]}, "shortcuts") == ("a=B",)
    assert value_of({"shortcuts": ["a=B", 3]}, "shortcuts") == ()


def test_reading_with_a_type() -> None:
    assert not flag({"backup.daily": False}, "backup.daily")
    assert number({}, "backup.keep") == 7
    assert text({}, "desk.country") == "ES"
    with pytest.raises(TypeError):
        number({}, "desk.country")
    with pytest.raises(TypeError):
        text({}, "backup.keep")
    with pytest.raises(KeyError):
        value_of({}, "no.such")
