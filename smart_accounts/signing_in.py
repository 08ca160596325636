"""What signing in means for accounts: invitations of a person's verified addresses become memberships."""

from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from people.models import Person
from smart_accounts.services import members


def join_when_signed_in(sender: object, *, user: Person, **facts: Any) -> None:
    """Receive allauth's `user_logged_in`."""
    members.join(user, now=timezone.now())


def join_when_signed_in_again(
    sender: object, *, user: Person, reauthenticated: bool = False, **facts: Any
) -> None:
    """Receive allauth's `authentication_step_completed`; one step of a sign-in under way is no sign-in."""
    if reauthenticated:
        members.join(user, now=timezone.now())


def join_when_verified(sender: object, *, email_address: EmailAddress, **facts: Any) -> None:
    """Receive allauth's `email_confirmed`: a person who is signed in has proved one more address."""
    members.join(email_address.user, now=timezone.now())
