"""A whole desk full of hostile mail, looked through in its real window; run as a program.

`python -m tests.support.hostile_desk FOLDER MAILS` fills a desk in FOLDER from the JSON list MAILS
(base64 of raw mails), opens each conversation, every settings page and the palette, and prints a JSON
report: how many were opened, how many showed formatting, and every text that Qt would read as markup
and every link that would lead elsewhere than to the web or to mail. Whoever starts it watches, from
outside, what it reads and whom it calls. With `--careless` it does what it must never do, to show
that the watchers would notice.
"""

import json
import socket
import sys
from base64 import b64decode
from contextlib import suppress
from pathlib import Path

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from deskapp.app.bootstrap import open_desk
from deskapp.app.driver import Driver
from deskapp.app.gui import DeskWindow, application
from deskapp.channels.email.intake import Intake
from deskapp.channels.email.sandbox import MailParser
from deskapp.core.api import Command
from deskapp.core.authority.workspace import SYSTEM, LocalWorkspace
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.canned import SaveCannedReply
from deskapp.core.commands.contacts import AddContactNote, SetContactField, UpdateContact
from deskapp.core.commands.desk import SaveAgent, SaveCustomField, SaveView
from deskapp.core.commands.mail import RawRef
from deskapp.core.commands.messages import AddNote
from deskapp.core.commands.tickets import AddTags
from deskapp.core.policies.display import strip_hidden
from deskapp.core.policies.fields import field_key
from deskapp.core.queries.desk import GetAgents
from deskapp.core.queries.tickets import GetTicket
from deskapp.models.dto import Condition
from deskapp.models.enums import FieldKind
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from deskapp.ui.conversation.message_block import MessageBlock
from deskapp.ui.conversation.pane import ConversationPane
from tests.support.plain_audit import misleading_texts

WEB = ("http", "https", "mailto")


class HostileDesk:
    """The desk and its window; `evil` goes wherever an agent or an import may have put words.

    What only agents type hides nothing: they are no strangers to themselves.
    """

    def __init__(self, folder: Path, evil: str) -> None:
        self.desk = open_desk(Profile.at(folder / "desk"), FileKey(folder / "key"))
        self.evil, self.typed = evil, strip_hidden(evil)
        self.account_id = self.desk.workspace.new_id()
        self._do(
            SaveAccount(
                account_id=self.account_id,
                name=self.typed,
                address="shop@tienda.test",
                signature=self.typed,
                enabled=False,
            )
        )
        self.uid = 0

    def fill(self, mails: list[bytes]) -> list[str]:
        """Take the mails in as a mailbox's worker does; ids of their tickets."""
        system = LocalWorkspace(self.desk.authority, SYSTEM, SYSTEM)
        found = []
        with MailParser() as parser:
            intake = Intake(system, parser, b"k" * 32)
            for raw in mails:
                self.uid += 1
                sha256 = self.desk.workspace.blobs.put(raw)
                ref = RawRef(sha256, len(raw), self.account_id, "INBOX", 1, self.uid)
                (outcome,) = intake.take([ref])
                found.append(str(outcome.result["ticket_id"]))
        return found

    def decorate(self, ticket_id: str) -> None:
        """The same words as note, tag, contact, field, canned reply, view and agent."""
        new, evil, typed = self.desk.workspace.new_id, self.evil, self.typed
        contact = self.desk.workspace.query(GetTicket(ticket_id)).result().row.contact_id
        agent = self.desk.workspace.query(GetAgents()).result()[0]
        field, key = new(), field_key(typed[:60])
        for command in (
            AddNote(ticket_id=ticket_id, message_id=new(), body=typed),
            AddTags(ticket_ids=(ticket_id,), tags=(typed[:60],)),
            UpdateContact(contact_id=contact, name=evil, organisation=evil),
            SaveCustomField(field_id=field, label=typed[:60], kind=FieldKind.TEXT),
            SetContactField(contact_id=contact, key=key, value=evil),
            AddContactNote(contact_id=contact, note_id=new(), body=typed),
            SaveCannedReply(canned_id=new(), shortcut="evil", title=typed, body=typed),
            SaveView(
                view_id=new(), name=typed, conditions=(Condition("contact", "contains", evil),)
            ),
            SaveAgent(agent_id=agent.id, name=typed),
        ):
            self._do(command)

    def _do(self, command: Command) -> None:
        outcome = self.desk.workspace.submit(command).result()
        assert outcome.ok, f"{command.TYPE}: {outcome.rejected}"


class Walk:
    """Somebody who looks at everything."""

    def __init__(self, app: QApplication, desk: HostileDesk) -> None:
        self.window = DeskWindow(app, desk.desk, channels=False)
        self.driver = Driver(app, self.window)
        self.problems: set[str] = set()
        self.opened = self.formatted = 0
        self.window.show()
        self.window.window.resize(1440, 900)
        self.window.window.activateWindow()
        self.driver.wait("the window is complete", lambda: self.window.assembly is not None)

    def tickets(self, ids: list[str]) -> None:
        pane = self.window.window.inbox.pane
        assert self.window.assembly is not None
        conversation = self.window.assembly.conversation
        pane.open_view("all")
        self.driver.wait("the list", lambda: pane.model.rowCount() >= min(len(ids), 50))
        for ticket_id in ids:
            self.window.window.open_ticket(ticket_id)
            self._read(conversation, ticket_id)

    def _read(self, conversation: ConversationPane, ticket_id: str) -> None:
        """Wait for a ticket's messages and for their formatting, and look at all of it."""
        self.driver.wait("a conversation", lambda: _shows(conversation, ticket_id))
        asked: list[MessageBlock] = []

        def formatted() -> bool:
            """A card may be made anew meanwhile; each is asked for its formatting once."""
            cards = _cards(conversation)
            for card in cards:
                if card.message.has_html and card.rich is None and card not in asked:
                    asked.append(card)
                    conversation.deeds.formatting.render(card, asked=True)
            return all(map(_is_formatted, cards))

        self.driver.wait("its formatting", formatted)
        cards = _cards(conversation)
        self.opened += 1
        self.formatted += sum(card.rich is not None for card in cards)
        self._links(cards)
        self.look()

    def rooms(self) -> None:
        """The customers, every settings page, and what the palette finds."""
        self.window.window.show_room("customers")
        self._pause()
        actions = self.window.context.actions
        for action_id in [action.id for action in actions]:
            if action_id.startswith(("settings.", "palette.")):
                actions.run(action_id)
                self._pause()
        self.driver.type("Talla")
        self._pause()
        self.driver.close_over()

    def _pause(self) -> None:
        self.driver.settle()
        self.look()

    def look(self) -> None:
        self.window.window.grab()
        self.problems.update(misleading_texts())

    def _links(self, cards: list[MessageBlock]) -> None:
        for card in cards:
            links = card.rich.links() if card.rich else card.body.links
            self.problems.update(
                link.href for link in links if link.href.partition(":")[0].lower() not in WEB
            )


def _cards(conversation: ConversationPane) -> list[MessageBlock]:
    return [block for block in conversation.view.blocks if isinstance(block, MessageBlock)]


def _shows(conversation: ConversationPane, ticket_id: str) -> bool:
    is_current = conversation.row is not None and conversation.row.id == ticket_id
    cards = _cards(conversation)
    return is_current and bool(cards) and cards[0].message.ticket_id == ticket_id


def _is_formatted(card: MessageBlock) -> bool:
    return card.rich is not None or card.too_heavy or not card.message.has_html


def careless(trap: str) -> QWidget:
    """Everything that must never happen, once: to show that it would be seen."""
    document = QTextDocument()
    document.setHtml(f"<img src='{trap}'>")
    document.size()
    label = QLabel("<b>bold</b>")
    label.setToolTip("<b>bold</b>\u202e")
    with suppress(OSError), socket.create_connection(("192.0.2.1", 80), 0.2):
        pass
    return label


def main(folder: str, mails: str, *options: str) -> None:
    given = json.loads(Path(mails).read_text("utf-8"))
    app = application()
    desk = HostileDesk(Path(folder), given["evil"])
    ids = desk.fill([b64decode(one) for one in given["mails"]])
    desk.decorate(ids[0])
    walk = Walk(app, desk)
    held = careless(given["trap"]) if "--careless" in options else None
    walk.tickets(ids)
    walk.rooms()
    walk.window.close()
    report = {"opened": walk.opened, "formatted": walk.formatted, "problems": sorted(walk.problems)}
    print(json.dumps(report))
    del held


if __name__ == "__main__":
    main(*sys.argv[1:])
