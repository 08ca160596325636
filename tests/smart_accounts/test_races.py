"""Two people at once. On PostgreSQL alone: SQLite's transactions come one after the other anyway."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection

from smart_accounts.models import AccessRequest
from smart_accounts.services import access, accounts, members, reservations
from tests.smart_accounts.builders import NOW, account, person

pytestmark = pytest.mark.django_db(transaction=True)

WON = "won"


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run every act in a connection of its own, all starting together; say what each came to."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            act()
        except Exception as refusal:
            return type(refusal).__name__
        else:
            return WON
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):

    def test_of_many_rivals_exactly_one_reserves_the_identifier() -> None:
        def rival(number: int) -> Callable[[], object]:
            return lambda: reservations.reserve("acme.example", request=f"request-{number}", now=NOW)

        outcomes = at_once(*(rival(number) for number in range(8)))

        assert outcomes == ["IdentifierTaken"] * 7 + [WON]

    def test_two_administrators_who_remove_each_other_leave_one() -> None:
        dana, lee = person("dana@acme.example"), person("lee@acme.example")
        opened = account(requester=dana, administrators=("dana@acme.example", "lee@acme.example"))
        of_dana = opened.members.get(person=dana).pk
        of_lee = opened.members.get(person=lee).pk

        outcomes = at_once(lambda: members.remove(of_lee, by=dana), lambda: members.remove(of_dana, by=lee))

        assert outcomes == ["NotYours", WON]
        assert len(accounts.administrators(opened)) == 1

    def test_two_administrators_who_leave_at_once_leave_one() -> None:
        dana, lee = person("dana@acme.example"), person("lee@acme.example")
        opened = account(requester=dana, administrators=("dana@acme.example", "lee@acme.example"))
        of_dana = opened.members.get(person=dana).pk
        of_lee = opened.members.get(person=lee).pk

        outcomes = at_once(lambda: members.remove(of_lee, by=lee), lambda: members.remove(of_dana, by=dana))

        assert outcomes == ["LastAdministrator", WON]

    def test_of_two_decisions_at_once_one_counts() -> None:
        dana, mia = person("dana@acme.example"), person("mia@acme.example")
        lee = person("lee@acme.example")
        opened = account(requester=dana, administrators=("dana@acme.example", "mia@acme.example"))
        asked = access.ask(opened.pk, by=lee, message="", now=NOW)

        outcomes = at_once(
            lambda: access.approve(asked.pk, by=dana, now=NOW),
            lambda: access.decline(asked.pk, by=mia, reason="No.", now=NOW),
        )

        assert outcomes == ["AlreadyDecided", WON]

    def test_a_question_asked_twice_at_once_is_asked_once() -> None:
        lee = person("lee@acme.example")
        opened = account(requester=person("dana@acme.example"))

        outcomes = at_once(*[lambda: access.ask(opened.pk, by=lee, message="", now=NOW)] * 2)

        assert outcomes == ["AlreadyAsked", WON]
        assert AccessRequest.objects.count() == 1
