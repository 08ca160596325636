"""Journeys of people, gone once more in the real browser: every form with its real Origin, Referer and cookies."""

import inspect
from collections.abc import Callable

import pytest

from tests.journeys import (
    test_change_asked,
    test_declining,
    test_drafts,
    test_duplicates,
    test_ending,
    test_reference_example,
    test_the_authorizer_answers_otherwise,
    test_yes_path,
)

pytestmark = pytest.mark.browser

Journey = Callable[..., None]
REFERENCE_EXAMPLE = test_reference_example.test_the_no_path_from_registration_to_the_active_account
# Together they post every form of requester, authorizer and reviewer.
JOURNEYS: list[Journey] = [
    test_yes_path.test_who_may_act_for_the_company_authorizes_in_the_same_step,
    test_declining.test_after_a_decline_the_second_authorizer_is_asked_once_a_reviewer_released_it,
    test_declining.test_a_held_letter_that_the_reviewer_refuses_is_never_written,
    test_change_asked.test_an_accepted_proposal_is_approved_and_the_authorizer_asked_about_it_anew,
    test_change_asked.test_the_question_can_be_answered_with_another_identifier,
    test_ending.test_a_withdrawn_request_tells_both_and_its_link_is_dead,
    test_drafts.test_a_draft_is_deleted_after_asking_once_more,
    test_duplicates.test_a_colleague_is_offered_access_to_the_account_there_is,
    test_the_authorizer_answers_otherwise.test_handing_on_asks_the_colleague_and_tells_the_requester,
    test_the_authorizer_answers_otherwise.test_an_authorization_is_taken_back_from_the_receipt,
    test_the_authorizer_answers_otherwise.test_who_did_not_answer_stops_the_request_from_the_receipt,
    test_the_authorizer_answers_otherwise.test_the_stop_link_stops_reminders_and_leaves_the_answer_open,
]


def name_of(journey: Journey) -> str:
    return journey.__name__.removeprefix("test_")


def go(journey: Journey, request: pytest.FixtureRequest) -> None:
    """Go a journey with this folder's fixtures in place of its own."""
    journey(**{name: request.getfixturevalue(name) for name in inspect.signature(journey).parameters})


@pytest.mark.usefixtures("site")
def test_the_reference_example_with_javascript(request: pytest.FixtureRequest) -> None:
    go(REFERENCE_EXAMPLE, request)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("script", [False])
@pytest.mark.parametrize("journey", [REFERENCE_EXAMPLE, *JOURNEYS], ids=name_of)
def test_without_javascript(journey: Journey, script: bool, request: pytest.FixtureRequest) -> None:
    go(journey, request)
