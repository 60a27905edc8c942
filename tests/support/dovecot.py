"""One real Dovecot in a folder of its own, and what a test does to its mailboxes behind the app's back."""

import imaplib
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.certificates import Certificate
from tests.support.waiting import free_port, listens, wait_for

PASSWORDS = {
    "shop@tienda.test": "s3creto-tienda",
    "otra@otra.test": "s3creto-otra",
    "carmen@cliente.test": "s3creto-carmen",
    "luis@cliente.test": "s3creto-luis",
    "inma@cliente.test": "contraseña ñandú €",
    "mallory@ajeno.test": "s3creto-mallory",
}
"""Everybody who has a mailbox."""

MAIL_ID = 8  # Debian's user and group "mail"


@dataclass
class Dovecot:
    """One Dovecot. `stop` and `start` keep the ports and the mail."""

    root: Path
    certificate: Certificate
    mechanisms: str = "plain login xoauth2"
    capability: str = ""  # instead of the real one
    interface: str = "127.0.0.1"
    imap_port: int = field(default_factory=free_port)
    imaps_port: int = field(default_factory=free_port)
    oauth_port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def auth_socket(self) -> Path:
        return self.root / "auth-postfix"

    def maildir(self, address: str) -> Path:
        user, _, domain = address.partition("@")
        return self.root / "mail" / domain / user / "Maildir"

    def start(self) -> None:
        self.root.mkdir(mode=0o755, exist_ok=True)
        (self.root / "mail").mkdir(exist_ok=True)
        for address in PASSWORDS:
            folder = self.maildir(address)
            folder.mkdir(parents=True, exist_ok=True)
        for path in (self.root / "mail").rglob("*"):
            os.chown(path, MAIL_ID, MAIL_ID)
        os.chown(self.root / "mail", MAIL_ID, MAIL_ID)
        users = "".join(f"{name}:{{PLAIN}}{word}\n" for name, word in PASSWORDS.items())
        (self.root / "users").write_text(users, encoding="utf-8")
        (self.root / "oauth2.conf").write_text(
            f"tokeninfo_url = http://127.0.0.1:{self.oauth_port}/tokeninfo?access_token=\n"
            "username_attribute = email\nforce_introspection = yes\n"
        )
        (self.root / "dovecot.conf").write_text(self._configuration())
        log = (self.root / "dovecot.out").open("ab")
        self.process = subprocess.Popen(
            ["dovecot", "-F", "-c", str(self.root / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        wait_for(lambda: listens(self.imap_port), "Dovecot's start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(90)
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def _configuration(self) -> str:
        root = self.root
        capability = f"imap_capability = {self.capability}" if self.capability else ""
        return f"""
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap
listen = {self.interface}
first_valid_uid = 1
ssl = yes
ssl_cert = <{self.certificate.chain}
ssl_key = <{self.certificate.key}
disable_plaintext_auth = no
auth_mechanisms = {self.mechanisms}
auth_failure_delay = 0
auth_cache_size = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
{capability}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {root}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = username_format=%u {root}/users
}}
userdb {{
  driver = static
  args = uid={MAIL_ID} gid={MAIL_ID} home={root}/mail/%d/%n
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  service_count = 0
  inet_listener imap {{
    port = {self.imap_port}
  }}
  inet_listener imaps {{
    port = {self.imaps_port}
    ssl = yes
  }}
}}
service imap {{
  service_count = 1000
}}
service auth {{
  unix_listener {self.auth_socket} {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""

    # -- what a test does to a mailbox behind the app's back ------------------------------------

    def login(self, address: str) -> imaplib.IMAP4:
        """A connection of the test's own, as from somebody's phone."""
        client = imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=60)
        client.authenticate("PLAIN", lambda _: f"\0{address}\0{PASSWORDS[address]}".encode())
        return client

    def put(self, address: str, raw: bytes, folder: str = "INBOX", flags: str = "") -> None:
        """Lay bytes into a mailbox exactly as they are, without any mail server's additions."""
        client = self.login(address)
        try:
            code, words = client.append(folder, flags, None, raw)
            assert code == "OK", words
        finally:
            client.logout()

    def messages(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """The raw mails of a folder, oldest first."""
        return [raw for raw, _flags in self.messages_with_flags(address, folder)]

    def messages_with_flags(
        self, address: str, folder: str = "INBOX"
    ) -> list[tuple[bytes, tuple[bytes, ...]]]:
        client = self.login(address)
        try:
            code, _words = client.select(f'"{folder}"', readonly=True)
            assert code == "OK"
            _code, found = client.uid("SEARCH", "ALL")
            result = []
            for uid in found[0].split():
                _code, parts = client.uid("FETCH", uid.decode(), "(FLAGS BODY.PEEK[])")
                pair = next(part for part in parts if isinstance(part, tuple))
                rest = b" ".join(p if isinstance(p, bytes) else p[0] for p in parts)
                result.append((pair[1], tuple(_flags(rest).split())))
            return result
        finally:
            client.logout()

    def rebuild_mailbox(self, address: str) -> None:
        """Give the INBOX a new UIDVALIDITY, as a server does after restoring a backup."""
        for name in (
            "dovecot-uidlist",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
        ):
            (self.maildir(address) / name).unlink(missing_ok=True)
        folder = self.maildir(address)
        for path in folder.glob("dovecot-uidvalidity*"):
            path.unlink()

    def count(self, address: str, folder: str = "INBOX") -> int:
        """How many mails a folder holds, by its files: nobody has to sign in for that."""
        root = self.maildir(address) if folder == "INBOX" else self.maildir(address) / f".{folder}"
        return _files(root)

    def empty(self, address: str) -> None:
        """Remove every mail of a user."""
        folder = self.maildir(address)
        if not any(map(_files, (folder, *folder.glob(".*")))):
            return
        client = self.login(address)
        try:
            _code, boxes = client.list()
            for box in boxes:
                assert isinstance(box, bytes)
                client.select(box.rsplit(b" ", 1)[1].decode())
                client.uid("STORE", "1:*", "+FLAGS", "(\\Deleted)")
                client.expunge()
        finally:
            client.logout()


def _files(folder: Path) -> int:
    """Mails in a folder of a Maildir."""
    return sum(1 for name in ("cur", "new") for _mail in (folder / name).glob("*"))


def _flags(answer: bytes) -> bytes:
    _before, _, rest = answer.partition(b"FLAGS (")
    return rest.partition(b")")[0]
