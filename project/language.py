"""The switch at the foot of every page: another language, and back to the same page."""

from urllib.parse import unquote, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from people import languages, next_page
from project.access import ROWS

# Pages that only take a form: after their refusal one goes back to the page that has the form.
_ONLY_TAKE_FORMS = frozenset(row.name for row in ROWS if not row.get)


@csrf_exempt  # A token would need a cookie, and pages that only show set none; see _is_from_here.
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the language and go back; 422 for one there is not, 403 for a form of another site."""
    if not _is_from_here(request):
        return render(request, "403_csrf.html", status=403)
    language = request.POST.get("language", "")
    if language not in languages.offered():
        return render(request, "422.html", status=422)
    response = HttpResponseRedirect(_back(request.POST.get("next", "")), status=303)
    languages.choose(request, response, language)
    return response


def _is_from_here(request: HttpRequest) -> bool:
    """Tell whether a page of this site sent the form, as far as the browser says; old ones say nothing."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return request.headers.get("Origin") in {None, f"{request.scheme}://{request.get_host()}"}


def _back(url: str) -> str:
    """Return a page of ours: `url`, or the nearest one above it that can be looked at."""
    if not next_page.is_ours(url):
        return "/"
    path = unquote(urlsplit(url).path)
    while resolve(path).view_name in _ONLY_TAKE_FORMS:
        path = url = next_page.above(path)
    return url
