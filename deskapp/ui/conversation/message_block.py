"""What is on a message's card, and where. `card` paints it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from deskapp.core.policies.display import safe_name
from deskapp.models.dto import MessageView
from deskapp.models.enums import MessageKind
from deskapp.ui.conversation import phrases
from deskapp.ui.conversation.attachments import AttachmentStrip
from deskapp.ui.conversation.blocks import Block, Env, Placed, Spot, font
from deskapp.ui.conversation.foot import FootNotice, notices_of
from deskapp.ui.conversation.rich import Prepared, RichBox
from deskapp.ui.conversation.text import shortened, unmarked, visible
from deskapp.ui.conversation.textbox import Range, TextBox
from deskapp.ui.theme import tokens
from deskapp.ui.when import clock, date_time

translate = QCoreApplication.translate

AVATAR = 32
_GAP = 10
PAD_X, PAD_Y = 13.0, 9.0
_SHARE = 0.76
META, _META_GAP = 17.0, 3.0
_TOOL = 24.0
PAPER_PAD = 8.0
_NO_RANGES: tuple[Range, ...] = ()


class MessageBlock(Block):
    """Laid out from a `MessageView`; HTML is added later by `show_rich`."""

    def __init__(self, message: MessageView, env: Env) -> None:
        super().__init__()
        self.message = message
        self._env = env
        self.mine = message.kind is not MessageKind.INBOUND
        self.note = message.kind is MessageKind.NOTE
        self.whole = False  # a long text is shown to its end
        self.quote_open = False
        self.details_open = False
        self.wants_rich = message.has_html and not self.note
        self.rich: RichBox | None = None
        self.too_heavy = False
        self._plain: TextBox | None = None
        self._quote: TextBox | None = None
        self._details: TextBox | None = None
        self._cut = False
        self.follows = False
        self._headline = ""
        self._warned = False
        self._strip: AttachmentStrip | None = None
        self._notices: tuple[FootNotice, ...] = ()
        self._bubble = QRectF()
        self._rows: dict[str, QRectF] = {}
        self._spots: tuple[Spot, ...] = ()

    # -- content ------------------------------------------------------------------------------

    def replace_message(self, message: MessageView) -> None:
        """Show a newer state of the same message."""
        same_words = (message.text, message.quoted) == (self.message.text, self.message.quoted)
        self.message = message
        if not same_words:
            self._plain = self._quote = None
        self._details = self._strip = None
        self.forget()

    def follow(self, on: bool) -> None:
        """Whether it goes on with what the card above says: a chat's messages come in bursts."""
        if on != self.follows:
            self.follows = on
            self.lift = 6 if on else 0
            self.forget()

    def show_rich(self, prepared: Prepared) -> None:
        """Show the mail's own formatting from now on."""
        quoted = "" if self.quote_open else self.message.quoted
        self.rich = RichBox(prepared, quoted, font(13), tokens())
        self.forget()

    def show_plain(self) -> None:
        self.rich = None
        self.forget()

    def theme_changed(self) -> None:
        """Colours are baked into laid out texts."""
        self._plain = self._quote = self._details = None
        self.forget()

    @property
    def body(self) -> TextBox | RichBox:
        if self.rich is not None:
            return self.rich
        if self._plain is None:
            text, bold = visible(self.message.text), _NO_RANGES
            if self.mine:
                text, bold = unmarked(text)
            shown, self._cut = (text, False) if self.whole else shortened(text)
            self._plain = TextBox(shown, font(13), links=True, mentions=self.note, bold=bold)
        return self._plain

    def shows_file(self, sha256: str) -> bool:
        return any(attachment.sha256 == sha256 for attachment in self.message.attachments)

    def toggle_quote(self) -> None:
        self.quote_open = not self.quote_open
        self.forget()

    def toggle_details(self) -> None:
        self.details_open = not self.details_open
        self.forget()

    def show_whole(self) -> None:
        """Show a long text to its end."""
        self.whole = True
        self._plain = None
        self.forget()

    def author(self) -> str:
        """Who wrote it, as the card says it."""
        message = self.message
        if self.mine and message.author_id == self._env.agent_id:
            name = translate("MessageCard", "You")
        else:
            name = safe_name(message.author_name) or message.author_address
        if not name:
            name = translate("MessageCard", "Unknown sender")
        return name

    def headline(self, short: bool = False) -> str:
        """ "Carmen · 10:02". `short`: as after the same person's message."""
        message = self.message
        name = self.author()
        if short:
            word = phrases.delivery_word(message)
            return " · ".join(part for part in (clock(message.at), word) if part and self.mine)
        if self.mine and not self.note and self._forwarded():
            name = translate("MessageCard", "%1, forwarded").replace("%1", name)
        parts = [translate("MessageCard", "Internal note")] if self.note else []
        parts += [name, clock(message.at)]
        if self.message.automatic:
            parts.append(translate("MessageCard", "automatic"))
        if self.mine and (word := phrases.delivery_word(message)):
            parts.append(word)
        return " · ".join(parts)

    def _forwarded(self) -> bool:
        return self.message.subject.lower().startswith(("fwd:", "fw:", "rv:"))

    def speech(self) -> str:
        message = self.message
        parts = [self.headline(), message.text.strip()]
        if warning := phrases.verdict_warning(message):
            parts.insert(1, warning)
        if names := ", ".join(safe_name(a.filename) for a in message.attachments):
            parts.append(translate("MessageCard", "Attachments: %1").replace("%1", names))
        if sentence := phrases.delivery_sentence(message, self._env.now()):
            parts.append(sentence)
        return "\n".join(part for part in parts if part)

    # -- layout -------------------------------------------------------------------------------

    def estimate(self, width: float) -> float:
        per_line = max(20.0, width * _SHARE / 7)
        text = self.message.text[:6000]
        lines = sum(1 + len(line) // per_line for line in text.split("\n")[:120])
        rows = 46 * bool(self.message.attachments) + 22 * bool(self.message.quoted)
        return 2 * PAD_Y + META + _META_GAP + 18.85 * lines + rows

    def lay_out(self, width: float) -> None:
        lead = 0.0 if self.mine else AVATAR + _GAP
        most = max(width * _SHARE, min(width, 400.0)) - lead - 2 * PAD_X
        self._rows = {}
        self._spots = ()
        self._headline = self.headline(short=self.follows)
        self._warned = bool(phrases.verdict_warning(self.message))
        wide = min(most, self._headline_width())
        y = PAD_Y + (META + _META_GAP if self._headline else 0)
        for place in (self._place_details, self._place_body, self._place_quote):
            y, natural = place(y, most)
            wide = max(wide, natural)
        for place in (self._place_attachments, self._place_notices):
            y, natural = place(y, most)
            wide = max(wide, natural)
        wide = min(most, wide)
        self.height = y + PAD_Y
        left = width - wide - 2 * PAD_X if self.mine else lead
        self._bubble = QRectF(left, 0, wide + 2 * PAD_X, self.height)
        self._spots = self._make_spots()

    def _headline_width(self) -> float:
        extra = 18.0 if self.note else 0.0
        if self._warned:
            extra += 18.0
        return QFontMetricsF(font(11.5)).horizontalAdvance(self._headline) + extra + 2

    def _place_details(self, y: float, most: float) -> tuple[float, float]:
        warning = phrases.verdict_warning(self.message)
        lines = [warning] if warning else []
        if self.details_open:
            lines += self._detail_lines()
        if not lines:
            self._details = None
            return y, 0.0
        self._details = TextBox("\n".join(lines), font(11.5), "warn" if warning else "text2")
        self._details.lay_out(most)
        self._rows["details"] = QRectF(0, y, most, self._details.height)
        return y + self._details.height + 4, self._details.natural_width

    def _detail_lines(self) -> list[str]:
        message = self.message
        sender = message.author_address
        if message.author_name and sender:
            sender = f"{safe_name(message.author_name)} <{sender}>"
        rows = (
            (translate("MessageCard", "From: %1"), sender),
            (translate("MessageCard", "To: %1"), phrases.address_line(message.to)),
            (translate("MessageCard", "Cc: %1"), phrases.address_line(message.cc)),
            (translate("MessageCard", "Bcc: %1"), phrases.address_line(message.bcc)),
            (translate("MessageCard", "Subject: %1"), safe_name(message.subject)),
            (translate("MessageCard", "Date: %1"), date_time(message.at)),
            (translate("MessageCard", "Sender check: %1"), phrases.verdict_line(message.verdict)),
        )
        return [words.replace("%1", visible(value)) for words, value in rows if value]

    def _place_body(self, y: float, most: float) -> tuple[float, float]:
        body = self.body
        pad = PAPER_PAD if self._on_paper() else 0.0
        body.lay_out(most - 2 * pad)
        self._rows["body"] = QRectF(pad, y + pad, most - 2 * pad, body.height)
        y += body.height + 2 * pad
        if self._cut and self.rich is None:
            self._rows["whole"] = QRectF(0, y + 4, most, 20)
            y += 24
        return y, body.natural_width + 2 * pad

    def _on_paper(self) -> bool:
        """Whether the mail's own colours need a white ground."""
        return self.rich is not None and self.rich.paper

    def _place_quote(self, y: float, most: float) -> tuple[float, float]:
        shown_whole = self.rich is not None and not self.rich.folded and not self.quote_open
        if not self.message.quoted.strip() or shown_whole:
            return y, 0.0
        self._rows["fold"] = QRectF(0, y + 5, 30, 16)
        y += 23
        if not self.quote_open or self.rich is not None:
            return y, 0.0
        if self._quote is None:
            self._quote = TextBox(
                visible(self.message.quoted)[:20_000], font(13), "text3", links=True
            )
        self._quote.lay_out(most - 12)
        self._rows["quote"] = QRectF(12, y + 4, most - 12, self._quote.height)
        return y + self._quote.height + 6, self._quote.natural_width + 12

    def _place_attachments(self, y: float, most: float) -> tuple[float, float]:
        shown = [
            a
            for a in self.message.attachments
            if not (a.inline and a.content_id and self.rich is not None)
        ]
        if not shown:
            self._strip = None
            return y, 0.0
        self._strip = AttachmentStrip(shown, self._env)
        self._strip.lay_out(most)
        self._rows["files"] = QRectF(0, y + 8, most, self._strip.height)
        return y + 8 + self._strip.height, self._strip.natural_width

    def _place_notices(self, y: float, most: float) -> tuple[float, float]:
        """Lines at the foot that say something and offer something."""
        wide = 0.0
        self._notices = notices_of(self, self._env.now())
        for notice in self._notices:
            notice.lay_out(most)
            self._rows[notice.name] = QRectF(0, y + 6, most, notice.height)
            y += 6 + notice.height
            wide = max(wide, notice.natural_width)
        return y, wide

    # -- places that do something ---------------------------------------------------------------

    def spots(self) -> tuple[Spot, ...]:
        return self._spots

    def parts(self) -> tuple[Placed, ...]:
        placed = [Placed(self.body, self._at("body"))]
        if "quote" in self._rows and self._quote is not None:
            placed.append(Placed(self._quote, self._at("quote")))
        return tuple(placed)

    def _at(self, row: str) -> QPointF:
        rect = self._rows[row]
        return QPointF(self._bubble.left() + PAD_X + rect.left(), rect.top())

    def _inside(self, row: str) -> QRectF:
        return self._rows[row].translated(self._bubble.left() + PAD_X, 0)

    def _make_spots(self) -> tuple[Spot, ...]:
        key = self.message.id
        found = []
        if "fold" in self._rows:
            label = (
                translate("MessageCard", "Hide quoted text")
                if self.quote_open
                else translate("MessageCard", "Show quoted text")
            )
            found.append(Spot(self._inside("fold"), "toggle_quote", key, label))
        if "whole" in self._rows:
            label = translate("MessageCard", "Show all")
            rect = self._inside("whole")
            rect.setWidth(QFontMetricsF(font(12, 600)).horizontalAdvance(label) + 4)
            found.append(Spot(rect, "show_whole", key, label))
        if self._strip is not None:
            found += self._strip.spots(self._inside("files").topLeft())
        for notice in self._notices:
            found += notice.spots(self._inside(notice.name).topLeft(), key)
        return (*found, *self._tools())

    def _tools(self) -> list[Spot]:
        """The small buttons in the upper right corner, seen while the card is looked at."""
        wanted = [("menu", "more", translate("MessageCard", "More about this message"))]
        if not self.note:
            wanted.insert(0, ("reply", "reply", translate("MessageCard", "Reply to this message")))
        if self.message.has_html and not self.too_heavy:
            words = (
                translate("MessageCard", "Show as plain text")
                if self.rich is not None
                else translate("MessageCard", "Show the original")
            )
            wanted.insert(0, ("toggle_rich", "eye", words))
        x = self._bubble.right() - 6 - _TOOL * len(wanted)
        return [
            Spot(QRectF(x + i * _TOOL, 4, _TOOL, _TOOL), action, self.message.id, label)
            for i, (action, _icon, label) in enumerate(wanted)
        ]
