"""Turn a judged failure into what happens to its letter, its route and the operator."""

from datetime import datetime

from django.conf import settings

from notifications import alerts, recording, routes, waits
from notifications.emails import KINDS
from notifications.emails.letter import Route
from notifications.emails.operator_alert import Alert
from notifications.failures import Failure, Stage, Verdict
from notifications.models import OutgoingEmail


def ends_before_sending(letter: OutgoingEmail, *, now: datetime) -> bool:
    """End a claimed letter that must not be tried: too many leases lost with it, stale, or perhaps sent already."""
    kind = KINDS.get(letter.kind)
    if letter.lost_leases >= settings.NOTIFICATIONS_LOST_LEASES_LIMIT:
        bury(letter, _ours("LostLeases", f"{letter.lost_leases} workers ended over it."), now=now)
    elif kind is not None and kind.once_only and letter.begun_at is not None:
        recording.lose_sight(letter, _ours("LostLease", "Its worker ended while it was being sent."), now=now)
    elif kind is not None and kind.is_code and now - letter.created_at > waits.CODE_STALE_AFTER:
        recording.bury(letter, _ours("Stale", "The code would come too late."), now=now)
    else:
        return False
    return True


def record(letter: OutgoingEmail, failure: Failure, *, route: Route, now: datetime) -> datetime | None:
    """Record what a failure means; returns until when the route rests, or None when it may go on."""
    match failure.verdict:
        case Verdict.ROUTE if not _is_its_own_fault(letter, failure, now=now):
            rests_until = _rest(route, failure, now=now)
            blame(letter, failure, rests_until=rests_until, now=now)
            return rests_until
        case Verdict.ADDRESS:
            recording.refuse(letter, failure, now=now)
        case Verdict.DEAD:
            bury(letter, failure, now=now)
        case Verdict.LOST_ANSWER:
            if KINDS[letter.kind].once_only:
                recording.lose_sight(letter, failure, now=now)
            else:
                _retry(letter, failure, now=now)
            # A provider that babbles or falls silent would do so to every letter.
            return _rest(route, failure, now=now) if failure.stage is Stage.PROVIDER else None
        case _:
            _retry(letter, failure, now=now)
    return None


def _rest(route: Route, failure: Failure, *, now: datetime) -> datetime:
    rests_until = routes.fell_sick(route, failure, now=now)
    routes.alert_if_long_sick(route, now=now)
    return rests_until


def blame(letter: OutgoingEmail, failure: Failure, *, rests_until: datetime, now: datetime) -> None:
    """Give back a letter at which its route fell sick; whatever became due meanwhile goes before it.

    So the next probe is another letter, if there is one.
    """
    recording.blame(letter, failure, due_at=rests_until + waits.BEHIND_THE_OTHERS, now=now)


def bury(letter: OutgoingEmail, failure: Failure, *, now: datetime) -> None:
    """Record a letter that can never be sent, and tell the operator once a day for each kind."""
    recording.bury(letter, failure, now=now)
    _alert(letter, failure, now=now)


def _retry(letter: OutgoingEmail, failure: Failure, *, now: datetime) -> None:
    kind = KINDS.get(letter.kind)
    is_code = kind is not None and kind.is_code
    wait = waits.for_letter(letter.attempts, is_code=is_code)
    if is_code and now + wait - letter.created_at > waits.CODE_STALE_AFTER:
        recording.bury(letter, failure, now=now)
    elif letter.failing_since is not None and now - letter.failing_since >= waits.GIVE_UP_AFTER:
        recording.give_up(letter, failure, now=now)
        _alert(letter, failure, now=now)
    else:
        recording.retry(letter, failure, due_at=now + max(wait, failure.retry_after or wait), now=now)


def _is_its_own_fault(letter: OutgoingEmail, failure: Failure, *, now: datetime) -> bool:
    """Say whether other letters left since this one made the route rest: then it is not the route that is sick.

    A reader's server may answer 5.7.1 for reasons of its own; without this one such reader would stop all letters.
    """
    if letter.blamed_at is None or failure.stage not in {
        Stage.RCPT,
        Stage.DATA,
        Stage.ANSWER,
        Stage.PROVIDER,
    }:
        return False
    return OutgoingEmail.objects.filter(
        route=letter.route, sent_at__gt=letter.blamed_at, blanked_at__isnull=True
    ).exists()


def _ours(error_class: str, text: str) -> Failure:
    return Failure(Verdict.DEAD, Stage.BUILD, error_class, text=text)


def _alert(letter: OutgoingEmail, failure: Failure, *, now: datetime) -> None:
    if alerts.is_alert(letter.kind):
        alerts.log_only(Alert.LETTERS_DEAD, cause=letter.kind)
        return
    alerts.raise_alert(
        Alert.LETTERS_DEAD,
        cause=f"{letter.kind}:{failure.error_class}",
        facts=(f"Kind {letter.kind}", f"{failure.error_class} {failure.code}".strip(), failure.text),
        now=now,
    )
