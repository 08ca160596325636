"""What every page may say about how long things last."""

from django.conf import settings
from django.http import HttpRequest

from requests_app.domain.spans import Spans


def spans(request: HttpRequest) -> dict[str, Spans]:
    """Give templates the operator's spans: `{{ spans.link.days }}`."""
    return {"spans": settings.SPANS}
