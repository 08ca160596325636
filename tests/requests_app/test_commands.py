"""What an operator can run by hand: one pass each, the forecast, and the check of the evidence."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from notifications import clock
from requests_app.models import Decision
from requests_app.models.nomination import Answer
from tests import make
from tests.make import NOW
from tests.requests_app.services.moments import leave, on_day

pytestmark = pytest.mark.django_db

PASSES = ["remind", "expire", "digest"]


def run(command: str, *words: str) -> str:
    """What a command prints."""
    out = StringIO()
    call_command(command, *words, stdout=out)
    return out.getvalue()


def test_remind_promises_what_is_due_and_says_how_many() -> None:
    began = clock.database_now() - timedelta(days=4)
    make.request(now=began)
    leave(began)
    assert run("remind") == "Letters promised: 1.\n"
    assert run("remind") == "Letters promised: 0.\n"


def test_expire_ends_what_is_over_and_says_how_many() -> None:
    make.request(now=clock.database_now() - timedelta(days=20))
    assert run("expire") == "Ended: 1.\n"
    assert run("expire") == "Ended: 0.\n"


def test_digest_says_how_many_reviewers_it_told() -> None:
    make.request()
    assert run("digest") == "Letters promised: 0.\n"


@pytest.mark.parametrize("command", PASSES)
def test_no_pass_runs_on_a_host_whose_clock_is_wrong(command: str) -> None:
    make.request()
    with (
        time_machine.travel(clock.database_now() + timedelta(days=20)),
        pytest.raises(CommandError, match="clock"),
    ):
        run(command)
    assert make.posted("operator_alert")
    assert not make.posted("choose_authorizer")


def test_forecast_prints_each_letter_with_moment_kind_reader_and_why() -> None:
    made = make.request()
    leave(NOW)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        printed = run("forecast", "--days", "5").splitlines()
    when, why = f"{on_day(3):%Y-%m-%d} 09:00 UTC", "the authorizer has not answered"
    assert printed == [
        f"{when}  reminder to the authorizer  {made.reference}  {why}",
        "Letters in 5 days: 1.",
    ]


def test_forecast_looks_30_days_ahead_unless_told_otherwise() -> None:
    with time_machine.travel(NOW, tick=False):
        assert run("forecast") == "Letters in 30 days: 0.\n"


@pytest.mark.parametrize("days", ["-1", "367"])
def test_forecast_refuses_days_that_mean_nothing(days: str) -> None:
    with pytest.raises(CommandError, match="0 to 366"):
        run("forecast", f"--days={days}")


def test_verify_evidence_is_silent_about_nothing_when_all_is_well() -> None:
    make.answered(make.request(), Answer.AUTHORIZE)
    assert run("verify_evidence") == "Records verified: 1. No faults.\n"


def test_verify_evidence_prints_each_fault_and_fails() -> None:
    make.answered(make.request(), Answer.AUTHORIZE)
    of_table = " ON requests_app_decision" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER requests_app_decision_stays{of_table}")
    Decision.objects.update(address="eve@globex.example", answer="decline")
    out = StringIO()
    with pytest.raises(CommandError, match="Faults found: 2"):
        call_command("verify_evidence", stdout=out)
    assert out.getvalue().splitlines() == [
        "Record 1: answer differs from what was signed.",
        "Record 1: address differs from what was signed.",
    ]
