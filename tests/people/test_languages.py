"""Which language a page speaks, and what it says of it to caches."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from people import services
from people.models import Person
from people.templatetags import moments
from tests import make
from tests.people.signing_in import ADDRESS, a_person, code_to, confirm, register, signed_in

GERMAN, ENGLISH = "Smart Account beantragen", "Request a Smart Account"
ERRORS = sorted(path.name for path in (settings.BASE_DIR / "templates").glob("[45]*.html"))
NOON = datetime(2026, 11, 25, 14, 1, tzinfo=UTC)
END = datetime(2026, 12, 10, tzinfo=UTC)


def language_of(client: Client, path: str = "/", *, accepted: str = "") -> str:
    """Return what language the page is in: its text, its mark-up and its header agree."""
    answer = client.get(path, headers={"accept-language": accepted} if accepted else {})
    said = answer.headers["Content-Language"]
    assert f'<html lang="{said}">' in answer.content.decode()
    if path == "/":
        assert {"de": GERMAN, "en": ENGLISH}[said] in answer.content.decode()
    return said


@pytest.mark.django_db
def test_a_browser_is_answered_in_the_best_of_its_languages() -> None:
    asked = {
        "": "en",
        "de": "de",
        "de-DE,de;q=0.9,en;q=0.8": "de",
        "de-AT": "de",
        "en-GB,de;q=0.5": "en",
        "fr,de;q=0.3,en;q=0.2": "de",
        "fr-CA,fr;q=0.9": "en",
        "*": "en",
        "de;q=0": "de",
        "\x00;q=ä": "en",
        "x" * 5000: "en",
    }
    # RFC 9110 reads "de;q=0" as "no German"; Django does not, and nobody sends it.
    assert {accepted: language_of(Client(), accepted=accepted) for accepted in asked} == asked


@pytest.mark.django_db
def test_the_switch_comes_before_the_person_and_the_person_before_the_browser() -> None:
    person = a_person()
    client = signed_in(person)
    assert language_of(client, accepted="de") == "de"
    services.choose_language(person, "en")
    assert language_of(client, accepted="de") == "en"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    assert language_of(client, accepted="en") == "de"
    # Nobody wrote that cookie with the switch.
    for strange in ("fr", "", "de-DE", "../de", "x" * 600):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = strange
        assert language_of(client, accepted="de") == "en"


@pytest.mark.django_db
def test_a_persons_language_is_always_one_that_there_is() -> None:
    person = make.person()
    found = {}
    for stored in ("", "en", "de", "fr"):
        Person.objects.filter(pk=person.pk).update(chosen_language=stored)
        found[stored] = Person.objects.get(pk=person.pk).language
    assert found == {"": "en", "en": "en", "de": "de", "fr": "en"}


@pytest.mark.django_db
def test_whoever_registers_on_a_german_page_is_written_to_in_german(settings: pytest.FixtureRequest) -> None:
    settings.EVEN_ANSWER_SECONDS = 0  # type: ignore[attr-defined]
    german = Client(headers={"accept-language": "de"})
    register(german)
    assert confirm(german, code_to()).status_code == 303
    person = services.holder_of(ADDRESS)
    assert person is not None
    assert person.language == "de"
    # On another device, whose browser prefers something else, the pages follow the person.
    assert language_of(signed_in(person), "/accounts/", accepted="en") == "de"


@pytest.mark.django_db
def test_a_thread_keeps_no_ones_language() -> None:
    assert language_of(Client(), accepted="de") == "de"
    assert translation.get_language() == settings.LANGUAGE_CODE
    refused = Client(raise_request_exception=False).generic("POST", "/", CONTENT_LENGTH="nothing")
    assert (refused.status_code, "We could not read that" in refused.content.decode()) == (400, True)


@pytest.mark.django_db
def test_what_is_refused_before_the_person_is_known_speaks_the_browsers_language() -> None:
    client = Client(raise_request_exception=False, headers={"accept-language": "de"})
    answers = {
        "Das konnten wir nicht lesen": client.generic("POST", "/", CONTENT_LENGTH="nothing"),
        "Das ist zu groß": client.generic("POST", "/", CONTENT_LENGTH="9999999"),
        "Hier gibt es keine Seite": client.post("/"),
        "Seite nicht gefunden": client.get("/nothing/"),
        "Wir konnten dieses Formular nicht annehmen": Client(
            enforce_csrf_checks=True, headers={"accept-language": "de"}
        ).post("/accounts/login/"),
    }
    for title, answer in answers.items():
        assert f"<title>{title} – Smart Account Requests</title>" in answer.content.decode()
        assert answer.headers["Content-Language"] == "de"
    assert answers["Das konnten wir nicht lesen"].status_code == 400


def test_every_error_page_speaks_both_languages() -> None:
    for name in ERRORS:
        english = render_to_string(name, {"SUPPORT_EMAIL": "support@operator.example"})
        with translation.override("de"):
            german = render_to_string(name, {"SUPPORT_EMAIL": "support@operator.example"})
        assert ('<html lang="en">' in english, '<html lang="de">' in german) == (True, True)
        same = set(_sentences(english)) & set(_sentences(german))
        assert same == {"Smart Account Requests", "support@operator.example"}, name


def _sentences(page: str) -> list[str]:
    main = page[page.index("<body>") :].replace("<", "\n<").splitlines()
    return [text for line in main if len(text := line.rpartition(">")[2].strip()) > 2]


@pytest.mark.django_db
def test_caches_are_told_what_the_language_depends_on() -> None:
    for accepted in ("de", "en"):
        answer = Client().get("/", headers={"accept-language": accepted})
        assert answer.headers["Content-Language"] == accepted
        assert {"Accept-Language", "Cookie"} <= {part.strip() for part in answer.headers["Vary"].split(",")}
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert not answer.cookies
    style = Client().get("/static/app.css", headers={"accept-language": "de"})
    assert "Content-Language" not in style.headers
    assert "Accept-Language" not in style.headers.get("Vary", "")
    style.close()


def test_moments_are_written_as_in_german() -> None:
    with translation.override("de"):
        found = (
            moments.moment(NOON),
            moments.short_moment(NOON),
            moments.day(date(2026, 3, 9)),
            moments.until(END),
            moments.days_left(END, NOON),
            moments.days_left(END, datetime(2026, 12, 8, 9, tzinfo=UTC)),
            moments.machine(NOON),
        )
    assert found == (
        "Mittwoch, 25. November 2026, 14:01 UTC",
        "25. Nov., 14:01 UTC",
        "9. März 2026",
        "Mittwoch, 9. Dezember 2026, 23:59 UTC",
        "noch 14 Tage",
        "noch 1 Tag",
        "2026-11-25T14:01Z",
    )
