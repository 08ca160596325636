"""The forms of the reviewer's desk; every act carries the version of the facts its page showed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people import languages, text
from people.speaking import say
from requests_app.domain import identifiers
from requests_app.models.reason import ReasonFor
from requests_app.services import reasons
from requests_app.services.desk import SEARCHED, Order, Search, Waits
from requests_app.wizard.fields import MessageField


class SearchForm(forms.Form):
    """Finds requests; sent by GET, so that a search can be kept as a bookmark."""

    unmarked = "__all__"

    waits = forms.ChoiceField(
        label=_("What waits"),
        required=False,
        choices=(
            (Waits.ALL, _("All that waits")),
            (Waits.IDENTIFIERS, _("Identifiers")),
            (Waits.LETTERS, _("Held letters")),
            (Waits.FROZEN, _("Stopped for a check")),
            (Waits.ANYTHING, _("Every request")),
        ),
    )
    q = forms.CharField(
        label=_("Search"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    overdue = forms.BooleanField(label=_("Over the target only"), required=False)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=(
            (Order.WAITING, _("Longest waiting first")),
            (Order.NEWEST, _("Newest first")),
            (Order.IDENTIFIER, _("By identifier")),
            (Order.REQUESTER, _("By requester")),
        ),
    )

    def __init__(self, sent: QueryDict, *, saved_order: str) -> None:
        """`saved_order` is the order chosen last time, where this search names none."""
        if "order" not in sent and saved_order in set(Order):
            sent = sent.copy()
            sent["order"] = saved_order
        super().__init__(sent)

    def search(self) -> Search:
        """Return what is looked for; of an invalid form, everything that waits."""
        if not self.is_valid():
            return Search()
        return Search(
            waits=Waits(self.cleaned_data["waits"] or Waits.ALL),
            overdue=self.cleaned_data["overdue"],
            text=self.cleaned_data["q"][:SEARCHED],
            order=Order(self.cleaned_data["order"] or Order.WAITING),
        )


class ActForm(forms.Form):
    """An act without words of its own."""

    unmarked = "__all__"
    act = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, sent: Mapping[str, Any] | None = None, *, act: str) -> None:
        super().__init__(sent, auto_id=f"{act}_%s", initial={"act": act})


class ReasonForm(ActForm):
    """An act that needs a reason the requester reads."""

    reason = MessageField(
        label=_("Reason"), help_text=_("The requester reads this. Web links are not allowed.")
    )

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason:
            raise ValidationError(gettext("Enter the reason"))
        return reason


class StaffReasonForm(ReasonForm):
    """An act that needs a reason for staff alone."""

    def __init__(self, sent: Mapping[str, Any] | None = None, *, act: str) -> None:
        super().__init__(sent, act=act)
        self.fields["reason"].help_text = _("Staff read this, the requester does not.")


class NoteForm(ActForm):
    """An act that staff may explain to each other."""

    reason = MessageField(label=_("Note"), help_text=_("Staff read this, the requester does not."))


class TemplatedForm(ActForm):
    """An act whose words the requester reads: one's own, a template's, or both.

    A chosen template is put under what was typed, once, and read by the reviewer before it is sent. `used` is the
    template whose text has been put there, so that words changed afterwards are not followed by it again."""

    template = forms.ChoiceField(label=_("Template"), required=False)
    used = forms.CharField(required=False, widget=forms.HiddenInput)

    reason_for: ClassVar[ReasonFor]
    words: ClassVar[str] = "reason"

    def __init__(self, sent: Mapping[str, Any] | None = None, *, act: str) -> None:
        super().__init__(sent, act=act)
        template = self.fields["template"]
        assert isinstance(template, forms.ChoiceField)
        template.choices = [("", _("None")), *_choices(self.reason_for)]
        template.widget.attrs["data-update-on-change"] = f"{act}_use"

    @classmethod
    def with_template(cls, sent: QueryDict) -> tuple[QueryDict, bool]:
        """Return what was sent with the chosen template's text in it, and whether that was just put there."""
        chosen, typed = sent.get("template", ""), text.strip_edges(sent.get(cls.words, ""))
        if not chosen:
            return sent, False
        filled = sent.copy()
        if typed and chosen == sent.get("used"):
            filled["template"] = ""
            return filled, False
        found = reasons.chosen(cls.reason_for, chosen)
        if found is None:
            # The field itself says that there is no such template any more.
            return sent, False
        filled[cls.words] = f"{typed}\n{found.text}" if typed else found.text
        filled["template"], filled["used"] = "", chosen
        return filled, True


def _choices(reason_for: ReasonFor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Group what is offered by its language."""
    named = languages.offered()
    grouped: dict[str, list[tuple[str, str]]] = {}
    for template in reasons.offered(reason_for):
        group = grouped.setdefault(named.get(template.language, template.language), [])
        group.append((str(template.pk), template.name))
    return list(grouped.items())


class RejectForm(TemplatedForm, ReasonForm):
    """Rejects with a reason."""

    reason_for = ReasonFor.REJECT


class RefuseForm(TemplatedForm, ReasonForm):
    """Refuses a held letter with a reason."""

    reason_for = ReasonFor.REFUSE


class AskChangeForm(TemplatedForm):
    """Asks for another identifier, with a proposal or without."""

    reason_for = ReasonFor.ASK_CHANGE
    words = "question"

    question = MessageField(
        label=_("Question"),
        help_text=_("The requester reads this. Web links are not allowed; domains may be named."),
    )
    proposal = forms.CharField(
        label=_("Proposed identifier"),
        help_text=_(
            "Leave it empty to ask without a proposal. The requester can accept it, which approves it."
        ),
        required=False,
        strip=False,
        widget=forms.TextInput(
            attrs={"class": "mono", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_question(self) -> str:
        question: str = self.cleaned_data["question"]
        if not question:
            raise ValidationError(gettext("Enter what you ask the requester"))
        return question

    def clean_proposal(self) -> str:
        typed: str = self.cleaned_data["proposal"]
        if not text.strip_edges(typed):
            return ""
        try:
            normal = identifiers.normalize(typed, allow_test_domains=settings.ALLOW_TEST_DOMAINS)
        except identifiers.IdentifierRefused as refused:
            raise ValidationError(say(refused.message), code=refused.code) from refused
        if normal.changed:
            self.data = {
                **{name: self.data.get(name, "") for name in self.fields},
                "proposal": normal.identifier,
            }
            raise ValidationError(
                gettext("We will use %(domain)s. Send it again to confirm")
                % {"domain": identifiers.u_label(normal.identifier)},
                code="confirm",
            )
        return normal.identifier
