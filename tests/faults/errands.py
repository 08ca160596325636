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


ACTS = {act.__name__: act for act in (meet, counts)}
