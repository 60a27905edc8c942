"""The catalogue of settings: key, type, default and allowed range. Pure.

`SetSetting` takes a key of `CATALOGUE`; the Settings pages draw their editors from it. Whoever
reads a setting asks `value_of(settings.values, key)`, so that a desk without a row has the default.

Settings of one computer (what it looks like there, which loudspeaker) are `LOCAL`: they are kept in
`UiState` under their key, are never sent to the desk, and `SetSetting` refuses them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from deskapp.core.api import Rejected
from deskapp.models.enums import NotificationKind

Value = str | int | float | bool | tuple[str, ...]

SOUNDS = ("customer", "reply", "colleague", "reminder", "failure")
"""Names of the files in `resources/sounds`, without their ending."""
SILENT = "none"
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. Its type is its default's; `low` and `high` are inclusive, for numbers only."""

    key: str
    default: Value
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()
    max_length: int = 200  # of a text, in characters


def _alert(
    kind: NotificationKind, sound: str, volume: int, *, repeat: bool = False, desktop: bool = True
) -> tuple[Setting, ...]:
    prefix = f"alerts.{kind.value}"
    return (
        Setting(f"{prefix}.sound", sound, choices=(*SOUNDS, SILENT)),
        Setting(f"{prefix}.volume", volume, 0, 100),  # per cent
        Setting(f"{prefix}.repeat", repeat),  # until somebody takes it
        Setting(f"{prefix}.desktop", desktop),  # a toast outside the window
    )


_DESK = (
    Setting("desk.name", ""),
    Setting("desk.language", "en", choices=("en", "es")),  # of what the desk writes by itself
    Setting("desk.country", "ES", max_length=2),  # ISO 3166: phones typed without a prefix
    Setting("desk.setup_done", False),
    Setting("compose.undo_seconds", 10, 0, 60),
    Setting(
        "chat.reach", "computer", choices=("computer", "network")
    ),  # whose connections are taken
    Setting("chat.port", 8790, 1024, 65_535),
    Setting(
        "chat.public_url", "", max_length=300
    ),  # how the internet reaches this desk; empty: it does not
    Setting("chat.proxies", ()),  # addresses of proxies whose X-Forwarded-For is believed
    Setting(
        "chat.accept_seconds", 30, 5, 600
    ),  # after that a visitor is told that it may take longer
    Setting("team.enabled", False),  # whether colleagues' machines may connect to this desk
    Setting("team.port", 8791, 1024, 65_535),
    Setting("team.announce", True),  # whether computers on this network hear that it is there
    Setting("team.addresses", ()),  # further names, "desk.example.org:8791", by which it is reached
    Setting("backup.daily", True),
    Setting("backup.keep", 7, 1, 365),
    Setting("presence.idle_minutes", 10, 0, 240),  # 0: never away by itself
    Setting("alerts.enabled", True),
    Setting("alerts.quiet", False),
    Setting("alerts.quiet_from", 22 * 60, 0, MINUTES_A_DAY - 1),  # minutes after local midnight
    Setting("alerts.quiet_until", 8 * 60, 0, MINUTES_A_DAY - 1),
    *_alert(NotificationKind.NEW_CHAT, "customer", 90, repeat=True),
    *_alert(NotificationKind.CHAT_MESSAGE, "reply", 60),
    *_alert(NotificationKind.NEW_TICKET, "customer", 80),
    *_alert(NotificationKind.CUSTOMER_REPLY, "reply", 70),
    *_alert(NotificationKind.SNOOZE_ENDED, "reminder", 60),
    *_alert(NotificationKind.SEND_FAILED, "failure", 80),
    *_alert(NotificationKind.HELD_MESSAGE, "colleague", 60),
    *_alert(NotificationKind.ACCOUNT_PROBLEM, "failure", 60),
    *_alert(NotificationKind.MENTION, "colleague", 70),
)

_LOCAL = (
    Setting("appearance.theme", "system", choices=("system", "light", "dark")),
    Setting("appearance.language", "system", choices=("system", "en", "es")),
    Setting("appearance.density", "comfortable", choices=("comfortable", "compact")),
    Setting("alerts.device", ""),  # an id of Sounds.devices(); empty: the system's own choice
    Setting("window.close_to_tray", False),
    Setting("shortcuts", ()),  # "action.id=Ctrl+K" each
)

CATALOGUE: Mapping[str, Setting] = MappingProxyType({s.key: s for s in _DESK})
"""Settings of the desk, by key."""
PERSONAL = frozenset(key for key in CATALOGUE if key.startswith(("alerts.", "presence.")))
"""Settings that each person may have otherwise (`SetPreference`); who has none follows the desk's."""
LOCAL: Mapping[str, Setting] = MappingProxyType({s.key: s for s in _LOCAL})
"""Settings of this computer, by key."""


def check(key: str, value: object) -> Value:
    """Return `value` as it is to be stored for a setting of the desk.

    Raises `Rejected`: `unknown_setting(key)`, `setting_invalid(key)`.
    """
    setting = CATALOGUE.get(key)
    if setting is None:
        raise Rejected("unknown_setting", key=key)
    if not fits(setting, value):
        raise Rejected("setting_invalid", key=key)
    return tuple(value) if isinstance(value, list | tuple) else value  # type: ignore[return-value]


def fits(setting: Setting, value: object) -> bool:
    """Whether `value` is of the setting's type, within its range and one of its choices."""
    kind = type(setting.default)
    if kind is tuple:
        return isinstance(value, list | tuple) and all(
            isinstance(item, str) and len(item) <= setting.max_length for item in value
        )
    if type(value) is not kind:  # a bool is no number here
        return False
    if isinstance(value, str):
        return len(value) <= setting.max_length and (
            not setting.choices or value in setting.choices
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (setting.low is None or setting.low <= value) and (
            setting.high is None or value <= setting.high
        )
    return True


def value_of(values: Mapping[str, object], key: str) -> Value:
    """The value in force: what is stored, or the default when nothing is or it no longer fits.

    Raises `KeyError` for a key that neither catalogue has.
    """
    setting = CATALOGUE.get(key) or LOCAL[key]
    value = values.get(key, setting.default)
    if not fits(setting, value):
        return setting.default
    return tuple(value) if isinstance(value, list | tuple) else value  # type: ignore[return-value]


def flag(values: Mapping[str, object], key: str) -> bool:
    """`value_of` for a switch."""
    return value_of(values, key) is True


def number(values: Mapping[str, object], key: str) -> int:
    """`value_of` for a whole number. Raises `TypeError` for a setting that is none."""
    value = value_of(values, key)
    if not isinstance(value, int):
        raise TypeError(f"{key} is no whole number")
    return value


def text(values: Mapping[str, object], key: str) -> str:
    """`value_of` for a text or a choice. Raises `TypeError` for a setting that is none."""
    value = value_of(values, key)
    if not isinstance(value, str):
        raise TypeError(f"{key} is no text")
    return value
