"""The house stands as it is drawn: imports go downwards, doors alone read the clock, names say a subject."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("project", "people", "notifications", "smart_accounts", "requests_app")
MODULES = sorted(
    path.relative_to(ROOT)
    for app in APPS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts and "data" not in path.parts
)
CLOCK = re.compile(r"\btimezone\.now\(\)|\bdatetime\.now\(|\bdate\.today\(\)|\btime\.time\(\)")
# Who may ask what time it is: whatever is called from outside of the product, and not by a function of ours.
DOORS = (
    "views",
    "tasks",
    "management",
    "admin",
    "middleware",
    "adapters",
    "webhooks",
    "mailbox",
    "signing_in",
)
CALLED_FROM_OUTSIDE = {
    "people/limits.py": "the page of a used-up limit; allauth counts tries by this clock",
    "project/health.py": "views",
    "project/example.py": "a script",
    "project/traces.py": "signals call it back, and a span ends at the moment of its telling",
    "requests_app/services/reaching.py": "the post office calls it back, and its question carries no moment",
}


def test_imports_go_downwards() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[run.stdout.find("Broken contracts") :]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_is_named_by_its_subject(module: Path) -> None:
    assert not {"utils", "helpers", "constants", "common", "misc"} & {module.stem, *module.parts}


@pytest.mark.parametrize("module", [path for path in MODULES if path.name == "__init__.py"], ids=str)
def test_a_package_says_its_rule_in_one_sentence(module: Path) -> None:
    if "management" in module.parts:
        return
    text = (ROOT / module).read_text()
    assert text.startswith('"""'), f"{module} has no docstring"


def test_only_doors_read_the_clock() -> None:
    readers = {
        str(module)
        for module in MODULES
        if CLOCK.search((ROOT / module).read_text()) and not {module.stem, *module.parts} & set(DOORS)
    }
    assert readers == set(CALLED_FROM_OUTSIDE)


def test_nothing_names_a_package_index_or_a_path_of_one_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    own = [
        name for name in tracked if name.endswith((".py", ".txt", ".toml", ".md", ".yml", "Makefile", "run"))
    ]
    guilty = [
        name
        for name in own
        if name != "tests/test_architecture.py"
        and re.search(r"--(extra-)?index-url|--find-links|^-i ", (ROOT / name).read_text(), re.MULTILINE)
    ]
    assert guilty == []
