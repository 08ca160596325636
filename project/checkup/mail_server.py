"""The mail server: whether it greets, speaks TLS with a certificate one can believe, and knows us."""

import smtplib
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.conf import settings

from project.checkup.finding import Finding

NAME = "mail server"
TIMEOUT_SECONDS = 5
LEAST_DAYS = 14


def check(*, now: datetime) -> Finding:
    """Greet it, encrypt, sign in and leave: no letter is sent. Providers' interfaces get no such visit."""
    if settings.EMAIL_URL.startswith("mailbox:"):
        return Finding.note(NAME, "letters stay in the demo's mailbox: nothing is sent")
    if not settings.EMAIL_URL.startswith("smtp"):
        return Finding.note(NAME, "letters leave by a provider's interface: see its own status page")
    try:
        certificate = _visit()
    except ssl.SSLCertVerificationError as error:
        return Finding.bad(NAME, f"its certificate cannot be believed: {error.verify_message}")
    except smtplib.SMTPNotSupportedError as error:
        return Finding.bad(NAME, f"{error} (EMAIL_URL asks for it)")
    except smtplib.SMTPAuthenticationError as error:
        return Finding.bad(NAME, f"refuses our name or password ({error.smtp_code}): see EMAIL_URL")
    except (OSError, smtplib.SMTPException) as error:
        where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        return Finding.bad(NAME, f"{where} does not answer: {error or type(error).__name__}")
    if certificate is None:
        local = settings.EMAIL_HOST in {"localhost", "127.0.0.1", "::1"}
        words = "greets; letters reach it unencrypted: smtp+tls:// or smtps:// in EMAIL_URL"
        return Finding.ok(NAME, "greets, on this machine") if local else Finding.note(NAME, words)
    return validity(NAME, certificate, now=now)


def _visit() -> Mapping[str, Any] | None:
    """Return the server's certificate, or None where nothing is encrypted."""
    context = ssl.create_default_context()
    where: tuple[str, int] = (settings.EMAIL_HOST, settings.EMAIL_PORT)
    connect: Callable[..., smtplib.SMTP] = (
        partial(smtplib.SMTP_SSL, context=context) if settings.EMAIL_USE_SSL else smtplib.SMTP
    )
    with connect(*where, timeout=TIMEOUT_SECONDS) as server:
        server.ehlo()
        if settings.EMAIL_USE_TLS:
            server.starttls(context=context)
            server.ehlo()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        line = server.sock
        return line.getpeercert() if isinstance(line, ssl.SSLSocket) else None


def validity(name: str, certificate: Mapping[str, Any], *, now: datetime) -> Finding:
    """Judge how long a certificate that can be believed stays so."""
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    days = (ends - now).days
    if days < LEAST_DAYS:
        return Finding.bad(name, f"its certificate ends in {days} days, on {ends:%d %b %Y}: renew it")
    return Finding.ok(name, f"certificate good for {days} days")
