"""Who the right password lets in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from people import services
from people.models import Person


class SignIn(AuthenticationBackend):
    """allauth's backend; a suspended or closed account is answered exactly like a wrong password."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        person: Person | None = super().authenticate(request, **credentials)
        # allauth remembers a person with the right password who may not come in, to say so. We do not say so.
        self.unstash_authenticated_user()
        return person

    def get_user(self, user_id: Any) -> Person | None:
        """Asked on every request: who asked to be erased is signed out everywhere, until they sign in again."""
        person: Person | None = super().get_user(user_id)
        return None if person and person.erases_at else person

    def user_can_authenticate(self, user: Any) -> bool:
        """Also asked on every request: a suspension ends sessions that are open."""
        return isinstance(user, Person) and services.may_sign_in(user)
