"""Flower's own configuration file: no task shows what it was given, what it returned or what it choked on.

Flower executes this file; it imports nothing of the product."""

from typing import Any

HIDDEN = ("args", "kwargs", "result", "exception", "traceback")


def format_task(task: Any) -> Any:
    """Blank the fields that could hold an address; Flower hands in a copy."""
    for field in HIDDEN:
        if getattr(task, field, None):
            setattr(task, field, "(not shown)")
    return task
