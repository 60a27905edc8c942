"""The demo's story makes sense: people exist, nothing happens before it can, all kinds are there."""

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest

from deskapp.core.policies import placeholders
from deskapp.devtools.demo import content, files
from deskapp.devtools.demo.content import Step, Ticket, load, moment

NOW = 1_795_079_220_000  # Thursday 19 November 2026, 10:07 in Madrid
MADRID = timezone(timedelta(hours=1))
DAY = 86_400_000
RESERVED = (".test", ".example")


def at(step: Step) -> int:
    return moment(step.at, NOW, MADRID)


def test_an_age_and_a_day_are_times_before_now() -> None:
    assert moment("40s", NOW) == NOW - 40_000
    assert moment("2h 5m", NOW) == NOW - 125 * 60_000
    assert moment("1 9:41", NOW, MADRID) == at_madrid(2026, 11, 18, 9, 41)
    assert moment("+1 9:00", NOW, MADRID) == at_madrid(2026, 11, 20, 9, 0)


def test_sundays_are_no_shop_days() -> None:
    assert moment("3 9:00", NOW, MADRID) == at_madrid(2026, 11, 16, 9, 0)
    assert moment("4 9:00", NOW, MADRID) == at_madrid(2026, 11, 14, 9, 0)
    assert moment("+3 9:00", NOW, MADRID) == at_madrid(2026, 11, 23, 9, 0)


@pytest.mark.parametrize("text", ["", "soon", "9:41", "1 25", "-1 9:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        moment(text, NOW)


def at_madrid(*when: int) -> int:
    return int(datetime(*when, tzinfo=MADRID).timestamp() * 1000)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize("ticket", load().tickets, ids=lambda t: t.subject[:30])
def test_each_ticket_happens_in_order_and_in_the_past(ticket: Ticket) -> None:
    times = [at(step) for step in ticket.steps]
    assert times == sorted(times)
    assert times[-1] <= NOW
    first = ticket.steps[0].what.split()[0]
    ways = {"mail": "email", "html": "email", "forged": "email", "chat": "webchat"}
    assert ticket.channel == ways[first] if first in ways else first == "said"


def test_everybody_and_everything_that_is_named_is_there() -> None:
    story = load()
    people = {person.key for person in story.contacts}
    canned = {reply.shortcut for reply in story.canned}
    keys = {ticket.key for ticket in story.tickets if ticket.key}
    accounts = {account.key for account in story.desk.accounts}
    for ticket in story.tickets:
        assert "<" in ticket.who or ticket.who in people, ticket.subject
        assert ticket.account in accounts
        for step in ticket.steps:
            verb, *words = step.what.split()
            used = {word[1:] for word in words if verb == "reply" and word.startswith("/")}
            assert used <= canned, step.what
            assert verb != "merge" or words[0] in keys
            for name in step.files:
                assert files.make(name)[1]


def test_no_address_and_no_number_is_anybodys() -> None:
    story = load()
    addresses = [mail for person in story.contacts for mail in person.mails]
    addresses += [account.address for account in story.desk.accounts]
    addresses += [ticket.who[:-1] for ticket in story.tickets if "<" in ticket.who]
    assert all(address.endswith(RESERVED) for address in addresses), addresses


def test_the_desk_is_as_large_and_as_mixed_as_it_should_be() -> None:
    story = load()
    steps = [step for ticket in story.tickets for step in ticket.steps]
    verbs = Counter(step.what.split()[0] for step in steps)
    spanish = sum(person.language == "es" for person in story.contacts)
    assert len(story.contacts) == 40
    assert len(story.tickets) >= 120
    assert 0.6 < spanish / len(story.contacts) < 0.8
    assert len(story.canned) == 25
    assert len(story.desk.views) == 3
    for verb in ("html", "said", "note", "snooze", "spam", "trash", "merge", "rate", "draft"):
        assert verbs[verb], f"nothing of the kind: {verb}"
    assert any("!" in step.what for step in steps), "a mail that could not be sent"
    recent = sum(at(ticket.steps[-1]) > NOW - 21 * DAY for ticket in story.tickets)
    assert recent / len(story.tickets) > 0.9


def test_every_canned_reply_may_be_saved() -> None:
    for reply in load().canned:
        assert placeholders.validate(reply.body) == (), reply.shortcut


def test_files_are_the_same_each_time_and_what_they_say() -> None:
    mime, picture = files.make("taza_azul.png")
    assert mime == "image/png"
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert files.make("taza_azul.png")[1] == picture
    assert files.make("taza_verde.png")[1] != picture
    assert files.make("factura.pdf")[1].startswith(b"%PDF-1.4")
    with pytest.raises(ValueError, match="no such kind"):
        files.make("virus.exe")


def test_no_data_file_is_too_long_to_read() -> None:
    for path in content.FOLDER.glob("*.toml"):
        assert len(path.read_text("utf-8").splitlines()) < 400, path.name


def test_the_zone_of_the_computer_is_meant_when_none_is_given() -> None:
    local = datetime.fromtimestamp(moment("1 9:41", NOW) / 1000, UTC).astimezone()
    assert (local.hour, local.minute) == (9, 41)
