"""Keep the reasons that reviewers give often: add, change, retire, bring back. None is ever deleted.

Every act is recorded with the member of staff who did it, and what a template said before stays readable there.
A request keeps a copy of the words that were sent: changing a template changes no letter.
"""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from people import staff_log
from people.models import Person
from requests_app.models import ReasonTemplate
from requests_app.models.reason import ReasonFor

log = logging.getLogger(__name__)


class NameTaken(Exception):
    """Another template, perhaps a retired one, has this name (422)."""


class ChangedMeanwhile(Exception):
    """Somebody saved another text since the page was shown (409); `template` is what stands now."""

    def __init__(self, template: ReasonTemplate) -> None:
        super().__init__(template.name)
        self.template = template


def every() -> list[ReasonTemplate]:
    """Return all templates, the retired ones last."""
    return sorted(ReasonTemplate.objects.all(), key=lambda template: template.retired_at is not None)


def offered(reason_for: ReasonFor) -> QuerySet[ReasonTemplate]:
    """Return what can be chosen for an act, by language and name."""
    return ReasonTemplate.objects.filter(reason_for=reason_for, retired_at=None)


def chosen(reason_for: ReasonFor, template_id: str) -> ReasonTemplate | None:
    """Return the offered template of that id as a form sends it, or None."""
    is_id = template_id.isascii() and template_id.isdigit() and len(template_id) < 10
    return offered(reason_for).filter(pk=template_id).first() if is_id else None


def history(template: ReasonTemplate) -> list[staff_log.Line]:
    """Return who did what to a template, latest first."""
    return staff_log.of(template)


def add(
    *, by: Person, reason_for: ReasonFor, language: str, name: str, text: str, now: datetime
) -> ReasonTemplate:
    """Keep a new template. Name and text are clean; see people.text. Raises NameTaken."""
    template = ReasonTemplate(
        reason_for=reason_for, language=language, name=name, text=text, created_at=now, changed_at=now
    )
    with transaction.atomic():
        _save(template)
        _record(template, by, "Added")
    return template


def change(
    template_id: int,
    *,
    by: Person,
    version: int,
    reason_for: ReasonFor,
    language: str,
    name: str,
    text: str,
    now: datetime,
) -> ReasonTemplate:
    """Save what the page of that version was changed to; saving what stands there already changes nothing.

    Raises ReasonTemplate.DoesNotExist, ChangedMeanwhile, NameTaken."""
    with transaction.atomic():
        template = ReasonTemplate.objects.select_for_update().get(pk=template_id)
        asked = {"reason_for": str(reason_for), "language": language, "name": name, "text": text}
        before = {
            field: getattr(template, field) for field in asked if getattr(template, field) != asked[field]
        }
        if not before:
            return template
        if template.version != version:
            raise ChangedMeanwhile(template)
        for field in before:
            setattr(template, field, asked[field])
        template.version += 1
        template.changed_at = now
        _save(template)
        _record(template, by, "Changed. Before: " + "; ".join(_was(*item) for item in before.items()))
        return template


def retire(template_id: int, *, by: Person, now: datetime) -> ReasonTemplate:
    """Offer it no longer. Repeating it changes nothing. Raises ReasonTemplate.DoesNotExist."""
    return _retire(template_id, by=by, at=now)


def bring_back(template_id: int, *, by: Person) -> ReasonTemplate:
    """Offer a retired one again. Repeating it changes nothing. Raises ReasonTemplate.DoesNotExist."""
    return _retire(template_id, by=by, at=None)


def _retire(template_id: int, *, by: Person, at: datetime | None) -> ReasonTemplate:
    with transaction.atomic():
        template = ReasonTemplate.objects.select_for_update().get(pk=template_id)
        if (template.retired_at is None) != (at is None):
            template.retired_at = at
            template.save(update_fields=["retired_at"])
            _record(template, by, "Retired" if at else "Brought back")
        return template


def _save(template: ReasonTemplate) -> None:
    template.name_key = template.name.casefold()
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:
        raise NameTaken(template.name) from None


def _was(field: str, value: str) -> str:
    named = {"reason_for": "for", "language": "in", "name": "named", "text": "text"}
    return f"{named[field]} “{value}”"


def _record(template: ReasonTemplate, by: Person, words: str) -> None:
    log.info("A reason template was kept.", extra={"template": template.pk, "by": by.pk})
    staff_log.record(template, by=by, words=words)
