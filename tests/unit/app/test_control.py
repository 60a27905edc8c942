"""The door to the process that has a desk open: real sockets, hostile callers."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from deskapp.app import control
from deskapp.app.control import ControlClient, ControlServer, Params
from deskapp.app.task import Task
from deskapp.core.ports import Progress
from deskapp.system.errors import KnownError
from deskapp.system.paths import Profile
from tests.conftest import ExpectLog


class Work:
    """What the server can do in these tests."""

    def __init__(self) -> None:
        self.running = threading.Event()
        self.ended = threading.Event()
        self.go_on = threading.Event()

    def echo(self, params: Params, task: Task) -> Mapping[str, object]:
        return {"said": params["text"]}

    def count(self, params: Params, task: Task) -> Mapping[str, object]:
        for number in range(1, 6):
            task.step(number, 5, f"part {number}")
        return {"counted": 5}

    def wait(self, params: Params, task: Task) -> Mapping[str, object]:
        self.running.set()
        try:
            while not self.go_on.wait(0.01):
                task.check()
        finally:
            self.ended.set()
        return {}

    def refuse(self, params: Params, task: Task) -> Mapping[str, object]:
        raise KnownError("file_exists", path="/tmp/x")

    def fail(self, params: Params, task: Task) -> Mapping[str, object]:
        raise ZeroDivisionError("a bug, with a secret in it")


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    made = Profile.at(tmp_path / "desk")
    made.create()
    return made


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def server(profile: Profile, work: Work) -> Iterator[ControlServer]:
    names = ("echo", "count", "wait", "refuse", "fail")
    running = ControlServer(profile, {name: getattr(work, name) for name in names})
    yield running
    work.go_on.set()
    running.close()


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        call()
    return caught.value.code


def test_a_request_and_its_answer(profile: Profile, server: ControlServer) -> None:
    with ControlClient(profile) as client:
        assert client.pid == os.getpid()
        assert client.call("echo", {"text": "¿qué tal?"}) == {"said": "¿qué tal?"}


def test_progress_comes_while_it_works(profile: Profile, server: ControlServer) -> None:
    seen: list[Progress] = []
    with ControlClient(profile) as client:
        assert client.call("count", None, seen.append) == {"counted": 5}
    assert seen[-1] == Progress(5, 5, "part 5")
    assert [step.note for step in seen] == [f"part {number}" for number in range(1, 6)]


def test_many_callers_at_once(profile: Profile, server: ControlServer) -> None:
    answers: list[object] = []

    def ask(number: int) -> None:
        with ControlClient(profile) as client:
            answers.append(client.call("echo", {"text": number})["said"])

    threads = [threading.Thread(target=ask, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(20))  # type: ignore[type-var]


def test_a_refusal_arrives_as_it_was_raised(profile: Profile, server: ControlServer) -> None:
    with ControlClient(profile) as client, pytest.raises(KnownError) as caught:
        client.call("refuse")
    assert (caught.value.code, caught.value.params) == ("file_exists", {"path": "/tmp/x"})


def test_a_bug_stays_in_the_log(
    profile: Profile, server: ControlServer, expect_log: ExpectLog
) -> None:
    expect_log("fail failed")
    with ControlClient(profile) as client:
        assert code_of(lambda: client.call("fail")) == "remote_failure"


def test_what_it_does_not_offer(profile: Profile, server: ControlServer) -> None:
    with ControlClient(profile) as client:
        assert code_of(lambda: client.call("__class__")) == "not_offered"


def test_hanging_up_cancels(profile: Profile, server: ControlServer, work: Work) -> None:
    client = ControlClient(profile)
    threading.Thread(target=lambda: code_of(lambda: client.call("wait"))).start()
    assert work.running.wait(90)
    client._line.hang_up()
    assert work.ended.wait(90)
    client.close()


def test_closing_the_server_cancels_and_tells(
    profile: Profile, server: ControlServer, work: Work
) -> None:
    codes: list[str] = []
    client = ControlClient(profile)
    caller = threading.Thread(target=lambda: codes.append(code_of(lambda: client.call("wait"))))
    caller.start()
    assert work.running.wait(90)
    server.close()
    caller.join()
    assert work.ended.is_set()
    assert codes == ["control_lost"]
    client.close()
    assert code_of(lambda: ControlClient(profile)) == "desk_in_use"
    assert not profile.control.exists()


CALLER = """
import sys
from pathlib import Path
from deskapp.app.control import ControlClient
from deskapp.system.errors import KnownError
from deskapp.system.paths import Profile
with ControlClient(Profile.at(sys.argv[1])) as client:
    print("asking", flush=True)
    try:
        client.call("wait")
    except KnownError as error:
        print(error.code, flush=True)
"""


def caller_process(profile: Profile) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", CALLER, str(profile.folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_ctrl_c_cancels_there_and_says_so(
    profile: Profile, server: ControlServer, work: Work
) -> None:
    with caller_process(profile) as caller:
        assert work.running.wait(90)
        caller.send_signal(signal.SIGINT)
        out, _ = caller.communicate(timeout=60)
    assert work.ended.is_set()
    assert out.split() == ["asking", "cancelled"]


def test_a_killed_caller_cancels(profile: Profile, server: ControlServer, work: Work) -> None:
    with caller_process(profile) as caller:
        assert work.running.wait(90)
        caller.kill()
        assert work.ended.wait(90)
        caller.communicate()


class TestStrangers:
    """Other users, other programs, and garbage."""

    def address(self, profile: Profile) -> str:
        return str(json.loads(profile.control.read_bytes())["address"])

    def connect(self, profile: Profile) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(10)
        connection.connect(self.address(profile))
        return connection

    def rest(self, connection: socket.socket) -> bytes:
        """What still comes until it hangs up, politely or not."""
        try:
            return connection.recv(4096)
        except ConnectionResetError:
            return b""

    def test_only_this_user_may_reach_it(self, profile: Profile, server: ControlServer) -> None:
        for path in (profile.control, Path(self.address(profile))):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_the_token_is_never_sent(self, profile: Profile, server: ControlServer) -> None:
        token = json.loads(profile.control.read_bytes())["token"]
        with self.connect(profile) as connection:
            hello = connection.recv(4096)
        assert token.encode() not in hello

    @pytest.mark.parametrize(
        "answer",
        [
            {"nonce": "00", "proof": "00"},
            {"nonce": "", "proof": ""},
            {},
            {"do": "echo", "with": {"text": "x"}},
            {"nonce": ["x"], "proof": {"a": 1}},
        ],
    )
    def test_without_the_token_nothing_is_told(
        self,
        answer: dict[str, object],
        profile: Profile,
        server: ControlServer,
        expect_log: ExpectLog,
    ) -> None:
        expect_log("without the token was refused")
        with self.connect(profile) as connection:
            connection.recv(4096)
            request = b'{"do": "echo", "with": {"text": "x"}}\n'
            connection.sendall(json.dumps(answer).encode() + b"\n" + request)
            assert self.rest(connection) == b""

    def test_a_proof_cannot_be_used_again(
        self, profile: Profile, server: ControlServer, expect_log: ExpectLog
    ) -> None:
        expect_log("without the token was refused")
        token = bytes.fromhex(json.loads(profile.control.read_bytes())["token"])
        with self.connect(profile) as first:
            nonce = json.loads(first.recv(4096))["nonce"]
            proof = control._proof(token, "client", nonce, "mine")
        with self.connect(profile) as second:
            second.recv(4096)
            second.sendall(json.dumps({"nonce": "mine", "proof": proof}).encode() + b"\n")
            assert second.recv(4096) == b""

    def test_the_servers_own_words_are_no_proof(
        self, profile: Profile, server: ControlServer, expect_log: ExpectLog
    ) -> None:
        """Reflection: what one side says must not serve as the other's."""
        token = b"\0" * 32
        mine = control._proof(token, "client", "a", "b")
        assert mine != control._proof(token, "server", "a", "b")
        assert mine != control._proof(token, "client", "b", "a")

    @pytest.mark.parametrize(
        "data", [b"\xff\xfe\n", b"[]\n", b"{" * 100_000 + b"\n", b"x" * (1 << 21)]
    )
    def test_garbage_ends_that_caller_only(
        self, data: bytes, profile: Profile, server: ControlServer, expect_log: ExpectLog
    ) -> None:
        expect_log("without the token", required=False)
        with self.connect(profile) as connection:
            connection.recv(4096)
            with contextlib.suppress(OSError):  # it may hang up in the middle
                connection.sendall(data)
            assert self.rest(connection) == b""
        with ControlClient(profile) as client:
            assert client.call("echo", {"text": 1}) == {"said": 1}

    def test_one_who_never_speaks_holds_nobody_up(
        self, profile: Profile, server: ControlServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(control, "HANDSHAKE_S", 0.2)
        with self.connect(profile) as silent:
            with ControlClient(profile) as client:
                assert client.call("echo", {"text": 1}) == {"said": 1}
            silent.recv(4096)
            assert silent.recv(4096) == b""

    def test_a_false_server_is_told_nothing(self, profile: Profile, tmp_path: Path) -> None:
        """Whoever takes the place of the socket without the token gets no request."""
        heard: list[bytes] = []
        path = tmp_path / "false.sock"
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(path))
            listener.listen()

            def serve() -> None:
                connection, _ = listener.accept()
                with connection, connection.makefile("rb") as lines:
                    connection.sendall(b'{"nonce": "00"}\n')
                    heard.append(lines.readline())
                    connection.sendall(b'{"proof": "00"}\n')
                    heard.append(lines.readline())

            thread = threading.Thread(target=serve)
            thread.start()
            document = {"address": str(path), "token": "11" * 32, "pid": 7}
            profile.control.write_text(json.dumps(document))
            assert code_of(lambda: ControlClient(profile)) == "control_refused"
            thread.join()
        assert heard[1] == b""


class TestNobodyThere:
    @pytest.mark.parametrize(
        "text", ["", "{}", "[]", "null", '{"address": "/nowhere", "token": "zz", "pid": 1}', "\x00"]
    )
    def test_a_document_that_is_none(self, text: str, profile: Profile) -> None:
        profile.control.write_text(text)
        profile.lock.write_text("77")
        with pytest.raises(KnownError) as caught:
            ControlClient(profile)
        assert (caught.value.code, caught.value.params["pid"]) == ("desk_in_use", 77)

    def test_what_a_crash_left_is_replaced(self, profile: Profile, work: Work) -> None:
        (profile.folder / "control.sock").write_text("")
        document = {"address": str(profile.folder / "gone.sock"), "token": "00" * 32, "pid": 1}
        profile.control.write_text(json.dumps(document))
        assert code_of(lambda: ControlClient(profile)) == "desk_in_use"
        server = ControlServer(profile, {"echo": work.echo})
        with ControlClient(profile) as client:
            assert client.call("echo", {"text": 1}) == {"said": 1}
        server.close()

    def test_one_that_only_starts_is_waited_for(self, profile: Profile, work: Work) -> None:
        server: list[ControlServer] = []
        timer = threading.Timer(
            0.3, lambda: server.append(ControlServer(profile, {"echo": work.echo}))
        )
        timer.start()
        with ControlClient.reach(profile) as client:
            assert client.call("echo", {"text": 1}) == {"said": 1}
        server[0].close()


def test_a_desk_in_a_very_deep_folder(tmp_path: Path, work: Work) -> None:
    profile = Profile.at(tmp_path / ("deep" * 25) / ("deeper" * 25))
    profile.create()
    server = ControlServer(profile, {"echo": work.echo})
    with ControlClient(profile) as client:
        assert client.call("echo", {"text": 1}) == {"said": 1}
    folder = Path(json.loads(profile.control.read_bytes())["address"]).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    server.close()
    assert not folder.exists()


def test_without_unix_sockets_it_is_a_loopback_port(
    profile: Profile, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""
    monkeypatch.setattr(control, "_unix_family", lambda: None)
    server = ControlServer(profile, {"echo": work.echo})
    host, port = json.loads(profile.control.read_bytes())["address"]
    assert host == "127.0.0.1"
    assert port > 0
    with ControlClient(profile) as client:
        assert client.call("echo", {"text": 1}) == {"said": 1}
    server.close()
