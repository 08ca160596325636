"""What else the clerk does: people, requests of long ago, letters that left, and counting all of it."""

from typing import Any


def meet(*, address: str) -> dict[str, Any]:
    """Somebody registered a while ago."""
    from tests import make

    make.person(address)
    return {}


def counts() -> dict[str, Any]:
    """Count the rows of everything that a submission writes."""
    from notifications.models import OutgoingEmail
    from requests_app.models import (
        Administrator,
        AuthorizationLink,
        HistoryLine,
        Nomination,
        SmartAccountRequest,
    )

    kept = (SmartAccountRequest, Administrator, Nomination, AuthorizationLink, HistoryLine, OutgoingEmail)
    return {model.__name__: model.objects.count() for model in kept}


def age_routes(*, minutes: int) -> dict[str, Any]:
    """Let every sick route have been sick for so long."""
    from datetime import timedelta

    from django.db.models.functions import Now

    from notifications.models import RouteState

    sick = RouteState.objects.filter(sick_since__isnull=False)
    return {"aged": sick.update(sick_since=Now() - timedelta(minutes=minutes))}


ACTS = {act.__name__: act for act in (meet, counts, age_routes)}
