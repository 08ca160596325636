"""What operations do by hand: a page that says what will happen, then the press that does it.

What can do harm asks for the password or the second factor first. A batch is what was seen on its page: it names
its sort and the last letter of it, so that pressing twice, or late, touches no other letter.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, ngettext
from django.views.decorators.http import require_http_methods

from notifications import stuck
from notifications.emails.letter import Route
from notifications.models import OutgoingEmail
from people.roles import ops_required, proven
from requests_app.services import operating
from requests_app.services.operating import LetterAct, OutboxAct, RouteAct
from requests_app.views.answers import person_of
from requests_app.views.ops import letters
from requests_app.views.ops.letters import Shown

Act = TypeVar("Act", LetterAct, RouteAct, OutboxAct)
AT_ONCE = 500
_DANGEROUS = {LetterAct.DISCARD, LetterAct.BOUNCED, RouteAct.PAUSE, OutboxAct.HOLD, OutboxAct.RELEASE}
_WHAT = {
    LetterAct.TRY_AGAIN: gettext_noop(
        "Each is queued at once with a fresh ladder of tries. Just before it is sent we look whether "
        "it is still wanted; one whose link ended meanwhile does not leave."
    ),
    LetterAct.DISCARD: gettext_noop(
        "They are never sent. A request that waits for one of them is not told: name the next step to "
        "its people yourself."
    ),
    LetterAct.BOUNCED: gettext_noop(
        "It counts as returned. Its address gets no more letters with a link, and if it carries the "
        "active link, the nomination ends and the requester is asked for another authorizer."
    ),
    RouteAct.PAUSE: gettext_noop(
        "No letter leaves on this route until it is resumed; without the urgent one nobody can register, "
        "and no code arrives. One that is being sent now still arrives."
    ),
    RouteAct.RESUME: gettext_noop(
        "Letters leave again. A route that rests after a failure tries one letter now."
    ),
    OutboxAct.HOLD: gettext_noop(
        "No letter leaves on any route until it is released: nobody can register, and no code arrives."
    ),
    OutboxAct.RELEASE: gettext_noop(
        "Everything that is due leaves at once. After an older backup was restored, look through the "
        "outbox first: what was sent after the backup would go again."
    ),
}


@dataclass(frozen=True)
class Plan:
    """One act as its page shows it; `do` returns what is said afterwards."""

    title: str
    what: str
    button: str
    back: str
    do: Callable[[], str]
    letters: list[Shown] = field(default_factory=list)
    count: int = 0
    upto: int = 0


def _confirmed(request: HttpRequest, plan: Plan, act: LetterAct | RouteAct | OutboxAct) -> HttpResponse:
    """Show the plan, or do it; before what can do harm, ask who is there."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            messages.success(request, plan.do())
            response = redirect(plan.back)
            response.status_code = 303
            return response
        return render(request, "requests_app/ops/act.html", {"plan": plan, "is_dangerous": act in _DANGEROUS})

    return (proven(answer) if act in _DANGEROUS else answer)(request)  # type: ignore[return-value]


@ops_required
@require_http_methods(["GET", "HEAD", "POST"])
def letter_act(request: HttpRequest, letter_id: int, act: str) -> HttpResponse:
    """Do something to one letter."""
    wanted = _act(LetterAct, act)
    row = OutgoingEmail.objects.filter(pk=letter_id).first()
    if row is None:
        raise Http404
    name = letters.line(row).name
    plan = Plan(
        title=gettext("%(act)s: %(letter)s?") % {"act": letters.act_words(wanted), "letter": name},
        what=gettext(_WHAT[wanted]),
        button=letters.act_words(wanted),
        back=reverse("ops_letter", args=[letter_id]),
        do=lambda: _do(request, wanted, [letter_id]),
        letters=[letters.line(row)],
        count=1,
    )
    return _confirmed(request, plan, wanted)


@ops_required
@require_http_methods(["GET", "HEAD", "POST"])
def stuck_act(request: HttpRequest, sort: str, act: str) -> HttpResponse:
    """Do something to every letter of one sort, as many as there were when the page was shown."""
    if sort not in {stuck.Sort.DEAD, stuck.Sort.UNKNOWN} or act == LetterAct.BOUNCED:
        raise Http404
    wanted = _act(LetterAct, act)
    upto = _upto(request)
    found = stuck.look(stuck.Sort(sort), now=timezone.now(), limit=AT_ONCE)
    batch = [row for row in found.letters if upto is None or row.pk <= upto]
    said = {"act": letters.act_words(wanted), "count": len(batch)}
    plan = Plan(
        title=gettext("%(act)s: %(count)s letters?") % said,
        what=gettext(_WHAT[wanted]),
        button=gettext("%(act)s, %(count)s letters") % said,
        back=reverse("ops"),
        do=lambda: _do(request, wanted, [row.pk for row in batch]),
        letters=[letters.line(row) for row in batch[: stuck.SHOWN]],
        count=len(batch),
        upto=batch[-1].pk if batch else 0,
    )
    return _confirmed(request, plan, wanted)


def _upto(request: HttpRequest) -> int | None:
    """The last letter the page showed; a form without it means none, so that nothing unseen is touched."""
    if request.method != "POST":
        return None
    typed = request.POST.get("upto", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


def _do(request: HttpRequest, act: LetterAct, letter_ids: list[int]) -> str:
    done = operating.act_on_letters(act, letter_ids, by=person_of(request), now=timezone.now())
    if not done:
        return gettext("Nothing was left to do: somebody did it already, or the letters have gone on.")
    return _done(act, len(done)) % {"count": len(done)}


def _done(act: LetterAct, count: int) -> str:
    match act:
        case LetterAct.TRY_AGAIN:
            return ngettext("%(count)s letter is queued again.", "%(count)s letters are queued again.", count)
        case LetterAct.DISCARD:
            return ngettext("%(count)s letter is discarded.", "%(count)s letters are discarded.", count)
        case LetterAct.BOUNCED:
            return ngettext(
                "%(count)s letter is marked as bounced.", "%(count)s letters are marked as bounced.", count
            )


@ops_required
@require_http_methods(["GET", "HEAD", "POST"])
def route_act(request: HttpRequest, route: str, act: str) -> HttpResponse:
    """Pause or resume one route."""
    wanted = _act(RouteAct, act)
    if route not in set(Route):
        raise Http404

    def do() -> str:
        by, now = person_of(request), timezone.now()
        changed = operating.act_on_route(wanted, Route(route), by=by, now=now)
        if not changed:
            words = gettext("The %(route)s route was so already.")
        elif wanted is RouteAct.PAUSE:
            words = gettext("You paused the %(route)s route.")
        else:
            words = gettext("You resumed the %(route)s route.")
        return words % {"route": route}

    if wanted is RouteAct.PAUSE:
        title, button = gettext("Pause the %(route)s route?"), gettext("Pause the %(route)s route")
    else:
        title, button = gettext("Resume the %(route)s route?"), gettext("Resume the %(route)s route")
    name = {"route": route}
    plan = Plan(title % name, gettext(_WHAT[wanted]), button % name, reverse("ops"), do)
    return _confirmed(request, plan, wanted)


@ops_required
@require_http_methods(["GET", "HEAD", "POST"])
def outbox_act(request: HttpRequest, act: str) -> HttpResponse:
    """Hold or release everything."""
    wanted = _act(OutboxAct, act)

    def do() -> str:
        changed = operating.act_on_outbox(wanted, by=person_of(request), now=timezone.now())
        if not changed:
            return gettext("The outbox was so already.")
        if wanted is OutboxAct.HOLD:
            return gettext("You held the outbox.")
        return gettext("You released the outbox.")

    if wanted is OutboxAct.HOLD:
        title, button = gettext("Hold the outbox?"), gettext("Hold the outbox")
    else:
        title, button = gettext("Release the outbox?"), gettext("Release the outbox")
    plan = Plan(title, gettext(_WHAT[wanted]), button, reverse("ops"), do)
    return _confirmed(request, plan, wanted)


def _act(kind: type[Act], word: str) -> Act:
    try:
        return kind(word)
    except ValueError:
        raise Http404 from None
