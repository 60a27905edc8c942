"""What an agent may no longer see leaves their machine to the last byte: rows, index, files, and what is logged."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp.app import logs
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.mail import IncomingMail, RawRef, ReceiveMail, StoreRawMail
from deskapp.core.commands.messages import AddNote, AttachmentRef
from deskapp.core.commands.rooms import ChangeMembers, OpenRoom, PostInRoom
from deskapp.core.commands.team import MoveTicket, RevokeDevice, SaveDepartment, SetMembership
from deskapp.core.queries.search import Search
from deskapp.models.dto import Address
from tests.support.team_rig import Colleague, Team, ask, do, texts
from tests.support.waiting import wait_for

WORD = "zqxcanarywordqxz"
NEEDLE = b"canaryword"
"""An index leaves out how a word begins, where the one before begins alike."""
REASONS = ("moved", "lost", "revoked")


class Secret:
    """A conversation that Ana may see, and all that she looked at in it; a room likewise."""

    def __init__(self, taller: Team, ana: Colleague) -> None:
        self.host, self.ana = taller.host.workspace, ana
        self.home, self.other = (self._department(name) for name in ("Ventas", "Taller"))
        self.agent = ana.desk.member.agent_id
        do(self.host, SetMembership(agent_id=self.agent, department_ids=(self.home,)))
        self.ticket = self._mail(taller)
        do(self.host, MoveTicket(ticket_id=self.ticket, department_id=self.home))
        files = [self._note(), self._in_room()]
        wait_for(lambda: len(texts(ana.workspace, self.ticket)) == 2, "the conversation at Ana's")
        wait_for(lambda: self._room_is_there(), "the room at Ana's")
        for sha256 in (*files, self.raw):
            assert NEEDLE in ana.workspace.blobs.get(sha256)
        part = ana.profile.incoming / f"{files[0]}.part"
        part.write_bytes(NEEDLE)  # it was fetched before, and broke off
        assert ask(ana.workspace, Search(WORD)).hits

    def _department(self, name: str) -> str:
        uid = self.host.new_id()
        do(self.host, SaveDepartment(department_id=uid, name=name))
        return uid

    def _mail(self, taller: Team) -> str:
        new, desk = self.host.new_id, taller.host.desk.authority
        account, ticket = new(), new()
        self.raw = self.host.blobs.put(f"From: Carmen\n\n{WORD}".encode())
        do(
            self.host,
            SaveAccount(account_id=account, name="T", address="a@taller.test", settings={}),
        )
        mail = IncomingMail(
            raw_sha256=self.raw, subject=f"Pedido {WORD}", rfc_message_id="<1@correo.test>",
            sender=Address("Carmen", "carmen@correo.test"), text=f"Hola {WORD} " * 300,
            html=f"<p>Hola {WORD}</p>", to=(Address("", "a@taller.test"),),
        )  # fmt: skip
        raw = RawRef(self.raw, 100, account, "INBOX", 1, 1)
        arrived = ReceiveMail(
            mail=mail, account_id=account, ticket_id=ticket, message_id=new(), contact_id=new()
        )
        for command in (StoreRawMail(items=(raw,)), arrived):
            assert desk.submit_as_desk(command).result(60).ok
        return ticket

    def _file(self, name: str) -> AttachmentRef:
        data = f"{name} {WORD} ".encode() * 50
        sha256 = self.host.blobs.put(data)
        return AttachmentRef(self.host.new_id(), f"{WORD}.txt", "text/plain", len(data), sha256)

    def _note(self) -> str:
        file, message = self._file("nota"), self.host.new_id()
        note = AddNote(
            ticket_id=self.ticket, message_id=message, body=f"nota {WORD}", attachments=(file,)
        )
        do(self.host, note)
        return file.sha256

    def _in_room(self) -> str:
        self.room, file, new = self.host.new_id(), self._file("sala"), self.host.new_id
        opened = OpenRoom(room_id=self.room, kind="group", member_ids=(self.agent,), name="taller")
        do(self.host, opened)
        said = PostInRoom(
            room_id=self.room, message_id=new(), body=f"hola {WORD}", attachments=(file,)
        )
        do(self.host, said)
        return file.sha256

    def _room_is_there(self) -> bool:
        with self.ana.desk.workspace._replica.cache.reading() as connection:
            found = connection.exec_driver_sql("SELECT count(*) FROM room_message").scalar()
        return bool(found)

    def ends(self, reason: str) -> None:
        if reason == "revoked":
            do(self.host, RevokeDevice(device_id=self.ana.desk.member.device))
            return
        do(self.host, ChangeMembers(room_id=self.room, remove=(self.agent,)))
        if reason == "moved":
            do(self.host, MoveTicket(ticket_id=self.ticket, department_id=self.other))
        else:
            do(self.host, SetMembership(agent_id=self.agent, department_ids=()))


def left(folder: Path) -> list[str]:
    """Files in which the word stands."""
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and NEEDLE in path.read_bytes():
                found.append(path.relative_to(folder).as_posix())
        except FileNotFoundError:  # it went just now
            continue
    return found


@pytest.fixture
def talkative(tmp_path: Path) -> Iterator[Path]:
    """Everything that any part of the program says is logged, as with --verbose and beyond."""
    before = logging.getLogger().level
    handler = logs.start(tmp_path / "logs", logging.DEBUG)
    logging.getLogger(__name__).debug("it begins")
    yield tmp_path / "logs"
    logs.stop(handler)
    logging.getLogger().setLevel(before)


@pytest.mark.parametrize("reason", REASONS)
def test_no_word_is_left(taller: Team, talkative: Path, reason: str) -> None:
    ana = taller.colleague("ana")
    secret = Secret(taller, ana)
    assert {"cache.sqlite", "blobs", "incoming"} <= {
        name.partition("/")[0].removesuffix("-wal") for name in left(ana.profile.folder)
    }
    secret.ends(reason)
    wait_for(lambda: texts(ana.workspace, secret.ticket) == [], "it to be gone")
    wait_for(lambda: not left(ana.profile.folder), "the last byte to go")
    assert left(talkative) == []
    assert any(talkative.iterdir()), "nothing was logged at all"
    ana.close()
    assert left(ana.profile.folder) == []
    ana.open()
