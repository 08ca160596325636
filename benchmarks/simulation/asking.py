"""Requesters: they ask, remind, replace, answer, change their mind, finish the set-up, or forget about it."""

import uuid
from datetime import datetime, timedelta
from functools import partial

from benchmarks.simulation.journal import Story, What
from benchmarks.simulation.server import GONE
from benchmarks.simulation.town import DAY, Town
from people.models import Person
from requests_app.domain import statement
from requests_app.domain.lifecycle import Authority
from requests_app.domain.submission import Submission
from requests_app.models import SmartAccountRequest
from requests_app.services import (
    drafting,
    facts,
    nomination,
    reminding,
    review,
    setup,
    submission,
    withdrawal,
)
from smart_accounts.services import agreement
from tests import make


class Requester:
    """One requester with one request."""

    def __init__(self, town: Town, number: int) -> None:
        self.town = town
        self.number = number
        self.domain = f"company{number}.example"
        self._named = 0

    def arrive(self) -> uuid.UUID:
        """Register, and ask; a few begin a draft and forget it. Returns the request."""
        town = self.town
        self.person: Person = make.person(
            f"requester{self.number}@{self.domain}", created_at=town.now() - 30 * DAY
        )
        if town.happens(0.04):
            drafting.begin(self.person, now=town.now())
            town.journal.drafts.append((town.now(), self.person.email))
        is_yes = town.happens(0.2)
        answers = Submission(
            authority=Authority.YES if is_yes else Authority.NO,
            requester_address=self.person.email,
            authorizer_address="" if is_yes else self.somebody(),
            message="",
            account_domain=self.domain,
            account_name=f"Company {self.number}",
            statement_version=statement.VERSION if is_yes else None,
        )
        request = submission.submit(
            answers, draft_id=uuid.uuid4(), requester=self.person, client_network="", now=town.now()
        )
        self.request_id = request.pk
        town.journal.stories[str(request.pk)] = Story(
            request.reference, self.person.email, self.domain, is_yes
        )
        town.note(request, What.SUBMITTED, address=answers.authorizer_address)
        self._make_plans()
        return request.pk

    def somebody(self) -> str:
        """Name somebody new: mostly a colleague, sometimes a stranger, sometimes an address that does not exist."""
        self._named += 1
        host = f"partner{self.number}.example" if self.town.happens(0.12) else self.domain
        name = f"{GONE}" if self.town.happens(0.05) else ""
        return f"{name}authorizer{self.number}.{self._named}@{host}"

    def _make_plans(self) -> None:
        """What a requester may do at any time, whatever happens."""
        town = self.town
        for likely, days, act in (
            (0.10, 8, self.remind),
            (0.05, 8, self.remind),
            (0.06, 10, self.change_facts),
            (0.04, 20, self.withdraw),
            (0.04, 10, self.replace),
        ):
            if town.happens(likely):
                town.at(town.soon(days), act)

    def request(self) -> SmartAccountRequest:
        return SmartAccountRequest.objects.get(pk=self.request_id)

    def remind(self) -> None:
        request = self.request()
        with self.town.noting(request, What.REMINDED):
            reminding.remind_by_hand(request.pk, by=self.person, now=self.town.now())

    def change_facts(self) -> None:
        request = self.request()
        with self.town.noting(request, What.FACTS_CHANGED):
            facts.change(
                request.pk,
                by=self.person,
                account_name=f"Company {self.number} {self.town.chance.randrange(10**6)}",
                administrators=(),
                ticked=True,
                facts_version=request.facts_version,
                now=self.town.now(),
            )

    def withdraw(self) -> None:
        request = self.request()
        with self.town.noting(request, What.WITHDRAWN):
            withdrawal.withdraw(request.pk, by=self.person, now=self.town.now())

    def replace(self) -> None:
        request, address = self.request(), self.somebody()
        with self.town.noting(request, What.REPLACED, address=address):
            nomination.replace(request.pk, by=self.person, address=address, message="", now=self.town.now())

    # What the request waits for

    def choose_another(self) -> None:
        """The nomination ended: name another, withdraw, or let it be."""
        town = self.town
        choice = town.one_of(replace=0.55, withdraw=0.1, nothing=0.35)
        if choice == "replace":
            town.at(town.soon(6), self.replace)
        elif choice == "withdraw":
            town.at(town.soon(10), self.withdraw)

    def answer_ask(self) -> None:
        """The reviewer asked for another identifier."""
        town = self.town
        choice = town.one_of(accept=0.35, keep=0.2, answer=0.15, nothing=0.3)
        if choice != "nothing":
            town.at(town.soon(6), getattr(self, choice))

    def accept(self) -> None:
        request = self.request()
        with self.town.noting(request, What.ACCEPTED):
            review.accept_proposal(
                request.pk,
                by=self.person,
                facts_version=request.facts_version,
                ticked=True,
                now=self.town.now(),
            )

    def keep(self) -> None:
        request = self.request()
        self._answer(request, request.account_domain, What.KEPT)

    def answer(self) -> None:
        self._answer(self.request(), f"unit{self.town.chance.randrange(10**6)}.{self.domain}", What.ANSWERED)

    def _answer(self, request: SmartAccountRequest, domain: str, what: What) -> None:
        with self.town.noting(request, what):
            review.answer_domain(
                request.pk,
                by=self.person,
                account_domain=domain,
                note="This is the one that we use.",
                facts_version=request.facts_version,
                ticked=True,
                now=self.town.now(),
            )

    def set_up(self) -> None:
        """Finish the set-up some time, or never."""
        if self.town.happens(0.7):
            self.town.at(self.town.soon(6), self.finish)

    def finish(self) -> None:
        request, now = self.request(), self.town.now()
        setup.accept_agreement(request.pk, by=self.person, version=agreement.AGREEMENT_VERSION, now=now)
        setup.confirm_company(request.pk, by=self.person, details=None, now=now)
        kept = tuple(request.administrators.values_list("address", flat=True))
        setup.confirm_administrators(request.pk, by=self.person, kept=kept, now=now)
        with self.town.noting(request, What.ACTIVATED):
            setup.activate(request.pk, by=self.person, now=now)


def arrivals(town: Town, *, number: int, start: datetime, days: int) -> dict[uuid.UUID, Requester]:
    """Let so many requesters come, evenly over the first two thirds of the days; they are found by their request."""
    by_request: dict[uuid.UUID, Requester] = {}

    def arrive(requester: Requester) -> None:
        by_request[requester.arrive()] = requester

    for one in range(number):
        moment = start + timedelta(days=town.chance.random() * days * 2 / 3)
        town.at(moment, partial(arrive, Requester(town, one)))
    return by_request
