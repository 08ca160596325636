"""A letter that comes back: the mail system's bounce ends the nomination, the requester names somebody else."""

import mailbox
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.journeys import asking
from tests.journeys.browsing import Letter
from tests.journeys.conftest import Meet
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.django_db

SAM = "sam.ortiz@acme-robotics.example"


def bounce(letter: Letter, folder: Path) -> None:
    """Have the letter come back as mail systems send it, and the bounces' mailbox read."""
    message = f"""From: MAILER-DAEMON@mx.example
To: bounces@operator.example
Subject: Undelivered Mail
Message-ID: <came-back@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {letter.kept.to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user here

--part
Content-Type: text/rfc822-headers

Message-ID: {letter.kept.message["Message-ID"]}

--part--
"""
    mailbox.Maildir(folder).add(message.replace("\n", "\r\n").encode())
    call_command("read_bounces", f"maildir://{folder}", verbosity=0)


def test_a_nomination_that_came_back_is_replaced(meet: Meet, stranger: Meet, tmp_path: Path) -> None:
    dana, priya, sam = meet(DANA).sign_in(), stranger(PRIYA), stranger(SAM)
    page = asking.ask(dana, authorizer=PRIYA)
    nomination = priya.letter("nomination")
    bounce(nomination, tmp_path / "bounces")

    dana.letter("choose_authorizer").says(
        "Our e-mail to the authorizer could not be delivered"
    ).is_silent_about("550", "no such user")
    dana.open(page).sees(
        "Your turn: choose another authorizer", f"The letter to {PRIYA} could not be delivered"
    )
    dana.does_not_see("550", "no such user")
    asking.open_link(priya, nomination).is_at("The e-mail with this link could not be delivered", status=410)
    dana.click("Choose another authorizer").type("Email Address", SAM)
    dana.press("Name this authorizer").sees(f"You named {SAM}.", "Waiting for the authorizer")
    asking.authorize(sam, sam.letter("nomination"))
    priya.has_nothing_to_read()


def test_a_known_dead_address_is_taken_without_a_word_and_told_later(
    meet: Meet, stranger: Meet, tmp_path: Path
) -> None:
    dana, kim, priya = meet(DANA).sign_in(), meet("kim.park@acme-robotics.example").sign_in(), stranger(PRIYA)
    asking.ask(dana, authorizer=PRIYA)
    bounce(priya.letter("nomination"), tmp_path / "bounces")
    page = asking.ask(kim, authorizer=PRIYA)
    kim.sees(f"We e-mail {PRIYA} a link")
    kim.letter("choose_authorizer").says("Our e-mail to the authorizer could not be delivered")
    kim.open(page).sees("Your turn: choose another authorizer")
    priya.has_nothing_to_read()
