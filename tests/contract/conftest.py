"""The desks that every story is told to."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.contract_rigs import open_team_rig
from tests.support.desk import CHOICE, DeskRig, open_postgres_rig, open_rig

RIGS: dict[str, Callable[[Path], Iterator[DeskRig]]] = {
    "postgres": open_postgres_rig,
    "solo": open_rig,
    "team": open_team_rig,
}
"""A host is a solo desk with a server beside it: the same object behind the same door."""
ON_A_SERVER = frozenset(
    {
        "test_found_by_name_address_phone_and_national_id",
        "test_an_address_belongs_to_one_person",
        "test_merging_is_suggested_with_its_evidence_and_never_done_by_itself",
        "test_a_merge_joins_histories_and_is_undone",
        "test_a_saved_view_filters_and_counts",
        "test_the_status_line_tells_the_truth",
        "test_an_answer_goes_on_in_the_ticket_and_reopens_it",
        "test_the_same_mail_twice_is_one_message",
        "test_history_that_comes_later_stands_earlier",
        "test_a_failed_send_is_visible_rings_and_is_retried_or_dropped",
        "test_unread_and_mentions",
        "test_a_deleted_tag_leaves_everything_and_is_told",
        "test_a_ticket_moves_to_another_department",
        "test_a_mail_is_not_answered_blindly",
        "test_a_call_becomes_a_ticket_that_counts_and_is_found",
        "test_a_bulk_change_is_undone_to_what_each_was",
        "test_snooze_ends_by_itself_and_rings",
        "test_the_same_command_twice_is_one_change",
        "test_a_refused_command_leaves_no_trace",
        "test_the_first_word_opens_a_ticket_that_rings_until_taken",
        "test_a_signed_visitor_is_the_contact",
        "test_places_in_the_queue",
    }
)
"""Stories that are always told to PostgreSQL too: one at least of each kind of statement. All of them are with
DESKAPP_TEST_DATABASE=postgres, where the desk of every rig is one on a server."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story is told to each desk; those of what stays at the desk itself (`at_the_desk`) to that one."""
    if "desk" in metafunc.fixturenames:
        here = metafunc.definition.get_closest_marker("at_the_desk") is not None
        rigs = ["solo"] if here else ["solo", "team"]
        if metafunc.function.__name__ in ON_A_SERVER and CHOICE not in os.environ:
            rigs.append("postgres")
        metafunc.parametrize("desk", rigs, indirect=True)


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeskRig]:
    yield from RIGS[request.param](tmp_path)
