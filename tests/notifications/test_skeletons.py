"""Letters filled from skeletons are the letters that their templates write, whatever people entered."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, StrictUndefined

from notifications import emails, languages, rendering
from notifications.blanks import watched
from notifications.emails import KINDS, Letter
from notifications.languages import Language
from notifications.skeletons import SHAPES, Skeleton
from tests.notifications.test_rendering import CHOICES

FILES = ("subject.txt", "body.txt", "body.html")
every_kind = pytest.mark.parametrize("kind", KINDS)


def letters(kind: str) -> Iterator[Letter]:
    """The samples, and every variant that the templates know."""
    sample = KINDS[kind].sample()
    yield from (sample, KINDS[kind].hostile_sample())
    for other in CHOICES.get(kind, ()):
        yield emails.from_primitives(kind, {**sample.primitives(), **other})


def both(template: str, letter: Letter) -> tuple[str, str]:
    """Write a letter from its skeleton and by its template."""
    words = rendering.context(letter) | {"subject": "A subject with SAR-7K2M-94QD"}
    operator = rendering._operator()
    environment = rendering.environment(languages.of_file(template))
    plain = environment.get_template(template).render({**operator, **words})
    return rendering._skeleton(template).render(words, fixed=operator), plain


@every_kind
@pytest.mark.parametrize("file", FILES)
def test_a_skeleton_writes_what_its_template_writes(kind: str, file: str) -> None:
    # Twice: the first time a shape is learnt, the second time filled.
    for letter in [*letters(kind), *letters(kind)]:
        for language in Language:
            filled, plain = both(languages.file_in(f"{kind}/{file}", language), letter)
            assert filled == plain


@every_kind
@pytest.mark.parametrize("file", FILES)
def test_every_template_can_be_watched(kind: str, file: str) -> None:
    rendering._skeleton.cache_clear()
    for template in (languages.file_in(f"{kind}/{file}", language) for language in Language):
        for letter in letters(kind):
            both(template, letter)
        skeleton = rendering._skeleton(template)
        assert skeleton._is_trusted
        assert skeleton._shapes >= 1


def _other_value(value: Any) -> st.SearchStrategy[Any]:
    words = st.text(st.sampled_from("aé<>&\"'{}%.@:/ \n\uf8e0h1\uf8e1"), max_size=12)
    if isinstance(value, bool):
        return st.booleans()
    if isinstance(value, int):
        return st.integers(0, 4)
    if isinstance(value, tuple):
        return st.lists(words, max_size=3).map(tuple)
    return words


@given(
    data=st.data(),
    kind=st.sampled_from(sorted(KINDS)),
    file=st.sampled_from([languages.file_in(file, language) for language in Language for file in FILES]),
)
def test_a_skeleton_is_true_to_its_template_whatever_people_enter(
    data: st.DataObject, kind: str, file: str
) -> None:
    sample = KINDS[kind].sample()
    free = [
        field.name
        for field in dataclasses.fields(sample)
        if not field.name.endswith(("_at", "_seed", "_path"))
        and field.name not in {"challenge_id", "reference"}
    ]
    changes = {name: data.draw(_other_value(getattr(sample, name)), label=name) for name in free}
    filled, plain = both(f"{kind}/{file}", dataclasses.replace(sample, **changes))
    assert filled == plain


def skeleton(source: str, *, name: str = "letter.html") -> Skeleton:
    templates = Environment(
        loader=DictLoader({name: source}), undefined=StrictUndefined, autoescape=name.endswith(".html")
    )
    templates.filters["upper"] = watched(str.upper)
    return Skeleton(templates.get_template(name), escapes=name.endswith(".html"))


def test_the_path_through_a_template_follows_each_letters_own_answers() -> None:
    made = skeleton("{% if who == 'you' %}yes{% elif who %}{{ who }}{% else %}nobody{% endif %}")
    written = [made.render({"who": who}, fixed={}) for who in ("you", "me", "", "you", "<", "")]
    assert written == ["yes", "me", "nobody", "yes", "&lt;", "nobody"]
    assert made._shapes == 3


def test_a_change_of_the_operators_words_is_seen() -> None:
    made = skeleton("{{ operator }}: {{ who }}")
    assert [made.render({"who": "x"}, fixed={"operator": name}) for name in ("A", "A", "B")] == [
        "A: x",
        "A: x",
        "B: x",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "{{ {'a': 1, 'b': 2}[who] }}",
        "{{ who|string }}",
        "{{ who.title() }}",
        "{{ who[:1] }}",
    ],
)
def test_what_cannot_be_watched_is_rendered_by_its_template(source: str) -> None:
    made = skeleton(source)
    plain = made._template
    for who in ("a", "b", "a"):
        assert made.render({"who": who}, fixed={}) == plain.render({"who": who})
    assert not made._is_trusted


def test_marks_that_somebody_entered_are_only_words() -> None:
    made = skeleton("{{ who }} {{ other }}")
    for _ in range(2):
        assert made.render({"who": "\uf8e0h1\uf8e1", "other": "x"}, fixed={}) == "\uf8e0h1\uf8e1 x"


def test_a_template_of_endless_shapes_is_not_remembered_without_end() -> None:
    made = skeleton("{% if number == 0 %}{% endif %}{% for one in many %}{{ one }}{% endfor %}")
    for length in range(SHAPES + 10):
        many = ("x",) * length
        assert made.render({"many": many, "number": 1}, fixed={}) == "x" * length
    assert made._shapes == SHAPES


def test_a_faulty_template_says_so_for_each_letter() -> None:
    made = skeleton("{{ missing }}")
    for _ in range(2):
        with pytest.raises(Exception, match="missing"):
            made.render({"who": "a"}, fixed={})
