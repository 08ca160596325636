"""What every page may say about who runs this installation."""

from django.conf import settings
from django.http import HttpRequest


def operator(request: HttpRequest | None) -> dict[str, str]:
    """Name the operator and the ways to reach it. The page for our own faults calls it without a request."""
    return {
        "OPERATOR_NAME": settings.OPERATOR_NAME,
        "OPERATOR_ADDRESS": settings.OPERATOR_ADDRESS,
        "SUPPORT_EMAIL": settings.SUPPORT_EMAIL,
        "BASE_URL": settings.BASE_URL,
    }
