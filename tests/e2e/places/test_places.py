"""Three windows and one `deskapp serve`, each in a network namespace: every story of mail and chat between them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import places_stories as stories
from tests.support.places import Places, open_places

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with open_places(tmp_path_factory.mktemp("places"), "en") as opened:
        yield opened


def test_one_takes_it_and_the_others_see_it(places: Places) -> None:
    stories.taken(places)


def test_a_note_an_answer_with_a_file_and_the_customers_answer(
    places: Places, tmp_path: Path
) -> None:
    stories.answered(places, tmp_path)


def test_what_one_puts_in_order_is_in_order_for_all(places: Places) -> None:
    stories.put_in_order(places)


def test_a_canned_reply_a_search_and_an_answer_taken_back(places: Places) -> None:
    stories.helped(places)


def test_a_chat_from_its_ring_to_its_end(places: Places, tmp_path: Path) -> None:
    stories.chatted(places, tmp_path)


def test_a_visitor_who_left_is_answered_by_mail(places: Places) -> None:
    stories.left_and_answered_by_mail(places)


def test_one_is_cut_off_works_on_and_comes_back(places: Places) -> None:
    stories.cut_off(places)


def test_one_is_switched_off_while_cut_off_and_loses_nothing(places: Places) -> None:
    stories.switched_off(places)
