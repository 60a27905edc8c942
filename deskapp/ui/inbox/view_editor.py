"""Builds a saved view: lines of field, operator and value, and how many tickets they hold."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QDialog,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QWidget,
)

from deskapp.core.api import Outcome
from deskapp.core.commands.desk import SaveView
from deskapp.core.queries.desk import GetAccounts, GetAgents, GetTags
from deskapp.core.queries.views import FIELDS, PreviewView
from deskapp.models.dto import AccountInfo, AgentInfo, Condition, SavedViewInfo, TagInfo
from deskapp.models.enums import Channel, TicketStatus
from deskapp.ui import messages
from deskapp.ui.bridge import Latest
from deskapp.ui.i18n import number
from deskapp.ui.inbox.sentence import channel_name, status_name
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import (
    Button,
    IconButton,
    PlainLabel,
    PrimaryButton,
    Segmented,
    hbox,
    vbox,
)

PREVIEW_MS = 250
Options = dict[str, list[tuple[str, str]]]


class ConditionRow(QWidget):
    """One line. `changed` fires with every change, `removed` when its cross is pressed."""

    changed = Signal()
    removed = Signal()

    def __init__(self, options: Options, parent: QWidget | None = None) -> None:
        """`options`: for fields with a closed set of values, (value, text) of each."""
        super().__init__(parent)
        self._options = options
        self._field, self._operator = QComboBox(), QComboBox()
        self._choice, self._text = QComboBox(), QLineEdit()
        self._date, self._days = QDateEdit(QDate.currentDate()), QSpinBox()
        self._date.setCalendarPopup(True)
        self._days.setRange(1, 3650)
        self._days.setValue(7)
        self._value = QStackedWidget()
        for editor in (self._choice, self._text, self._date, self._days):
            self._value.addWidget(editor)
        self.last = IconButton("x", self.tr("Remove this condition"), self.removed.emit, size=14)
        row = hbox(self, spacing=6)
        for part, share in ((self._field, 3), (self._operator, 3), (self._value, 5)):
            row.addWidget(part, share)
        row.addWidget(self.last)
        self.setFocusProxy(self._field)
        self._field.setAccessibleName(self.tr("Field"))
        self._operator.setAccessibleName(self.tr("Operator"))
        for editor in (self._choice, self._text, self._date, self._days):
            editor.setAccessibleName(self.tr("Value"))
        for field in FIELDS:
            self._field.addItem(self._field_name(field), field)
        self._field.currentIndexChanged.connect(self._on_field)
        self._operator.currentIndexChanged.connect(self._on_operator)
        self._choice.currentIndexChanged.connect(self._tell)
        self._text.textChanged.connect(self._tell)
        self._date.dateChanged.connect(self._tell)
        self._days.valueChanged.connect(self._tell)
        self._on_field()

    def condition(self) -> Condition:
        field, operator = str(self._field.currentData()), str(self._operator.currentData())
        return Condition(field, operator, self._current_value())

    def show_condition(self, condition: Condition) -> None:
        self._field.setCurrentIndex(max(0, self._field.findData(condition.field)))
        self._operator.setCurrentIndex(max(0, self._operator.findData(condition.operator)))
        editor, value = self._value.currentWidget(), condition.value
        if editor is self._choice:
            if self._choice.findData(value) < 0:
                self._choice.addItem(value, value)
            self._choice.setCurrentIndex(self._choice.findData(value))
        elif editor is self._text:
            self._text.setText(value)
        elif editor is self._date:
            self._date.setDate(QDate.fromString(value, Qt.DateFormat.ISODate))
        elif value.isdigit():
            self._days.setValue(int(value))

    def _current_value(self) -> str:
        editor = self._value.currentWidget()
        if editor is self._choice:
            return str(self._choice.currentData() or "")
        if editor is self._text:
            return self._text.text().strip()
        if editor is self._date:
            return str(self._date.date().toString(Qt.DateFormat.ISODate))
        return str(self._days.value())

    def _on_field(self) -> None:
        field = str(self._field.currentData())
        self._operator.blockSignals(True)
        self._operator.clear()
        for operator in FIELDS[field]:
            self._operator.addItem(self._operator_name(operator), operator)
        self._operator.blockSignals(False)
        self._choice.clear()
        for value, text in self._options.get(field, []):
            self._choice.addItem(text, value)
        self._on_operator()

    def _on_operator(self) -> None:
        field, operator = self._field.currentData(), self._operator.currentData()
        if operator in ("before", "after"):
            editor: QWidget = self._date
        elif operator == "within_days":
            editor = self._days
        else:
            editor = self._choice if field in self._options else self._text
        self._value.setCurrentWidget(editor)
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()

    def _field_name(self, field: str) -> str:
        names = {
            "status": self.tr("Status"),
            "tag": self.tr("Label"),
            "contact": self.tr("Customer"),
            "text": self.tr("Text"),
            "account": self.tr("Mailbox"),
            "channel": self.tr("Channel"),
            "assignee": self.tr("Assigned to"),
            "needs_reply": self.tr("Needs reply"),
            "created": self.tr("Created"),
            "updated": self.tr("Last activity"),
        }
        return names[field]

    def _operator_name(self, operator: str) -> str:
        names = {
            "is": self.tr("is"),
            "is_not": self.tr("is not"),
            "has": self.tr("is present"),
            "has_not": self.tr("is missing"),
            "contains": self.tr("contains"),
            "before": self.tr("before"),
            "after": self.tr("after"),
            "within_days": self.tr("in the last days"),
        }
        return names[operator]


class ViewEditor(QDialog):
    """Makes a view, or changes `view`. Says at once how many tickets it would hold."""

    def __init__(
        self,
        context: UiContext,
        shell: Shell,
        view: SavedViewInfo | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._shell, self._view = context, shell, view
        self._preview = Latest(context.bridge, self)
        self._rows: list[ConditionRow] = []
        self._options: Options = self._fixed_options()
        self._waiting = 3
        self._build()
        self._soon = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self._soon.timeout.connect(self._ask_preview)
        bridge = context.bridge
        bridge.ask(GetTags(), self._take_tags, self)
        bridge.ask(GetAccounts(), self._take_accounts, self)
        bridge.ask(GetAgents(), self._take_agents, self)

    def conditions(self) -> tuple[Condition, ...]:
        """What is complete so far."""
        rows = (row.condition() for row in self._rows)
        return tuple(c for c in rows if c.value or c.field == "assignee")

    def add_row(self, condition: Condition | None = None) -> ConditionRow:
        row = ConditionRow(self._options)
        if condition is not None:
            row.show_condition(condition)
        row.changed.connect(self._soon.start)
        row.removed.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._lines.insertWidget(self._lines.count() - 1, row)
        for before, after in pairwise((row.last, self._add, self._cancel, self._keep)):
            self.setTabOrder(before, after)
        self._soon.start()
        return row

    def _add_empty(self) -> None:
        self.add_row().setFocus()

    def _build(self) -> None:
        new = self._view is None
        self.setWindowTitle(self.tr("New view") if new else self.tr("Change view"))
        self.resize(600, 380)
        self.name = QLineEdit(self._view.name if self._view else "")
        self.name.setPlaceholderText(self.tr("Name of the view"))
        self.name.setAccessibleName(self.tr("Name of the view"))
        self._match = Segmented(
            (("all", self.tr("All conditions")), ("any", self.tr("Any condition")))
        )
        self._match.choose("all" if self._view is None or self._view.match_all else "any")
        self._match.chosen.connect(lambda _key: self._soon.start())
        body = QWidget()
        self._lines = vbox(body, spacing=6)
        self._lines.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        self._add = Button(self.tr("Add condition"), "", "plus", self._add_empty)
        self._add.setEnabled(False)  # until what can be chosen is known
        self._count = PlainLabel(role="small")
        self._error = PlainLabel(role="error")
        self._error.setWordWrap(True)
        self._error.hide()
        foot = hbox()
        foot.addWidget(self._count, 1)
        self._cancel = Button(self.tr("Cancel"), on_click=self.reject)
        self._keep = PrimaryButton(self.tr("Save"), on_click=self._save)
        foot.addWidget(self._cancel)
        foot.addWidget(self._keep)
        column = vbox(self, (20, 18, 20, 16), 12)
        column.addWidget(self.name)
        column.addWidget(self._match)
        column.addWidget(scroll, 1)
        column.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._error)
        column.addLayout(foot)

    def _remove(self, row: ConditionRow) -> None:
        self._rows.remove(row)
        row.hide()
        row.deleteLater()
        self._soon.start()

    def _fixed_options(self) -> Options:
        return {
            "status": [(status.value, status_name(status)) for status in TicketStatus],
            "channel": [(channel.value, channel_name(channel)) for channel in Channel],
            "needs_reply": [("yes", self.tr("yes")), ("no", self.tr("no"))],
            "assignee": [("me", self.tr("me")), ("", self.tr("nobody"))],
            "tag": [],
            "account": [],
        }

    def _take_tags(self, tags: tuple[TagInfo, ...]) -> None:
        self._options["tag"] = [(tag.name, tag.name) for tag in tags]
        self._one_less()

    def _take_accounts(self, accounts: tuple[AccountInfo, ...]) -> None:
        self._options["account"] = [(a.id, a.name or a.address) for a in accounts]
        self._one_less()

    def _take_agents(self, agents: tuple[AgentInfo, ...]) -> None:
        me = self._context.workspace.agent_id
        self._options["assignee"] += [(a.id, a.name) for a in agents if a.id != me]
        self._one_less()

    def _one_less(self) -> None:
        """Rows can be built once every set of values is known."""
        self._waiting -= 1
        if self._waiting == 0:
            self._add.setEnabled(True)
            for condition in self._view.conditions if self._view else (None,):
                self.add_row(condition)

    def _ask_preview(self) -> None:
        conditions = self.conditions()
        if not conditions:
            self._preview.cancel()
            self._count.setText("")
            return
        query = PreviewView(conditions, self._match.key() == "all")
        self._preview.ask(query, self._show_preview, lambda _error: self._count.setText(""))

    def _show_preview(self, total: int) -> None:
        text = self.tr("%n ticket(s)", None, total)
        self._count.setText(text.replace(str(total), number(total)))

    def _save(self) -> None:
        view_id = self._view.id if self._view else self._context.workspace.new_id()
        command = SaveView(
            view_id=view_id,
            name=self.name.text().strip(),
            conditions=self.conditions(),
            match_all=self._match.key() == "all",
            position=self._view.position if self._view else 0,
        )

        def settled(outcome: Outcome) -> None:
            if outcome.rejected is not None:
                self._error.setText(messages.rejection(outcome.rejected))
                self._error.show()
            else:
                self._shell.open_view(f"saved:{view_id}")
                self.accept()

        self._context.bridge.send(command, settled, self)
