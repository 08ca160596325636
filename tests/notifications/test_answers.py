"""What SMTP servers answer, however it arrives."""

import smtplib

import pytest

from notifications.answers import LONGEST_ANSWER, Replies

SAID = b"250-mail.example\r\n250-SIZE 10\r\n250 PIPELINING\r\n354 go on\r\n"


def taken(replies: Replies) -> list[tuple[int, bytes]]:
    found = []
    while (reply := replies.take()) is not None:
        found.append(reply)
    return found


@pytest.mark.parametrize("size", [1, 2, 5, 17, 100])
def test_replies_are_whole_however_they_are_cut(size: int) -> None:
    replies, found = Replies(), []
    for start in range(0, len(SAID), size):
        replies.add(SAID[start : start + size])
        found += taken(replies)
    assert found == [(250, b"mail.example\nSIZE 10\nPIPELINING"), (354, b"go on")]


@pytest.mark.parametrize("said", [b"hello\r\n", b"\r\n", b"2x0 ok\r\n"])
def test_what_is_no_reply_ends_the_conversation(said: bytes) -> None:
    replies = Replies()
    replies.add(said)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        replies.take()


def test_the_end_of_the_line_and_an_endless_answer_are_told() -> None:
    with pytest.raises(smtplib.SMTPServerDisconnected):
        Replies().add(b"")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        Replies().add(b"2" * (LONGEST_ANSWER + 1))
