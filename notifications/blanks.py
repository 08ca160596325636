"""Stand-ins for a letter's values while a template is watched: what it writes, derives and asks of each.

A blank carries a real value, so the template takes the path that this letter takes. Printing one leaves a
mark, deriving from one gives another, and asking one for a fact notes the question with its answer.
"""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

Values = list[Any]
Step = Callable[[Values], Any]

# Private-use characters: whoever enters them has them removed, and a text that holds one is not watched.
OPEN, CLOSE = "\uf8e0", "\uf8e1"
_ESCAPED, _RAW = "h", "t"
MARK = re.compile(f"{OPEN}([{_ESCAPED}{_RAW}])(\\d+){CLOSE}")


class Untraceable(Exception):
    """A template does with a blank what a blank does not know; it is rendered without being watched."""


@dataclass(frozen=True)
class Question:
    """A fact that a template asked for: the `steps` to take before it, the question, this letter's answer."""

    steps: tuple[Step, ...]
    ask: Step
    answer: Any


class Trace:
    """What one rendering derived and asked, in order."""

    def __init__(self, values: Values) -> None:
        self.values = list(values)
        self.questions: list[Question] = []
        self._steps: list[Step] = []

    def derive(self, function: Callable[..., Any], *arguments: Any) -> "Blank":
        """Note how a value follows from others and return its blank."""
        step = _step(function, arguments)
        self._steps.append(step)
        self.values.append(step(self.values))
        return Blank(self, len(self.values) - 1)

    def ask(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Answer a question for this letter, and remember that the template's path depends on it."""
        ask = _step(function, arguments)
        answer = ask(self.values)
        self.questions.append(Question(self.take_steps(), ask, answer))
        return answer

    def take_steps(self) -> tuple[Step, ...]:
        """Return the steps since the latest question."""
        steps, self._steps = tuple(self._steps), []
        return steps


class Blank:
    """One value of a letter under watch. `value` must not be looked at by whoever wants a trace that holds."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, trace: Trace, place: int) -> None:
        self._trace = trace
        self.place = place

    # Printing

    def __html__(self) -> str:
        return f"{OPEN}{_ESCAPED}{self.place}{CLOSE}"

    def __str__(self) -> str:
        return f"{OPEN}{_RAW}{self.place}{CLOSE}"

    # Asking

    def __bool__(self) -> bool:
        return bool(self._trace.ask(bool, self))

    def __eq__(self, other: object) -> bool:
        return bool(self._trace.ask(operator.eq, self, other))

    def __ne__(self, other: object) -> bool:
        return bool(self._trace.ask(operator.ne, self, other))

    def __lt__(self, other: object) -> bool:
        return bool(self._trace.ask(operator.lt, self, other))

    def __gt__(self, other: object) -> bool:
        return bool(self._trace.ask(operator.gt, self, other))

    def __contains__(self, other: object) -> bool:
        return bool(self._trace.ask(operator.contains, self, other))

    def __len__(self) -> int:
        return int(self._trace.ask(len, self))

    # Deriving

    def __iter__(self) -> Iterator["Blank"]:
        return iter([self._trace.derive(operator.getitem, self, place) for place in range(len(self))])

    def __add__(self, other: object) -> "Blank":
        return self._trace.derive(operator.add, self, other)

    def partition(self, separator: "str | Blank") -> tuple["Blank", "Blank", "Blank"]:
        parts = self._trace.derive(str.partition, self, separator)
        first, second, third = (self._trace.derive(operator.getitem, parts, place) for place in range(3))
        return first, second, third

    def derive(self, function: Callable[..., Any], *more: Any) -> "Blank":
        return self._trace.derive(function, self, *more)


def watched(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a template's filter derive a blank from a blank; it is what it was for anything else."""

    @wraps(function)
    def derive(*arguments: Any) -> Any:
        blank = next((one for one in arguments if isinstance(one, Blank)), None)
        if blank is None:
            return function(*arguments)
        return blank._trace.derive(function, *arguments)

    return derive


def _step(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Step:
    """Bind a function to the places of its blanks; other arguments stay as they are."""
    places = [one.place if isinstance(one, Blank) else None for one in arguments]
    match places:
        case [int(place)]:
            return lambda values: function(values[place])
        case [int(place), None]:
            constant = arguments[1]
            return lambda values: function(values[place], constant)
        case [int(place), int(other)]:
            return lambda values: function(values[place], values[other])
    raise Untraceable(f"{function!r} of {places}")
