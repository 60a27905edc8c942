"""A large file on its way holds up nothing but what needs it."""

import threading

from deskapp.core.queries.views import TicketIds
from tests.support.team_rig import Team, ask, texts
from tests.support.waiting import wait_for

WAIT_S = 60


def test_what_is_written_after_a_large_file_goes_before_it(taller: Team) -> None:
    first, second = taller.host.ticket(), taller.host.ticket()
    ana = taller.colleague("Ana")
    wait_for(lambda: ask(ana.workspace, TicketIds("all")).total == 2, "the first copy", WAIT_S)
    uploads = ana.desk.link._uploads
    upload, begun, go = uploads._upload, threading.Event(), threading.Event()

    def slowly(name: str) -> None:
        begun.set()
        assert go.wait(WAIT_S)
        upload(name)

    uploads._upload = slowly
    sha256 = ana.note_with_file(first, "mira el plano", "plano.jpg", b"plano" * 50_000)
    assert begun.wait(WAIT_S)
    ana.note(first, "y otra cosa")
    ana.note(second, "esto no espera")
    desk = taller.host.workspace
    wait_for(lambda: texts(desk, second) == ["esto no espera"], "the text", WAIT_S)
    assert texts(desk, first) == []
    wait_for(lambda: ana.workspace.connection.unsent == 2, "the two that wait", WAIT_S)
    go.set()
    wait_for(lambda: texts(desk, first) == ["mira el plano", "y otra cosa"], "the file", WAIT_S)
    assert desk.blobs.get(sha256) == b"plano" * 50_000
    wait_for(lambda: ana.workspace.connection.unsent == 0, "nothing waits", WAIT_S)
