"""One table says what each answer means."""

import smtplib

import pytest

from notifications import failures
from notifications.failures import Stage, Verdict
from tests.notifications.sending import PRIYA


@pytest.mark.parametrize(
    ("stage", "reply", "verdict"),
    [
        (Stage.RCPT, "421 4.3.2 going down", Verdict.ROUTE),
        (Stage.MAIL, "451 4.3.0 later", Verdict.ROUTE),
        (Stage.MAIL, "550 5.7.1 sender refused", Verdict.ROUTE),
        (Stage.DATA, "554 no", Verdict.ROUTE),
        (Stage.CONNECT, "554 go away", Verdict.ROUTE),
        (Stage.LOGIN, "535 5.7.8 bad login", Verdict.ROUTE),
        (Stage.RCPT, "530 5.7.0 log in first", Verdict.ROUTE),
        (Stage.RCPT, "550 5.7.1 blocked", Verdict.ROUTE),
        (Stage.RCPT, "550 5.1.8 bad sender", Verdict.ROUTE),
        (Stage.ANSWER, "554 5.7.1 spam", Verdict.ROUTE),
        (Stage.ANSWER, "452 4.3.1 disk full", Verdict.ROUTE),
        (Stage.RCPT, "450 4.2.0 greylisted", Verdict.LETTER),
        (Stage.RCPT, "451 4.7.1 greylisted", Verdict.LETTER),
        (Stage.RCPT, "450 5.1.1 contradicts itself", Verdict.LETTER),
        (Stage.RCPT, "552 5.2.2 mailbox full", Verdict.LETTER),
        (Stage.RCPT, "554 5.0.0 no", Verdict.LETTER),
        (Stage.ANSWER, "451 4.7.1 later", Verdict.LETTER),
        (Stage.ANSWER, "554 rejected", Verdict.LETTER),
        (Stage.RCPT, "550 5.1.1 no such user", Verdict.ADDRESS),
        (Stage.RCPT, "550 5.2.1 disabled", Verdict.ADDRESS),
        (Stage.RCPT, "550 5.4.1 access denied", Verdict.ADDRESS),
        (Stage.RCPT, "550 no such user", Verdict.ADDRESS),
        (Stage.RCPT, "551 moved", Verdict.ADDRESS),
        (Stage.RCPT, "553 bad name", Verdict.ADDRESS),
        (Stage.ANSWER, "550 5.1.1 no such user", Verdict.ADDRESS),
        (Stage.ANSWER, "552 5.3.4 too big", Verdict.DEAD),
    ],
)
def test_each_answer_means_one_thing(stage: Stage, reply: str, verdict: Verdict) -> None:
    code, text = int(reply[:3]), reply[4:].encode()
    error: Exception = (
        smtplib.SMTPRecipientsRefused({PRIYA: (code, text)})
        if stage is Stage.RCPT
        else smtplib.SMTPDataError(code, text)
    )
    assert failures.judge(error, stage=stage).verdict is verdict


@pytest.mark.parametrize(
    ("stage", "verdict"),
    [
        (Stage.CONNECT, Verdict.ROUTE),
        (Stage.MAIL, Verdict.ROUTE),
        (Stage.DATA, Verdict.ROUTE),
        (Stage.ANSWER, Verdict.LOST_ANSWER),
        (Stage.PROVIDER, Verdict.LOST_ANSWER),
    ],
)
def test_a_broken_line_loses_the_answer_only_after_the_whole_letter(stage: Stage, verdict: Verdict) -> None:
    for error in (smtplib.SMTPServerDisconnected("gone"), TimeoutError(), ConnectionResetError()):
        assert failures.judge(error, stage=stage).verdict is verdict


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("code", [421, 450, 451, 452, 500, 530, 550, 551, 552, 553, 554, 599])
def test_every_answer_at_every_stage_has_a_verdict(stage: Stage, code: int) -> None:
    assert failures.judge(smtplib.SMTPDataError(code, b""), stage=stage).verdict in Verdict
