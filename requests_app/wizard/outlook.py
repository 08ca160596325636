"""Say where a request goes once it is sent, who will be written to, and when."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, ngettext

from requests_app.domain import identifiers
from requests_app.wizard.answers import Answers

Stop = Mapping[str, Any]


def route(answers: Answers) -> list[Stop]:
    """Return the rail beside the wizard's pages; without an answer it shows the longer way."""
    own = answers.is_own
    days = settings.SPANS.link.days
    within = ngettext("By e-mail link, within %(days)s day", "By e-mail link, within %(days)s days", days)
    named = {"state": "todo", "what": gettext("The authorizer agrees"), "who": within % {"days": days}}
    if answers.is_held:
        named["who"] = "By e-mail link, once our reviewer has released it"
    review = review_time() if own else gettext("%(time)s, at the same time") % {"time": review_time()}
    return [
        {"state": "now", "what": "You send the request", "who": "About 5 minutes. Saved as you go."},
        *([] if own else [named]),
        {"state": "todo", "what": "We review the domain", "who": review},
        {"state": "todo", "what": "You set up the account", "who": "We e-mail you when it is ready"},
    ]


def review_time() -> str:
    """Say how long a review usually takes."""
    days = settings.SPANS.review_target
    words = ngettext("Usually within %(days)s working day", "Usually within %(days)s working days", days)
    return words % {"days": days}


def letters(answers: Answers) -> list[str]:
    """Return, in sentences for the review page, who is written to and when."""
    named = answers.deciding_address
    if answers.is_held:
        first = (
            f"{answers.explain(answers.account_domain).sentence}"
            f" Until then nothing is sent to {named}; you can see on the request’s page that it waits."
        )
    else:
        days = settings.SPANS.link.days
        first = ngettext(
            "When you submit, we write to %(address)s: a link that works for %(days)s day."
            " Should our reviewer have to look first, the request’s page says so.",
            "When you submit, we write to %(address)s: a link that works for %(days)s days."
            " Should our reviewer have to look first, the request’s page says so.",
            days,
        ) % {"address": named, "days": days}
    return [
        first,
        f"You get a confirmation at {answers.requester_address} at once, and a letter when the account can be set up.",
        "The people you name as administrators are written to when the account is active, not before.",
    ]


def administration(answers: Answers) -> list[str]:
    """Return what to know about who will administer the account."""
    own, named = answers.requester_address, answers.given.get("administrators", ())
    said = []
    if not named and not answers.given.get("for_myself"):
        said.append(f"You named nobody, so you become the administrator: {own}.")
    strangers = [each for each in named if not identifiers.agrees(each, answers.account_domain)]
    if strangers:
        said.append(
            f"Not at {identifiers.u_label(answers.account_domain)}: {', '.join(strangers)}."
            f" {settings.OPERATOR_NAME} sees this in the review."
        )
    return said
