"""Computers of our own: nothing of them stays, however whoever made them came to an end."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.machines import ROOT
from tests.support.waiting import wait_for

pytestmark = pytest.mark.real

MAKES_ONE = """
from tests.support.namespaces import network
with network("a") as net:
    net["a"].start(["sleep", "3600"])
    print(net["a"].namespace, flush=True)
    input()
"""


def test_a_network_is_gone_when_whoever_made_it_was_killed() -> None:
    command = [sys.executable, "-c", MAKES_ONE]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, cwd=ROOT, stdin=pipe, stdout=pipe) as maker:
        assert maker.stdout is not None
        namespace = Path("/run/netns", maker.stdout.readline().strip())
        assert namespace.exists()
        maker.kill()
    wait_for(lambda: not namespace.exists(), "its end", 60)
