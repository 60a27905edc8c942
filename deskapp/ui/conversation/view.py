"""The messages under mouse and keyboard: pointing, selecting, walking, opening."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QAccessibleInterface,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from deskapp.ui.conversation import accessible
from deskapp.ui.conversation.blocks import Block, EventLine, Spot, State, UnreadLine
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.conversation.selection import Place, Selection
from deskapp.ui.conversation.surface import MARGIN, Surface
from deskapp.ui.conversation.text import Link, word_at
from deskapp.ui.widgets import plain_tip

_COPY = QKeySequence.StandardKey.Copy
_SELECT_ALL = QKeySequence.StandardKey.SelectAll
_NO_MODIFIER = Qt.KeyboardModifier.NoModifier
_KEYPAD = Qt.KeyboardModifier.KeypadModifier


class MessagesView(Surface):
    """What a person does with the messages is told by signals.

    `acted` carries what is to be done and to what (a message's or attachment's id); `opened` a `Link`;
    `menu_wanted` a card and where.
    """

    acted = Signal(str, str)
    opened = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        accessible.install()
        self._accessible: QAccessibleInterface | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._current = -1
        self._spot: Spot | None = None  # of the current block, by keyboard
        self._hovered: tuple[int, Spot | None] = (-1, None)
        self._selection: Selection | None = None
        self._dragging = False
        self._pressed: Spot | None = None
        self._again = QTimer(self, singleShot=True, interval=QApplication.doubleClickInterval())

    def show_blocks(self, blocks: list[Block]) -> None:
        self._selection, self._spot, self._current = None, None, -1
        self._hovered = (-1, None)
        super().show_blocks(blocks)

    def update_blocks(self, blocks: list[Block]) -> None:
        current, chosen, old = self.current(), self._selection, self.blocks
        self._current = blocks.index(current) if current in blocks else -1
        self._selection = _carried(chosen, old, blocks)
        hovered, self._hovered = self._hovered[0], (-1, None)
        super().update_blocks(blocks)
        if chosen is not None:
            self.viewport().update()
        elif 0 <= hovered < len(old) and old[hovered] in blocks:
            self.viewport().update(self.around(blocks.index(old[hovered])))

    # -- content --------------------------------------------------------------------------------

    def current(self) -> Block | None:
        """The block that the keyboard is on."""
        return self.blocks[self._current] if 0 <= self._current < len(self.blocks) else None

    def hovered_link(self) -> Link | None:
        """The link that the pointer (or the keyboard) is on."""
        return self._link

    def selected_text(self) -> str:
        if self._selection is None or self._selection.empty:
            return ""
        return self._selection.text(self.blocks)

    # -- places ---------------------------------------------------------------------------------

    def go_to_unread(self) -> bool:
        """Jump to the first unread message; False when there is none."""
        for i, block in enumerate(self.blocks):
            if isinstance(block, UnreadLine):
                self.go_to(i)
                self.set_current(min(i + 1, len(self.blocks) - 1))
                return True
        return False

    def set_current(self, index: int) -> None:
        """Put the keyboard on a block and say it to screen readers."""
        self._current, self._spot = index, None
        block = self.current()
        if block is not None:
            self._show_index(index)
            accessible.say(self, index)
        self.viewport().update()

    def current_index(self) -> int:
        """Where the keyboard is; -1: nowhere."""
        return self._current

    def make_accessible(self) -> QAccessibleInterface:
        """What screen readers see; kept, because Qt does not keep it for Python."""
        self._accessible = accessible.MessageList(self)
        return self._accessible

    def state_of(self, index: int, block: Block) -> State:
        hovered, spot = self._hovered
        chosen = self._selection
        by_key = index == self._current and self.hasFocus()
        return State(
            hovered=hovered == index,
            current=by_key,
            spot=spot if hovered == index else self._spot if by_key else None,
            selected=chosen.ranges(index, block) if chosen is not None else (),
        )

    # -- mouse ----------------------------------------------------------------------------------

    def _block_at(self, point: QPointF) -> tuple[int, QPointF]:
        """The block under a point of the viewport, and the point inside it; -1 for none."""
        y = point.y() + self._offset()
        index = self.column.at(y)
        if index < 0:
            return -1, point
        inside = QPointF(point.x() - MARGIN, y - self.column.top(index))
        return index, inside

    def _spot_at(self, index: int, inside: QPointF) -> Spot | None:
        if index < 0:
            return None
        spots = self.blocks[index].spots()
        return next((s for s in reversed(spots) if s.rect.contains(inside)), None)

    def _place_at(self, point: QPointF) -> Place | None:
        index, inside = self._block_at(point)
        if index < 0:
            return None
        parts = self.blocks[index].parts()
        if not parts:
            return Place(index, 0, 0)
        part = max((i for i, placed in enumerate(parts) if inside.y() >= placed.at.y()), default=0)
        placed = parts[part]
        return Place(index, part, placed.part.hit(inside - placed.at))

    def _link_at(self, index: int, inside: QPointF) -> Link | None:
        if index < 0:
            return None
        for placed in self.blocks[index].parts():
            local = inside - placed.at
            if 0 <= local.y() <= placed.part.height and (link := placed.part.link_at(local)):
                return link
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._dragging and self._selection is not None:
            self._drag_to(point)
            return
        index, inside = self._block_at(point)
        over = index >= 0 and -6 <= inside.y() <= self.blocks[index].height + 4
        spot = self._spot_at(index, inside) if over else None
        link = self._link_at(index, inside) if over and spot is None else None
        self._set_hover(index if over else -1, spot, link)
        if spot is not None or link is not None:
            shape = Qt.CursorShape.PointingHandCursor
        else:
            shape = self._text_cursor(index, inside) if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def _text_cursor(self, index: int, inside: QPointF) -> Qt.CursorShape:
        for placed in self.blocks[index].parts():
            part = placed.part
            if QRectF(placed.at.x(), placed.at.y(), part.natural_width, part.height).contains(
                inside
            ):
                return Qt.CursorShape.IBeamCursor
        return Qt.CursorShape.ArrowCursor

    def _set_hover(self, index: int, spot: Spot | None, link: Link | None) -> None:
        if (index, spot) != self._hovered or link != self._link:
            self._hovered, self._link = (index, spot), link
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(-1, None, None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index, inside = self._block_at(event.position())
        self._pressed = self._spot_at(index, inside)
        if self._pressed is not None:
            return
        place = self._place_at(event.position())
        if place is None:
            return
        extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._again.isActive():
            self._select_part(place)
        elif extend and self._selection is not None:
            self._selection.head = place
        else:
            self._selection = Selection(place, place)
        self._dragging = True
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._dragging = False
        index, inside = self._block_at(event.position())
        if self._pressed is not None:
            if self._spot_at(index, inside) == self._pressed:
                self._act(index, self._pressed)
            self._pressed = None
            return
        if self._selection is not None and not self._selection.empty:
            clipboard = QGuiApplication.clipboard()
            if clipboard.supportsSelection():
                clipboard.setText(self.selected_text(), clipboard.Mode.Selection)
            return
        if link := self._link_at(index, inside):
            self.opened.emit(link)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place is None or event.button() != Qt.MouseButton.LeftButton:
            return
        parts = self.blocks[place.block].parts()
        if place.part < len(parts):
            start, end = word_at(parts[place.part].part.text, place.position)
            self._selection = Selection(
                Place(place.block, place.part, start), Place(place.block, place.part, end)
            )
        self._again.start()
        self.viewport().update()

    def _select_part(self, place: Place) -> None:
        parts = self.blocks[place.block].parts()
        if place.part < len(parts):
            end = parts[place.part].part.length()
            self._selection = Selection(
                Place(place.block, place.part, 0), Place(place.block, place.part, end)
            )

    def _drag_to(self, point: QPointF) -> None:
        bar, high = self.verticalScrollBar(), self.viewport().height()
        if point.y() < 0:
            bar.setValue(bar.value() - 20)
        elif point.y() > high:
            bar.setValue(bar.value() + 20)
        place = self._place_at(QPointF(point.x(), min(max(point.y(), 0), high)))
        if place is not None and self._selection is not None:
            self._selection.head = place
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            if self._spot is not None and self._spot.action == "attachment":
                self.acted.emit("attachment_menu", self._spot.argument)
            else:
                self._open_menu()
            return
        index, inside = self._block_at(QPointF(event.pos()))
        if index >= 0 and isinstance(self.blocks[index], MessageCard):
            spot = self._spot_at(index, inside)
            if spot is not None and spot.action == "attachment":
                self.acted.emit("attachment_menu", spot.argument)
            else:
                self.menu_wanted.emit(self.blocks[index], event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            spot = self._hovered[1]
            if spot is not None and spot.label:
                QToolTip.showText(event.globalPos(), plain_tip(spot.label), self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    # -- keyboard -------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {
            Qt.Key.Key_Up: lambda: self._walk(-1),
            Qt.Key.Key_Down: lambda: self._walk(1),
            Qt.Key.Key_Left: lambda: self._walk_spots(-1),
            Qt.Key.Key_Right: lambda: self._walk_spots(1),
            Qt.Key.Key_Home: lambda: self._walk(-len(self.blocks)),
            Qt.Key.Key_End: lambda: self._walk(len(self.blocks)),
            Qt.Key.Key_Return: self._activate,
            Qt.Key.Key_Enter: self._activate,
            Qt.Key.Key_Escape: self._clear_selection,
        }
        if event.matches(_COPY):
            self.copy()
        elif event.matches(_SELECT_ALL):
            self._select_current()
        elif event.modifiers() in (_NO_MODIFIER, _KEYPAD) and event.key() in keys:
            keys[Qt.Key(event.key())]()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        if by_key and self._current < 0:
            self._walk(len(self.blocks))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def copy(self) -> None:
        """What is selected, or the message that the keyboard is on."""
        text = self.selected_text()
        block = self.current()
        if not text and block is not None:
            text = block.speech()
        if text:
            QGuiApplication.clipboard().setText(text)

    def _walk(self, step: int) -> None:
        """To the next or previous message or event."""
        stops = [i for i, b in enumerate(self.blocks) if isinstance(b, MessageCard | EventLine)]
        if not stops:
            return
        if self._current not in stops:
            self.set_current(stops[-1] if step <= 0 or self._current < 0 else stops[0])
            return
        place = stops.index(self._current) + step
        self.set_current(stops[max(0, min(place, len(stops) - 1))])

    def _walk_spots(self, step: int) -> None:
        """Along what can be done with the current message: links, files, buttons."""
        block = self.current()
        if block is None or not (spots := self._stops_of(block)):
            return
        if self._spot in spots:
            self._spot = spots[(spots.index(self._spot) + step) % len(spots)]
        else:
            self._spot = spots[0 if step > 0 else -1]
        self.setAccessibleDescription(self._spot.label)
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        )
        self._link = next((x for x in _links(block) if x.href == self._spot.argument), None)
        self.viewport().update()

    @staticmethod
    def _stops_of(block: Block) -> list[Spot]:
        links = []
        for placed in block.parts():
            for link in _links_of_part(placed.part):
                rects = placed.part.rects(link.start, link.end)
                if rects:
                    links.append(
                        Spot(rects[0].translated(placed.at), "link", link.href, link.shown)
                    )
        return [*links, *block.spots()]

    def _activate(self) -> None:
        block = self.current()
        if block is None:
            return
        if self._spot is None:
            if isinstance(block, EventLine):
                self._act(self._current, Spot(QRectF(), "toggle_receipt"))
            else:
                self._open_menu()
        elif self._spot.action == "link":
            link = next((x for x in _links(block) if x.href == self._spot.argument), None)
            if link is not None:
                self.opened.emit(link)
        else:
            self._act(self._current, self._spot)

    def _open_menu(self) -> None:
        block = self.current()
        if isinstance(block, MessageCard):
            corner = self.rect_of(self._current).topLeft().toPoint() + QPoint(60, 30)
            self.menu_wanted.emit(block, self.viewport().mapToGlobal(corner))

    def _act(self, index: int, spot: Spot) -> None:
        block = self.blocks[index]
        if isinstance(block, EventLine):
            block.toggle()
        elif spot.action == "menu" and isinstance(block, MessageCard):
            corner = self.rect_of(index).topLeft() + spot.rect.bottomLeft()
            self.menu_wanted.emit(block, self.viewport().mapToGlobal(corner.toPoint()))
            return
        elif spot.action == "show_whole" and isinstance(block, MessageCard):
            block.show_whole()
        else:
            self.acted.emit(spot.action, spot.argument)
            return
        self.block_changed(block)

    def _clear_selection(self) -> None:
        self._selection, self._spot = None, None
        self.viewport().update()

    def _select_current(self) -> None:
        index = self._current if self._current >= 0 else len(self.blocks) - 1
        if index >= 0 and self.blocks[index].parts():
            parts = self.blocks[index].parts()
            end = Place(index, len(parts) - 1, parts[-1].part.length())
            self._selection = Selection(Place(index, 0, 0), end)
            self.viewport().update()


def _links(block: Block) -> list[Link]:
    return [link for placed in block.parts() for link in _links_of_part(placed.part)]


def _links_of_part(part: object) -> tuple[Link, ...]:
    links = getattr(part, "links", ())
    return links() if callable(links) else links


def _carried(chosen: Selection | None, old: list[Block], new: list[Block]) -> Selection | None:
    """The selection in the new list of blocks, when its blocks are still there."""
    if chosen is None:
        return None
    places = []
    for place in (chosen.anchor, chosen.head):
        block = old[place.block] if place.block < len(old) else None
        if block not in new:
            return None
        places.append(Place(new.index(block), place.part, place.position))
    return Selection(*places)
