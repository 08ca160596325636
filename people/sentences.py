"""What the pure rules say: English in itself, and still able to be said in another language.

Pure. A rule knows no framework and so no language of a page; it returns a Sentence, and whoever makes the page has it
said in the page's language (people.speaking). The tool that collects words for translation knows the name Sentence.
"""

from typing import Any


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
