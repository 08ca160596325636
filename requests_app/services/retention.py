"""What is kept about people, why and how long: one table, which the privacy page shows and the nightly run keeps.

Every step of the run counts what is due before it acts, may stop half-way, may run beside itself, and does
nothing the second time: what it did is gone, and what is left is still due.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings

from notifications import retention as post_office
from people import erasing as closing_accounts
from people import retention as signing_in
from people import services as people
from people.sentences import Sentence
from requests_app.models import Draft
from requests_app.services import erasing, expiring, forgetting, passes
from smart_accounts.services import leaving

AT_ONCE = 500


class Counts(Protocol):
    """Takes the moment, returns how many rows."""

    def __call__(self, *, now: datetime) -> int: ...


@dataclass(frozen=True)
class Step:
    """One part of the run: which table, what happens to its rows, how many are due, and the act itself."""

    table: str
    does: str
    due: Counts
    act: Counts

    def __str__(self) -> str:
        return f"{self.table}: {self.does}"


@dataclass(frozen=True)
class Kept:
    """One line of the table, in the words of the privacy page, with the steps that keep its promise."""

    name: Sentence
    what: Sentence
    why: Sentence
    until: Sentence
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Done:
    """What one step found due, or did."""

    step: Step
    rows: int


def _days(span: timedelta) -> Sentence:
    return Sentence("%(count)s days", count=span.days)


def _unproven(*, now: datetime) -> int:
    return people.unproven_registrations(now=now).count()


def _people_due(*, now: datetime) -> int:
    return closing_accounts.due(now=now).count()


def _erase_people(*, now: datetime) -> int:
    return passes.each(closing_accounts.due(now=now).values_list("pk", flat=True), erasing.erase_due, now=now)


def _requests_due(*, now: datetime) -> int:
    return forgetting.due(now=now).count()


def _forget_requests(*, now: datetime) -> int:
    """Forget them batch by batch; one that fails is left behind for the next night and stops no other."""
    done, batch = 0, list(forgetting.due(now=now).values_list("pk", flat=True)[:AT_ONCE])
    while batch:
        done += passes.each(batch, forgetting.forget_due, now=now)
        rest = forgetting.due(now=now).filter(pk__gt=batch[-1])
        batch = list(rest.values_list("pk", flat=True)[:AT_ONCE])
    return done


def _drafts_due(*, now: datetime) -> int:
    return Draft.objects.filter(expires_at__lte=now).count()


def _readers_due(*, now: datetime) -> int:
    return post_office.known_too_long(now=now, owned=forgetting.letters_with_a_clock)


def _forget_readers(*, now: datetime) -> int:
    return post_office.forget_old(now=now, owned=forgetting.letters_with_a_clock)


RETENTION: tuple[Kept, ...] = (
    Kept(
        Sentence("Your account"),
        Sentence("Name, e-mail address, language, and your password as a hash that cannot be read back."),
        Sentence("So that you can sign in."),
        Sentence(
            "Until you have it erased: that happens %(undo)s after you ask, unless you sign in"
            " before. A registration whose address nobody proved goes after %(unproven)s.",
            undo=_days(settings.SPANS.undo_erasure),
            unproven=_days(people.UNVERIFIED_KEPT_FOR),
        ),
        (
            Step(
                "people_person",
                "unproven registrations removed",
                _unproven,
                people.forget_unproven_registrations,
            ),
            Step("people_person", "people erased who asked for it", _people_due, _erase_people),
        ),
    ),
    Kept(
        Sentence("Signing in"),
        Sentence(
            "Your session, encrypted, and how often somebody tried to sign in from a network or with an address."
        ),
        Sentence("So that you stay signed in, and nobody can guess passwords."),
        Sentence(
            "A session for %(hours)s hours, counted tries for minutes or hours; both are removed every night.",
            hours=settings.SESSION_COOKIE_AGE // 3600,
        ),
        (
            Step(
                "django_session",
                "ended sessions removed",
                signing_in.ended_sessions,
                signing_in.clear_sessions,
            ),
            Step("cache", "stale counts removed", signing_in.stale_counts, signing_in.clear_counts),
        ),
    ),
    Kept(
        Sentence("Drafts"),
        Sentence("What you entered but did not submit."),
        Sentence("So that you can go on later, on any device."),
        Sentence(
            "%(kept)s after you last saved it; we warn you once, %(warning)s before.",
            kept=_days(settings.SPANS.draft),
            warning=_days(settings.SPANS.draft_warning),
        ),
        (Step("requests_app_draft", "drafts removed", _drafts_due, expiring.expire_drafts),),
    ),
    Kept(
        Sentence("Requests"),
        Sentence(
            "The account’s domain and name, the company’s particulars, and the names, addresses and messages of the"
            " people concerned; the network address it was sent from."
        ),
        Sentence(
            "A request is decided by them. The network address lets us see when somebody sends requests in masses."
        ),
        Sentence(
            "All of these but the domain and the account’s name go %(kept)s after the request"
            " closes; what happened and when stays without them. An active Smart Account keeps its company’s"
            " particulars and its authorizer. That a request was yours is known for as long as you have an account.",
            kept=_days(settings.SPANS.forgetting),
        ),
        (
            Step(
                "requests_app_smartaccountrequest",
                "closed or active requests freed of their people",
                _requests_due,
                _forget_requests,
            ),
        ),
    ),
    Kept(
        Sentence("Decisions"),
        Sentence("A signed record of who authorized what and when."),
        Sentence("It binds a company, and nobody must be able to change it afterwards."),
        Sentence(
            "The record stays. Names and addresses stand in it as salted hashes only; the values beside it go with"
            " the request’s, then nobody can read them from it. The authorization that an active account rests on"
            " is kept as long as the account."
        ),
    ),
    Kept(
        Sentence("E-mails from us"),
        Sentence("To whom, of which kind, when and how it went. Codes and links are not stored."),
        Sentence("So that nothing is lost or sent twice."),
        Sentence(
            "What a letter said is blanked %(blank)s after it was sent. The address becomes"
            " a keyed hash %(kept)s after its request closed; of letters that belong to no"
            " request, %(unowned)s after they were written.",
            blank=_days(post_office.BLANK_AFTER),
            kept=_days(settings.SPANS.forgetting),
            unowned=_days(post_office.FORGET_AFTER),
        ),
        (
            Step(
                "notifications_outgoingemail",
                "letters freed of what they said",
                post_office.said_too_long,
                post_office.run,
            ),
            Step(
                "notifications_outgoingemail", "letters freed of their reader", _readers_due, _forget_readers
            ),
        ),
    ),
    Kept(
        Sentence("“Do not write to me”"),
        Sentence("A keyed hash of the address, and from whom or why it gets no letters."),
        Sentence("So that we can keep to it without keeping the address."),
        Sentence("Until you or the owner of the address have it lifted."),
    ),
    Kept(
        Sentence("Smart Accounts"),
        Sentence("Who administers an account or is invited to, and who accepted the agreement for it."),
        Sentence("An account is run by its administrators, and each of them sees who the others are."),
        Sentence("For as long as they do."),
    ),
    Kept(
        Sentence("Access requests"),
        Sentence("Who asked an account’s administrators for access, with which words, and the answer."),
        Sentence("So that they can decide, and the person learns why."),
        Sentence("%(kept)s after the answer.", kept=_days(leaving.DECIDED_KEPT_FOR)),
        (
            Step(
                "smart_accounts_accessrequest",
                "answered access requests removed",
                leaving.decided_too_long,
                leaving.forget_decided,
            ),
        ),
    ),
)


def steps() -> Iterator[Step]:
    """Return every step of the run, in its order."""
    return (step for kept in RETENTION for step in kept.steps)


def plan(*, now: datetime) -> list[Done]:
    """Say what the run would do; writes nothing."""
    return [Done(step, step.due(now=now)) for step in steps()]


def run(*, now: datetime, tell: Callable[[Done], None] = lambda done: None) -> int:
    """Do every step; returns how many rows it changed or removed. Call it by `passes.run`.

    A step that fails is logged, told to the operator and tried again by the next run; the others are done."""
    total = 0

    def keep_promise(step: Step, *, now: datetime) -> bool:
        nonlocal total
        done = Done(step, step.act(now=now))
        tell(done)
        total += done.rows
        return bool(done.rows)

    passes.each(steps(), keep_promise, now=now)
    return total
