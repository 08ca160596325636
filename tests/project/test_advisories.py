"""A locked version with a known vulnerability is named, by a copy of the database alone."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from project import advisories

LOCKS = {"acme-robots": "2.4.1", "other": "1.0"}


def record(*events: dict[str, str], name: str = "Acme.Robots", **more: Any) -> dict[str, Any]:
    """An advisory as OSV writes it."""
    return {
        "id": "PYSEC-2026-1",
        "aliases": ["CVE-2026-1"],
        "summary": "Robots leave the hall.",
        "modified": "2026-11-20T10:00:00Z",
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": name},
                "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
                "versions": [],
            }
        ],
        **more,
    }


def database(folder: Path, *records: dict[str, Any]) -> Path:
    for number, one in enumerate(records):
        (folder / f"{number}.json").write_text(json.dumps(one))
    return folder


@pytest.mark.parametrize(
    ("events", "is_found"),
    [
        ([{"introduced": "0"}], True),
        ([{"introduced": "0"}, {"fixed": "2.4.1"}], False),
        ([{"introduced": "0"}, {"fixed": "2.4.2"}], True),
        ([{"introduced": "0"}, {"fixed": "2.10"}], True),
        ([{"introduced": "2.4.2"}], False),
        ([{"introduced": "1.0"}, {"fixed": "1.5"}, {"introduced": "2.0"}, {"fixed": "2.4.3"}], True),
        ([{"introduced": "1.0"}, {"fixed": "1.5"}, {"introduced": "3.0"}], False),
        ([{"introduced": "0"}, {"last_affected": "2.4.1"}], True),
        ([{"introduced": "0"}, {"last_affected": "2.4.0"}], False),
    ],
)
def test_a_version_inside_a_range_is_found(
    events: list[dict[str, str]], is_found: bool, tmp_path: Path
) -> None:
    looked = advisories.look(database(tmp_path, record(*events)), locks=LOCKS)
    assert [one.package for one in looked.found] == (["acme-robots"] if is_found else [])


def test_a_listed_version_is_found_and_a_withdrawn_or_foreign_advisory_is_not(tmp_path: Path) -> None:
    listed = record()
    listed["affected"][0]["versions"] = ["2.4.1"]
    withdrawn = record({"introduced": "0"}, id="PYSEC-2026-2", withdrawn="2026-11-21T00:00:00Z")
    foreign = record({"introduced": "0"}, id="GHSA-1")
    foreign["affected"][0]["package"]["ecosystem"] = "npm"
    looked = advisories.look(database(tmp_path, listed, withdrawn, foreign), locks=LOCKS)
    assert ([one.id for one in looked.found], looked.read) == (["PYSEC-2026-1"], 2)


def test_the_locks_are_read_with_their_extras_and_markers(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(
        'Django[argon2]==5.2.1 \\\n    --hash=sha256:00\ntzdata==2026.1 ; sys_platform == "win32" \\\n'
    )
    assert advisories.locked(lock) == {"django": "5.2.1", "tzdata": "2026.1"}


def test_the_command_reads_a_zip_and_ends_well_when_nothing_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = tmp_path / "all.zip"
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr("PYSEC-2026-1.json", json.dumps(record({"introduced": "0"}, name="nobody-locks-this")))
    call_command("advisories", str(packed))
    assert "against 1 advisories, the newest of 2026-11-20: 0 found." in capsys.readouterr().out


def test_the_command_names_what_it_found_and_ends_badly(tmp_path: Path) -> None:
    told = io.StringIO()
    with pytest.raises(CommandError, match="Lock versions without these"):
        call_command(
            "advisories",
            str(database(tmp_path, record({"introduced": "0"}, {"fixed": "999"}, name="django"))),
            stdout=told,
        )
    assert "PYSEC-2026-1, CVE-2026-1: Robots leave the hall.; mended in 999" in told.getvalue()


def test_no_database_is_no_clean_bill(tmp_path: Path) -> None:
    for nothing in (tmp_path, tmp_path / "missing.zip"):
        with pytest.raises(CommandError):
            call_command("advisories", str(nothing))
