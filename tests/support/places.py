"""A shop with three people, each part of it on a computer of its own: see `open_places`."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from deskapp.app.bootstrap import open_desk
from deskapp.channels.email.credentials import password_name
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.canned import SaveCannedReply
from deskapp.core.commands.desk import SaveAgent, SetSetting
from deskapp.core.commands.webchat import SaveChatBox
from tests.support.browser import Browser, open_browser
from tests.support.dovecot import PASSWORDS
from tests.support.looks import choose_looks
from tests.support.machines import DESK, Machines, Server
from tests.support.mail_servers import MailServers, running_mail_servers
from tests.support.namespaces import Computer, network
from tests.support.shop_site import Shop, Visitor, open_shop, visit
from tests.support.team_rig import do
from tests.support.waiting import free_port, wait_for

PATIENCE_S = 90.0
PEOPLE = {"lucia": "Lucía Marín", "ana": "Ana Robles", "ivan": "Iván Peña"}
"""Machines, and who sits there. The first made the desk."""
SHOP = "shop@tienda.test"
CARMEN = "carmen@cliente.test"
PORT = 8791


def until(condition: Callable[[], object], what: str = "what the windows should come to") -> None:
    wait_for(condition, what, PATIENCE_S)


class Window:
    """A colleague's window, in a process at their computer. Its methods are the steps of
    `window_process.Hands`: each is done there, and answers what it answers there."""

    def __init__(self, machines: Machines, name: str) -> None:
        self.name, self.agent, self.computer = name, PEOPLE[name], machines.computers[name]
        self._machines = machines
        self._errors = machines.folder / f"{name}.err"
        self.process = self._begin()

    def __getattr__(self, step: str) -> Callable[..., Any]:
        def do_it(*words: object) -> Any:
            self.begins(step, *words)
            return self.answer()

        return do_it

    def begins(self, step: str, *words: object) -> None:
        """Say what is to be done, and do not wait; `answer` does."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([step, *words]) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """What the last step came to. AssertionError with what went wrong there."""
        assert self.process.stdout is not None
        heard, _, _ = select.select([self.process.stdout], [], [], 2 * PATIENCE_S)
        line = self.process.stdout.readline() if heard else ""
        assert line, f"{self.name}'s window says nothing: {self._errors.read_text()[-2_000:]}"
        how, told = json.loads(line)
        assert how == "ok", f"at {self.name}'s window: {told}"
        return told

    def close(self) -> list[str]:
        """As a person closes it; what it complained of."""
        complaints: list[str] = self.complains()
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(PATIENCE_S) == 0, self._errors.read_text()[-2_000:]
        assert self.process.stdout is not None
        self.process.stdout.close()
        return complaints

    def kill(self) -> None:
        """As by a power cut."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()

    def opens(self) -> None:
        """Start it again."""
        self.process = self._begin()
        self.answer()

    def _begin(self) -> "subprocess.Popen[str]":
        given = map(
            str, (self._machines.folder / self.name, self._machines.folder / f"{self.name}.keys")
        )
        command = (sys.executable, "-m", "tests.support.window_process", *given)
        with self._errors.open("a") as errors:
            return self._machines.start(self.name, *command, stdin=subprocess.PIPE, stderr=errors)


Camera = Callable[[str, tuple[Window, ...], Visitor | None], None]


@dataclass
class Places:
    """What a story is played with. The customers' programs run at the computer "street"."""

    machines: Machines
    mail: MailServers
    shop: Shop
    browser: Browser
    computers: Mapping[str, Computer]
    box: Mapping[str, object]
    """The settings of the chat box."""
    windows: dict[str, Window] = field(default_factory=dict)
    language: str = "es"
    dark: bool = False
    server: Server | None = None
    camera: Camera | None = None

    @property
    def desk(self) -> Computer:
        return self.computers[DESK]

    def snap(self, name: str, *windows: Window, visitor: Visitor | None = None) -> None:
        """Take a picture, where there is a camera."""
        if self.camera is not None:
            self.camera(name, windows, visitor)

    def asks_for_an_address(self, how: str) -> None:
        """Change what the chat box asks for before a chat: "no" or "required"."""
        settings = {**self.box, "ask_email": how}
        body = {"account_id": self.shop.box, "name": "Casa Talavera", "settings": settings}
        told = self.windows["lucia"].tells("account.save_chat_box", body)
        assert not told["rejected"], told

    def hears_mail(self, message: EmailMessage, sender: str = CARMEN) -> None:
        """A customer writes."""
        with self.computers["mail"].inside():
            self.mail.send(message, sender)

    def mails_of(self, address: str, count: int) -> list[bytes]:
        """A customer's mails, once there are so many."""
        with self.computers["mail"].inside():
            return self.mail.wait_for_mail(address, count, seconds=PATIENCE_S)

    def visit(self, size: tuple[int, int] = (420, 700)) -> Visitor:
        """Somebody comes to the shop's page."""
        return visit(
            self.browser, self.shop, size=size, still=True, dark=self.dark, language=self.language
        )


def letter(
    body: str, subject: str, sender: str = f"Carmen Ruiz <{CARMEN}>", **headers: str
) -> EmailMessage:
    """A customer's mail."""
    made = EmailMessage(SMTP)
    made["From"], made["To"], made["Subject"] = sender, SHOP, subject
    made["Message-ID"] = f"<{os.urandom(8).hex()}@cliente.test>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body + "\n")
    return made


@contextmanager
def open_places(folder: Path, language: str = "es", theme: str = "light") -> Iterator[Places]:
    """A `deskapp serve`, the mail server, the customers' street with the shop's site and a Chromium, and three
    people's windows, each in a network namespace. Two have joined by link, one by digits."""
    with ExitStack() as stack:
        net = stack.enter_context(network(DESK, "mail", "street", *PEOPLE))
        with net["mail"].inside():
            mail = stack.enter_context(running_mail_servers("0.0.0.0", (net["mail"].address,)))
        with net["street"].inside():
            browser = stack.enter_context(open_browser(folder, reach=(net[DESK].address,)))
            shop = stack.enter_context(open_shop())
        env = {**os.environ, "SSL_CERT_FILE": str(mail.ca_file)}
        machines = Machines(folder, net[DESK].address, PORT, net, env)
        box = settle(machines, mail, shop, language)
        shop.language = language
        places = Places(machines, mail, shop, browser, net, box, language=language)
        places.dark = theme == "dark"
        places.server = stack.enter_context(machines.serving(*PEOPLE.values()))
        machines.pair(places.server, PEOPLE, by_code=("ana",))
        for name in PEOPLE:
            choose_looks(machines.profile(name), language, theme)
            places.windows[name] = Window(machines, name)
        for window in places.windows.values():
            window.answer()
        yield places
        complaints = {name: window.close() for name, window in places.windows.items()}
        assert not any(complaints.values()), complaints


def settle(
    machines: Machines, mail: MailServers, shop: Shop, language: str
) -> Mapping[str, object]:
    """The desk with its people, its mailbox, its chat box and a canned reply; the box's settings."""
    with open_desk(machines.profile(DESK), machines.keys(DESK)) as desk:
        workspace = desk.workspace
        new = workspace.new_id
        first, *others = PEOPLE.values()
        do(workspace, SaveAgent(agent_id=workspace.agent_id, name=first))
        for name in others:
            do(workspace, SaveAgent(agent_id=new(), name=name))
        port = free_port()
        for key, value in {
            "desk.name": "Casa Talavera",
            "desk.language": language,
            "desk.setup_done": True,
            "compose.undo_seconds": 0,
            "chat.reach": "network",
            "chat.port": port,
        }.items():
            do(workspace, SetSetting(key=key, value=value))
        account, box = new(), new()
        desk.secrets.put(password_name(account), PASSWORDS[SHOP])
        server = machines.computers["mail"].address
        settings = mail.settings(SHOP, imap_host=server, smtp_host=server)
        do(
            workspace,
            SaveAccount(account_id=account, name="Casa Talavera", address=SHOP, settings=settings),
        )
        plain = {
            "ask_name": "no",
            "ask_email": "no",
            "origins": [shop.url],
            "mail_account": account,
        }
        do(workspace, SaveChatBox(account_id=box, name="Casa Talavera", settings=plain))
        said = "Gracias por escribirnos, {{ contact.first_name }}."
        do(
            workspace,
            SaveCannedReply(canned_id=new(), shortcut="gracias", title="Gracias", body=said),
        )
    shop.box, shop.desk = box, f"http://{machines.address}:{port}"
    return plain
