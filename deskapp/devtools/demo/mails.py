"""What came in, as real mail: RFC 5322 bytes with the headers that a shop's server leaves on them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape
from typing import Final

from deskapp.channels.email import phrases as p
from deskapp.devtools.demo import files
from deskapp.models.dto import Address

AUTHSERV: Final = "mx.tallernorte.test"
_MAILERS: Final = ("Apple Mail (2.3826.200.121)", "Mozilla Thunderbird", "Outlook 16.0", "")


@dataclass(frozen=True, slots=True)
class Said:
    """A message that a later mail answers: its Message-ID, its author, its words, when (ms, UTC)."""

    rfc_id: str
    author: Address
    text: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A mail to be built. `text` is HTML when `html`; `cid:<file name>` shows an attached picture."""

    rfc_id: str
    sender: Address
    to: Address
    subject: str
    text: str
    at: int
    language: str
    cc: tuple[str, ...] = ()
    signature: str = ""
    files: tuple[str, ...] = ()
    html: bool = False
    automatic: bool = False
    trusted: bool = True
    answers: Said | None = None
    references: tuple[str, ...] = field(default=())


def build(mail: Inbound) -> bytes:
    """The bytes as the mailbox holds them; the same for the same mail, always."""
    message = EmailMessage(policy=SMTP)
    _add_headers(message, mail)
    _add_body(message, mail)
    for name in mail.files:
        mime, data = files.make(name)
        if mail.html and f"cid:{name}" in mail.text:
            continue
        main, _, sub = mime.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}.{mail.rfc_id.strip('<>').partition('@')[0]}")
    return message.as_bytes()


def _add_headers(message: EmailMessage, mail: Inbound) -> None:
    domain = mail.sender.address.rpartition("@")[2]
    date = format_datetime(datetime.fromtimestamp(mail.at / 1000, UTC))
    result = "pass" if mail.trusted else "fail"
    message["Return-Path"] = "<>" if mail.automatic else f"<{mail.sender.address}>"
    message["Authentication-Results"] = (
        f"{AUTHSERV}; spf={result} smtp.mailfrom={domain}; "
        f"dkim={result} header.d={domain}; dmarc={result} header.from={domain}"
    )
    message["Received"] = f"from smtp.{domain} by {AUTHSERV} with ESMTPS; {date}"
    message["Date"] = date
    message["From"] = formataddr((mail.sender.name, mail.sender.address))
    message["To"] = formataddr((mail.to.name, mail.to.address))
    if mail.cc:
        message["Cc"] = ", ".join(mail.cc)
    message["Subject"] = mail.subject
    message["Message-ID"] = mail.rfc_id
    if mail.answers:
        message["In-Reply-To"] = mail.answers.rfc_id
        message["References"] = " ".join((*mail.references, mail.answers.rfc_id))
    if mail.automatic:
        message["Auto-Submitted"] = "auto-replied"
    mailer = _MAILERS[len(mail.sender.address) % len(_MAILERS)]
    if mailer:
        message["X-Mailer"] = mailer


def _add_body(message: EmailMessage, mail: Inbound) -> None:
    if mail.html:
        message.set_content(_plain_of(mail), subtype="plain")
        message.add_alternative(f"<html><body>{mail.text}</body></html>", subtype="html")
        rich = list(message.iter_parts())[1]
        assert isinstance(rich, EmailMessage)
        for name in mail.files:
            if f"cid:{name}" in mail.text:
                mime, data = files.make(name)
                main, _, sub = mime.partition("/")
                rich.add_related(
                    data,
                    maintype=main,
                    subtype=sub,
                    filename=name,
                    cid=f"<{name}>",
                    disposition="inline",
                )
        return
    blocks = [mail.text.strip()]
    if mail.signature:
        blocks.append(f"-- \n{mail.signature.strip()}")
    if mail.answers:
        blocks.append(_quote(mail.answers, mail.language))
    message.set_content("\n\n".join(blocks) + "\n")


def _quote(said: Said, language: str) -> str:
    words = p.phrases_in(language, "es")
    lines = "\n".join(f"> {line}".rstrip() for line in said.text.splitlines())
    return f"{p.attribution(words, said.author, said.at, None)}\n\n{lines}"


def _plain_of(mail: Inbound) -> str:
    from inscriptis import get_text

    return str(get_text(f"<html><body>{mail.text}</body></html>")).strip() + "\n"


def as_html(text: str) -> str:
    """Plain paragraphs as the HTML that mail programs write."""
    paragraphs = (escape(block).replace("\n", "<br>") for block in text.strip().split("\n\n"))
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
