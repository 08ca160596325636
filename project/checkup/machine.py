"""The machine and its settings: disk, clock, and what Django's checks say."""

import os
import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core import checks

from notifications import clock
from project.checkup.finding import Finding

LEAST_FREE_SHARE = 0.05
LEAST_FREE_BYTES = 500 * 1024 * 1024


def check_settings() -> Finding:
    """Run Django's system checks; those of a deployment too where this is one."""
    messages = checks.run_checks(include_deployment_checks=settings.PRODUCTION)
    serious = [one for one in messages if one.level >= checks.WARNING and not one.is_silenced()]
    return Finding.of("settings", "; ".join(f"{one.msg} ({one.id})" for one in serious))


def check_disk(directory: Path | None = None) -> Finding:
    """Look at the disk under DATA_DIR: demo letters, files, with SQLite and the own Redis also the data."""
    directory = directory or settings.DATA_DIR
    while not directory.exists():
        directory = directory.parent
    space, files = shutil.disk_usage(directory), os.statvfs(directory)
    if space.free < LEAST_FREE_BYTES or space.free < space.total * LEAST_FREE_SHARE:
        free = f"{space.free / 1e9:.1f} of {space.total / 1e9:.1f} GB"
        return Finding.bad("disk", f"only {free} free under {directory}: make room or enlarge it")
    if files.f_files and files.f_favail < files.f_files * LEAST_FREE_SHARE:
        return Finding.bad("disk", f"nearly no files can be made under {directory}: delete some (df -i)")
    return Finding.ok("disk")


def check_clock(*, now: datetime) -> Finding:
    """Compare this machine's clock with the database's: periodic work refuses above a minute."""
    skew = (now - clock.database_now()).total_seconds()
    if abs(skew) <= clock.TOLERANCE.total_seconds():
        return Finding.ok("clock")
    words = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the database's"
    return Finding.bad(
        "clock", f"{words}: nothing is reminded or expires until they agree; set both by NTP (timedatectl)"
    )
