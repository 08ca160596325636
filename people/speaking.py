"""Say in the language of the page what the pure rules said in English (people.sentences)."""

from django.utils.translation import gettext

from people.sentences import Sentence


def say(words: str) -> str:
    """Return a Sentence in the active language; any other words come back as they are."""
    if not isinstance(words, Sentence):
        return words
    template = gettext(words.template)
    if not words.facts:
        return template
    return template % {
        name: say(fact) if isinstance(fact, str) else fact for name, fact in words.facts.items()
    }
