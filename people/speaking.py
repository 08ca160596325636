"""Say in the language of the page what the pure rules said in English (people.sentences)."""

from django.utils.translation import get_language, gettext

from people.sentences import Sentence


def language() -> str:
    """Return the language of the page, or of whatever is being made: "en", "de"."""
    return get_language() or "en"


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
