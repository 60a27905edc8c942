"""Lines at the foot of a card: not sent, held, pictures blocked; each with what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from deskapp.models.dto import MessageView
from deskapp.models.enums import Delivery
from deskapp.ui.conversation import phrases
from deskapp.ui.conversation.blocks import Spot, font
from deskapp.ui.conversation.textbox import TextBox
from deskapp.ui.theme import colour, icon_pixmap, tokens

if TYPE_CHECKING:
    from deskapp.ui.conversation.message_block import MessageBlock

translate = QCoreApplication.translate

Actions = tuple[tuple[str, str], ...]  # (action, label)
_LEAD = 18.0
_ROW = 20.0


class FootNotice:
    """One sentence, wrapped, and its actions after it or on a line of their own."""

    def __init__(
        self, name: str, icon_name: str, token: str, sentence: str, actions: Actions = ()
    ) -> None:
        self.name, self.sentence, self.actions = name, sentence, actions
        self.height = 0.0
        self.natural_width = 0.0
        self._icon, self._token = icon_name, token
        self._box = TextBox(sentence, font(12), token)
        self._below = False

    def lay_out(self, width: float) -> None:
        self._box.lay_out(max(60.0, width - _LEAD))
        reach = self._box.natural_width + _LEAD + self._actions_width()
        self._below = bool(self.actions) and (self._box.height > _ROW or reach > width)
        self.height = max(_ROW, self._box.height + 2) + (_ROW if self._below else 0.0)
        longest = max(self._box.natural_width + _LEAD, _LEAD + self._actions_width())
        self.natural_width = min(width, longest if self._below else reach)

    def spots(self, at: QPointF, key: str) -> list[Spot]:
        """`key` is the message's id."""
        metrics = QFontMetricsF(font(12, 600))
        x = at.x() + _LEAD - 4
        y = at.y()
        if self._below:
            y += self.height - _ROW
        else:
            x += self._box.natural_width + 8
        found = []
        for action, label in self.actions:
            wide = metrics.horizontalAdvance(label) + 8
            found.append(Spot(QRectF(x, y, wide, _ROW), action, key, label))
            x += wide + 6
        return found

    def paint(self, painter: QPainter, at: QPointF, hot: Spot | None) -> None:
        ratio = painter.device().devicePixelRatioF()
        ink = getattr(tokens(), self._token)
        painter.drawPixmap(at + QPointF(0, 3), icon_pixmap(self._icon, ink, 13, ratio))
        self._box.draw(painter, at + QPointF(_LEAD, 1))
        painter.setFont(font(12, 600))
        for spot in self.spots(at, ""):
            lit = hot is not None and hot.rect == spot.rect
            painter.setPen(colour("text" if lit else "accent"))
            painter.drawText(spot.rect, Qt.AlignmentFlag.AlignCenter, spot.label)

    def _actions_width(self) -> float:
        metrics = QFontMetricsF(font(12, 600))
        return sum(metrics.horizontalAdvance(label) + 14 for _, label in self.actions)


def notices_of(card: MessageBlock, now: int) -> tuple[FootNotice, ...]:
    """What a message's card says at its foot."""
    message = card.message
    found = []
    if sentence := phrases.delivery_sentence(message, now):
        icon_name, token = {
            Delivery.FAILED: ("alert", "danger"),
            Delivery.UNCERTAIN: ("alert", "warn"),
        }.get(message.delivery, ("clock", "text3"))
        actions = _delivery_actions(message)
        found.append(FootNotice("delivery", icon_name, token, sentence, actions))
    if message.held:
        words = translate("FootNotice", "From someone new on this ticket")
        admit = ("admit", translate("FootNotice", "Let in"))
        split = ("split", translate("FootNotice", "Own ticket"))
        found.append(FootNotice("held", "user", "warn", words, (admit, split)))
    if message.remote_images and card.rich is not None and not card.rich.remote_shown:
        words = translate("FootNotice", "Remote images blocked: %1")
        words = words.replace("%1", str(message.remote_images))
        load = ("load_images", translate("FootNotice", "Load images"))
        found.append(FootNotice("images", "image", "text3", words, (load,)))
    if card.too_heavy:
        words = translate("FootNotice", "Too complex to show with its formatting")
        found.append(FootNotice("heavy", "info", "text3", words))
    return tuple(found)


def _delivery_actions(message: MessageView) -> Actions:
    undo = ("undo_send", translate("FootNotice", "Undo"))
    now = ("send_now", translate("FootNotice", "Send now"))
    retry = ("retry_send", translate("FootNotice", "Retry"))
    edit = ("undo_send", translate("FootNotice", "Edit again"))
    return {
        Delivery.QUEUED: (undo, now),
        Delivery.FAILED: (retry, edit),
        Delivery.UNCERTAIN: (retry,),
    }.get(message.delivery, ())
