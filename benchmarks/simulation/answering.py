"""Authorizers: they answer, hand on, complain, ask for a new link, take back, or do nothing at all."""

import uuid

from benchmarks.simulation.journal import What
from benchmarks.simulation.town import Town
from notifications import links, tracking
from notifications.models import OutgoingEmail, State
from requests_app.models import AuthorizationLink, Decision, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import authorization, not_meant, stopping, taking_back

ANSWERS = {
    Answer.AUTHORIZE: What.AUTHORIZED,
    Answer.DECLINE: What.DECLINED,
    Answer.HAND_ON: What.HANDED_ON,
}


class Authorizer:
    """Whoever reads the mailbox to which one link was sent."""

    def __init__(self, town: Town, link: AuthorizationLink) -> None:
        self.town = town
        self.link_id = link.pk
        self.address = link.nomination.address

    def make_up_mind(self) -> None:
        town = self.town
        choice = town.one_of(
            authorize=0.46,
            decline=0.06,
            hand_on=0.06,
            not_meant=0.04,
            complain=0.03,
            stop=0.03,
            bounce=0.04,
            new_link=0.06,
            nothing=0.22,
        )
        if choice != "nothing":
            # New links are asked for where the old one has ended.
            town.at(town.soon(15 if choice == "new_link" else 5), getattr(self, choice))
        if choice in {"new_link", "stop"}:
            town.at(town.soon(20), self.authorize)

    def authorize(self) -> None:
        self._answer(Answer.AUTHORIZE)

    def decline(self) -> None:
        self._answer(Answer.DECLINE)

    def hand_on(self) -> None:
        name, _, host = self.address.partition("@")
        self._answer(Answer.HAND_ON, colleague=f"colleague.{self.town.chance.randrange(10**6)}.{name}@{host}")

    def _answer(self, answer: Answer, *, colleague: str = "") -> None:
        link, request = self._open()
        now = self.town.now()
        challenge = authorization.ask_code(
            link.pk, answer=answer, facts_version=request.facts_version, now=now, colleague=colleague
        )
        with self.town.noting(request, ANSWERS[answer], address=colleague):
            authorization.confirm(
                link.pk,
                code=links.code_for(str(challenge.pk)),
                ticked=True,
                reason="",
                facts_version=request.facts_version,
                now=now,
            )

    def not_meant(self) -> None:
        link, request = self._open()
        with self.town.noting(request, What.NOT_MEANT):
            not_meant.say_at_link(link.pk, now=self.town.now())

    def new_link(self) -> None:
        link, request = self._open()
        if authorization.send_new_link(link.pk, now=self.town.now()):
            self.town.note(request, What.NEW_LINK)

    def stop(self) -> None:
        link = self._link()
        with self.town.noting(link.nomination.request, What.STOPPED, address=self.address):
            stopping.stop_reminders(link.nomination_id, now=self.town.now())

    def complain(self) -> None:
        self._report(tracking.Event.COMPLAINED, What.COMPLAINED)

    def bounce(self) -> None:
        self._report(tracking.Event.BOUNCED, What.BOUNCED)

    def _report(self, event: tracking.Event, what: What) -> None:
        """Let the mail system say something about the letter with the link, if it has left."""
        link = self._link()
        letter = OutgoingEmail.objects.filter(
            key=f"link:{link.pk}:0", state__in=[State.SENT, State.DELIVERED]
        ).first()
        if letter is None:
            return
        report = tracking.Report(provider="reader", event=event, happened_at=self.town.now())
        with self.town.noting(
            link.nomination.request, what, address=self.address, link_made_at=link.created_at
        ):
            tracking.take(report, letter_id=letter.pk, now=self.town.now())

    def _link(self) -> AuthorizationLink:
        return AuthorizationLink.objects.select_related("nomination__request").get(pk=self.link_id)

    def _open(self) -> tuple[AuthorizationLink, SmartAccountRequest]:
        """Follow the link to a form. Whatever comes of it, a link that is over lapses at this door."""
        link = self._link()
        self.town.note(link.nomination.request, What.AT_THE_DOOR, address=self.address)
        return link, link.nomination.request


def take_back(town: Town, request_id: uuid.UUID) -> None:
    """Somebody who authorized regrets it, and follows the receipt."""
    decision = Decision.objects.filter(
        request_id=request_id, answer=Answer.AUTHORIZE, nomination__isnull=False
    ).last()
    if decision is None or not taking_back.may_take_back(decision) or decision.request.frozen_at:
        return
    challenge = taking_back.ask_code(decision.pk, now=town.now())
    with town.noting(decision.request, What.TAKEN_BACK):
        taking_back.take_back(decision.pk, code=links.code_for(str(challenge.pk)), now=town.now())
