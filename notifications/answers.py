"""Read what an SMTP server answers, and name refusals as the standard library does."""

import smtplib

from notifications.failures import Stage

LONGEST_ANSWER = 65536
_REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


class Replies:
    """What was received and not yet taken; a reply may come in pieces, and several in one."""

    def __init__(self) -> None:
        self._received = b""

    def add(self, piece: bytes) -> None:
        """Add what the socket gave. Raises SMTPServerDisconnected at its end, or when a server never ends."""
        if not piece:
            raise smtplib.SMTPServerDisconnected("The server closed the connection.")
        self._received += piece
        if len(self._received) > LONGEST_ANSWER:
            raise smtplib.SMTPServerDisconnected("The server says too much.")

    def take(self) -> tuple[int, bytes] | None:
        """Take one whole reply, of one line or several; None while it is not whole."""
        end, texts = 0, []
        while (stop := self._received.find(b"\n", end)) >= 0:
            line = self._received[end:stop].rstrip(b"\r")
            end = stop + 1
            texts.append(line[4:])
            if line[3:4] != b"-":
                self._received = self._received[end:]
                if not line[:3].isdigit():
                    raise smtplib.SMTPServerDisconnected("The server does not speak SMTP.")
                return int(line[:3]), b"\n".join(texts)
        return None


def refusal(stage: Stage, code: int, text: bytes, *, sender: str, to: str) -> Exception:
    """Name a bad answer to what was said at this stage."""
    if stage is Stage.MAIL:
        return smtplib.SMTPSenderRefused(code, text, sender)
    if stage is Stage.RCPT:
        return smtplib.SMTPRecipientsRefused({to: (code, text)})
    return smtplib.SMTPDataError(code, text)


def keeps_the_line(error: Exception) -> bool:
    """Say whether a server that refused so goes on with the next letter."""
    return isinstance(error, _REFUSALS) and _code(error) != 421


def is_goodbye(error: Exception) -> bool:
    """Say whether the server closed the line, with or without a word."""
    return isinstance(error, (smtplib.SMTPServerDisconnected, ConnectionError)) or _code(error) == 421


def _code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return int(next(iter(error.recipients.values()))[0])
    return int(getattr(error, "smtp_code", 0))
