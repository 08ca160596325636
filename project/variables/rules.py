"""The rules, spans and limits that an operator may set."""

from typing import Final

from project.variables.variable import Section, Variable

SECTIONS: Final = (
    Section(
        "Rules",
        (
            Variable(
                "UNPROVEN_NOMINATIONS",
                "nominations across domains wait for a reviewer, or are refused at the form",
            ),
            Variable(
                "ALLOW_TEST_DOMAINS",
                "take `.test` and `.example`; refused in production",
                default="1 in the demo",
            ),
            Variable("RESERVED_IDENTIFIERS", "names that the reviewer is warned of"),
            Variable("EXTRA_FREE_MAIL_DOMAINS", "free-mail domains beside the shipped list", default="none"),
            Variable(
                "HOLIDAYS",
                "days on which reviewers do not work",
                form="dates like 2026-12-25, comma-separated",
                default="none",
            ),
            Variable("STAFF_SESSION_HOURS", "staff sign in again after it", unit="hours"),
        ),
    ),
    Section(
        "Spans of the clock",
        (
            Variable("LINK_DAYS", "an authorization link works", unit="days"),
            Variable(
                "AUTHORIZER_REMINDER_DAYS",
                "when the authorizer is reminded, before LINK_DAYS",
                unit="days after the letter",
            ),
            Variable(
                "REMINDER_QUIET_HOURS",
                "a reminder this soon after another letter to the authorizer is dropped",
                unit="hours",
            ),
            Variable("REQUESTER_DAYS", "a request waits for its requester", unit="days"),
            Variable(
                "REQUESTER_REMINDER_DAYS",
                "when the requester is reminded, before REQUESTER_DAYS",
                unit="days of the turn",
            ),
            Variable("SETUP_DAYS", "a set-up may take", unit="days"),
            Variable(
                "SETUP_REMINDER_DAYS", "when it is reminded of, before SETUP_DAYS", unit="days of the set-up"
            ),
            Variable("DRAFT_DAYS", "a draft is kept after it was last saved", unit="days"),
            Variable("DRAFT_WARNING_DAYS", "how long before that its person is warned", unit="days"),
            Variable("HELD_DAYS", "a held letter that nobody releases is refused after", unit="days"),
            Variable(
                "REOPENING_DAYS",
                "a rejected request may be reopened for, less than FORGETTING_DAYS",
                unit="days",
            ),
            Variable("FORGETTING_DAYS", "the people of a closed request are forgotten after", unit="days"),
            Variable("OFFER_DAYS", "a colleague may take over a request that was offered for", unit="days"),
            Variable("UNDO_ERASURE_DAYS", "a person who asked to be erased may undo it for", unit="days"),
            Variable("REVIEW_WORKING_DAYS", "the target of a review", unit="working days"),
        ),
        note="A day ends at 00:00 UTC, reminders leave at 09:00 UTC. Pages and letters say these numbers.",
    ),
    Section(
        "Limits",
        (
            Variable("YOUNG_ACCOUNT_DAYS", "an account is new for", unit="days"),
            Variable(
                "LIMIT_NOMINATIONS_YOUNG",
                "authorizers that a person with a new account names",
                unit="in 24 hours",
            ),
            Variable("LIMIT_NOMINATIONS", "authorizers that any other person names", unit="in 24 hours"),
            Variable(
                "LIMIT_SUBMISSIONS_PER_NETWORK",
                "requests sent from one network (IPv4 /32, IPv6 /64)",
                unit="in an hour",
            ),
            Variable(
                "LIMIT_YOUNG_ACCOUNTS_TOGETHER",
                "nomination letters of all new accounts; further ones are held",
                unit="in 24 hours",
            ),
            Variable(
                "LIMIT_REQUESTERS_PER_ADDRESS",
                "people who name one address; further ones are held",
                unit="in 7 days",
            ),
            Variable("LIMIT_OPEN_DRAFTS", "drafts of one person", unit="at a time"),
            Variable(
                "LIMIT_AUTHORIZERS", "authorizers that the requester names for one request", unit="a request"
            ),
            Variable(
                "LIMIT_REPLACEMENTS", "replacements of an unreachable one, beside those", unit="a request"
            ),
            Variable("LIMIT_HAND_ONS", "times that a nomination is handed on", unit="a request"),
            Variable("LIMIT_REMINDERS", "reminders by the clock, over all links", unit="a nomination"),
            Variable(
                "LIMIT_REMINDERS_BY_HAND",
                "reminders that the requester sends, a day apart",
                unit="a nomination",
            ),
            Variable("LIMIT_NEW_LINKS", "new links, a day apart", unit="a nomination"),
            Variable("LIMIT_FACT_CHANGES", "letters about changed facts, a day apart", unit="a nomination"),
        ),
        note="Tries of sign-in, codes and look-ups are bounded too, and not by settings: a code of six digits is"
        " only as good as its five tries.",
    ),
)
