"""Let a worker's processes know that it was told to stop, so that they give back what they have not begun.

Celery tells only the worker's main process. One byte of memory shared with the processes it forks carries it on.
"""

import mmap

from celery.signals import worker_shutting_down

_told = mmap.mmap(-1, 1)


@worker_shutting_down.connect
def tell(**_unused: object) -> None:
    """Note the request to stop; called by Celery in the main process."""
    _told[0] = 1


def asked() -> bool:
    """Say whether this worker was told to stop."""
    return _told[0] == 1


def forget() -> None:
    """Begin anew: a worker embedded in another process starts again."""
    _told[0] = 0
