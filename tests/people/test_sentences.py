"""What pure rules say: English in itself, and said in the language of the page with its facts."""

import copy
import pickle

from django.utils import translation

from people.sentences import Sentence
from people.speaking import say

LIMIT = Sentence("%(limit)s lines or fewer, you have %(count)s", limit=8, count=9)


def test_a_sentence_is_its_english_and_keeps_what_it_was_made_of() -> None:
    assert LIMIT == "8 lines or fewer, you have 9"
    assert f"{LIMIT}" == str(LIMIT) == "8 lines or fewer, you have 9"
    for made in (copy.deepcopy(LIMIT), pickle.loads(pickle.dumps(LIMIT))):
        assert (made.template, made.facts) == (LIMIT.template, LIMIT.facts)


def test_a_template_without_facts_is_taken_as_it_stands() -> None:
    assert Sentence("100% of it") == "100% of it"


def test_a_sentence_is_said_in_the_language_of_the_page() -> None:
    with translation.override("de"):
        assert say(LIMIT) == "Höchstens 8 Zeilen, Sie haben 9"
    assert say(LIMIT) == LIMIT


def test_a_fact_that_is_a_sentence_is_said_in_the_same_language() -> None:
    kept = Sentence("%(kept)s after the answer.", kept=Sentence("%(count)s days", count=90))
    with translation.override("de"):
        assert say(kept) == "90 Tage nach der Antwort."
    assert kept == "90 days after the answer."


def test_what_is_no_sentence_comes_back_as_it_is() -> None:
    with translation.override("de"):
        assert say("Enter an e-mail address") == "Enter an e-mail address"
