"""Puts the saboteur's letters among the product's, and its clock before the machine's."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine
from django.apps import AppConfig
from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")


class Sabotage(AppConfig):
    name = "tests.faults.sabotage"

    def ready(self) -> None:
        from notifications.emails import KINDS
        from notifications.styles import StylesLoader
        from tests.faults.sabotage.letters import Faulty, Poison

        KINDS.update({letter.kind: letter for letter in (Poison, Faulty)})
        StylesLoader.get_source = beside(StylesLoader.get_source)  # type: ignore[method-assign]
        if skew := float(os.environ.get("CLOCK_SKEW_SECONDS", "0")):
            time_machine.travel(datetime.now(UTC) + timedelta(seconds=skew), tick=True).start()


Source = tuple[str, str, Callable[[], bool]]


def beside(product: Callable[..., Source]) -> Callable[..., Source]:
    """Read the saboteur's templates where there is one of that name, else the product's."""

    def get_source(loader: object, environment: Environment, template: str) -> Source:
        environment.globals["die"] = die
        path = TEMPLATES / template
        if path.exists():
            return path.read_text(), str(path), lambda: True
        return product(loader, environment, template)

    return get_source


def die() -> str:
    """End this process as the kernel does when it runs out of memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    return ""
