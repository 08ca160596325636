"""Every letter of the product, one class a kind; what each says stands in ``templates/email/<kind>/``."""

from collections.abc import Mapping
from typing import Any

from notifications.emails.access_approved import AccessApproved
from notifications.emails.access_asked import AccessAsked
from notifications.emails.access_declined import AccessDeclined
from notifications.emails.activated import Activated
from notifications.emails.administrator_named import AdministratorNamed
from notifications.emails.already_registered import AlreadyRegistered
from notifications.emails.authorized import Authorized
from notifications.emails.authorizer_code import AuthorizerCode
from notifications.emails.change_asked import ChangeAsked
from notifications.emails.choose_authorizer import ChooseAuthorizer
from notifications.emails.data_erased import DataErased
from notifications.emails.data_exported import DataExported
from notifications.emails.decision_receipt import DecisionReceipt
from notifications.emails.declined import Declined
from notifications.emails.domain_approved import DomainApproved
from notifications.emails.domain_rejected import DomainRejected
from notifications.emails.draft_ending import DraftEnding
from notifications.emails.email_changed import EmailChanged
from notifications.emails.erasure_asked import ErasureAsked
from notifications.emails.expired import Expired
from notifications.emails.facts_changed import FactsChanged
from notifications.emails.handed_on import HandedOn
from notifications.emails.handed_on_notice import HandedOnNotice
from notifications.emails.held import Held
from notifications.emails.letter import Letter, Route, UnreadableLetter
from notifications.emails.new_link import NewLink
from notifications.emails.nomination import Nomination
from notifications.emails.nothing_to_do import NothingToDo
from notifications.emails.operator_alert import OperatorAlert
from notifications.emails.password_reset import PasswordReset
from notifications.emails.registration_code import RegistrationCode
from notifications.emails.reminder import Reminder
from notifications.emails.reopened import Reopened
from notifications.emails.request_sent import RequestSent
from notifications.emails.reviewer_digest import ReviewerDigest
from notifications.emails.rival_decided import RivalDecided
from notifications.emails.setup import Setup
from notifications.emails.setup_reminder import SetupReminder
from notifications.emails.sibling_notice import SiblingNotice
from notifications.emails.transfer_offered import TransferOffered
from notifications.emails.transferred import Transferred
from notifications.emails.withdrawn import Withdrawn
from notifications.emails.your_turn import YourTurn

__all__ = [
    "KINDS",
    "AccessApproved",
    "AccessAsked",
    "AccessDeclined",
    "Activated",
    "AdministratorNamed",
    "AlreadyRegistered",
    "Authorized",
    "AuthorizerCode",
    "ChangeAsked",
    "ChooseAuthorizer",
    "DataErased",
    "DataExported",
    "DecisionReceipt",
    "Declined",
    "DomainApproved",
    "DomainRejected",
    "DraftEnding",
    "EmailChanged",
    "ErasureAsked",
    "Expired",
    "FactsChanged",
    "HandedOn",
    "HandedOnNotice",
    "Held",
    "Letter",
    "NewLink",
    "Nomination",
    "NothingToDo",
    "OperatorAlert",
    "PasswordReset",
    "RegistrationCode",
    "Reminder",
    "Reopened",
    "RequestSent",
    "ReviewerDigest",
    "RivalDecided",
    "Route",
    "Setup",
    "SetupReminder",
    "SiblingNotice",
    "TransferOffered",
    "Transferred",
    "UnknownKind",
    "UnreadableLetter",
    "Withdrawn",
    "YourTurn",
    "from_primitives",
]


class UnknownKind(LookupError):
    """No letter of this kind: a newer release stored it, or the row was made by hand."""


KINDS: Mapping[str, type[Letter]] = {
    letter.kind: letter
    for letter in (
        RegistrationCode,
        AlreadyRegistered,
        PasswordReset,
        EmailChanged,
        DraftEnding,
        RequestSent,
        Nomination,
        Reminder,
        NewLink,
        FactsChanged,
        AuthorizerCode,
        DecisionReceipt,
        Authorized,
        Declined,
        ChooseAuthorizer,
        YourTurn,
        HandedOn,
        HandedOnNotice,
        Held,
        NothingToDo,
        DomainApproved,
        ChangeAsked,
        DomainRejected,
        RivalDecided,
        Reopened,
        TransferOffered,
        Transferred,
        SiblingNotice,
        Setup,
        SetupReminder,
        Activated,
        AdministratorNamed,
        Withdrawn,
        Expired,
        AccessAsked,
        AccessApproved,
        AccessDeclined,
        ReviewerDigest,
        OperatorAlert,
        DataExported,
        ErasureAsked,
        DataErased,
    )
}


def from_primitives(kind: str, primitives: Mapping[str, Any]) -> Letter:
    """Read a stored letter. Raises UnknownKind or UnreadableLetter."""
    try:
        letter = KINDS[kind]
    except KeyError:
        raise UnknownKind(f"No letter of the kind {kind!r}.") from None
    return letter.from_primitives(primitives)
