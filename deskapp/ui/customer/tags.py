"""A person's tags, edited in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from deskapp.core.queries.desk import GetTags
from deskapp.models.dto import TagInfo
from deskapp.ui.bridge import Bridge
from deskapp.ui.customer.flow import FlowLayout
from deskapp.ui.i18n import Retranslates
from deskapp.ui.theme import icon_pixmap, tokens
from deskapp.ui.widgets import Choice, ChoicePopup, IconButton, paint_pill, pill_width

_HEIGHT = 24
_PILL = 19
_CROSS = 16


class TagChip(QAbstractButton):
    """A tag. Delete, Backspace or a press on the cross takes it away; a press on its name opens it."""

    removed = Signal(str)
    opened = Signal(str)

    def __init__(self, name: str, hint: str, parent: QWidget | None = None) -> None:
        """`hint` tells screen readers how to take it away."""
        super().__init__(parent)
        self.setText(name)
        self.setAccessibleName(name)
        self.setAccessibleDescription(hint)
        self.setToolTip(hint)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: self.opened.emit(name))

    def sizeHint(self) -> QSize:
        return QSize(round(pill_width(self.text()) + 0.5), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(32, _HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self.text())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.text())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._cross().contains(event.position()):
            self.setDown(False)
            self.removed.emit(self.text())
        else:
            super().mouseReleaseEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = tokens()
        pill = self._pill()
        paint_pill(painter, pill, self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(t.accent), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(pill.adjusted(0.6, 0.6, -0.6, -0.6), 9, 9)
        if self.underMouse() or self.hasFocus():
            cross = self._cross()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.raised))
            painter.drawEllipse(cross)
            pixmap = icon_pixmap("x", t.text2, 10, self.devicePixelRatioF())
            painter.drawPixmap(cross.topLeft() + QPointF(3, 3), pixmap)

    def _pill(self) -> QRectF:
        return QRectF(0, (self.height() - _PILL) / 2, self.width(), _PILL)

    def _cross(self) -> QRectF:
        top = (self.height() - _CROSS) / 2
        return QRectF(self.width() - _CROSS - 1, top, _CROSS, _CROSS)


class TagEditor(Retranslates, QWidget):
    """Chips and a plus. Other pills (satisfaction, blocked) may follow the chips."""

    added = Signal(str)
    removed = Signal(str)
    opened = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._names: tuple[str, ...] = ()
        self._others: list[QWidget] = []
        self._flow = FlowLayout(self)
        self._plus = IconButton("plus", on_click=self._choose, token="text3", size=13)  # noqa: S106
        self._flow.addWidget(self._plus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.retranslate()

    def retranslate(self) -> None:
        self._plus.set_name(self.tr("Add a tag"))

    def names(self) -> tuple[str, ...]:
        return self._names

    def show_tags(self, names: Sequence[str], others: Sequence[QWidget] = ()) -> None:
        """`others` become this widget's and are dropped at the next call."""
        if tuple(names) == self._names and not others and not self._others:
            return
        focused = self.focusWidget()
        self._names, self._others = tuple(names), list(others)
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None and widget is not self._plus:
                widget.hide()
                widget.deleteLater()
        for name in names:
            chip = TagChip(name, self.tr("Delete takes the tag away"))
            chip.removed.connect(self.removed)
            chip.opened.connect(self.opened)
            self._flow.addWidget(chip)
        for other in others:
            self._flow.addWidget(other)
        self._flow.addWidget(self._plus)
        if isinstance(focused, TagChip):
            self._plus.setFocus()
        self.updateGeometry()

    def _choose(self) -> None:
        popup = ChoicePopup(self.tr("Find or make a tag"), free_text=True, parent=self)
        popup.picked.connect(self.added)
        self._bridge.ask(GetTags(), lambda tags: self._fill(popup, tags), popup)
        popup.open_at(self._plus)

    def _fill(self, popup: ChoicePopup, tags: Sequence[TagInfo]) -> None:
        popup.show_choices(
            [Choice(tag.name, tag.name, icon="tag") for tag in tags if tag.name not in self._names]
        )
