"""Receipts as signed files, and the public page that checks one."""

import uuid

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.models import Decision
from requests_app.models.nomination import Answer
from requests_app.services import receipts
from requests_app.services.receipts import Checked, ReceiptRefused
from requests_app.views.answers import person_of

ANSWERS = {
    Answer.AUTHORIZE: gettext_noop("Authorize"),
    Answer.DECLINE: gettext_noop("Decline"),
    Answer.HAND_ON: gettext_noop("Hand on"),
    Answer.TAKE_BACK: gettext_noop("Take back"),
}


class ReceiptForm(forms.Form):
    """A receipt, pasted or as the file that was saved."""

    unmarked = "__all__"

    pasted = forms.CharField(
        label=_("Receipt"),
        help_text=_("Paste the whole text of the file, from { to }, or choose the file below."),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": "8", "autocomplete": "off", "spellcheck": "false", "class": "mono"}
        ),
    )
    file = forms.FileField(label=_("Or the file"), required=False, allow_empty_file=True)

    def clean(self) -> dict[str, Checked]:
        """Return the checked receipt; what is wrong stands beside the field it came from."""
        chosen = self.cleaned_data.get("file")
        field = "file" if chosen else "pasted"
        if chosen:
            typed = chosen.read(4 * receipts.MOST_CHARACTERS).decode(errors="replace")
        elif "pasted" in self.errors:
            return {}
        else:
            typed = self.cleaned_data["pasted"]
        if not typed.strip():
            raise ValidationError({"pasted": gettext("Paste a receipt, or choose its file")})
        try:
            return {"checked": receipts.check(typed)}
        except ReceiptRefused as refused:
            raise ValidationError({field: str(refused)}) from refused


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Say whether a receipt is genuine. For everybody; nothing is stored or looked up."""
    form = (
        ReceiptForm(request.POST or None, request.FILES or None)
        if request.method == "POST"
        else ReceiptForm()
    )
    if request.method == "POST" and not form.is_bound:
        form = ReceiptForm({"pasted": ""})
    checked = form.cleaned_data["checked"] if form.is_bound and form.is_valid() else None
    status = 422 if form.is_bound and checked is None else 200
    answer = gettext(ANSWERS[Answer(checked.answer)]) if checked else ""
    context = {"form": form, "checked": checked, "answer": answer}
    return render(request, "requests_app/verify_receipt.html", context, status=status)


@login_required
@require_safe
def of_request(request: HttpRequest, request_id: uuid.UUID, decision_id: uuid.UUID) -> HttpResponse:
    """Give the requester the signed file of a decision on the own request."""
    decision = (
        Decision.objects.select_related("request")
        .filter(pk=decision_id, request_id=request_id, request__requester=person_of(request))
        .first()
    )
    if decision is None:
        raise Http404
    return as_file(decision)


def as_file(decision: Decision) -> HttpResponse:
    """Answer with the receipt as an attachment."""
    response = HttpResponse(receipts.write(decision), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{receipts.file_name(decision)}"'
    response["Cache-Control"] = "no-store, private"
    return response


urlpatterns = [
    path("receipts/verify/", verify, name="verify_receipt"),
    path("requests/<uuid:request_id>/receipts/<uuid:decision_id>/", of_request, name="request_receipt"),
]
