"""What is said of one variable of the environment."""

from dataclasses import dataclass
from typing import Final

PRODUCTION: Final = "production"
COMPOSE: Final = "docker-compose.yml"
RANDOM: Final = "random"


@dataclass(frozen=True)
class Variable:
    """One variable. `default` and `form` are given only where reading it does not tell them."""

    name: str
    meaning: str
    unit: str = ""
    default: str = ""
    form: str = ""
    needed: str = ""
    """Where the start is refused without it."""


@dataclass(frozen=True)
class Section:
    """Variables that belong together, with what is to be known of all of them."""

    title: str
    variables: tuple[Variable, ...]
    note: str = ""
