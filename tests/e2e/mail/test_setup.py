"""What the account page is handed, and an agent's wish for a mail's remote images."""

import threading
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from deskapp.channels.email.credentials import password_name
from deskapp.core.commands.messages import LoadRemoteImages
from deskapp.core.ports import TestStep as Step
from deskapp.core.queries.tickets import GetMessageHtml, GetOutbox
from tests.support.dovecot import PASSWORDS
from tests.support.mail_desk import open_mail_desk
from tests.support.mail_servers import MailServers
from tests.support.waiting import wait_for

pytestmark = pytest.mark.real

SHOP = "shop@tienda.test"


def test_the_account_page(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        told: list[Step] = []
        settings = mail_servers.settings(SHOP)
        steps = desk.setup.test(settings, PASSWORDS[SHOP], told.append).result(90)
        assert list(steps) == told
        assert all(step.ok for step in steps)
        steps = desk.setup.test(settings, "", told.append).result(90)
        assert "password_missing" in {step.code for step in steps}

        account_id = desk.connect_and_wait(mail_servers)
        # The page cannot read a password back: an empty one stands for the one that is kept.
        steps = desk.setup.test(settings, "", told.append).result(90)
        assert all(step.ok for step in steps)
        desk.setup.store_password(account_id, "otra").result(90)
        assert desk.desk.secrets.get(password_name(account_id)) == "otra"
        wait_for(lambda: desk.account(account_id).problem == "login_refused", "the new password")


def test_a_test_can_be_cancelled(mail_servers: MailServers, tmp_path: Path) -> None:
    with open_mail_desk(tmp_path / "desk") as desk:
        first, go_on = threading.Event(), threading.Event()
        told: list[Step] = []

        def on_step(step: Step) -> None:
            told.append(step)
            first.set()
            go_on.wait(90)

        future = desk.setup.test(mail_servers.settings(SHOP), PASSWORDS[SHOP], on_step)
        assert first.wait(90)
        assert future.cancel()
        go_on.set()
        with pytest.raises(CancelledError):
            future.result(90)
    assert [step.name for step in told] == ["resolve"]


def test_passwords_are_in_the_secret_store_only(mail_servers: MailServers, tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    with open_mail_desk(folder) as desk:
        desk.connect_and_wait(mail_servers)
    needle = PASSWORDS[SHOP].encode()
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if needle in path.read_bytes()]


def test_remote_images_of_this_machine_are_not_fetched(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    url = f"http://127.0.0.1:{mail_servers.dovecot.imap_port}/x.png"
    raw = (
        "From: carmen@cliente.test\r\nSubject: a\r\nMessage-ID: <1@x>\r\n"
        f'Content-Type: text/html\r\n\r\n<p>b<img src="{url}"></p>'
    )
    with open_mail_desk(tmp_path / "desk") as desk:
        desk.connect_and_wait(mail_servers)
        mail_servers.dovecot.put(SHOP, raw.encode())
        (row,) = desk.wait_for_tickets()
        (message,) = desk.messages(row.id)
        assert message.remote_images == 1
        desk.do(LoadRemoteImages(message_id=message.id))
        wait_for(lambda: desk.ask(GetMessageHtml(message.id)).remote_loaded, "the answer")
        assert desk.ask(GetMessageHtml(message.id)).images == {}
        assert desk.ask(GetOutbox()) == ()
