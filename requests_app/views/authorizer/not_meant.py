"""*This was not meant for me*, asked once more by one box: from the link's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from notifications.inert import inert
from requests_app.services import authorization
from requests_app.services import not_meant as service
from requests_app.views.answers import see
from requests_app.views.authorizer import doors, outcomes
from requests_app.views.authorizer.forms import NotMeantForm
from requests_app.views.authorizer.visits import Visit


@doors.any_link(*doors.FORMS)
def not_meant(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask once more, then end the nomination."""
    is_post = request.method == "POST"
    if is_post and outcomes.answer_at(visit):
        return see("authorize_done", visit.key)
    authorization.check_alive(visit.opened, now=visit.now)
    form = NotMeantForm(request.POST if is_post else None)
    if is_post and form.is_valid():
        service.say_at_link(visit.key, now=visit.now)
        return see("authorize_done", visit.key)
    context = {
        "form": form,
        "seen": visit.opened.request,
        "address": visit.opened.nomination.address,
        "requester_name": inert(visit.opened.request.requester.full_name),
        "is_authorized": False,
    }
    return render(
        request, "requests_app/authorizer/not_meant.html", context, status=422 if form.errors else 200
    )
