"""What the pure rules say: English in itself, and still able to be said in another language.

Pure. A rule knows no framework and so no language of a page; it returns a Sentence, and whoever makes the page has it
said in the page's language (people.speaking). The names Sentence and N_ are known to the tool that collects words.
"""

from typing import Any


def N_(words: str) -> str:
    """Mark words that stand in a table for translation; they come back unchanged."""
    return words


class Sentence(str):
    """Words in English that remember the template and the facts they were made of.

    `Sentence("Enter %(limit)s at most", limit=10)`. A template without facts is taken as it stands. A fact that is
    a Sentence itself is said in the same language as the whole.
    """

    template: str
    facts: dict[str, Any]

    def __new__(cls, template: str, **facts: object) -> "Sentence":
        made = super().__new__(cls, template % facts if facts else template)
        made.template, made.facts = template, facts
        return made
