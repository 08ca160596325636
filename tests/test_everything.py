"""`make test` counts what ran, tells what did not, and does not let it pass in CI."""

from pathlib import Path

import pytest

from tests.everything import NO_TESTS, Tally

REPORT = """<?xml version="1.0"?><testsuites><testsuite tests="{tests}" failures="{failures}" errors="0" \
skipped="{skipped}">{cases}</testsuite></testsuites>"""


def report(folder: Path, *, tests: int = 3, failures: int = 0, skipped: int = 0) -> Path:
    cases = '<testcase><skipped message="no such server"/></testcase>' * skipped
    path = folder / "report.xml"
    path.write_text(REPORT.format(tests=tests, failures=failures, skipped=skipped, cases=cases))
    return path


def test_stages_add_up_in_pytests_own_form(tmp_path: Path) -> None:
    tally = Tally()
    tally.add(report(tmp_path, tests=5, failures=1), stage="rules", status=1)
    tally.add(report(tmp_path, tests=3, skipped=2), stage="browser", status=0)
    assert tally.closing_line(12.3).strip("= ") == "1 failed, 5 passed, 2 skipped in 12.30s"


@pytest.mark.parametrize(("in_ci", "good"), [(True, False), (False, True)])
def test_a_skipped_test_fails_in_ci_alone_and_is_told(tmp_path: Path, in_ci: bool, good: bool) -> None:
    tally = Tally()
    tally.add(report(tmp_path, skipped=1), stage="faults", status=0)
    assert tally.not_run == ["faults: 1 skipped: no such server"]
    assert tally.is_good(in_ci=in_ci) is good


@pytest.mark.parametrize(("in_ci", "good"), [(True, False), (False, True)])
def test_a_stage_without_tests_fails_in_ci_alone(tmp_path: Path, in_ci: bool, good: bool) -> None:
    tally = Tally()
    tally.add(tmp_path / "none.xml", stage="faults", status=NO_TESTS)
    assert tally.is_good(in_ci=in_ci) is good


@pytest.mark.parametrize("status", [2, 3, 4, -9])
def test_a_stage_that_broke_is_a_failure_everywhere(tmp_path: Path, status: int) -> None:
    tally = Tally()
    tally.add(tmp_path / "none.xml", stage="faults", status=status)
    assert not tally.is_good(in_ci=False)


def test_a_failure_is_a_failure_everywhere(tmp_path: Path) -> None:
    tally = Tally()
    tally.add(report(tmp_path, failures=1), stage="rules", status=1)
    assert not tally.is_good(in_ci=False)
