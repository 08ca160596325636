"""The reasons given often: a list, a page for each with its history, and a page for a new one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people import languages
from people.roles import reviewer_required
from requests_app.models import ReasonTemplate
from requests_app.services import reasons
from requests_app.views.answers import person_of, see
from requests_app.views.staff.reason_forms import ACTS, ReasonTemplateForm


@reviewer_required
@require_safe
def every(request: HttpRequest) -> HttpResponse:
    """List what there is, by act and language; the retired ones last."""
    rows = [
        {
            "template": template,
            "reason_for": ACTS[template.reason_for],
            "language": languages.offered().get(template.language, template.language),
        }
        for template in reasons.every()
    ]
    return render(request, "requests_app/staff/reasons.html", {"rows": rows})


@reviewer_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a new template and keep it."""
    form = ReasonTemplateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            template = reasons.add(by=person_of(request), now=timezone.now(), **form.given())
        except reasons.NameTaken:
            form.say_taken()
        else:
            messages.success(request, _("The template “%(name)s” is kept.") % {"name": template.name})
            return see("reasons")
    status = 422 if form.is_bound else 200
    return render(request, "requests_app/staff/reason.html", {"form": form}, status=status)


@reviewer_required
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, template_id: int) -> HttpResponse:
    """Show a template with its history; save what it is changed to, unless somebody was faster."""
    template = _found(template_id)
    if request.method != "POST":
        return _page(request, template, ReasonTemplateForm(template=template))
    form = ReasonTemplateForm(request.POST, template=template)
    if not form.is_valid():
        return _page(request, template, form, status=422)
    try:
        reasons.change(
            template_id,
            by=person_of(request),
            version=form.cleaned_data["version"],
            now=timezone.now(),
            **form.given(),
        )
    except reasons.NameTaken:
        form.say_taken()
        return _page(request, template, form, status=422)
    except reasons.ChangedMeanwhile as changed:
        # What was typed stays; sent again, it replaces what this page shows beside it.
        form.take_version(changed.template.version)
        return _page(request, changed.template, form, is_stale=True, status=409)
    messages.success(request, _("Your changes are saved."))
    return see("reasons")


@reviewer_required
@require_POST
def retire(request: HttpRequest, template_id: int) -> HttpResponse:
    """Do what the pressed button says: offer it no longer, or again."""
    template = _found(template_id)
    if request.POST.get("do") == "bring_back":
        reasons.bring_back(template_id, by=person_of(request))
        words = _("The template “%(name)s” can be chosen again.")
    else:
        reasons.retire(template_id, by=person_of(request), now=timezone.now())
        words = _("The template “%(name)s” is no longer offered.")
    messages.success(request, words % {"name": template.name})
    return see("reasons")


def _found(template_id: int) -> ReasonTemplate:
    try:
        return ReasonTemplate.objects.get(pk=template_id)
    except ReasonTemplate.DoesNotExist:
        raise Http404 from None


def _page(
    request: HttpRequest,
    template: ReasonTemplate,
    form: ReasonTemplateForm,
    *,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "template": template,
        "form": form,
        "is_stale": is_stale,
        "has_errors": is_stale,
        "history": reasons.history(template),
    }
    return render(request, "requests_app/staff/reason.html", context, status=status)
