"""Reviewers and other staff: they approve, ask, reject, release, refuse, reopen, stop and let go on."""

import uuid
from functools import partial

from benchmarks.simulation.journal import What
from benchmarks.simulation.town import Town
from people.models import Person
from requests_app.models import Nomination, SmartAccountRequest
from requests_app.services import freezing, nomination, not_meant, reopening, review


class Staff:
    """What staff do about one request; each time somebody else may be at it."""

    def __init__(self, town: Town, request_id: uuid.UUID) -> None:
        self.town = town
        self.request_id = request_id

    def _request(self) -> SmartAccountRequest:
        return SmartAccountRequest.objects.get(pk=self.request_id)

    def _anybody(self) -> Person:
        return self.town.chance.choice(self.town.reviewers)

    def review(self) -> None:
        """The identifier waits."""
        town = self.town
        choice = town.one_of(approve=0.76, ask=0.13, reject=0.06, nothing=0.05)
        if choice != "nothing":
            town.at(town.soon(4), getattr(self, choice))

    def approve(self) -> None:
        request = self._request()
        with self.town.noting(request, What.APPROVED):
            review.approve(
                request.pk, by=self._anybody(), facts_version=request.facts_version, now=self.town.now()
            )

    def ask(self) -> None:
        request = self._request()
        with self.town.noting(request, What.ASKED):
            review.ask_change(
                request.pk,
                by=self._anybody(),
                facts_version=request.facts_version,
                proposal=f"team{self.town.chance.randrange(10**6)}.{request.account_domain}",
                question="Would this one do?",
                now=self.town.now(),
            )

    def reject(self) -> None:
        request = self._request()
        with self.town.noting(request, What.REJECTED):
            review.reject(
                request.pk,
                by=self._anybody(),
                facts_version=request.facts_version,
                reason="Not yours.",
                now=self.town.now(),
            )

    def reopen(self) -> None:
        request = self._request()
        with self.town.noting(request, What.REOPENED):
            reopening.reopen(request.pk, by=self._anybody(), reason="It is theirs.", now=self.town.now())

    def look_at_held(self, held: Nomination) -> None:
        """A letter waits for release."""
        town = self.town
        choice = town.one_of(release=0.7, refuse=0.12, nothing=0.18)
        if choice != "nothing":
            town.at(town.soon(3), partial(getattr(self, choice), held.pk))

    def release(self, nomination_id: uuid.UUID) -> None:
        request = self._request()
        with self.town.noting(request, What.RELEASED):
            nomination.release(
                nomination_id, by=self._anybody(), facts_version=request.facts_version, now=self.town.now()
            )

    def refuse(self, nomination_id: uuid.UUID) -> None:
        request = self._request()
        with self.town.noting(request, What.REFUSED):
            nomination.refuse(
                nomination_id,
                by=self._anybody(),
                facts_version=request.facts_version,
                reason="We know nobody there.",
                now=self.town.now(),
            )

    def freeze(self) -> None:
        request = self._request()
        with self.town.noting(request, What.FROZEN):
            freezing.freeze(request.pk, by=self._anybody(), reason="A look.", now=self.town.now())
        self.town.at(self.town.soon(4), self.unfreeze)

    def unfreeze(self) -> None:
        request = self._request()
        with self.town.noting(request, What.UNFROZEN):
            freezing.unfreeze(request.pk, by=self._anybody(), now=self.town.now())

    def revoke(self) -> None:
        request = self._request()
        with self.town.noting(request, What.REVOKED):
            freezing.revoke(request.pk, by=self._anybody(), reason="For cause.", now=self.town.now())

    def undo_not_meant(self, nomination_id: uuid.UUID) -> None:
        request = self._request()
        if not_meant.undo(nomination_id, by=self._anybody(), now=self.town.now()):
            self.town.note(request, What.UNDONE)
