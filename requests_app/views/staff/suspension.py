"""Suspend a person, or let them in again: the password or second factor is asked for anew."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from people import services as people
from people.models import Person
from people.roles import is_reviewer, proven, reviewer_or_ops_required
from people.templatetags.moments import day, moment
from requests_app.services import suspending
from requests_app.services.judging import holder
from requests_app.views.answers import answers_refusals, conflict, person_of, see
from requests_app.views.staff.forms import NoteForm, StaffReasonForm


@reviewer_or_ops_required
@proven
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def suspension(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show the person and what would stand still; suspend with a reason, or lift it with a note."""
    person = Person.objects.filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise Http404
    by = person_of(request)
    lifts = people.is_suspended(person)
    act = "lift" if lifts else "suspend"
    kind = NoteForm if lifts else StaffReasonForm
    if request.method == "POST" and request.POST.get("act", act) != act:
        # Sent twice, or somebody else did it: what the page offers now is the other act.
        return see("suspension", person.pk)
    form = kind(request.POST if request.method == "POST" else None, act=act)
    if not form.is_valid():
        return _page(request, person, form, by=by, status=422 if form.is_bound else 200)
    words, now = form.cleaned_data["reason"], timezone.now()
    try:
        if lifts:
            went_on = suspending.lift(person, by=by, note=words, now=now)
            words = gettext("%(person)s can sign in again. Requests that go on: %(count)s.")
            messages.success(request, words % {"person": person, "count": went_on})
        else:
            stopped = suspending.suspend(person, by=by, reason=words, now=now)
            words = gettext("%(person)s is suspended. Requests that stand still by it: %(count)s.")
            messages.success(request, words % {"person": person, "count": stopped})
    except suspending.NotSuspendable as refused:
        return conflict(request, str(refused), next_url=request.path)
    return see("suspension", person.pk)


def _page(
    request: HttpRequest, person: Person, form: StaffReasonForm | NoteForm, *, by: Person, status: int
) -> HttpResponse:
    suspended_at = person.suspended_at
    context = {
        "person": person,
        "form": form,
        "is_suspended": suspended_at is not None,
        "is_reviewer": is_reviewer(by),
        "requests": [(one, holder(one)) for one in suspending.open_requests(person)],
        "facts": [
            {"term": gettext("Name"), "value": person.full_name},
            {"term": gettext("Address"), "value": person.email},
            {"term": gettext("Account since"), "value": day(person.created_at)},
            {
                "term": gettext("Suspended"),
                "value": moment(suspended_at) if suspended_at else gettext("No"),
            },
        ],
    }
    return render(request, "requests_app/staff/suspension.html", context, status=status)
