"""Real mail servers on the loopback: Dovecot and Postfix, with folders, users and TLS of their own.

Both run in the foreground as children of the tests, from configuration written here, on free high
ports. Nothing of the machine's own mail system is read or changed, and nothing is resolved: Postfix
knows the domains below and bounces every other one.
"""

import contextlib
import datetime
import imaplib
import itertools
import os
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

AUTHSERV_ID = "mx.tienda.test"
PASSWORDS = {
    "shop@tienda.test": "s3creto-tienda",
    "otra@otra.test": "s3creto-otra",
    "carmen@cliente.test": "s3creto-carmen",
    "luis@cliente.test": "s3creto-luis",
    "mallory@ajeno.test": "s3creto-mallory",
}
DOMAINS = sorted({address.partition("@")[2] for address in PASSWORDS})
BOUNCING_DOMAIN = "rebota.test"
"""Accepted by Postfix, then returned to the sender as a delivery report (RFC 3464)."""
REFUSED = "nadie@cliente.test"
"""Refused with 550 when named as a recipient."""
DEFERRED = "lento@cliente.test"
"""Put off with 450 when named as a recipient."""

_MAIL_ID = 8  # Debian's user and group "mail"
_counter = itertools.count()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(condition: Callable[[], object], what: str, seconds: float = 15.0) -> None:
    """Look at `condition` until it holds; AssertionError naming `what` when it does not in time."""
    end = time.monotonic() + seconds
    event = threading.Event()
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen in {seconds} s"
        event.wait(0.02)


@dataclass(frozen=True)
class Certificate:
    chain: Path
    key: Path
    fingerprint: str


def self_signed(folder: Path, host: str = "localhost", *, expired: bool = False) -> Certificate:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    today = datetime.datetime.now(datetime.UTC)
    first = today - datetime.timedelta(days=400)
    last = today + datetime.timedelta(days=-30 if expired else 30)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    number = next(_counter)
    chain, key_file = folder / f"self{number}.pem", folder / f"self{number}.key"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return Certificate(chain, key_file, certificate.fingerprint(hashes.SHA256()).hex())


def issued(folder: Path, authority: trustme.CA, *names: str, expired: bool = False) -> Certificate:
    """A certificate that `authority` vouches for."""
    today = datetime.datetime.now(datetime.UTC)
    last = today - datetime.timedelta(days=30) if expired else None
    pair = authority.issue_cert(*names, not_after=last)
    number = next(_counter)
    chain, key = folder / f"issued{number}.pem", folder / f"issued{number}.key"
    chain.write_bytes(b"".join(blob.bytes() for blob in pair.cert_chain_pems))
    pair.private_key_pem.write_to_path(str(key))
    der = ssl.PEM_cert_to_DER_cert(pair.cert_chain_pems[0].bytes().decode())
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    return Certificate(chain, key, digest.finalize().hex())


@dataclass
class Dovecot:
    """One Dovecot. `stop` and `start` keep the ports and the mail."""

    root: Path
    certificate: Certificate
    mechanisms: str = "plain login xoauth2"
    capability: str = ""  # instead of the real one
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
            os.chown(path, _MAIL_ID, _MAIL_ID)
        os.chown(self.root / "mail", _MAIL_ID, _MAIL_ID)
        users = "".join(f"{name}:{{PLAIN}}{word}\n" for name, word in PASSWORDS.items())
        (self.root / "users").write_text(users)
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
        wait_for(lambda: _listens(self.imap_port), "Dovecot's start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(15)
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
listen = 127.0.0.1
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
  args = uid={_MAIL_ID} gid={_MAIL_ID} home={root}/mail/%d/%n
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {self.imap_port}
  }}
  inet_listener imaps {{
    port = {self.imaps_port}
    ssl = yes
  }}
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
        client = imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=10)
        client.login(address, PASSWORDS[address])
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

    def empty(self, address: str) -> None:
        """Remove every mail of a user."""
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


def _flags(answer: bytes) -> bytes:
    _before, _, rest = answer.partition(b"FLAGS (")
    return rest.partition(b")")[0]


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@dataclass
class Postfix:
    """One Postfix that delivers into `dovecot`'s folders and asks it for passwords."""

    root: Path
    dovecot: Dovecot
    certificate: Certificate
    smtp_port: int = field(default_factory=free_port)
    submission_port: int = field(default_factory=free_port)
    submissions_port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        for name in ("", "etc", "queue", "data"):
            (self.root / name).mkdir(mode=0o755, exist_ok=True)
        shutil.chown(self.root / "data", "postfix", "postfix")
        config = self.root / "etc"
        (config / "main.cf").write_text(self._main())
        (config / "master.cf").write_text(self._master())
        mailboxes = "".join(
            f"{address} {self.dovecot.maildir(address).relative_to(self.dovecot.root / 'mail')}/\n"
            for address in PASSWORDS
        )
        (config / "mailboxes").write_text(mailboxes + f"{DEFERRED} x/\n")
        (config / "recipients").write_text(
            f"{DEFERRED} 450 4.2.0 the mailbox is busy, try later\n"
            f"{REFUSED} 550 5.1.1 no such person here\n"
        )
        (config / "verdict-good").write_text(_verdict("pass"))
        (config / "verdict-bad").write_text(_verdict("fail"))
        # What a stranger wrote in our server's name goes; what our server found is written.
        (config / "headers").write_text(
            f"/^Authentication-Results:[[:space:]]*{AUTHSERV_ID.replace('.', '[.]')}/ IGNORE\n"
            f"/^X-Own-Verdict: (.*)/ REPLACE Authentication-Results: {AUTHSERV_ID}; $1\n"
        )
        log = (self.root / "postfix.out").open("ab")
        self.process = subprocess.Popen(
            ["postfix", "-c", str(config), "start-fg"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        wait_for(lambda: _listens(self.smtp_port), "Postfix's start", 30)

    def stop(self) -> None:
        """End the master, which is no child of `postfix start-fg`, and with it all its processes."""
        if self.process is None:
            return
        os.kill(int((self.root / "queue/pid/master.pid").read_text()), signal.SIGTERM)
        self.process.wait(15)
        self.process = None
        wait_for(lambda: not _listens(self.submission_port), "Postfix's end")

    def _main(self) -> str:
        root = self.root
        return f"""
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {root}/mail.log
maillog_file_prefixes = {root}
myhostname = {AUTHSERV_ID}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
disable_dns_lookups = yes
default_transport = error:5.1.2 no such host
virtual_mailbox_domains = {" ".join(DOMAINS)}
virtual_mailbox_base = {self.dovecot.root}/mail
virtual_mailbox_maps = texthash:{root}/etc/mailboxes
virtual_uid_maps = static:{_MAIL_ID}
virtual_gid_maps = static:{_MAIL_ID}
virtual_minimum_uid = 1
relay_domains =
virtual_alias_domains = {BOUNCING_DOMAIN}
virtual_alias_maps = inline:{{ {{@{BOUNCING_DOMAIN} = nobody@nowhere.test}} }}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access texthash:{root}/etc/recipients
smtpd_tls_cert_file = {self.certificate.chain}
smtpd_tls_key_file = {self.certificate.key}
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = {self.dovecot.auth_socket}
smtpd_client_connection_rate_limit = 0
smtpd_delay_reject = yes
smtpd_forbid_bare_newline = no
header_checks = regexp:{root}/etc/headers
message_size_limit = 30000000
bounce_queue_lifetime = 0
"""

    def _master(self) -> str:
        rows = """
{smtp} inet n - n - - smtpd
  -o smtpd_sender_restrictions=check_sender_access,regexp:{root}/etc/verdict-bad
{submission} inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_sender_restrictions=check_sender_access,regexp:{root}/etc/verdict-good
{submissions} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_sender_restrictions=check_sender_access,regexp:{root}/etc/verdict-good
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
        return rows.format(
            smtp=f"127.0.0.1:{self.smtp_port}",
            submission=f"127.0.0.1:{self.submission_port}",
            submissions=f"127.0.0.1:{self.submissions_port}",
            root=self.root,
        )


def _verdict(result: str) -> str:
    """A policy that writes what checks of SPF, DKIM and DMARC would (RFC 8601), by the envelope."""
    header = (
        f"X-Own-Verdict: spf={result} smtp.mailfrom=$1; "
        f"dkim={result} header.d=$1; dmarc={result} header.from=$1"
    )
    return f"/@(.+)$/ PREPEND {header}\n"


@dataclass
class MailServers:
    """Everything a test needs from the outside world."""

    root: Path
    dovecot: Dovecot
    postfix: Postfix
    authority: trustme.CA
    ca_file: Path

    def settings(self, address: str = "shop@tienda.test", **changes: object) -> dict[str, object]:
        """Account settings as `SaveAccount` takes them."""
        return {
            "imap_host": "localhost",
            "imap_port": self.dovecot.imaps_port,
            "imap_security": "tls",
            "smtp_host": "localhost",
            "smtp_port": self.postfix.submission_port,
            "smtp_security": "starttls",
            "username": address,
            "auth": "password",
            "folders": ["INBOX"],
            **changes,
        }

    def send(
        self,
        message: EmailMessage | bytes,
        sender: str = "carmen@cliente.test",
        recipients: tuple[str, ...] = ("shop@tienda.test",),
    ) -> None:
        """As a person does from a mail program: over submission, signed in."""
        with smtplib.SMTP("127.0.0.1", self.postfix.submission_port, "[127.0.0.1]", 10) as client:
            client.login(sender, PASSWORDS[sender])
            raw = message if isinstance(message, bytes) else message.as_bytes()
            client.sendmail(sender, recipients, raw)

    def spoof(
        self,
        message: EmailMessage | bytes,
        sender: str,
        recipients: tuple[str, ...] = ("shop@tienda.test",),
    ) -> None:
        """As anybody's server does on port 25, not signed in: our server's checks fail."""
        with smtplib.SMTP("127.0.0.1", self.postfix.smtp_port, "[127.0.0.1]", 10) as client:
            raw = message if isinstance(message, bytes) else message.as_bytes()
            client.sendmail(sender, recipients, raw)

    def wait_for_mail(
        self, address: str, count: int = 1, folder: str = "INBOX", seconds: float = 15
    ) -> list[bytes]:
        """The mails of a folder, once there are `count` of them."""
        found: list[bytes] = []

        def enough() -> bool:
            found[:] = self.dovecot.messages(address, folder)
            return len(found) >= count

        wait_for(enough, f"{count} mails for {address}", seconds)
        return found

    def clean(self) -> None:
        for address in PASSWORDS:
            self.dovecot.empty(address)


@pytest.fixture(scope="session")
def mail_server_processes() -> Iterator[MailServers]:
    """One Dovecot and one Postfix for the whole run."""
    root = Path(tempfile.mkdtemp(prefix="deskapp-mail-"))
    root.chmod(0o755)  # the servers change to users of their own
    authority = trustme.CA()
    ca_file = root / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    certificate = issued(root, authority, "localhost", "127.0.0.1")
    dovecot = Dovecot(root / "dovecot", certificate)
    postfix = Postfix(root / "postfix", dovecot, certificate)
    try:
        dovecot.start()
        postfix.start()
        yield MailServers(root, dovecot, postfix, authority, ca_file)
    finally:
        postfix.stop()
        dovecot.stop()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def mail_servers(
    mail_server_processes: MailServers, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MailServers]:
    """The servers with empty mailboxes, their certificates trusted by this process and its children."""
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_server_processes.ca_file))
    mail_server_processes.clean()
    yield mail_server_processes
    if mail_server_processes.dovecot.process is None:
        mail_server_processes.dovecot.start()
