"""The requester withdraws the request."""

import uuid
from datetime import datetime

from django.db import transaction

from notifications.emails.nothing_to_do import Cause
from people.models import Person
from requests_app.domain.lifecycle import Event, RequestState
from requests_app.models import SmartAccountRequest
from requests_app.services import actors, closing, letters, transitions


def withdraw(request_id: uuid.UUID, *, by: Person, now: datetime) -> SmartAccountRequest:
    """Withdraw until active; repeating it changes nothing. Raises NotYours, NotAllowed."""
    with transaction.atomic():
        request = transitions.locked_for(request_id, by.pk)
        if request.state == RequestState.WITHDRAWN:
            return request
        concerned = closing.concerned_authorizer(request)
        transitions.apply(request, Event.WITHDRAW, by=actors.requester(by), now=now)
        letters.withdrawn(request, now=now)
        closing.tell(request, concerned, cause=Cause.WITHDRAWN, now=now)
        return request
