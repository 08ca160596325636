"""Who holds an identifier."""

import pytest
from django.db import transaction

from smart_accounts.models import IdentifierReservation
from smart_accounts.services import reservations
from tests.smart_accounts import builders
from tests.smart_accounts.builders import NOW

pytestmark = pytest.mark.django_db


def test_a_reserved_identifier_is_held_by_its_request() -> None:
    reservations.reserve("acme.example", request="one", now=NOW)

    held = reservations.holder("acme.example")

    assert held is not None
    assert (held.request, held.account, held.reserved_at) == ("one", None, NOW)


def test_a_free_identifier_has_no_holder() -> None:
    assert reservations.holder("acme.example") is None


def test_a_rival_cannot_reserve_what_is_taken_and_the_transaction_lives_on() -> None:
    reservations.reserve("acme.example", request="one", now=NOW)

    with transaction.atomic():
        with pytest.raises(reservations.IdentifierTaken):
            reservations.reserve("acme.example", request="two", now=NOW)
        reservations.reserve("acme-labs.example", request="two", now=NOW)

    assert IdentifierReservation.objects.count() == 2


def test_reserving_the_same_identifier_again_changes_nothing() -> None:
    first = reservations.reserve("acme.example", request="one", now=NOW)

    assert reservations.reserve("acme.example", request="one", now=NOW).pk == first.pk


def test_a_request_that_reserves_another_identifier_gives_up_the_first() -> None:
    reservations.reserve("acme.example", request="one", now=NOW)
    reservations.reserve("acme-labs.example", request="one", now=NOW)

    assert reservations.holder("acme.example") is None
    reservations.reserve("acme.example", request="two", now=NOW)


def test_a_request_keeps_what_it_had_when_the_other_identifier_is_taken() -> None:
    reservations.reserve("acme.example", request="one", now=NOW)
    reservations.reserve("acme-labs.example", request="two", now=NOW)

    with pytest.raises(reservations.IdentifierTaken):
        reservations.reserve("acme-labs.example", request="one", now=NOW)

    held = reservations.holder("acme.example")
    assert held is not None
    assert held.request == "one"


def test_a_released_identifier_is_free_again() -> None:
    reservations.reserve("acme.example", request="one", now=NOW)

    reservations.release("one")

    assert reservations.holder("acme.example") is None


def test_releasing_nothing_is_no_fault() -> None:
    reservations.release("one")

    assert IdentifierReservation.objects.count() == 0


def test_an_account_keeps_its_identifier() -> None:
    opened = builders.account("acme.example")
    held = reservations.holder("acme.example")
    assert held is not None

    reservations.release(held.request)

    kept = reservations.holder("acme.example")
    assert kept is not None
    assert kept.account == opened
    with pytest.raises(reservations.IdentifierTaken):
        reservations.reserve("acme.example", request="rival", now=NOW)
