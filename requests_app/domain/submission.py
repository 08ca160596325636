"""Hold one complete request as it is submitted; an answer that contradicts another is refused.

Texts, addresses and the identifier arrive in their clean form (people.text, people.addresses, identifiers);
what the wizard's pages ask one by one is checked here once more together (product rules, section 3).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from people import addresses, domains
from people.sentences import Sentence
from requests_app.domain import statement
from requests_app.domain.lifecycle import Authority as Authority

if TYPE_CHECKING:
    from requests_app.domain.companies import CompanyDetails

ACCOUNT_NAME_LIMIT: Final = 200
TEXT_LIMIT: Final = 500  # message and note
TEXT_LINES: Final = 8
OTHER_ADMINISTRATORS: Final = 10


class ContradictoryAnswers(ValueError):
    """The answers cannot all be meant; `field` is the one to change, `message` the words beside it."""

    def __init__(self, field: str, message: Sentence) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, kw_only=True)
class Submission:
    """Collect the answers of the wizard; answers to questions that were not asked are dropped.

    On YES nothing about an authorizer is kept, on NO no statement, without an edit of the identifier no
    note. `administrators` are the other people named: the requester's own address among them counts as
    `for_myself`, doublets count once. Raises ContradictoryAnswers.
    """

    authority: Authority
    requester_address: str
    authorizer_address: str = ""
    message: str = ""
    account_domain: str
    domain_note: str = ""
    domain_edited: bool = False
    account_name: str
    company: "CompanyDetails | None" = None
    administrators: tuple[str, ...] = ()
    for_myself: bool = False
    statement_version: str | None = None

    def __post_init__(self) -> None:
        self._drop_what_was_not_asked()
        self._check_account()
        self._check_authority()
        if len(self.administrators) > OTHER_ADMINISTRATORS:
            raise ContradictoryAnswers(
                "administrators", Sentence("Enter %(limit)s at most", limit=OTHER_ADMINISTRATORS)
            )

    @property
    def names_nobody(self) -> bool:
        """Say whether the requester becomes administrator only because nobody was named."""
        return not self.administrators and not self.for_myself

    @property
    def administrator_addresses(self) -> tuple[str, ...]:
        """Return everyone who is to administer the account, the requester first when among them."""
        requester = (self.requester_address,) if self.for_myself or self.names_nobody else ()
        return requester + self.administrators

    def _drop_what_was_not_asked(self) -> None:
        kept: dict[str, object] = {}
        if self.authority is Authority.YES:
            kept |= {"authorizer_address": "", "message": ""}
        else:
            kept["statement_version"] = None
        if not self.domain_edited:
            kept["domain_note"] = ""
        kept["for_myself"] = self.for_myself or self.requester_address in self.administrators
        kept["administrators"] = tuple(
            address for address in dict.fromkeys(self.administrators) if address != self.requester_address
        )
        for name, answer in kept.items():
            # The one place that writes to the frozen value: while it is made.
            object.__setattr__(self, name, answer)

    def _check_authority(self) -> None:
        if self.authority is Authority.YES:
            if self.statement_version is None:
                raise ContradictoryAnswers(
                    "statement_version", Sentence("Tick the statement to authorize activation")
                )
            if not statement.is_in_force(self.statement_version):
                raise ContradictoryAnswers(
                    "statement_version", Sentence("The statement has changed. Read it and tick it again")
                )
            if not domains.same_organization(self.requester_address, self.account_domain):
                raise ContradictoryAnswers(
                    "authority",
                    Sentence(
                        "Your address does not belong to %(domain)s. Choose No and name a person there",
                        domain=self.account_domain,
                    ),
                )
            return
        if not self.authorizer_address:
            raise ContradictoryAnswers(
                "authorizer_address", Sentence("Enter the authorizer's e-mail address")
            )
        own, named = map(addresses.comparison_key, (self.requester_address, self.authorizer_address))
        if own == named:
            raise ContradictoryAnswers(
                "authorizer_address", Sentence("Choose Yes if you authorize it yourself")
            )
        _check_length("message", self.message, TEXT_LIMIT)
        if len(self.message.splitlines()) > TEXT_LINES:
            raise ContradictoryAnswers("message", Sentence("Use %(limit)s lines or fewer", limit=TEXT_LINES))

    def _check_account(self) -> None:
        if not self.account_domain:
            raise ContradictoryAnswers("account_domain", Sentence("Enter the account domain identifier"))
        if self.domain_edited and not self.domain_note:
            raise ContradictoryAnswers(
                "domain_note", Sentence("Tell the reviewer why you changed the identifier")
            )
        _check_length("domain_note", self.domain_note, TEXT_LIMIT)
        if not self.account_name:
            raise ContradictoryAnswers("account_name", Sentence("Enter the account name"))
        _check_length("account_name", self.account_name, ACCOUNT_NAME_LIMIT)


def _check_length(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise ContradictoryAnswers(
            field,
            Sentence("Enter %(limit)s characters or fewer, you have %(count)s", limit=limit, count=len(text)),
        )
