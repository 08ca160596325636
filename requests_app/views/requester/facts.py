"""Add or change what was asked for while the request is pending: company information, name, administrators."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from requests_app.domain import statement
from requests_app.domain.lifecycle import Event
from requests_app.domain.submission import ACCOUNT_NAME_LIMIT
from requests_app.models import SmartAccountRequest
from requests_app.services import company_information, facts, transitions
from requests_app.views.answers import answers_refusals, person_of, see
from requests_app.views.requester.domain import shown_version
from requests_app.views.requester.forms import StatementForm
from requests_app.views.requester.page import own
from requests_app.wizard import fields
from requests_app.wizard.answers import Answers
from requests_app.wizard.fields import LineField
from requests_app.wizard.steps.administrators import AdministratorsForm
from requests_app.wizard.steps.company import CompanyFields


class CompanyForm(CompanyFields):
    """Company information of a request that was sent; it voids nothing."""

    def __init__(self, typed: dict[str, str], *, check: bool) -> None:
        super().__init__(typed if check else None, initial=typed)
        self.fit_to(typed.get("country", ""))
        self.typed = typed

    def clean(self) -> dict[str, Any]:
        return {"company": self.checked(self.typed)}


class NameForm(forms.Form):
    """The account's name."""

    unmarked = "__all__"

    account_name = LineField(
        label=_("Account Name"),
        limit=ACCOUNT_NAME_LIMIT,
        error_messages={"required": _("Enter the account name")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def company_form(request: HttpRequest, seen: SmartAccountRequest) -> CompanyForm:
    """Return the form as posted, or filled with what is stored; *Update* shows it without checking."""
    names = CompanyFields.base_fields
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").replace("\0", "\ufffd") for name in names}
        return CompanyForm(typed, check="update" not in request.POST)
    stored = getattr(seen, "company", None)
    return CompanyForm({name: getattr(stored, name, "") for name in names}, check=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def company(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Provide or change company information until set-up, which has a page of its own."""
    seen = own(request, request_id)
    transitions.check_allowed(seen, Event.CHANGE_FACTS)
    form = company_form(request, seen)
    if form.is_bound and form.is_valid():
        company_information.change(
            request_id, by=person_of(request), details=form.cleaned_data["company"], now=timezone.now()
        )
        messages.success(request, gettext("Company information is saved."))
        return see("request", request_id)
    return render(
        request,
        "requests_app/company.html",
        {"seen": seen, "form": form},
        status=422 if form.is_bound else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def administrators(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Change account name and administrators: facts the authorizer is asked about again."""
    seen = own(request, request_id)
    transitions.check_allowed(seen, Event.CHANGE_FACTS)
    answers = Answers(
        person=person_of(request),
        requester_address=seen.requester_address,
        given={"account_domain": seen.account_domain},
    )
    if request.method != "POST":
        return _page(
            request,
            seen,
            NameForm(initial={"account_name": seen.account_name}),
            AdministratorsForm(_stored(seen), answers=answers),
            StatementForm(request=seen),
        )
    typed = AdministratorsForm.read(request.POST)
    for act in AdministratorsForm.acts:
        if act in request.POST:
            typed = AdministratorsForm.act(act, request.POST[act], typed, answers)
            name = NameForm(initial={"account_name": request.POST.get("account_name", "")})
            return _page(
                request, seen, name, AdministratorsForm(typed, answers=answers), StatementForm(request=seen)
            )
    name, people = NameForm(request.POST), AdministratorsForm(typed, answers=answers, check=True)
    ticked = StatementForm(request.POST, request=seen)
    if all([name.is_valid(), people.is_valid(), ticked.is_valid()]):
        own_address = (seen.requester_address,) if people.cleaned_data["for_myself"] else ()
        others = (one for one in people.cleaned_data["administrators"] if one != seen.requester_address)
        facts.change(
            request_id,
            by=person_of(request),
            account_name=name.cleaned_data["account_name"],
            administrators=(*own_address, *others),
            ticked=bool(ticked.ticked_version),
            statement_version=ticked.ticked_version,
            facts_version=shown_version(request),
            now=timezone.now(),
        )
        messages.success(request, gettext("Your changes are saved."))
        return see("request", request_id)
    return _page(request, seen, name, people, ticked, status=422)


def _stored(seen: SmartAccountRequest) -> dict[str, str]:
    rows = list(seen.administrators.all())
    others = [row.address for row in rows if not row.is_requester]
    typed = {f"address_{number}": address for number, address in enumerate(others, start=1)}
    return {
        **typed,
        "for_others": "on" if others else "",
        "for_myself": "on" if any(row.is_requester for row in rows) else "",
    }


def _page(
    request: HttpRequest,
    seen: SmartAccountRequest,
    name: NameForm,
    people: AdministratorsForm,
    ticked: StatementForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "seen": seen,
        "name": name,
        "form": people,
        "ticked": ticked,
        "forms_with_errors": [form for form in (name, people, ticked) if form.errors],
        "statement": statement.own_text(operator=settings.OPERATOR_NAME, version=fields.shown_version()),
    }
    return render(request, "requests_app/administrators.html", context, status=status)
