"""Did a person write this mail? RFC 3834, and what machines do instead of following it."""

import re
from enum import StrEnum
from typing import Final

from deskapp.channels.email.parsed import ParsedMail


class Automation(StrEnum):
    """Who wrote a mail. Only to PERSON may anything be answered without an agent's hand."""

    PERSON = ""
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    BULK = "bulk"


_MACHINE_LOCALS: Final = frozenset(
    {"mailer-daemon", "mailerdaemon", "postmaster", "mail-daemon", "mdaemon", "mail-delivery"}
)
_NO_REPLY: Final = re.compile(
    r"(?:do[._-]?not[._-]?reply|no[._-]?reply|no[._-]?responder|noresponder|nepasrepondre"
    r"|nao[._-]?responda|bounces?|notifications?|notificaciones|mailer)(?:[+._-].*)?"
)
_AWAY: Final = re.compile(
    r"(?:re: |rv: |aw: )?\W{0,3}(?:auto(?:matic|mated)?[ -]?(?:reply|response|answer)|autoreply"
    r"|auto: |out of (?:the )?office|away from (?:the )?office|on vacation|vacation reply|ooo\b"
    r"|respuesta autom[aá]tica|contestaci[oó]n autom[aá]tica|autorespuesta|auto-respuesta"
    r"|fuera de (?:la )?oficina|ausente de la oficina|de vacaciones|ausencia temporal"
    r"|resposta autom[aá]tica|fora d[oa] escrit[oó]rio|ausente do escrit[oó]rio|resposta de aus"
    r"|r[eé]ponse automatique|absen(?:ce|t) du bureau|message d['’]absence|absence\b.{0,30}bureau"
    r"|automatische (?:antwort|beantwortung)|abwesenheits|abwesend|au(?:ß|ss)er haus"
    r"|resposta autom[aà]tica|risposta automatica|fuori (?:sede|ufficio))",
    re.IGNORECASE,
)
_UNDELIVERED: Final = re.compile(
    r"(?:undeliver(?:ed|able)|delivery (?:status notification|failure|has failed)|mail delivery "
    r"(?:failed|subsystem|system)|returned mail|failure notice|mail system error"
    r"|no se (?:puede|pudo|ha podido) entregar|devuelto al remitente|error de entrega"
    r"|fallo en la entrega|unzustellbar|non remis|não entregue|n[aã]o foi poss[ií]vel entregar)",
    re.IGNORECASE,
)
_BULK_PRECEDENCE: Final = frozenset({"bulk", "junk", "auto_reply", "auto-reply"})


def classify(mail: ParsedMail) -> Automation:
    """What kind of sender wrote `mail`: a person, unless a sign says otherwise.

    The subject's words count only as a last resort. A false alarm costs an acknowledgement that
    is not sent; a miss can cost a loop.
    """
    signs = mail.signs
    local = mail.author.address.partition("@")[0].lower() if mail.author else ""
    if signs.bounce or local in _MACHINE_LOCALS:
        return Automation.BOUNCE
    if signs.null_return_path and _UNDELIVERED.search(mail.subject):
        return Automation.BOUNCE
    if signs.list_headers or mail.list_id or signs.precedence == "list":
        return Automation.LIST
    if signs.auto_submitted == "auto-generated" and not mail.in_reply_to:
        return Automation.BULK
    if signs.auto_submitted or signs.auto_response or signs.null_return_path:
        return Automation.AUTO_REPLY
    if signs.precedence in _BULK_PRECEDENCE or signs.feedback_id:
        return Automation.AUTO_REPLY if "reply" in signs.precedence else Automation.BULK
    if _AWAY.match(mail.subject.strip()):
        return Automation.AUTO_REPLY
    if _NO_REPLY.fullmatch(local):
        return Automation.BULK
    return Automation.PERSON


def may_acknowledge(mail: ParsedMail) -> bool:
    """Whether an automatic answer to `mail` is allowed at all (limits per address come on top)."""
    return (
        classify(mail) is Automation.PERSON and mail.author is not None and not mail.signs.suppress
    )
