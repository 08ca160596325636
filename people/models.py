"""The person: signs in with an e-mail address, may be staff."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class PersonManager(BaseUserManager["Person"]):
    """Makes people; addresses are kept lower-cased."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make a person who can sign in once the address is verified."""
        person = self.model(email=email.lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make a person with every permission; the staff door still asks for a second factor."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Find by address, whatever its case."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. Verified addresses are allauth's `EmailAddress` rows."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    full_name = models.CharField("full name", max_length=100)
    is_active = models.BooleanField("active", default=True)
    is_staff = models.BooleanField("staff", default=False)
    is_reviewer = models.BooleanField("reviewer", default=False)
    is_ops = models.BooleanField("operations", default=False)
    # The language that `language` reads; "" until one was chosen, by registering on a page in it or by the switch.
    chosen_language = models.CharField("language", max_length=8, blank=True, default="", db_default="")
    suspended_at = models.DateTimeField(null=True, blank=True)
    # When the account is to be erased, unless its person signs in before.
    erases_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_address"),
            models.CheckConstraint(
                condition=models.Q(is_staff=True) | models.Q(is_reviewer=False, is_ops=False),
                name="reviewers_and_ops_are_staff",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["erases_at"], name="person_erasure_due", condition=models.Q(erases_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def language(self) -> str:
        """The language that letters to this person are in, "en" or "de": never empty, always one the product has."""
        return (
            self.chosen_language
            if self.chosen_language in dict(settings.LANGUAGES)
            else settings.LANGUAGE_CODE
        )

    def get_full_name(self) -> str:
        """The name as the person wrote it."""
        return self.full_name

    def get_short_name(self) -> str:
        """The whole name: a first name is never guessed."""
        return self.full_name
