"""Six thousand real mails: every one becomes something to see, and not one byte of any is changed."""

import hashlib
import json
import os
import subprocess
import sys

import pysqlite3.dbapi2 as sqlite
import pytest

from deskapp.app.bootstrap import open_desk
from deskapp.core.queries.search import Search
from deskapp.core.queries.tickets import GetConversation
from deskapp.core.queries.views import ALL, TicketIds, TicketRows
from deskapp.models.dto import MessageView
from deskapp.system.blobs import FileBlobs
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from tests.support.mail_corpora import REAL_MAILS, real_mails

pytestmark = pytest.mark.real
IMPORT_S = 1_200


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Profile, FileKey]:
    """A desk with the whole corpus, brought in by the command line, twice."""
    folder = tmp_path_factory.mktemp("corpus")
    words = ["--profile", str(folder / "desk"), "--key-file", str(folder / "key"), "import-mail"]
    for imports in (REAL_MAILS, 0):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "deskapp",
                *words,
                str(real_mails()[0].parents[1]),
                "--json",
                "--quiet",
            ],
            capture_output=True,
            timeout=IMPORT_S,
            check=True,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        )
        said = json.loads(done.stdout)
        assert said["found"] == REAL_MAILS
        assert said["imported"] + said["quarantined"] == imports
    return Profile.at(folder / "desk"), FileKey(folder / "key")


def test_no_mail_is_lost_and_no_byte_is_changed(imported: tuple[Profile, FileKey]) -> None:
    profile, _ = imported
    wanted = {hashlib.sha256(path.read_bytes()).hexdigest() for path in real_mails()}
    with sqlite.connect(profile.database) as connection:
        kept = {
            sha for (sha,) in connection.execute("SELECT sha256 FROM raw_mail WHERE message_id")
        }
        shown = {sha for (sha,) in connection.execute("SELECT raw_sha256 FROM message")}
    connection.close()
    assert wanted == kept == shown
    blobs = FileBlobs(profile.blobs)
    for path in real_mails():
        raw = path.read_bytes()
        assert blobs.get(hashlib.sha256(raw).hexdigest()) == raw


def test_it_was_silent(imported: tuple[Profile, FileKey]) -> None:
    with sqlite.connect(imported[0].database) as connection:
        rang = connection.execute("SELECT count(*) FROM notification").fetchone()
        queued = connection.execute("SELECT count(*) FROM effect").fetchone()
    connection.close()
    assert (rang, queued) == ((0,), (0,))


def test_every_conversation_opens_and_is_found(imported: tuple[Profile, FileKey]) -> None:
    profile, keys = imported
    seen: set[str] = set()
    with open_desk(profile, keys) as desk:
        ask = desk.workspace.query
        page = ask(TicketIds(ALL)).result()
        for row in ask(TicketRows(page.keys)).result():
            items = ask(GetConversation(row.id, limit=500)).result().items
            seen.update(item.id for item in items if isinstance(item, MessageView))
        assert len(seen) == REAL_MAILS
        assert ask(Search("spamassassin")).result().hits
        assert ask(Search('from:linux "kernel"')).result() is not None
