"""Two `deskapp serve` at one database: colleagues and visitors of either are at one desk, and one of them may die."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from websockets.sync.client import connect

from deskapp.app.bootstrap import open_desk
from deskapp.app.joining import join
from deskapp.channels.email.credentials import password_name
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.desk import SetSetting
from deskapp.core.commands.mail import IncomingMail, RawRef, ReceiveMail, StoreRawMail
from deskapp.core.commands.messages import SendReply
from deskapp.core.commands.tickets import AssignTicket
from deskapp.core.commands.webchat import SaveChatBox
from deskapp.core.queries.tickets import GetConversation
from deskapp.core.queries.views import TicketIds, TicketRows
from deskapp.models.dto import Address
from deskapp.sync.pairing.link import Link
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile
from tests.support.dovecot import PASSWORDS
from tests.support.machines import DESK, Machines, Server
from tests.support.mail_servers import MailServers, mail_server_processes, mail_servers
from tests.support.postgres import server
from tests.support.team_rig import Colleague, ask, do, texts
from tests.support.waiting import free_port, listens, wait_for
from tests.support.webchat_desk import SITE, Visitor, new_token

__all__ = ["mail_server_processes", "mail_servers"]

pytestmark = pytest.mark.real

SHOP, CARMEN = "shop@tienda.test", "carmen@cliente.test"
WAIT_S = 60
CLAIMED = 12
HELD_MS = 5_000


@dataclass
class Desk:
    """`first` also fetches mail and answers chats; Ana is at it and Luis at `second`, each knows of both."""

    machines: Machines
    tickets: list[str]
    box: str
    chat_port: int
    first: Server
    second: Server
    ana: Colleague
    luis: Colleague

    @contextmanager
    def visitor(self, token: str) -> Iterator[Visitor]:
        """A page of the shop's, with the chat open."""
        wait_for(lambda: listens(self.chat_port), "the chat")
        with connect(
            f"ws://127.0.0.1:{self.chat_port}/chat", origin=SITE, compression=None, ping_interval=None,  # type: ignore[arg-type]
            close_timeout=1,
        ) as raw:  # fmt: skip
            visitor = Visitor(raw, self.box, token)
            visitor.hello()
            yield visitor


@pytest.fixture
def desk(tmp_path: Path, mail_servers: MailServers) -> Iterator[Desk]:
    with ExitStack() as stack:
        machines = Machines(tmp_path, database=stack.enter_context(server().desk()))
        box, chat_port, other = "b" * 32, free_port(), free_port()
        people = ("Ana Ruiz", "Luis Gil")
        machines.settle(*people)
        tickets = furnish(machines, mail_servers, box, chat_port)
        first = machines.serve(*people, also=other)
        stack.callback(ends, first)
        second = machines.serve(port=other, also=machines.port)
        stack.callback(ends, second)
        here = joined(tmp_path / "ana", first.link("Ana Ruiz"))
        stack.callback(here.close)
        link = Link.parse(first.link("Luis Gil"))
        there = joined(tmp_path / "luis", str(replace(link, addresses=link.addresses[::-1])))
        stack.callback(there.close)
        assert here.desk.lanes.addresses == there.desk.lanes.addresses[::-1]
        yield Desk(machines, tickets, box, chat_port, first, second, here, there)


def ends(one: Server) -> None:
    """As it is asked to, unless it was killed."""
    if one.process.poll() is None:
        one.stop()


def furnish(machines: Machines, servers: MailServers, box: str, chat_port: int) -> list[str]:
    """A mailbox, a chat box, and Carmen's mails; their tickets."""
    with open_desk(machines.profile(DESK), machines.keys(DESK)) as desk:
        new, account = desk.workspace.new_id, desk.workspace.new_id()
        desk.secrets.put(password_name(account), PASSWORDS[SHOP])
        settings = servers.settings(SHOP)
        shop = SaveAccount(account_id=account, name="Tienda", address=SHOP, settings=settings)
        do(desk.workspace, shop)
        chat = SaveChatBox(account_id=box, name="Taller", settings={"origins": (SITE,)})
        do(desk.workspace, chat)
        do(desk.workspace, SetSetting(key="chat.port", value=chat_port))
        tickets = [new() for _ in range(CLAIMED)]
        for n, ticket in enumerate(tickets, start=1):
            sha = f"{n:064x}"
            mail = IncomingMail(
                raw_sha256=sha, subject=f"Pedido {n}", rfc_message_id=f"<m{n}@cliente.test>",
                sender=Address("Carmen", CARMEN), text="Falta una taza.", to=(Address("", SHOP),),
            )  # fmt: skip
            raw = RawRef(sha, 100, account, "Archive", 1, n)
            arrived = ReceiveMail(
                mail=mail, account_id=account, ticket_id=ticket, message_id=new(), contact_id=new()
            )
            for command in (StoreRawMail(items=(raw,)), arrived):
                assert desk.authority.submit_as_desk(command).result(WAIT_S).ok
    return tickets


def joined(folder: Path, link: str) -> Colleague:
    made = Colleague(Profile(folder), MemoryKey())
    join(made.profile, link, keys=made.keys)
    made.open()
    made.wait_online()
    return made


def test_news_claims_and_chats_cross_over(desk: Desk) -> None:
    told = [s for s in (hears(desk, n) for n in range(30)) if s]
    print(f"\nfrom one process's colleague to the other's: p50 {sorted(told)[15] * 1000:.0f} ms, "
          f"p95 {sorted(told)[28] * 1000:.0f} ms")  # fmt: skip
    with ThreadPoolExecutor(2) as both:
        won = Counter[str]()
        for ticket in desk.tickets:
            claims = [both.submit(claim, who, ticket) for who in (desk.ana, desk.luis)]
            won[ticket] += sum(one.result(WAIT_S) for one in claims)
    assert won == dict.fromkeys(desk.tickets, 1)
    with desk.visitor(new_token()) as carmen:
        carmen.say("¿Hay alguien?")
        ticket = chat_at(desk.luis, "¿Hay alguien?")
        desk.luis.reply(ticket, "Aquí estoy.")
        assert carmen.next("message")["message"]["text"] == "Aquí estoy."


def hears(desk: Desk, n: int) -> float:
    """Seconds from a note at one process to its being read at the other."""
    writer, reader = (desk.ana, desk.luis) if n % 2 else (desk.luis, desk.ana)
    ticket, body = desk.tickets[0], f"nota {n}"
    began = time.monotonic()
    writer.note(ticket, body)
    wait_for(lambda: body in texts(reader.workspace, ticket), f"{body} at the other")
    return time.monotonic() - began


def claim(who: Colleague, ticket: str) -> bool:
    """Take a ticket that the window shows as nobody's."""
    take = AssignTicket(ticket_ids=(ticket,), agent_id=who.workspace.agent_id, expected="")
    return who.workspace.submit(take).result(WAIT_S).ok


def chat_at(who: Colleague, text: str) -> str:
    """The ticket in which a visitor said that, as soon as it is there."""
    found: list[str] = []

    def there() -> bool:
        rows = ask(who.workspace, TicketRows(ask(who.workspace, TicketIds("all")).keys))
        found[:] = [row.id for row in rows if text in texts(who.workspace, row.id)]
        return bool(found)

    wait_for(there, text)
    return found[0]


def test_one_dies_and_the_other_goes_on(desk: Desk, mail_servers: MailServers) -> None:
    token, visited = new_token(), "¿Siguen ahí?"
    with desk.visitor(token) as carmen:
        carmen.say(visited)
    chat = chat_at(desk.luis, visited)
    answer(desk.luis, desk.tickets[1], "Sale hoy.", 0)
    mail_servers.wait_for_mail(CARMEN, 1, seconds=WAIT_S)
    for who, ticket in ((desk.ana, 2), (desk.luis, 3)):
        answer(who, desk.tickets[ticket], f"Held {ticket}", HELD_MS)
    wait_for(lambda: not desk.ana.workspace.connection.unsent, "hers at the desk")
    said = write_while_it_is_killed(desk)
    for who in (desk.ana, desk.luis):
        wait_for(lambda w=who: w.workspace.connection.online, "a line to the other")
        wait_for(lambda w=who: not w.workspace.connection.unsent, "nothing unsent")
    notes = [f"{who} {n}" for who, count in said.items() for n in range(count)]
    for reader in (desk.ana, desk.luis):
        wait_for(lambda r=reader: sorted(read(desk, r)) == sorted(notes), "all notes, each once")
    sent = mail_servers.wait_for_mail(CARMEN, 3, seconds=WAIT_S)
    assert len(sent) == 3
    assert all(
        sum(body in one for one in sent) == 1 for body in (b"Sale hoy", b"Held 2", b"Held 3")
    )
    with desk.visitor(token) as carmen:
        assert [message["text"] for message in carmen.welcome["messages"]] == [visited]
        desk.ana.reply(chat, "Seguimos.")
        assert carmen.next("message")["message"]["text"] == "Seguimos."


def answer(who: Colleague, ticket: str, body: str, hold_ms: int) -> None:
    wait_for(lambda: texts(who.workspace, ticket), "the ticket")
    seen = max(item.order for item in ask(who.workspace, GetConversation(ticket)).items)
    uid = who.workspace.new_id()
    do(
        who.workspace,
        SendReply(
            ticket_id=ticket, message_id=uid, body=body, seen_order=seen, hold_ms=hold_ms,
            to=(Address("Carmen", CARMEN),),
        ),
    )  # fmt: skip


def write_while_it_is_killed(desk: Desk) -> dict[str, int]:
    """Both write notes on and on; the first process is killed amid them. How many each has written."""
    said, gone = {"ana": 0, "luis": 0}, threading.Event()

    def write(name: str, who: Colleague) -> None:
        after = 0
        while after < 10:
            after += gone.is_set()
            who.note(desk.tickets[0], f"{name} {said[name]}")
            said[name] += 1

    with ThreadPoolExecutor(2) as both:
        writing = [both.submit(write, *one) for one in (("ana", desk.ana), ("luis", desk.luis))]
        wait_for(lambda: min(said.values()) >= 10, "some were written")
        desk.first.kill()
        gone.set()
        for one in writing:
            one.result(WAIT_S)
    return said


def read(desk: Desk, reader: Colleague) -> list[str]:
    return texts(reader.workspace, desk.tickets[0], 100_000)[1:]
