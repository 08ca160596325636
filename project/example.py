"""`make demo`: the source article's example from the request to the active account, printing every letter.

Everything is real but the clock's patience: the services, the outbox, the links and codes read from the letters
themselves. It runs in a folder of its own and leaves nothing behind.
"""

import os
import re
import sys
import tempfile
import uuid

import django

RULE = "=" * 76


def main() -> None:
    """Run the example in a temporary DATA_DIR; exits non-zero when it does not end in an active account."""
    with tempfile.TemporaryDirectory(prefix="smart-account-example-") as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="project.settings",
            ENVIRONMENT="demo",
            DATA_DIR=folder,
            DATABASE_URL=f"sqlite:///{folder}/app.sqlite3",
            EMAIL_URL="mailbox://",
        )
        django.setup()
        from django.core.management import call_command

        from project.celery import app

        # This process sends the letters itself; there is no worker to tell.
        app.conf.update(broker_url="memory://", broker_transport_options={})
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        _run()


def _say(words: str) -> None:
    print(f"\n{RULE}\n{words}\n{RULE}")


def _run() -> None:
    from django.utils import timezone

    from notifications import links
    from people import services as people
    from requests_app.domain.companies import CompanyDetails
    from requests_app.domain.submission import Authority, Submission
    from requests_app.models.nomination import Answer
    from requests_app.services import authorization, review, setup, submission
    from smart_accounts.services import agreement

    password = uuid.uuid4().hex
    dana = people.register_demo_person("dana@cco-esup.example", full_name="Dana Whitfield", password=password)
    rosa = people.make_staff(
        "rosa@operator.example", full_name="Rosa Reviewer", password=password, is_reviewer=True
    )
    _say("1  Dana asks for a Smart Account and names Priya, who may represent the company.")
    request = submission.submit(
        Submission(
            authority=Authority.NO,
            requester_address="dana@cco-esup.example",
            authorizer_address="priya@cco-esup.example",
            message="Account request",
            account_domain="cco-esup.example",
            account_name="CCO Esup, Inc.",
            company=CompanyDetails(
                name="CCO Esup, Inc.",
                country="US",
                address="Cisco Sample Street",
                city="Irvine",
                area="CA",
                postal_code="92617",
            ),
            for_myself=True,
        ),
        draft_id=uuid.uuid4(),
        requester=dana,
        client_network="",
        now=timezone.now(),
    )
    letters = _print_letters()

    _say("2  Priya opens the link from her letter and asks for a code.")
    token = re.search(r"/a/([a-z2-7]{32})", letters["nomination"])
    assert token is not None
    link = authorization.by_hash(links.hash_of(token[1]))
    authorization.ask_code(
        link.pk, answer=Answer.AUTHORIZE, facts_version=request.facts_version, now=timezone.now()
    )
    letters = _print_letters()

    _say("3  Priya reads the code from the second letter, ticks the statement and authorizes.")
    code = re.search(r"\b(\d{3} ?\d{3})\b", letters["authorizer_code"])
    assert code is not None
    authorization.confirm(
        link.pk,
        code=code[1].replace(" ", ""),
        ticked=True,
        reason="",
        facts_version=request.facts_version,
        now=timezone.now(),
    )
    _print_letters()

    _say("4  Rosa, the reviewer, approves the identifier. Both gates are clear: the set-up letter leaves.")
    review.approve(request.pk, by=rosa, facts_version=request.facts_version, now=timezone.now())
    _print_letters()

    _say("5  Dana sets the account up.")
    now = timezone.now()
    setup.accept_agreement(request.pk, by=dana, version=agreement.AGREEMENT_VERSION, now=now)
    setup.confirm_company(request.pk, by=dana, details=None, now=now)
    setup.confirm_administrators(request.pk, by=dana, kept=("dana@cco-esup.example",), now=now)
    active = setup.activate(request.pk, by=dana, now=now)
    _print_letters()
    _say(
        f"Request {active.reference} is {active.state}: the Smart Account for {active.account_domain} exists."
    )
    if active.state != "active":
        sys.exit(1)


def _print_letters() -> dict[str, str]:
    """Send what is due, print every new letter and return the texts by kind."""
    from notifications import delivery, mailbox
    from notifications.emails.letter import Route

    seen = {letter.name for letter in mailbox.letters()}
    for route in Route:
        while delivery.drain(route):
            pass
    new = [letter for letter in reversed(mailbox.letters()) if letter.name not in seen]
    for letter in new:
        print(f"\n--- {letter.kind} ---\nTo: {letter.to}\nSubject: {letter.subject}\n\n{letter.text}")
    return {letter.kind: letter.text for letter in new}


if __name__ == "__main__":
    main()
