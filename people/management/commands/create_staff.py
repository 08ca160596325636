"""Make a member of staff: address taken as verified, roles, and a second factor to enrol."""

import secrets
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from people import addresses, second_factor, services
from people.models import Person


class Command(BaseCommand):
    help = "Make a member of staff, or give an existing person a role. Prints what they need to sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the person's e-mail address")
        parser.add_argument("--name", required=True, help="full name")
        parser.add_argument("--reviewer", action="store_true", help="decides about identifiers")
        parser.add_argument("--ops", action="store_true", help="looks after letters and queues")
        parser.add_argument("--superuser", action="store_true", help="may do everything in Django admin")
        parser.add_argument("--password-stdin", action="store_true", help="read the password's one line")
        parser.add_argument("--demo-secret", default="", help="secret of the authenticator app (demo only)")

    def handle(self, *, address: str, name: str, demo_secret: str, **options: Any) -> None:
        if demo_secret and settings.PRODUCTION:
            raise CommandError(
                "A second factor known beforehand is none: --demo-secret is for the demo only."
            )
        try:
            address = addresses.clean(address)
        except addresses.AddressRefused as refused:
            raise CommandError(refused.message) from refused
        is_new = services.holder_of(address) is None
        password = (
            sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else secrets.token_urlsafe(15)
        )
        if is_new:
            _check(password, Person(email=address))
        person = services.make_staff(
            address,
            full_name=name,
            password=password,
            **{f"is_{role}": True for role in ("reviewer", "ops", "superuser") if options[role]},
        )
        self.stdout.write(f"address:  {address}")
        if is_new and not options["password_stdin"]:
            self.stdout.write(f"password: {password}")
        if not second_factor.is_enrolled(person):
            secret = demo_secret or second_factor.new_secret()
            second_factor.enrol(person, secret=secret)
            self.stdout.write(f"secret for the authenticator app: {secret}")


def _check(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as refused:
        raise CommandError("; ".join(refused.messages)) from refused
