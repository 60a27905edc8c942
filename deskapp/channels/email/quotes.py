"""What somebody newly wrote, apart from the quotes and the signature under it.

Our own patterns come first (Spanish and English in every client we know, other languages by their
verbs), then those of quotequail and mail-parser-reply for what they miss. When in doubt, text
stays visible: hiding a customer's words is worse than showing a quote.
"""

import re
from dataclasses import dataclass
from typing import Final

import quotequail
from mailparser_reply.parser import EmailMessage

MAX_LINES: Final = 2_000
"""Lines looked at; a quote that begins further down stays visible."""
_MAX_LINE: Final = 300
_MAX_WRAPPED: Final = 4
"""Lines over which clients wrap an attribution."""

_WROTE: Final = (
    r"escribi[óo]|ha escrito|va escriure|wrote|writes|escreveu|a écrit|ha scritto|schrieb"
    r"|geschrieben|schreef|skrev|napisał\(?a?\)?|написал\(?а?\)?|escribiu"
)
# As in: El lun, 3 mar 2025 a las 10:02, X <x@y> escribió
_ATTRIBUTION: Final = re.compile(
    rf"(?:El|On|Em|No dia|Le|Am|Il|Op|A|Den|Dne|W dniu|O)\b.{{5,500}}?\b(?:{_WROTE})\b"
    r"(?:[^\n]{0,120}?)\s?[:：]",
    re.IGNORECASE,
)
# As in: X <x@y> escribió; only when a quote follows.
_BARE_ATTRIBUTION: Final = re.compile(
    rf"[^>\s].{{0,250}}\b(?:{_WROTE})\b[^\n]{{0,120}}[:：]|.{{0,200}}<[^<>\s]+@[^<>\s]+>\s?[:：]",
    re.IGNORECASE,
)
# As in: 2025-03-03 10:02 GMT+01:00 X <x@y>
_DATED_ADDRESS: Final = re.compile(
    r"\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}.{0,200}<[^<>\s]+@[^<>\s]+>\s?[:：]"
)
_ORIGINAL: Final = re.compile(
    r"[-_=*\s]*(?:mensaje original|original message|urspr(?:ü|ue)ngliche nachricht"
    r"|original[- ]nachricht|message d['’]origine|message original|mensagem original"
    r"|messaggio originale|oorspronkelijk bericht|missatge original|reply message)[-_=*\s:]*",
    re.IGNORECASE,
)
_FORWARDED: Final = re.compile(
    r"[-_=*\s>]*(?:mensaje (?:reenviado|original reenviado)|inicio del mensaje reenviado"
    r"|forwarded message|begin forwarded message|forwarded by .{1,80}|missatge reenviat"
    r"|mensagem (?:encaminhada|reencaminhada)|message (?:transféré|réexpédié)"
    r"|début du message (?:transféré|réexpédié)|weitergeleitete nachricht"
    r"|anfang der weitergeleiteten (?:nachricht|e-mail)|messaggio inoltrato"
    r"|doorgestuurd bericht)[-_=*\s:]*",
    re.IGNORECASE,
)
_FROM_LABEL: Final = re.compile(
    r"[*\s]*(?:de|from|von|da|van|expéditeur|remitente)\s?:[*\s]*\S.*", re.IGNORECASE
)
_HEADER_LABEL: Final = re.compile(
    r"[*\s]*(?:enviado(?: el| a)?|enviados|enviada(?: em)?|fecha|para|asunto|assunto|cc|cco|sent"
    r"|date|data|to|subject|reply-to|responder a|importance|importancia|gesendet|datum|an|betreff"
    r"|envoyé|à|objet|inviato|a|oggetto|verzonden|aan|onderwerp)\s?:.*",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"\s*(?:_{10,}|-{10,}|={10,}|\*{10,})\s*")
_DEVICE: Final = re.compile(
    r"\W{0,5}(?:enviado desde|enviado con|enviat des d|sent from|sent via|sent with|get outlook for"
    r"|obt[eé]n(?:er)? outlook para|descargar outlook para|enviado do meu|enviado de meu"
    r"|obter o outlook para|envoyé de(?:puis)? m\w+|télécharger outlook|von meinem .{1,40} gesendet"
    r"|gesendet von|gesendet mit der|holen sie sich outlook|inviato da|scarica outlook"
    r"|outlook para (?:ios|android)|yahoo mail para|mejor con yahoo)\b.{0,150}",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(r"--\s?|—\s?|__\s?")
_MAX_SIGNATURE_LINES: Final = 25
_OTHER_LANGUAGES: Final = ("en", "de", "cs", "da", "fr", "it", "ja", "ko", "nl", "pl", "sv", "zh")


@dataclass(frozen=True, slots=True)
class Split:
    """`visible`: newly written. `quoted`: everything else, in its order."""

    visible: str
    quoted: str


@dataclass(frozen=True, slots=True)
class _Cut:
    """A quote that begins at line `at`; its text begins at line `body`, after any introduction."""

    at: int
    body: int


def split(text: str) -> Split:
    """Tell the newly written part of a plain text body from quotes and signature.

    `visible` is never empty unless `text` is. Linear in `text`, apart from bounded look-aheads.
    """
    lines = text.split("\n")
    window = [line[:_MAX_LINE].rstrip() for line in lines[:MAX_LINES]]
    cut = _find_cut(window)
    if cut is None:
        return _without_signature(lines, [])
    above, below = lines[: cut.at], lines[cut.at :]
    if not _is_marked(window, cut.body):
        if not _has_words(above):
            return Split(text.strip("\n"), "")  # everything is a quote: an answer inside it
        return _without_signature(above, below)
    return _split_marked(lines, cut)


def _split_marked(lines: list[str], cut: _Cut) -> Split:
    """A quote in `>` marks, where the answer can stand above, below or in between."""
    own = [i for i in range(cut.body, len(lines)) if _is_own(lines[i])]
    own = own[: _signature_start([lines[i] for i in own])]
    above = lines[: cut.at]
    if not _has_words([lines[i] for i in own]):
        if not _has_words(above):
            return Split("\n".join(lines).strip("\n"), "")
        return _without_signature(above, lines[cut.at :])
    last = max(i for i in own if lines[i].strip())
    rest = lines[last + 1 :]
    first_own = min(i for i in own if lines[i].strip())
    between = any(line.lstrip().startswith(">") for line in lines[first_own:last])
    if between:  # answers between quotes: each needs the quote above it
        return _joined([*above, *lines[cut.body : last + 1]], rest)
    quoted = lines[cut.at : first_own]
    return _joined([*above, *lines[first_own : last + 1]], [*quoted, *rest])


def _is_own(line: str) -> bool:
    return not line.lstrip().startswith(">")


def _has_words(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)


def _joined(visible: list[str], quoted: list[str]) -> Split:
    return Split("\n".join(visible).strip("\n").rstrip(), "\n".join(quoted).strip("\n"))


def _without_signature(lines: list[str], quoted: list[str]) -> Split:
    start = _signature_start(lines)
    if not _has_words(lines[:start]):
        start = len(lines)
    return _joined(lines[:start], [*lines[start:], *quoted])


def _signature_start(lines: list[str]) -> int:
    """The line of the delimiter `-- ` or of a phone's "Sent from my…"; len(lines) without one."""
    first = max(0, len(lines) - _MAX_SIGNATURE_LINES)
    for i in range(first, len(lines)):
        line = lines[i].strip()[:_MAX_LINE]
        if _SIGNATURE.fullmatch(line) and i:
            return i
        last_words = i >= len(lines) - 1 or not _has_words(lines[i + 3 :])
        if last_words and _DEVICE.fullmatch(line):
            return i
    return len(lines)


# -- where a quote begins -------------------------------------------------------------------


def _find_cut(window: list[str]) -> _Cut | None:
    end = next((i for i, line in enumerate(window) if _FORWARDED.fullmatch(line)), len(window))
    window = window[:end]  # what somebody forwards is what they want to be read
    for i, line in enumerate(window):
        if not line:
            continue
        if cut := _quote_at(window, i):
            return cut
    return _by_libraries(window)


def _quote_at(window: list[str], i: int) -> _Cut | None:
    line = window[i].strip()
    if line.startswith(">"):
        return _Cut(i, i)
    if _ORIGINAL.fullmatch(line) and _separates(window, i):
        return _Cut(i, i + 1)
    if _RULE.fullmatch(line) and _is_header_block(window, _next_line(window, i + 1)):
        return _Cut(i, i + 1)
    if _is_header_block(window, i):
        return _Cut(i, i + 1)
    return _attribution(window, i)


def _separates(window: list[str], i: int) -> bool:
    """Whether "Mensaje original" is more than words: it has dashes, or headers under it."""
    return window[i].strip()[0] in "-_=*" or _is_header_block(window, _next_line(window, i + 1))


def _attribution(window: list[str], i: int) -> _Cut | None:
    joined = ""
    for n in range(i, min(i + _MAX_WRAPPED, len(window))):
        line = window[n].strip()
        if not line:
            return None
        joined = f"{joined} {line}".lstrip()
        if not line.endswith((":", "：")):
            continue
        dated = any(c.isdigit() for c in joined)
        if dated and (_ATTRIBUTION.fullmatch(joined) or _DATED_ADDRESS.fullmatch(joined)):
            return _Cut(i, n + 1)
        if _BARE_ATTRIBUTION.fullmatch(joined) and _is_marked(window, n + 1):
            return _Cut(i, n + 1)
    return None


def _is_marked(window: list[str], i: int) -> bool:
    """Whether the first line of text from `i` on begins with `>`."""
    n = _next_line(window, i)
    return n < len(window) and window[n].lstrip().startswith(">")


def _next_line(window: list[str], i: int) -> int:
    while i < len(window) and not window[i].strip():
        i += 1
    return i


def _is_header_block(window: list[str], i: int) -> bool:
    """Outlook's "De: … Enviado el: … Para: … Asunto: …" in the lines from `i` on."""
    if i >= len(window) or not _FROM_LABEL.fullmatch(window[i].strip()):
        return False
    labels = 0
    for line in window[i + 1 : i + 12]:
        if _HEADER_LABEL.fullmatch(line.strip()):
            labels += 1
    return labels >= 2


# -- what the libraries know ----------------------------------------------------------------

_LIBRARY_LINES: Final = 100
_HINT: Final = re.compile(r".*[:：>]|[*\s]*\w[\w /.-]{0,30}\s?[:：].*", re.DOTALL)


def _by_libraries(window: list[str]) -> _Cut | None:
    """The first quote that quotequail or mail-parser-reply see near lines that can begin one.

    Their patterns backtrack: they get short lines without runs of blanks, and few of them.
    """
    short = [re.sub(r"[* \t]{2,}", " ", line[:200]) for line in window]
    hints = [i for i, line in enumerate(short) if _HINT.fullmatch(line)]
    if not hints:
        return None
    first = max(0, hints[0] - 3)
    lines = short[first : min(hints[-1] + 3, first + _LIBRARY_LINES)]
    found = []
    parts = quotequail.quote("\n".join(lines), limit=len(lines) + 2, quote_intro_line=True)
    if len(parts) == 2:
        found.append(parts[0][1].count("\n") + bool(parts[0][1]))
    message = EmailMessage("\n".join(lines), list(_OTHER_LANGUAGES))
    if match := message.HEADER_REGEX.search(message.text):
        at = match.start() + (match.group()[:1] == "\n")
        found.append(message.text.count("\n", 0, at))
    return _Cut(first + min(found), first + min(found) + 1) if found else None
