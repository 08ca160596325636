"""A request in German, from the first question to the signed receipt: no page falls back into English."""

from django.conf import settings

from notifications import links
from notifications.models import OutgoingEmail
from requests_app.domain import statement
from requests_app.models import Decision
from requests_app.services import evidence
from tests import make
from tests.journeys.browsing import Deliver, Visitor
from tests.journeys.conftest import Meet

NO = "Nein, die unten genannte Person soll benachrichtigt werden, um die Aktivierung freizugeben"
YES = "Ja, ich bin befugt, mein Unternehmen zu vertreten, und gebe die Aktivierung frei"
# One of these stands on nearly every English page of a request.
ENGLISH = (
    "Continue",
    "Save and finish later",
    "Where your request goes",
    "Waiting for",
    "the authorizer",
    "our reviewer",
    "the identifier",
    "Not provided",
    "Go back",
    "working days",
)


class German(Visitor):
    """Somebody with a German browser, who notices every page that is not German."""

    def __init__(self, address: str, deliver: Deliver) -> None:
        super().__init__(address, deliver)
        self.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de-DE,de;q=0.9,en;q=0.5"

    def _came(self, answer: object, asked: str) -> None:
        super()._came(answer, asked)
        (page,) = self.page.root.all("html")
        if self.client.defaults["HTTP_ACCEPT_LANGUAGE"].startswith("de"):
            assert page["lang"] == "de", self.path
            self.does_not_see(*ENGLISH)

    def sign_in(self, path: str = "/administration/") -> "Visitor":
        self.open(path).is_at("Anmelden")
        return self.type("E-Mail-Adresse", self.address).type("Passwort", make.PASSWORD).press("Anmelden")

    def is_told(self, *errors: str) -> "Visitor":
        assert (self.status, self.page.errors) == (422, list(errors)), self.page.text
        assert self.page.title.startswith("Fehler: ")
        return self


def german(visitor: Visitor) -> German:
    return German(visitor.address, visitor._deliver)


def newest_code(address: str) -> str:
    letter = OutgoingEmail.objects.filter(to=address, kind="authorizer_code").latest("pk")
    return links.code_for(letter.primitives["challenge_id"])


def test_a_request_on_no_is_asked_answered_and_proved_in_german(meet: Meet, stranger: Meet) -> None:
    dana, priya = german(meet(make.DANA)), german(stranger(make.PRIYA))
    dana.sign_in().is_at("Verwaltung").press("Smart Account beantragen")
    dana.is_at("Wer gibt diesen Smart Account frei?").press("Weiter").is_told(
        "Wählen Sie aus, wer diesen Smart Account freigibt"
    )
    dana.choose(NO).type("E-Mail-Adresse", "priya").press("Weiter").is_told(
        "Geben Sie eine E-Mail-Adresse im richtigen Format ein, zum Beispiel name@example.com"
    )
    dana.type("E-Mail-Adresse", make.PRIYA).type(
        "Nachricht an die bevollmächtigte Person", "Siehe www.acme.example"
    )
    dana.press("Weiter").is_told("Links sind nicht erlaubt: Entfernen Sie „www.acme.example“")
    dana.type("Nachricht an die bevollmächtigte Person", "Wie besprochen.").press("Weiter")

    dana.is_at("Angaben zum Konto").sees("übliche Prüfung").press("Bearbeiten")
    dana.type("Domain-Kennung des Kontos", "10.0.0.1").press("Weiter").is_told(
        "Geben Sie einen Domainnamen ein, keine IP-Adresse", "Geben Sie den Kontonamen ein"
    )
    dana.type("Domain-Kennung des Kontos", "acme-robotics.example").type("Kontoname", "Acme").press("Weiter")

    dana.is_at("Angaben zum Unternehmen (optional)").tick("Diese Angaben jetzt machen")
    dana.choose_what_changes_the_page("Land", "Vereinigte Staaten", button="Adressfelder aktualisieren")
    dana.type("ZIP-Code", "12").press("Weiter").is_told(
        "Geben Sie eine Postleitzahl mit 5 oder 9 Ziffern ein"
    )
    dana.untick("Diese Angaben jetzt machen").press("Weiter").is_at("Wer das Konto verwaltet (optional)")
    dana.press("Weiter").is_at("Angaben prüfen und Antrag absenden").sees("Nicht angegeben", make.PRIYA)
    dana.press("Antrag absenden").is_at("Antrag gesendet").sees("Ihre Vorgangsnummer ist SAR-")
    dana.click("Ansehen, wo Ihr Antrag steht").sees(
        "Wartet auf die bevollmächtigte Person und das Prüfteam", "1. Erinnerung an", "Antrag gesendet"
    )

    letter = priya.letter("nomination").says("Das Öffnen des Links ändert nichts.", "Wie besprochen.")
    priya.open(letter.link("/a/"))
    priya.is_at("Dürfen Sie für acme-robotics.example handeln?").sees("Ich ermächtige", "Wie besprochen.")
    priya.press("Weiter").is_told("Wählen Sie eine Antwort aus")
    priya.choose("Aktivierung freigeben").press("Weiter").is_at("Aktivierung freigeben?")
    priya.press("Aktivierung freigeben").is_told(
        "Kreuzen Sie die Erklärung an, um die Aktivierung freizugeben", "Geben Sie den Code ein"
    )
    priya.letter("authorizer_code").says("Geben Sie diesen Code ein, um das zu bestätigen.")
    priya.tick("Ich habe diese Erklärung gelesen und stimme ihr zu").type("Code", newest_code(make.PRIYA))
    priya.press("Aktivierung freigeben").is_at("Sie haben freigegeben")
    priya.letter("decision_receipt").says("Smart Account freigegeben.", "Ich ermächtige")
    dana.reload().sees("Freigabe: Freigegeben", "Freigegeben durch " + make.PRIYA)

    decision = Decision.objects.get()
    assert decision.statement_version == statement.version_in("de")
    assert decision.text.startswith(
        "Ich darf für die Organisation handeln, die acme-robotics.example verwendet"
    )
    assert list(evidence.verify()) == []
    page = f"/requests/{decision.request_id}/receipts/{decision.pk}/"
    receipt = dana.client.get(page).content.decode()
    dana.open("/receipts/verify/").is_at("Beleg prüfen").type("Beleg", receipt).press("Beleg prüfen")
    dana.is_at("Dieser Beleg ist echt").sees("Freigeben", "Ich ermächtige")


def test_the_tick_on_yes_keeps_the_text_that_was_shown_whatever_the_answer_speaks(meet: Meet) -> None:
    dana = german(meet(make.DANA))
    dana.sign_in().press("Smart Account beantragen").choose(YES).press("Weiter").is_at("Angaben zum Konto")
    shown = statement.own_text(operator=settings.OPERATOR_NAME, version=statement.version_in("de"))
    dana.sees(shown).type("Kontoname", "Acme").tick("Ich gebe die Aktivierung frei")
    # The browser's language changes between the page and its answer, as by the switch in another tab.
    dana.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    dana.press("Weiter und Antrag absenden").is_at("Access Request Sent")
    decision = Decision.objects.get()
    assert (decision.text, decision.statement_version) == (shown, statement.version_in("de"))
    assert list(evidence.verify()) == []


def test_the_live_explanation_answers_in_the_language_of_the_page(meet: Meet) -> None:
    dana = german(meet(make.DANA))
    dana.sign_in().press("Smart Account beantragen").choose(NO).type("E-Mail-Adresse", make.PRIYA)
    dana.press("Weiter").is_at("Angaben zum Konto")
    url = dana.path.replace("/account/", "/explanation/")
    token = dana.client.cookies[settings.CSRF_COOKIE_NAME].value
    answer = dana.client.post(url, {"account_domain": "globex.example", "csrfmiddlewaretoken": token})
    assert "Wir prüfen das von Hand" in answer.content.decode()
