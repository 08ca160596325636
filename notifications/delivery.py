"""Claim, send, record: what a worker does with the letters that are due on its route."""

import itertools
import os
import socket
import time
from collections.abc import Callable

from django.conf import settings

from notifications import claiming, routes, telling
from notifications.carrying import Round
from notifications.emails.letter import Route

_numbers = itertools.count(1)


def _never() -> bool:
    return False


def drain(
    route: Route,
    *,
    stop: Callable[[], bool] = _never,
    seconds: float | None = None,
    call_help: Callable[[], object] = _never,
) -> bool:
    """Send what is due on a route until nothing is, the time is up or `stop` says so.

    Returns whether more may be due. Safe beside itself on any number of machines; `call_help` is called once
    when more is due than one claim takes.
    """
    was_full = was_called = False

    def claim(limit: int) -> claiming.Batch | None:
        nonlocal was_full, was_called
        take = claiming.fairly if was_full else claiming.due
        batch = take(route, worker=_claim_name(), limit=limit)
        was_full = batch is not None and len(batch.letters) == limit
        if was_full and not was_called and limit > 1:
            was_called = True
            call_help()
        return batch

    return _work(route, claim, stop=stop, seconds=seconds)


def recover(route: Route, *, stop: Callable[[], bool] = _never, seconds: float | None = None) -> bool:
    """Send the letters whose worker died over them, each claimed alone; returns whether more may be left."""

    def claim(_limit: int) -> claiming.Batch | None:
        return claiming.lost(route, worker=_claim_name())

    return _work(route, claim, stop=stop, seconds=seconds)


def _work(
    route: Route,
    claim: Callable[[int], claiming.Batch | None],
    *,
    stop: Callable[[], bool],
    seconds: float | None,
) -> bool:
    ends = time.monotonic() + (settings.NOTIFICATIONS_DRAIN_SECONDS if seconds is None else seconds)
    while not stop():
        if time.monotonic() >= ends:
            return True
        gate = routes.ask(route)
        if gate is routes.Gate.CLOSED:
            return False
        is_probe = gate is routes.Gate.PROBE
        batch = claim(1 if is_probe else settings.NOTIFICATIONS_BATCH[route])
        if batch is None:
            if is_probe:
                routes.leave(route)
            return False
        Round(batch, route=route, is_probe=is_probe, stop=stop, ends=ends).run()
        telling.tell(now=batch.clock.now())
    return True


def _claim_name() -> str:
    """Name one claim: its results are recorded only while the lease still bears this name."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{next(_numbers)}:{time.time_ns():x}"[:100]
