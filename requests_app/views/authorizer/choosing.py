"""The answer that waits for its confirmation: bound to a code, or kept in the session of a fresh sign-in."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext

from requests_app.models.nomination import Answer
from requests_app.services import authorization, transitions
from requests_app.services.transitions import Conflict
from requests_app.views.authorizer.visits import Visit


class ChosenAnew(Conflict):
    """Another page of the same browser chose another answer meanwhile (409)."""

    def __init__(self) -> None:
        super().__init__(
            gettext("You chose another answer in the meantime. Choose again what you want to answer.")
        )


@dataclass(frozen=True)
class Chosen:
    """What is to be confirmed, for which facts, and whether by a code."""

    answer: Answer
    colleague: str
    facts_version: int
    needs_code: bool


def keep(request: HttpRequest, visit: Visit, answer: Answer, *, colleague: str) -> None:
    """Remember the answer of a freshly signed-in reader, who needs no code."""
    request.session[_name(visit)] = [answer.value, colleague, visit.opened.request.facts_version]


def forget(request: HttpRequest, visit: Visit) -> None:
    """Drop what was kept. Does not touch a session that kept nothing."""
    if _name(visit) in request.session:
        del request.session[_name(visit)]


def read(request: HttpRequest, visit: Visit) -> Chosen | None:
    """Return the answer that waits, or None. Raises StaleFacts when it was given for other facts."""
    kept = request.session.get(_name(visit)) if visit.reader.is_fresh else None
    if kept:
        chosen = Chosen(Answer(kept[0]), kept[1], kept[2], needs_code=False)
    else:
        challenge = authorization.running_challenge(visit.key)
        if challenge is None:
            return None
        chosen = Chosen(
            Answer(challenge.answer), challenge.colleague, challenge.facts_version, needs_code=True
        )
    transitions.check_facts(visit.opened.request, chosen.facts_version)
    return chosen


def check_same(request: HttpRequest, chosen: Chosen) -> None:
    """Raise ChosenAnew when the form that came confirms another answer than the one that waits."""
    shown = (request.POST.get("answer", chosen.answer), request.POST.get("colleague", chosen.colleague))
    if shown != (chosen.answer, chosen.colleague):
        raise ChosenAnew


def _name(visit: Visit) -> str:
    return f"answer of {visit.key.hex}"
