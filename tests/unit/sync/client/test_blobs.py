"""Blobs between a colleague's machine and its host: fetched once, from where they broke off, and checked."""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from deskapp.sync.client import blobs as module
from deskapp.sync.client.blobs import TeamBlobs
from deskapp.sync.client.http import Lanes
from deskapp.sync.client.problems import HostProblem
from deskapp.system.blobs import FileBlobs
from tests.conftest import ExpectLog
from tests.support.team_stub_host import StubHost, said
from tests.support.waiting import wait_for

DATA = bytes(range(256)) * 4_000
NAME = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def local(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


@pytest.fixture
def blobs(tmp_path: Path, local: FileBlobs, lanes: Lanes) -> TeamBlobs:
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    return TeamBlobs(local, incoming, lanes)


def test_what_is_here_is_not_asked_for(host: StubHost, blobs: TeamBlobs) -> None:
    assert blobs.put(DATA) == NAME
    assert blobs.get(NAME) == DATA
    assert blobs.size(NAME) == len(DATA)
    assert not host.seen


def test_what_is_missing_is_fetched_once(host: StubHost, blobs: TeamBlobs) -> None:
    host.answers[f"GET /v1/blobs/{NAME}"] = lambda *_: Response(DATA)
    assert not blobs.exists(NAME)
    with blobs.open(NAME) as file:
        assert file.read() == DATA
    assert blobs.get(NAME) == DATA
    assert len(host.seen) == 1


def test_a_broken_fetch_goes_on_where_it_was(
    host: StubHost, blobs: TeamBlobs, expect_log: ExpectLog
) -> None:
    # The stub's server may say that its answer fell short, if it still runs then.
    expect_log("ASGI application", required=False)
    asked: list[str] = []

    def answer(request: Request, _: bytes) -> Response:
        asked.append(request.headers["range"])
        start = int(asked[-1].removeprefix("bytes=").removesuffix("-"))
        pieces = iter([DATA[start : start + 400_000]])  # then it breaks off, short of its length
        length = str(len(DATA) - start)
        rest = DATA[start:] if start else None
        if rest is not None:
            return Response(rest, 206)
        return StreamingResponse(pieces, 200, {"content-length": length})

    host.answers[f"GET /v1/blobs/{NAME}"] = answer
    assert blobs.get(NAME) == DATA
    assert asked[0] == "bytes=0-"
    assert 0 < int(asked[1].removeprefix("bytes=").removesuffix("-")) <= 400_000


def test_another_blob_than_the_one_asked_for_is_thrown_away(
    host: StubHost, blobs: TeamBlobs, tmp_path: Path, expect_log: ExpectLog
) -> None:
    expect_log("another blob")
    host.answers[f"GET /v1/blobs/{NAME}"] = lambda *_: Response(b"something else")
    with pytest.raises(FileNotFoundError):
        blobs.get(NAME)
    assert not blobs.exists(NAME)
    assert not list((tmp_path / "incoming").iterdir())


def test_a_damaged_one_is_replaced(host: StubHost, blobs: TeamBlobs, local: FileBlobs) -> None:
    host.answers[f"GET /v1/blobs/{NAME}"] = lambda *_: Response(DATA)
    blobs.put(DATA)
    local.path(NAME).write_bytes(b"rot")
    assert blobs.get(NAME) == DATA
    assert local.get(NAME) == DATA


class OnItsWay:
    """The host's side of a fetch of which the second half comes when `go` is set."""

    def __init__(self, host: StubHost) -> None:
        self.half, self.go = threading.Event(), threading.Event()
        host.answers[f"GET /v1/blobs/{NAME}"] = lambda *_: StreamingResponse(self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        yield DATA[: len(DATA) // 2]
        self.half.set()
        assert self.go.wait(90)
        yield DATA[len(DATA) // 2 :]


@pytest.mark.parametrize("shut_out", [False, True])
@pytest.mark.parametrize("damaged", [False, True])
def test_what_may_not_be_seen_any_more_is_not_kept_when_it_comes(
    host: StubHost,
    blobs: TeamBlobs,
    local: FileBlobs,
    tmp_path: Path,
    shut_out: bool,
    damaged: bool,
) -> None:
    coming = OnItsWay(host)
    if damaged:
        local.put(DATA)
        local.path(NAME).write_bytes(b"rot")
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(blobs.get, NAME)
        assert coming.half.wait(90)
        if shut_out:
            blobs.forget_all_but(())
        else:
            blobs.forget({NAME})
        coming.go.set()
        with pytest.raises(FileNotFoundError):
            reading.result(90)
    assert not blobs.exists(NAME)
    assert not list(tmp_path.rglob("*.part*"))


@pytest.mark.parametrize("shut_out", [False, True])
def test_what_is_being_stored_when_it_may_not_be_seen_any_more_goes(
    host: StubHost,
    blobs: TeamBlobs,
    local: FileBlobs,
    monkeypatch: pytest.MonkeyPatch,
    shut_out: bool,
) -> None:
    host.answers[f"GET /v1/blobs/{NAME}"] = lambda *_: Response(DATA)
    put, storing, ended = local.put, threading.Event(), threading.Event()

    def slowly(data: bytes) -> str:
        storing.set()
        ended.wait(0.2)  # whoever does not wait for this has removed nothing by then
        return put(data)

    def ends() -> None:
        assert storing.wait(90)
        if shut_out:
            blobs.forget_all_but(())
        else:
            blobs.forget({NAME})
        ended.set()

    monkeypatch.setattr(local, "put", slowly)
    with ThreadPoolExecutor(2) as pool:
        reading, ending = pool.submit(blobs.get, NAME), pool.submit(ends)
        ending.result(90)
        with suppress(FileNotFoundError):  # it went before it was read
            assert reading.result(90) == DATA
    assert not blobs.exists(NAME)


def test_what_may_be_seen_again_is_fetched_again(host: StubHost, blobs: TeamBlobs) -> None:
    host.answers[f"GET /v1/blobs/{NAME}"] = lambda *_: Response(DATA)
    assert blobs.get(NAME) == DATA
    blobs.forget({NAME})
    assert not blobs.exists(NAME)
    assert blobs.get(NAME) == DATA
    assert blobs.exists(NAME)


def test_one_that_the_host_lacks_is_a_missing_file(host: StubHost, blobs: TeamBlobs) -> None:
    with pytest.raises(FileNotFoundError):
        blobs.get(NAME)


class Uploads:
    """The host's side of an upload. It forgets what comes at an offset listed in `lost`."""

    def __init__(self, host: StubHost) -> None:
        self.kept, self.lost = b"", list[int]()
        host.answers[f"HEAD /v1/blobs/{NAME}"] = self.head
        host.answers[f"PUT /v1/blobs/{NAME}"] = self.put

    def head(self, _request: Request, _body: bytes) -> Response:
        if hashlib.sha256(self.kept).hexdigest() == NAME:
            return Response(None, 200)
        return Response(None, 404, {"Upload-Offset": str(len(self.kept))})

    def put(self, request: Request, body: bytes) -> Response:
        offset = int(request.headers["upload-offset"])
        if offset in self.lost:
            self.lost.remove(offset)
            self.kept = self.kept[: offset // 2]
        if offset != len(self.kept):
            return said({"code": "offset", "params": {"offset": len(self.kept)}}, 409)
        self.kept += body
        done = len(self.kept) == int(request.headers["upload-length"])
        if done:
            return Response(None, 204)
        return Response(None, 202, {"Upload-Offset": str(len(self.kept))})


def test_an_upload_goes_in_slices_and_from_where_the_host_has_it(
    host: StubHost, blobs: TeamBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLICES", (100_000, 100_000))
    blobs.put(DATA)
    uploads = Uploads(host)
    uploads.kept, uploads.lost = DATA[:250_000], [450_000, 650_000]
    blobs.upload(NAME)
    assert uploads.kept == DATA
    before = len(host.seen)
    blobs.upload(NAME)  # it has it: nothing but a question goes out
    assert len(host.seen) == before + 1


def test_which_blobs_a_command_names(blobs: TeamBlobs) -> None:
    blobs.put(DATA)
    body = {"body": NAME[:-1], "attachments": [{"sha256": NAME}, {"sha256": "0" * 64}], "x": 3}
    assert list(blobs.named_in(body)) == [NAME]


def test_files_go_up_on_a_lane_of_their_own(
    host: StubHost, blobs: TeamBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLICES", (100_000, 100_000))
    blobs.put(DATA)
    kept, done = Uploads(host), threading.Event()
    lane = module.Uploads(blobs.upload, done.set)
    assert lane.missing([NAME])
    assert done.wait(60)
    assert kept.kept == DATA
    assert not lane.missing([NAME])
    assert lane.settled(NAME)
    lane.forget()
    assert lane.missing([NAME])
    lane.close()


def test_a_file_that_the_host_refuses_holds_nothing_up(host: StubHost, blobs: TeamBlobs) -> None:
    blobs.put(DATA)
    Uploads(host)
    host.answers[f"PUT /v1/blobs/{NAME}"] = lambda *_: said({"code": "too_large"}, 413)
    done = threading.Event()
    lane = module.Uploads(blobs.upload, done.set)
    assert lane.missing([NAME])
    assert done.wait(60)
    assert not lane.missing([NAME])
    lane.close()


def test_a_file_that_the_host_cannot_keep_now_is_brought_again_by_itself(
    host: StubHost, blobs: TeamBlobs
) -> None:
    blobs.put(DATA)
    kept, done, full = Uploads(host), threading.Event(), [True]
    takes = host.answers[f"PUT /v1/blobs/{NAME}"]

    def put(request: Request, body: bytes) -> Response:
        return (
            said({"code": "busy", "retry_ms": 1}, 503)
            if full and full.pop()
            else takes(request, body)
        )

    host.answers[f"PUT /v1/blobs/{NAME}"] = put
    lane = module.Uploads(blobs.upload, done.set)
    assert lane.missing([NAME])
    assert done.wait(60)
    assert kept.kept == DATA
    assert not full
    lane.close()


@pytest.mark.parametrize(
    ("problem", "tries"),
    [
        (OSError(5, "Input/output error"), module.TRIES),
        (HostProblem("hash"), module.TRIES),
        (FileNotFoundError(NAME), 1),
        (HostProblem("too_large"), 1),
    ],
)
def test_a_file_that_cannot_be_brought_is_not_tried_for_ever(
    problem: Exception, tries: int
) -> None:
    tried, done = list[str](), threading.Event()

    def upload(name: str) -> None:
        tried.append(name)
        raise problem

    lane = module.Uploads(upload, done.set)
    assert lane.missing([NAME])
    wait_for(lambda: done.is_set() or not lane.missing([NAME]), "the last try", 60)
    assert lane.settled(NAME)
    assert tried == [NAME] * tries
    lane.close()


def test_what_somebody_has_put_here_stays_until_the_host_has_it(
    host: StubHost, blobs: TeamBlobs, local: FileBlobs
) -> None:
    """They attach what a conversation had that is just now taken from them."""
    blobs.put(DATA)
    blobs.forget({NAME})
    blobs.forget_all_but(())
    assert local.get(NAME) == DATA
    Uploads(host)
    blobs.upload(NAME)
    blobs.forget({NAME})
    assert not local.exists(NAME)


def test_without_the_host_a_file_is_asked_for_again(host: StubHost, blobs: TeamBlobs) -> None:
    blobs.put(DATA)
    kept, done = Uploads(host), threading.Event()
    broken = host.answers.pop(f"HEAD /v1/blobs/{NAME}")
    host.answers[f"HEAD /v1/blobs/{NAME}"] = lambda *_: Response(None, 503)
    tried = threading.Event()

    def upload(name: str) -> None:
        try:
            blobs.upload(name)
        finally:
            tried.set()

    lane = module.Uploads(upload, done.set)
    assert lane.missing([NAME])
    assert tried.wait(60)
    host.answers[f"HEAD /v1/blobs/{NAME}"] = broken
    wait_for(lambda: not lane.missing([NAME]), "the second try", 60)
    assert kept.kept == DATA
    lane.close()
