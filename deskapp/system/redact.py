"""Takes secrets and people out of text that is meant for a log or a bug report."""

import re
import threading

MASK = "[redacted]"
_SHORTEST = 6
"""Shorter secrets are not looked for: they would blank ordinary words."""

_PATTERNS = (
    # key=value and "key": "value", whatever quotes there are
    re.compile(
        r"(?i)(\b(?:pass(?:word|phrase|wd)?|secret|token|api_?key|authorization|cookie)"
        r"[\"']?\s*[:=]\s*)(?:bearer\s+|basic\s+)?(?:\"[^\"]*\"|'[^']*'|[^\s,;&)}\]]+)"
    ),
    re.compile(r"(?i)(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}"),
    # IMAP and SMTP: what follows LOGIN and AUTH is a password or stands for one
    re.compile(r"(\bLOGIN\s+(?:\"[^\"]*\"|\S+)\s+)(?:\"[^\"]*\"|\S+)"),
    re.compile(r"(\bAUTH(?:ENTICATE)?\s+[A-Z0-9-]+\s+)\S+"),
    # user:password@ in an address
    re.compile(r"((?<![a-z0-9+.-])[a-z][a-z0-9+.-]*+://[^\s:/@]++:)[^\s/@]++(?=@)"),
)
_LOCAL = r"[^\s@<>\"'(),:;=\[\]\\]"
# Possessive, and begun only where a word begins: a line of any length takes linear time.
_MAIL = re.compile(rf"(?<!{_LOCAL}){_LOCAL}++@([\w-]++(?:\.[\w-]++)+)")

_lock = threading.Lock()
_known: set[str] = set()


def learn(secret: str) -> None:
    """From now on blank this value wherever it turns up; the secret store tells all it holds."""
    if len(secret) >= _SHORTEST:
        with _lock:
            _known.add(secret)


def clean(text: str) -> str:
    """`text` without passwords, tokens, and the local part of mail addresses."""
    with _lock:
        known = sorted((secret for secret in _known if secret in text), key=len, reverse=True)
    for secret in known:
        text = text.replace(secret, MASK)
    for pattern in _PATTERNS:
        text = pattern.sub(lambda found: found[1] + MASK, text)
    return _MAIL.sub(r"…@\1", text)
