"""Hosts, origins and proxies."""

import pytest

from deskapp.channels.webchat.origins import Doors, headers_of, host_name, networks

DOORS = Doors(8790, "https://chat.shop.test", networks(["10.0.0.5", "192.168.0.0/16", "rubbish"]))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8790",
        "127.0.0.1",
        "localhost:8790",
        "LOCALHOST",
        "[::1]:8790",
        "chat.shop.test",
        "Chat.Shop.Test:443",
        "chat.shop.test.",
        "192.168.1.7:8790",
    ],
)
def test_our_own_names(host: str) -> None:
    assert DOORS.knows_host(host, "192.168.1.7")


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        "evil.test",
        "chat.shop.test.evil.test",
        "evilchat.shop.test",
        "shop.test",
        "127.0.0.1.evil.test",
        "127.0.0.1@evil.test",
        "evil.test:127.0.0.1",
        "192.168.1.8",
        "[::1",
        "localhost:8790:1",
        "\0",
        "chat.shop.test:x",
    ],
)
def test_other_names(host: str) -> None:
    assert not DOORS.knows_host(host, "192.168.1.7")


def test_without_a_public_address_no_name_is_ours() -> None:
    doors = Doors(8790)
    assert not doors.knows_host("chat.shop.test", "192.168.1.7")
    assert not doors.knows_host("", "")
    assert not Doors(1, "https://[broken").knows_host("broken", "")


def test_a_host_that_comes_twice_is_none() -> None:
    scope = {"headers": [(b"host", b"127.0.0.1"), (b"host", b"evil.test"), (b"x", b"1")]}
    assert host_name(headers_of(scope)[b"host"].decode()) == "\0"
    assert not DOORS.knows_host("\0", "")


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
        ("127.0.0.1", "1.2.3.4", "127.0.0.1"),
        ("10.0.0.5", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.5", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.5", "6.6.6.6, 1.2.3.4, 192.168.3.3", "1.2.3.4"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "<script>", "10.0.0.5"),
        ("10.0.0.5", "1.2.3.4, <script>", "10.0.0.5"),
        ("10.0.0.5", "1.2.3.4:5566", "1.2.3.4"),
        ("10.0.0.5", '"[2001:db8:1:2:3::4]:5566"', "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.5", "1.2.3.4", "1.2.3.4"),
        ("2001:db8:1:2:3:4:5:6", "1.2.3.4", "2001:db8:1:2::/64"),
        ("10.0.0.5", ", ".join(["192.168.0.1"] * 5_000), "192.168.0.1"),
        ("", "1.2.3.4", ""),
    ],
)
def test_whom_to_count_against(peer: str, forwarded: str, found: str) -> None:
    assert DOORS.client(peer, forwarded) == found
