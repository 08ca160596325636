"""What a password must not be. Each refusal says what to do instead."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_OUR_NAME = "smartaccount"
_SHORTEST_LOCAL_PART = 3
_SHORTEST_PIECE = 4
_FEWEST_SIGNS = 5
_SIGNS = re.compile(r"[\W_]+")
_PADDING = re.compile(r"^[\d\W_]+|[\d\W_]+$")


class Length:
    """Refuse the short, and what is longer than any hash needs: hashing megabytes would keep us busy."""

    def __init__(self, at_least: int = 12, at_most: int = 128) -> None:
        self.at_least = at_least
        self.at_most = at_most

    def validate(self, password: str, user: object = None) -> None:
        if len(password) < self.at_least:
            raise ValidationError(
                _("Use %(limit)s characters or more, you have %(count)s")
                % {"limit": self.at_least, "count": len(password)},
                code="password_too_short",
            )
        if len(password) > self.at_most:
            raise ValidationError(
                _("Use %(limit)s characters or fewer, you have %(count)s")
                % {"limit": self.at_most, "count": len(password)},
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        return _("%(limit)s characters or more.") % {"limit": self.at_least}


class NotCommon(CommonPasswordValidator):
    """Refuse the well-known ones, also with digits or signs around them, and few signs over and over."""

    def validate(self, password: str, user: object = None) -> None:
        plain = password.lower().strip()
        core = _PADDING.sub("", plain)
        if not core or plain in self.passwords or core in self.passwords or len(set(plain)) < _FEWEST_SIGNS:
            raise ValidationError(_("Use a less common password"), code="password_too_common")

    def get_help_text(self) -> str:
        return _("Not a well-known one.")


class NotAboutUs:
    """Refuse what whoever attacks this site, or this person, tries first."""

    def validate(self, password: str, user: object = None) -> None:
        lowered = password.lower()
        squeezed = _SIGNS.sub("", lowered)
        if _OUR_NAME in squeezed:
            raise ValidationError(_("Use a password without the name of this site"), code="password_names_us")
        local_part = getattr(user, "email", "").lower().rpartition("@")[0]
        if any(piece in lowered or piece in squeezed for piece in _pieces(local_part)):
            raise ValidationError(
                _("Use a password without parts of your e-mail address"), code="password_names_person"
            )

    def get_help_text(self) -> str:
        return _("Without the name of this site or parts of your e-mail address.")


def _pieces(local_part: str) -> set[str]:
    """Return what of an address's local part is telling: all of it, and each word long enough to be one."""
    whole = {local_part, _SIGNS.sub("", local_part)}
    words = {word for word in _SIGNS.split(local_part) if len(word) >= _SHORTEST_PIECE}
    return {piece for piece in whole if len(piece) >= _SHORTEST_LOCAL_PART} | words
