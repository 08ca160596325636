"""Every variable of the environment that the product knows: what it means, its unit, when it must be set.

docs/settings.md is written from this table and from what `project.env` noted while the settings were read: the
defaults and the forms. A test holds that every name that is read stands here, and that every name here is read.
"""

from typing import Final

from project.variables import machinery, place, rules
from project.variables.variable import Section as Section
from project.variables.variable import Variable as Variable

SECTIONS: Final = (*place.SECTIONS, *rules.SECTIONS, *machinery.SECTIONS)


def names() -> frozenset[str]:
    """Return every known name."""
    return frozenset(variable.name for section in SECTIONS for variable in section.variables)
