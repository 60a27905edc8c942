"""What is remembered of a mailbox's own server, and what strangers cannot make it forget."""

from deskapp.channels.email.authresults import TrustedServer
from deskapp.channels.email.intake import ServersObserved
from deskapp.channels.email.parsed import AuthHeader

OURS = "mx.sol.example"
BOX = "account"


def mark(hops: int, name: str = OURS) -> tuple[AuthHeader, ...]:
    return (AuthHeader(name, f"{name}; dmarc=pass", hops),)


def nothing() -> None:
    return None


def stored() -> TrustedServer:
    return TrustedServer(OURS, 1)


def test_a_server_is_learned_from_some_mails() -> None:
    servers = ServersObserved()
    for _ in range(4):
        assert servers.observe(BOX, mark(2), nothing) is None
    assert servers.observe(BOX, mark(2), nothing) == TrustedServer(OURS, 2)
    assert servers.of(BOX) == TrustedServer(OURS, 2)


def test_its_place_is_known_from_the_first_mail_after_a_restart() -> None:
    """A forged mark below the real one's place is void, though none was seen in this run."""
    forged = mark(3)
    assert ServersObserved().observe(BOX, forged, stored) == TrustedServer(OURS, 1)
    unknown = TrustedServer(OURS, ServersObserved.ANYWHERE)
    assert ServersObserved().observe(BOX, forged, lambda: unknown) == TrustedServer(OURS, 3)


def test_neither_a_flood_nor_another_name_moves_it_deeper() -> None:
    for flood in (mark(2), mark(0, "mx.evil.example"), ()):
        servers = ServersObserved()
        for _ in range(2 * ServersObserved.WINDOW):
            assert servers.observe(BOX, flood, stored) == TrustedServer(OURS, 1)


def test_a_higher_place_is_taken_at_once() -> None:
    servers = ServersObserved()
    assert servers.observe(BOX, mark(0), stored) == TrustedServer(OURS, 0)
    servers.forget(BOX)
    assert servers.of(BOX) is None
