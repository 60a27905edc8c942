"""Real mail servers on the loopback: Dovecot and Postfix, with folders, users and TLS of their own.

Both run in the foreground as children of the tests, from configuration written here, on free high
ports. Nothing of the machine's own mail system is read or changed, and nothing is resolved: Postfix
knows the domains below and bounces every other one.
"""

import os
import shutil
import signal
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme

from tests.support.certificates import Certificate, issued
from tests.support.dovecot import MAIL_ID, PASSWORDS, Dovecot
from tests.support.waiting import free_port, listens, wait_for

AUTHSERV_ID = "mx.tienda.test"
DOMAINS = sorted({address.partition("@")[2] for address in PASSWORDS})
BOUNCING_DOMAIN = "rebota.test"
"""Accepted by Postfix, then returned to the sender as a delivery report (RFC 3464)."""
REFUSED = "nadie@cliente.test"
"""Refused with 550 when named as a recipient."""
DEFERRED = "lento@cliente.test"
"""Put off with 450 when named as a recipient."""


@dataclass
class Postfix:
    """One Postfix that delivers into `dovecot`'s folders and asks it for passwords."""

    root: Path
    dovecot: Dovecot
    certificate: Certificate
    interface: str = "127.0.0.1"
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
        wait_for(lambda: listens(self.smtp_port), "Postfix's start")

    def stop(self) -> None:
        """End the master, which is no child of `postfix start-fg`, and with it all its processes."""
        if self.process is None:
            return
        os.kill(int((self.root / "queue/pid/master.pid").read_text()), signal.SIGTERM)
        self.process.wait(90)
        self.process = None
        wait_for(lambda: not listens(self.submission_port), "Postfix's end")

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
virtual_uid_maps = static:{MAIL_ID}
virtual_gid_maps = static:{MAIL_ID}
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
            smtp=f"{self.interface}:{self.smtp_port}",
            submission=f"{self.interface}:{self.submission_port}",
            submissions=f"{self.interface}:{self.submissions_port}",
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
        with smtplib.SMTP("127.0.0.1", self.postfix.submission_port, "[127.0.0.1]", 60) as client:
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
        with smtplib.SMTP("127.0.0.1", self.postfix.smtp_port, "[127.0.0.1]", 60) as client:
            raw = message if isinstance(message, bytes) else message.as_bytes()
            client.sendmail(sender, recipients, raw)

    def wait_for_mail(
        self, address: str, count: int = 1, folder: str = "INBOX", seconds: float = 75
    ) -> list[bytes]:
        """The mails of a folder, once there are `count` of them."""
        found: list[bytes] = []

        def enough() -> bool:
            if self.dovecot.count(address, folder) < count:
                return False
            found[:] = self.dovecot.messages(address, folder)
            return len(found) >= count

        wait_for(enough, f"{count} mails for {address}", seconds)
        return found

    def clean(self) -> None:
        for address in PASSWORDS:
            self.dovecot.empty(address)


@contextmanager
def running_mail_servers(
    interface: str = "127.0.0.1", names: tuple[str, ...] = ()
) -> Iterator[MailServers]:
    """One Dovecot and one Postfix that listen there; their certificate is good for `names`, too."""
    root = Path(tempfile.mkdtemp(prefix="deskapp-mail-"))
    root.chmod(0o755)  # the servers change to users of their own
    authority = trustme.CA()
    ca_file = root / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    certificate = issued(root, authority, "localhost", "127.0.0.1", *names)
    dovecot = Dovecot(root / "dovecot", certificate, interface=interface)
    postfix = Postfix(root / "postfix", dovecot, certificate, interface)
    try:
        dovecot.start()
        postfix.start()
        yield MailServers(root, dovecot, postfix, authority, ca_file)
    finally:
        postfix.stop()
        dovecot.stop()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def mail_server_processes() -> Iterator[MailServers]:
    """One Dovecot and one Postfix for the whole run."""
    with running_mail_servers() as servers:
        yield servers


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
