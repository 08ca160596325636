"""Say where a request goes once it is sent, who will be written to, and when."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, ngettext

from people.speaking import say
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
        named["who"] = gettext("By e-mail link, once our reviewer has released it")
    review = review_time() if own else gettext("%(time)s, at the same time") % {"time": review_time()}
    return [
        {
            "state": "now",
            "what": gettext("You send the request"),
            "who": gettext("About 5 minutes. Saved as you go."),
        },
        *([] if own else [named]),
        {"state": "todo", "what": gettext("We review the domain"), "who": review},
        {
            "state": "todo",
            "what": gettext("You set up the account"),
            "who": gettext("We e-mail you when it is ready"),
        },
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
        first = gettext(
            "%(reason)s Until then nothing is sent to %(address)s; you can see on the request’s page that it waits."
        ) % {"reason": say(answers.explain(answers.account_domain).sentence), "address": named}
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
        gettext("You get a confirmation at %(address)s at once, and a letter when the account can be set up.")
        % {"address": answers.requester_address},
        gettext(
            "The people you name as administrators are written to when the account is active, not before."
        ),
    ]


def administration(answers: Answers) -> list[str]:
    """Return what to know about who will administer the account."""
    own, named = answers.requester_address, answers.given.get("administrators", ())
    said = []
    if not named and not answers.given.get("for_myself"):
        said.append(
            gettext("You named nobody, so you become the administrator: %(address)s.") % {"address": own}
        )
    strangers = [each for each in named if not identifiers.agrees(each, answers.account_domain)]
    if strangers:
        said.append(
            gettext("Not at %(domain)s: %(addresses)s. %(operator)s sees this in the review.")
            % {
                "domain": identifiers.u_label(answers.account_domain),
                "addresses": ", ".join(strangers),
                "operator": settings.OPERATOR_NAME,
            }
        )
    return said
