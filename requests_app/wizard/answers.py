"""What is known while a page is shown: who asks, and what the pages before it say."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from people import services as people
from people.models import Person
from requests_app.domain import identifiers
from requests_app.domain.identifiers import Explanation
from requests_app.domain.submission import Authority, Submission


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Hold the clean answers given so far, under the names they have in a Submission."""

    person: Person
    requester_address: str
    given: Mapping[str, Any] = field(default_factory=dict)

    def adding(self, more: Mapping[str, Any]) -> "Answers":
        """Return these answers and `more`."""
        return replace(self, given={**self.given, **more})

    @property
    def authority(self) -> Authority | None:
        """Who authorizes; None while nobody has said."""
        return self.given.get("authority")

    @property
    def is_named(self) -> bool:
        """Somebody else authorizes (*No*)."""
        return self.authority is Authority.NO

    @property
    def is_own(self) -> bool:
        """The requester authorizes (*Yes*)."""
        return self.authority is Authority.YES

    @property
    def deciding_address(self) -> str:
        """The address of whoever authorizes: the identifier follows it until it is edited."""
        named: str = self.given.get("authorizer_address", "")
        return named if self.is_named else self.requester_address

    @property
    def suggested_identifier(self) -> str:
        """The identifier that the deciding address stands for; '' when it proves nothing."""
        return identifiers.derive(self.deciding_address)

    @property
    def account_domain(self) -> str:
        """The identifier as it stands; '' before the account's page was continued."""
        identifier: str = self.given.get("account_domain", "")
        return identifier

    def explain(self, identifier: str) -> Explanation:
        """Say what will happen with this identifier."""
        return identifiers.explain(
            identifier, requester_address=self.requester_address, authorizer_address=self.deciding_address
        )

    @property
    def is_held(self) -> bool:
        """The nomination letter will wait for a reviewer, for a reason that the requester is told."""
        return self.is_named and bool(self.account_domain) and self.explain(self.account_domain).warns

    @property
    def held_because(self) -> Explanation:
        """What the page says of the identifier as it stands."""
        return self.explain(self.account_domain)

    def submission(self) -> Submission:
        """Return the complete request. Raises domain.submission.ContradictoryAnswers."""
        return Submission(requester_address=self.requester_address, **self.given)


def before_the_first_page(person: Person) -> Answers:
    """Return what is known of somebody who has answered nothing: their main verified address."""
    verified = people.verified(person)
    return Answers(person=person, requester_address=verified[0] if verified else person.email)
