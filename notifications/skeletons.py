"""Write a letter from what stood still in letters like it: the template is run once for each shape.

A template asks few questions of a letter (is there a message, how many administrators) and what it writes
besides the blanks depends on the answers alone. So the first letter with certain answers is rendered by the
template itself, watched (`blanks`); each further one walks the same questions and fills the blanks. The first
is also rendered unwatched, and a difference means that this letter's template is never trusted to a skeleton.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Template
from markupsafe import escape

from notifications.blanks import CLOSE, MARK, OPEN, Blank, Question, Step, Trace, Untraceable

log = logging.getLogger(__name__)

SHAPES = 256
"""So many a template; beyond them (and there are few) letters are rendered by the template."""


@dataclass
class _Node:
    """Steps to take, then a question whose answer leads on, or at the end the text with its blanks."""

    steps: tuple[Step, ...] = ()
    question: Question | None = None
    answers: dict[Any, "_Node"] = field(default_factory=dict)
    constants: tuple[str, ...] = ()
    """The words before each blank, and behind the last."""
    places: tuple[int, ...] = ()
    is_known: bool = False


class Skeleton:
    """One template's shapes. `fixed` names what is the same in every letter of this process."""

    def __init__(self, template: Template, *, escapes: bool) -> None:
        self._template = template
        self._escapes = escapes
        self._roots: dict[tuple[Any, ...], _Node] = {}
        self._shapes = 0
        self._is_trusted = True

    def render(self, words: Mapping[str, Any], *, fixed: Mapping[str, Any]) -> str:
        """Return what the template gives for these words; `words` has the same names in the same order each time."""
        key = (*fixed.values(), *words)
        root = self._roots.get(key)
        if root is None:
            root = self._roots[key] = _Node()
        values = list(words.values())
        node = _walk(root, values)
        if node is None:
            return self._learn(root, words, fixed)
        return self._fill(node, values)

    def _fill(self, node: _Node, values: list[Any]) -> str:
        pieces: list[str] = [""] * (2 * len(node.places) + 1)
        pieces[::2] = node.constants
        if self._escapes:
            pieces[1::2] = [escape(values[place]) for place in node.places]
        else:
            pieces[1::2] = [str(values[place]) for place in node.places]
        return "".join(pieces)

    def _learn(self, root: _Node, words: Mapping[str, Any], fixed: Mapping[str, Any]) -> str:
        """Render by the template, and remember this shape if it can be."""
        plain = self._template.render({**fixed, **words})
        if not self._is_trusted or self._shapes >= SHAPES or OPEN in plain or CLOSE in plain:
            return plain
        trace = Trace(list(words.values()))
        watched = {name: Blank(trace, place) for place, name in enumerate(words)}
        try:
            marked = self._template.render({**fixed, **watched})
            leaf = self._cut(marked, trace)
        except Exception as error:  # noqa: BLE001 - a blank cannot do everything; the letter itself is rendered
            log.warning(
                "A template cannot be watched.", extra={"template": self._template.name, "why": str(error)}
            )
            self._is_trusted = False
            return plain
        if self._fill(leaf, trace.values) != plain:
            log.error("A template's skeleton differs from it.", extra={"template": self._template.name})
            self._is_trusted = False
            return plain
        _remember(root, trace, leaf)
        self._shapes += 1
        return plain

    def _cut(self, marked: str, trace: Trace) -> _Node:
        """Cut what was written at its marks. Raises Untraceable where a mark lost its escaping."""
        pieces = MARK.split(marked)
        if any((sort == "h") is not self._escapes for sort in pieces[1::3]):
            raise Untraceable("a value was printed unescaped, or escaped in plain text")
        constants = tuple(pieces[::3])
        if any(OPEN in constant or CLOSE in constant for constant in constants):
            raise Untraceable("a mark was cut")
        return _Node(
            steps=trace.take_steps(),
            constants=constants,
            places=tuple(int(place) for place in pieces[2::3]),
            is_known=True,
        )


def _walk(node: _Node, values: list[Any]) -> _Node | None:
    """Answer the questions until a text is found or an answer is new; `values` grows by what is derived."""
    while True:
        for step in node.steps:
            values.append(step(values))
        if node.question is None:
            return node if node.is_known else None
        following = node.answers.get(node.question.ask(values))
        if following is None:
            return None
        node = following


def _remember(root: _Node, trace: Trace, leaf: _Node) -> None:
    node = root
    for question in trace.questions:
        if node.question is None:
            node.steps, node.question = question.steps, question
        node = node.answers.setdefault(question.answer, _Node())
    node.steps, node.constants, node.places, node.is_known = leaf.steps, leaf.constants, leaf.places, True
