"""Small pop-ups that ask for one thing: until when, to whom, which tags."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QPoint, QTime
from PySide6.QtWidgets import QDateTimeEdit, QDialog, QDialogButtonBox, QWidget

from deskapp.core.policies.display import safe_name
from deskapp.core.queries.desk import GetAgents, GetTags
from deskapp.core.queries.team import GetDepartments
from deskapp.models.dto import AgentInfo, TagInfo
from deskapp.models.team_dto import DepartmentInfo
from deskapp.ui.bridge import Bridge
from deskapp.ui.when import until
from deskapp.ui.widgets import Choice, ChoicePopup, PlainLabel, vbox

MORNING = 9
EVENING = 18
_PICK = "pick"
_WAKE = "wake"


def open_popup(popup: ChoicePopup, anchor: QWidget | None, window: QWidget) -> None:
    """Under what was clicked; by key, in the upper middle of the window."""
    if anchor is not None and anchor.isVisible():
        popup.open_at(anchor)
        return
    popup.adjustSize()
    corner = QPoint((window.width() - popup.width()) // 2, max(60, window.height() // 6))
    popup.open_at_point(window.mapToGlobal(corner))


def snooze_times(now: int) -> list[tuple[str, int]]:
    """What is offered: (name, ms). Only moments ahead; `now` in ms since the epoch, local days."""
    present = QDateTime.fromMSecsSinceEpoch(now)
    today, at = present.date(), present.time()
    offers = [(QCoreApplication.translate("snooze", "In an hour"), present.addSecs(3600))]
    if at.hour() < EVENING - 3:
        offers.append(
            (
                QCoreApplication.translate("snooze", "This evening"),
                QDateTime(today, QTime(EVENING, 0)),
            )
        )
    morning = QTime(MORNING, 0)
    offers.append(
        (QCoreApplication.translate("snooze", "Tomorrow"), QDateTime(today.addDays(1), morning))
    )
    to_monday = 8 - today.dayOfWeek()
    if to_monday > 1:
        offers.append(
            (
                QCoreApplication.translate("snooze", "Next Monday"),
                QDateTime(today.addDays(to_monday), morning),
            )
        )
    offers.append(
        (
            QCoreApplication.translate("snooze", "In two weeks"),
            QDateTime(today.addDays(14), morning),
        )
    )
    return [(name, moment.toMSecsSinceEpoch()) for name, moment in offers]


def pick_snooze(
    window: QWidget,
    anchor: QWidget | None,
    now: int,
    on_pick: Callable[[int], None],
    snoozed: bool = False,
) -> ChoicePopup:
    """Ask until when; `on_pick` gets ms, or 0 for "wake it now" (offered when `snoozed`)."""
    times = {str(at): (name, at) for name, at in snooze_times(now)}
    choices = [Choice(k, name, hint=until(at, now)) for k, (name, at) in times.items()]
    choices.append(
        Choice(_PICK, QCoreApplication.translate("snooze", "Pick date and time…"), icon="calendar")
    )
    if snoozed:
        choices.insert(
            0, Choice(_WAKE, QCoreApplication.translate("snooze", "Wake it now"), icon="undo")
        )

    def picked(key: str) -> None:
        if key == _PICK:
            _ask_moment(window, now, on_pick)
        else:
            on_pick(0 if key == _WAKE else times[key][1])

    return _popup(
        window, anchor, QCoreApplication.translate("snooze", "Snooze until…"), choices, picked
    )


def pick_agent(
    bridge: Bridge, window: QWidget, anchor: QWidget | None, on_pick: Callable[[str], None]
) -> None:
    """Ask for a person; `on_pick` gets an agent's id, empty for nobody."""
    me = bridge.workspace.agent_id

    def show(agents: tuple[AgentInfo, ...]) -> None:
        ordered = sorted(agents, key=lambda agent: (agent.id != me, agent.name.casefold()))
        choices = [
            Choice(
                agent.id,
                agent.name,
                detail=QCoreApplication.translate("assign", "me") if agent.id == me else "",
                icon="user",
            )
            for agent in ordered
        ]
        choices.append(Choice("", QCoreApplication.translate("assign", "Nobody"), icon="x"))
        _popup(window, anchor, QCoreApplication.translate("assign", "Assign to…"), choices, on_pick)

    bridge.ask(GetAgents(), show, window)


def pick_department(
    bridge: Bridge, window: QWidget, anchor: QWidget | None, on_pick: Callable[[str], None]
) -> None:
    """Ask for a department; `on_pick` gets its id, empty for everybody's."""

    def show(departments: tuple[DepartmentInfo, ...]) -> None:
        choices = [Choice(one.id, safe_name(one.name), icon="layers") for one in departments]
        everybody = QCoreApplication.translate("assign", "No department: everybody sees it")
        choices.append(Choice("", everybody, icon="users"))
        name = QCoreApplication.translate("assign", "Move to department…")
        _popup(window, anchor, name, choices, on_pick)

    bridge.ask(GetDepartments(), show, window)


def pick_tag(
    bridge: Bridge,
    window: QWidget,
    anchor: QWidget | None,
    present: Sequence[str],
    on_pick: Callable[[str, bool], None],
) -> None:
    """Ask for a tag; a new name may be typed. `on_pick` gets its name, and True to add it."""

    def show(tags: tuple[TagInfo, ...]) -> None:
        names = list(dict.fromkeys([*present, *(tag.name for tag in tags)]))
        choices = [Choice(name, name, checked=name in present) for name in names]
        _popup(
            window,
            anchor,
            QCoreApplication.translate("tag", "Add or make a tag…"),
            choices,
            lambda name: on_pick(name, name not in present),
            free_text=True,
        )

    bridge.ask(GetTags(), show, window)


def _popup(
    window: QWidget,
    anchor: QWidget | None,
    placeholder: str,
    choices: Sequence[Choice],
    on_pick: Callable[[str], None],
    free_text: bool = False,
) -> ChoicePopup:
    popup = ChoicePopup(placeholder, free_text, window)
    popup.show_choices(choices)
    popup.picked.connect(on_pick)
    open_popup(popup, anchor, window)
    return popup


def _ask_moment(window: QWidget, now: int, on_pick: Callable[[int], None]) -> None:
    dialog = QDialog(window)
    dialog.setWindowTitle(QCoreApplication.translate("snooze", "Snooze until"))
    present = QDateTime.fromMSecsSinceEpoch(now)
    field = QDateTimeEdit(QDateTime(present.date().addDays(1), QTime(MORNING, 0)))
    field.setMinimumDateTime(present.addSecs(60))
    field.setCalendarPopup(True)
    field.setDisplayFormat(QLocale().dateTimeFormat(QLocale.FormatType.ShortFormat))
    field.setAccessibleName(QCoreApplication.translate("snooze", "Snooze until"))
    buttons = QDialogButtonBox(
        QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
    )
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    column = vbox(dialog, (18, 16, 18, 16), 12)
    column.addWidget(PlainLabel(QCoreApplication.translate("snooze", "Until when?"), "strong"))
    column.addWidget(field)
    column.addWidget(buttons)
    dialog.accepted.connect(lambda: on_pick(field.dateTime().toMSecsSinceEpoch()))
    dialog.open()
