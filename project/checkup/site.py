"""The site as a stranger sees it: BASE_URL, through the proxy, with its certificate."""

import http.client
import socket
import ssl
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from project.checkup import mail_server
from project.checkup.finding import Finding

NAME = "site"
TIMEOUT_SECONDS = 5


def check(*, now: datetime) -> Finding:
    """Ask BASE_URL's /healthz over TLS."""
    parts = urlsplit(settings.BASE_URL)
    if parts.scheme != "https" or not parts.hostname:
        return Finding.note(NAME, f"{settings.BASE_URL} is not encrypted: for trying out only")
    context = ssl.create_default_context()
    line = http.client.HTTPSConnection(
        parts.hostname, parts.port or 443, timeout=TIMEOUT_SECONDS, context=context
    )
    try:
        line.connect()
        certificate = line.sock.getpeercert()
        line.request("GET", "/healthz")
        status = line.getresponse().status
    except ssl.SSLCertVerificationError as error:
        return Finding.bad(
            NAME, f"the certificate of {parts.hostname} cannot be believed: {error.verify_message}"
        )
    except (socket.gaierror, TimeoutError):
        return Finding.note(
            NAME, f"{parts.hostname} could not be reached from this machine: try from outside"
        )
    except (OSError, http.client.HTTPException) as error:
        return Finding.bad(NAME, f"{settings.BASE_URL} does not answer: {error}; is the proxy running?")
    finally:
        line.close()
    if status != 200:
        return Finding.bad(NAME, f"{settings.BASE_URL}/healthz answers {status}: is the web running?")
    return mail_server.validity(NAME, certificate or {}, now=now)
