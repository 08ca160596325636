"""Which locked dependency has a known vulnerability, by a copy of the OSV database: nothing is asked over a network.

The copy is what OSV gives out for PyPI: a folder of JSON files, or the zip of them (https://ossf.github.io/osv-schema/).
"""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

_LOCKED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


class NoDatabase(Exception):
    """There is no copy of the database where it was looked for, or it holds no advisory for PyPI."""


@dataclass(frozen=True)
class Advisory:
    """One vulnerability of one locked version; `mended_in` lists the first versions without it, as OSV names them."""

    package: str
    version: str
    id: str
    aliases: tuple[str, ...]
    summary: str
    mended_in: tuple[str, ...]


@dataclass(frozen=True)
class Looked:
    """What was found, in how many advisories, and when the newest of them was changed."""

    found: tuple[Advisory, ...]
    read: int
    newest_at: datetime


def look(database: Path, *, locks: Mapping[str, str]) -> Looked:
    """Compare locked versions (name to version) with every advisory. Raises NoDatabase.

    An advisory that was withdrawn counts for nothing."""
    found, read, newest_at = [], 0, datetime.fromtimestamp(0, UTC)
    for record in _records(database):
        read += 1
        newest_at = max(newest_at, datetime.fromisoformat(record["modified"]))
        if "withdrawn" not in record:
            found += _touched(record, locks)
    if not read:
        raise NoDatabase(f"{database} holds no advisory for PyPI.")
    return Looked(tuple(sorted(found, key=lambda one: (one.package, one.id))), read, newest_at)


def locked(*files: Path) -> dict[str, str]:
    """Read name and version of what the locks pin."""
    pins = [pin for file in files for pin in _LOCKED.findall(file.read_text(encoding="utf-8"))]
    return {canonicalize_name(name): version for name, version in pins}


def _records(database: Path) -> Iterator[dict[str, Any]]:
    if database.is_dir():
        texts: Iterator[bytes] = (path.read_bytes() for path in sorted(database.rglob("*.json")))
    elif zipfile.is_zipfile(database):
        texts = _unpacked(database)
    else:
        raise NoDatabase(f"{database} is neither a folder nor a zip of advisories.")
    for text in texts:
        record = json.loads(text)
        if any(_is_of_pypi(affected) for affected in record.get("affected", ())):
            yield record


def _unpacked(database: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(database) as files:
        for name in sorted(files.namelist()):
            if name.endswith(".json"):
                yield files.read(name)


def _is_of_pypi(affected: Mapping[str, Any]) -> bool:
    return bool(affected.get("package", {}).get("ecosystem") == "PyPI")


def _touched(record: Mapping[str, Any], locks: Mapping[str, str]) -> list[Advisory]:
    found = {}
    for affected in record["affected"]:
        if not _is_of_pypi(affected):
            continue
        name = canonicalize_name(affected["package"]["name"])
        version = locks.get(name)
        if version is None or not _is_affected(version, affected):
            continue
        found[name] = Advisory(
            name,
            version,
            record["id"],
            tuple(record.get("aliases", ())),
            record.get("summary", "").strip(),
            tuple(event["fixed"] for event in _events(affected) if "fixed" in event),
        )
    return list(found.values())


def _is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    """Say whether a version is listed, or lies in a range: from each `introduced` to the next event that ends it."""
    if version in affected.get("versions", ()):
        return True
    locked_version = Version(version)
    for one in affected.get("ranges", ()):
        if one["type"] != "ECOSYSTEM":
            continue
        is_inside = False
        for event in sorted(one["events"], key=_place):
            [(word, named)] = event.items()
            at = _version(named)
            if word == "introduced" and locked_version >= at:
                is_inside = True
            elif (word == "fixed" and locked_version >= at) or (
                word == "last_affected" and locked_version > at
            ):
                is_inside = False
        if is_inside:
            return True
    return False


def _events(affected: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    for one in affected.get("ranges", ()):
        if one["type"] == "ECOSYSTEM":
            yield from one["events"]


def _place(event: Mapping[str, str]) -> tuple[Version, bool]:
    [(word, named)] = event.items()
    return _version(named), word != "introduced"


def _version(named: str) -> Version:
    # "0" is OSV's word for the very first; a version that nobody can order is taken as the first, to be safe.
    try:
        return Version("0.dev0" if named == "0" else named)
    except InvalidVersion:
        return Version("0.dev0")
