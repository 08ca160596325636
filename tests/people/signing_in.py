"""What tests about people share: a person, their sign-in, and the codes in letters promised to them."""

import html
import re

from django.http import HttpResponse
from django.test import Client

from notifications import links
from notifications.models import OutgoingEmail
from people import second_factor, services
from people.models import Person

ADDRESS = "dana.whitfield@acme.example"
NAME = "Dana Whitfield"
PASSWORD = "four quiet herons wade"
NEW_PASSWORD = "seven brass lanterns hum"
NEXT = "/accounts/"


def a_person(address: str = ADDRESS, *, password: str = PASSWORD) -> Person:
    return services.register_demo_person(address, full_name=NAME, password=password)


def a_reviewer(address: str = "rita@operator.example", *, secret: str = "") -> Person:
    person = services.make_staff(address, full_name="Rita Stone", password=PASSWORD, is_reviewer=True)
    if secret:
        second_factor.enrol(person, secret=secret)
    return person


def register(client: Client, email: str = ADDRESS, **answers: str) -> HttpResponse:
    typed = {"email": email, "full_name": NAME, "password1": PASSWORD, "next": NEXT} | answers
    return client.post("/accounts/signup/", typed)


def sign_in(
    client: Client, address: str = ADDRESS, password: str = PASSWORD, next: str = NEXT
) -> HttpResponse:
    return client.post("/accounts/login/", {"login": address, "password": password, "next": next})


def signed_in(person: Person, client: Client | None = None) -> Client:
    """Sign in as people do; with the second factor if the person has one."""
    client = client or Client()
    sign_in(client, person.email)
    if second_factor.is_enrolled(person):
        client.post("/accounts/2fa/authenticate/", {"code": second_factor.current_code(person)})
    return client


def confirm(client: Client, code: str) -> HttpResponse:
    return client.post("/accounts/confirm-email/", {"code": code, "next": NEXT})


def letters_to(address: str = ADDRESS) -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(to=address).order_by("id"))


def code_to(address: str = ADDRESS) -> str:
    """Return the code in the newest letter to this address."""
    return links.code_for(letters_to(address)[-1].primitives["challenge_id"])


def wrong_code(address: str = ADDRESS) -> str:
    return f"{(int(code_to(address)) + 1) % 10**6:06}"


def text_of(response: HttpResponse) -> str:
    """Return what a page says, without what differs from one visit to the next."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return html.unescape(page)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
