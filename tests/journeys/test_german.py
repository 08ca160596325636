"""Somebody with a German browser: registers, signs in, looks round, errs, and switches to English and back."""

from notifications import links
from notifications.models import OutgoingEmail
from people.models import Person
from tests import make
from tests.journeys.browsing import Visitor
from tests.journeys.conftest import Meet

ADDRESS = "greta.sommer@acme-robotics.example"
PASSWORD = "vier stille Reiher waten"


def german(visitor: Visitor) -> Visitor:
    visitor.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de-DE,de;q=0.9,en;q=0.5"
    return visitor


def newest_code(address: str) -> str:
    letter = OutgoingEmail.objects.filter(to=address).latest("pk")
    return links.code_for(letter.primitives["challenge_id"])


def test_a_person_registers_and_finds_every_page_in_german(stranger: Meet) -> None:
    greta = german(stranger(ADDRESS))
    greta.open("/").is_at("Smart Account beantragen").sees("So läuft es ab", "Betrieben von")
    greta.click("Jetzt registrieren").is_at("Jetzt registrieren").press("Jetzt registrieren")
    assert greta.page.errors == [
        "Geben Sie Ihre E-Mail-Adresse ein",
        "Geben Sie Ihren vollständigen Namen ein",
        "Wählen Sie ein Passwort",
    ]
    assert greta.page.title == "Fehler: Jetzt registrieren – Smart Account Requests"
    greta.type("E-Mail-Adresse", "greta@").type("Vollständiger Name", "www.evil.example").type(
        "Passwort", "vier Reiher"
    )
    greta.press("Jetzt registrieren")
    assert greta.page.errors == [
        "Geben Sie eine E-Mail-Adresse im richtigen Format ein, zum Beispiel name@example.com",
        "Namen können keine Webadresse enthalten: Entfernen Sie „www.evil.example“",
        "Verwenden Sie mindestens 12 Zeichen, Sie haben 11",
    ]
    greta.type("E-Mail-Adresse", ADDRESS).type("Vollständiger Name", "Greta Sommer").type(
        "Passwort", PASSWORD
    )
    greta.press("Jetzt registrieren").is_at("Geben Sie den Code ein").sees(
        "Der Code in der E-Mail gilt 10 Minuten."
    )
    greta.type("Code", newest_code(ADDRESS)).press("Adresse bestätigen").is_at("Verwaltung")
    assert Person.objects.get(email=ADDRESS).language == "de"
    greta.open("/accounts/").is_at("Ihr Benutzerkonto").sees(
        "Vollständiger Name", "Zweiter Faktor", "Nicht eingerichtet"
    )
    greta.press("Abmelden").sees("Sie sind abgemeldet.")


def test_a_person_signs_in_and_is_refused_in_german(meet: Meet) -> None:
    dana = german(meet(make.DANA))
    dana.open("/administration/").is_at("Anmelden")
    dana.type("E-Mail-Adresse", make.DANA).type("Passwort", "falsch").press("Anmelden")
    assert dana.page.errors == ["Die E-Mail-Adresse oder das Passwort ist falsch"]
    dana.type("Passwort", make.PASSWORD).press("Anmelden").is_at("Verwaltung")
    dana.open("/requests/6a1f4d6e-0000-4000-8000-000000000000/").is_at("Seite nicht gefunden", status=404)
    dana.open("/smart-accounts/access/").is_at("Zugang zu einem bestehenden Smart Account anfragen")
    dana.open("/accounts/2fa/").is_at("Zweiter Faktor")
    dana.open("/help/").is_at("Hilfe").sees("Die bevollmächtigte Person hat 14 Tage Zeit für die Antwort.")
    dana.open("/privacy/").is_at("Datenschutz")


def test_the_switch_changes_the_page_that_one_is_on_and_stays(meet: Meet) -> None:
    dana = german(meet(make.DANA))
    dana.open("/accounts/login/?next=/accounts/").is_at("Anmelden")
    dana.press("English").is_at("Sign in")
    assert dana.path == "/accounts/login/?next=/accounts/"
    dana.type("E-mail address", make.DANA).type("Password", make.PASSWORD).press("Sign in").is_at(
        "Your account"
    )
    dana.press("Deutsch").is_at("Ihr Benutzerkonto")
    assert Person.objects.get(email=make.DANA).language == "de"
    dana.take_another_device()
    dana.open("/accounts/login/").is_at("Sign in")
    dana.type("E-mail address", make.DANA).type("Password", make.PASSWORD).press("Sign in").is_at(
        "Verwaltung"
    )
