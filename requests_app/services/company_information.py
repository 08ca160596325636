"""Change company information of a pending request; it voids nothing and tells nobody."""

import uuid
from datetime import datetime

from django.db import transaction

from people.models import Person
from requests_app.domain.companies import CompanyDetails
from requests_app.domain.lifecycle import Event
from requests_app.models import Company, SmartAccountRequest
from requests_app.services import actors, submission, transitions


def change(
    request_id: uuid.UUID, *, by: Person, details: CompanyDetails | None, now: datetime
) -> SmartAccountRequest:
    """Store what is given; None takes back what was. Raises NotYours, NotAllowed."""
    with transaction.atomic():
        request = transitions.locked_for(request_id, by.pk)
        transitions.check_allowed(request, Event.CHANGE_FACTS)
        if details is None:
            Company.objects.filter(request=request).delete()
        else:
            submission.write_company(request, details)
        transitions.record(
            request, "company_changed", by=actors.requester(by), now=now, after=str(request.state)
        )
        return request
