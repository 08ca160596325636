"""Bring the reasons and questions that reviewers write most often; each reads as a whole one.

They are a beginning: staff change and retire them on the desk. Going back leaves what is there."""

from django.db import migrations
from django.utils import timezone

REJECT, ASK_CHANGE, REFUSE = "reject", "ask_change", "refuse"
ENGLISH = (
    (
        REJECT,
        "No sign of belonging",
        "The addresses given do not show that you belong to the organization of this domain.",
    ),
    (
        REJECT,
        "An account exists",
        "A Smart Account for this organization exists already. Ask its administrators for access.",
    ),
    (
        REJECT,
        "A colleague's request was approved",
        "Another request of your organization for this identifier was approved.",
    ),
    (
        REJECT,
        "Asked by a partner",
        "Partners may not create an account on behalf of a customer. The customer has to request it.",
    ),
    (REJECT, "Another organization's name", "The identifier looks like the name of another organization."),
    (
        ASK_CHANGE,
        "Which domain is yours?",
        "Which domain does your organization use for its e-mail and its website? Please give that one.",
    ),
    (
        ASK_CHANGE,
        "Why a sub-domain?",
        "Why should the account be named by this sub-domain and not by the domain of your whole organization?",
    ),
    (
        ASK_CHANGE,
        "A very common name",
        "Several organizations bear a name like this. Please explain what the domain stands for.",
    ),
    (
        REFUSE,
        "Not of this organization",
        "The address you gave does not show that this person may act for the organization of this domain."
        " Please name somebody whose address belongs to it.",
    ),
    (
        REFUSE,
        "A mailbox of several people",
        "Several people may read this mailbox. Please name one person with an address of their own.",
    ),
)
GERMAN = (
    (
        REJECT,
        "Zugehörigkeit nicht erkennbar",
        "Die angegebenen Adressen zeigen nicht, dass Sie zur Organisation dieser Domain gehören.",
    ),
    (
        REJECT,
        "Konto besteht schon",
        "Für diese Organisation gibt es bereits einen Smart Account."
        " Bitten Sie die Personen, die ihn verwalten, um Zugang.",
    ),
    (
        REJECT,
        "Anderer Antrag wurde genehmigt",
        "Ein anderer Antrag Ihrer Organisation für diese Kennung wurde genehmigt.",
    ),
    (
        REJECT,
        "Antrag durch Partner",
        "Partner dürfen kein Konto für einen Kunden anlegen. Der Kunde muss es selbst beantragen.",
    ),
    (REJECT, "Name einer anderen Organisation", "Die Kennung sieht aus wie der Name einer anderen Organisation."),
    (
        ASK_CHANGE,
        "Welche Domain gehört Ihnen?",
        "Welche Domain verwendet Ihre Organisation für ihre E-Mails und ihre Website? Bitte nennen Sie diese.",
    ),
    (
        ASK_CHANGE,
        "Warum eine Subdomain?",
        "Warum soll das Konto nach dieser Subdomain heißen und nicht nach der Domain Ihrer ganzen Organisation?",
    ),
    (
        ASK_CHANGE,
        "Sehr verbreiteter Name",
        "Mehrere Organisationen tragen einen solchen Namen. Bitte erklären Sie, wofür die Domain steht.",
    ),
    (
        REFUSE,
        "Nicht von dieser Organisation",
        "Die angegebene Adresse zeigt nicht, dass diese Person für die Organisation dieser Domain handeln darf."
        " Bitte benennen Sie jemanden, dessen Adresse zu ihr gehört.",
    ),
    (
        REFUSE,
        "Postfach mehrerer Personen",
        "Dieses Postfach lesen womöglich mehrere Personen."
        " Bitte benennen Sie eine Person mit eigener Adresse.",
    ),
)
WRITTEN = {"en": ENGLISH, "de": GERMAN}


def bring(apps, schema_editor):
    template = apps.get_model("requests_app", "ReasonTemplate")
    now = timezone.now()
    template.objects.bulk_create(
        template(
            reason_for=reason_for,
            language=language,
            name=name,
            name_key=name.casefold(),
            text=text,
            created_at=now,
            changed_at=now,
        )
        for language, written in WRITTEN.items()
        for reason_for, name, text in written
    )


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0006_reason_templates")]
    operations = [migrations.RunPython(bring, migrations.RunPython.noop)]
