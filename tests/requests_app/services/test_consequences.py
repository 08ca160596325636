"""What letters are called where staff read of them."""

from django.utils import translation

from notifications import emails
from notifications.models import State
from requests_app.services import consequences


def test_every_kind_of_letter_and_every_state_has_its_words() -> None:
    assert set(consequences.LETTER_NAMES) == set(emails.KINDS)
    assert set(consequences.STATE_WORDS) == set(State)


def test_a_letter_is_called_in_the_language_of_the_page_and_stored_in_english() -> None:
    with translation.override("de"):
        assert consequences.letter_name("decision_receipt") == "Beleg der Antwort"
        assert consequences.plain_name("decision_receipt") == "Decision receipt"
