"""The account's identifier and name (source article, steps 7 to 9); on *Yes* its button submits."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.sentences import Sentence
from people.speaking import say
from requests_app.domain import identifiers, statement
from requests_app.domain.identifiers import Explanation
from requests_app.domain.submission import ACCOUNT_NAME_LIMIT
from requests_app.services import submission
from requests_app.wizard.answers import Answers
from requests_app.wizard.fields import LineField, MessageField, StatementField, shown_version
from requests_app.wizard.step import Fact, PageForm, Step, Typed

DISAGREES = Explanation(
    "disagrees",
    Sentence("Your address does not belong to this domain: choose No and name a person there."),
    warns=True,
)


class AccountForm(PageForm):
    """The identifier follows the deciding address until it is edited; then it stays, and says so."""

    unmarked = ("account_domain", "domain_note")
    acts = ("edit", "follow")
    asked_anew = ("statement_version",)

    is_open = forms.CharField(required=False, widget=forms.HiddenInput)
    domain_edited = forms.CharField(required=False, widget=forms.HiddenInput)
    account_domain = forms.CharField(
        label=_("Account Domain Identifier"),
        help_text=_("Your company’s own domain, like example.com. It names the account for good."),
        required=False,
        strip=False,
        widget=forms.TextInput(
            attrs={
                "class": "mono",
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "data-live": "../explanation/",
                "data-live-region": "explanation",
            }
        ),
    )
    domain_note = MessageField(
        label=_("Note to the reviewer"),
        help_text=_(
            "Needed when the identifier is not the one we suggest:"
            " why does this domain stand for your company?"
        ),
    )
    account_name = LineField(
        label=_("Account Name"),
        help_text=_("How your company will recognize the account, for example its own name."),
        limit=ACCOUNT_NAME_LIMIT,
        error_messages={"required": _("Enter the account name")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    statement_version = StatementField()

    def __init__(self, typed: Typed | None = None, *, answers: Answers, check: bool = False) -> None:
        super().__init__(typed, answers=answers, check=check)
        if not answers.is_own:
            del self.fields["statement_version"]

    @classmethod
    def tidied(cls, typed: Typed, answers: Answers) -> Typed:
        """Let the identifier follow the deciding address unless it was edited or is being edited."""
        suggested = answers.suggested_identifier
        if not (typed.get("is_open") or typed.get("domain_edited")):
            typed |= {"account_domain": suggested, "domain_note": typed.get("domain_note", "")}
        if not typed.get("account_domain"):
            typed["is_open"] = "1"
        return typed

    @classmethod
    def act(cls, name: str, value: str, typed: Typed, answers: Answers) -> Typed:
        """*Edit* opens the field; *follow* goes back to the identifier of the address."""
        if name == "edit":
            return {"account_domain": answers.suggested_identifier, **typed, "is_open": "1"}
        kept = ("account_name",)
        return {name: value for name, value in typed.items() if name in kept}

    @property
    def shows_field(self) -> bool:
        """The identifier can be typed: it is being edited, there is none, or something is wrong with it."""
        return bool(self.typed.get("is_open") or (self.is_bound and "account_domain" in self.errors))

    @property
    def is_edited(self) -> bool:
        """The identifier is not the one of the address."""
        return self.identifier != self.answers.suggested_identifier

    @property
    def identifier(self) -> str:
        """The identifier as it stands on the page."""
        return self.typed.get("account_domain", "")

    @property
    def explanation(self) -> Explanation | None:
        """What the page says of a well-formed identifier; None while there is none."""
        return explain(self.identifier, answers=self.answers)[1]

    @property
    def statement(self) -> str:
        """The text beside the tick; it speaks of the fields above it."""
        return statement.own_text(operator=settings.OPERATOR_NAME, version=shown_version())

    def clean_account_domain(self) -> str:
        try:
            normal = identifiers.normalize(
                self.cleaned_data["account_domain"], allow_test_domains=settings.ALLOW_TEST_DOMAINS
            )
        except identifiers.IdentifierRefused as refused:
            raise ValidationError(say(refused.message), code=refused.code) from refused
        self.typed["account_domain"] = normal.identifier
        if normal.changed:
            raise ValidationError(
                gettext("We will use %(domain)s. Continue to confirm")
                % {"domain": identifiers.u_label(normal.identifier)},
                code="confirm",
            )
        self._check_agreement(normal.identifier)
        return normal.identifier

    def _check_agreement(self, identifier: str) -> None:
        answers = self.answers
        if answers.is_own and not identifiers.agrees(answers.requester_address, identifier):
            raise ValidationError(
                gettext("Your address does not belong to %(domain)s: choose No and name a person there")
                % {"domain": identifiers.u_label(identifier)},
                code="disagrees",
            )
        refuses = settings.UNPROVEN_NOMINATIONS == "refuse"
        if refuses and answers.is_named and answers.explain(identifier).warns:
            raise ValidationError(
                gettext(
                    "Your address and the authorizer's must both belong to this domain."
                    " Change the identifier, or the authorizer's Email Address"
                ),
                code="unproven",
            )

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        cleaned["domain_edited"] = self.is_edited
        if "account_domain" in cleaned and self.is_edited and cleaned.get("domain_note") == "":
            self.add_error("domain_note", gettext("Tell the reviewer why you changed the identifier"))
        if not self.is_edited:
            cleaned["domain_note"] = ""
            self.errors.pop("domain_note", None)
        return cleaned

    def kept(self) -> Typed:
        kept = {**super().kept(), "is_open": "", "domain_edited": "1" if self.is_edited else ""}
        return kept if self.is_edited else {**kept, "domain_note": ""}

    def given(self) -> Mapping[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "is_open"}

    def facts(self) -> tuple[Fact, ...]:
        name = Fact(gettext("Account Name"), self.cleaned_data["account_name"])
        note = Fact(gettext("Note to the reviewer"), self.cleaned_data["domain_note"])
        return (name, note) if self.is_edited else (name,)


def explain(typed: str, *, answers: Answers) -> tuple[str, Explanation | None]:
    """Return the identifier that was typed and what happens with it; ('', None) while nothing can be said.

    Looks at texts alone, so that nobody learns from it which accounts and requests exist.
    """
    try:
        normal = identifiers.normalize(typed, allow_test_domains=settings.ALLOW_TEST_DOMAINS)
    except identifiers.IdentifierRefused:
        return "", None
    explanation = answers.explain(normal.identifier)
    if answers.is_own and explanation.warns:
        return normal.identifier, DISAGREES
    return normal.identifier, explanation


def look_up(answers: Answers) -> None:
    """Refuse what this person may know to be in use. Raises submission.AlreadyOpen and AccountExists."""
    submission.check_identifier(answers.account_domain, answers.person, answers.requester_address)


STEP = Step(
    name="account",
    title=_("Account details"),
    form=AccountForm,
    template="requests_app/wizard/account.html",
    submits=lambda answers: answers.is_own,
    look_up=look_up,
)
