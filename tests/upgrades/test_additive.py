"""Migrations since the last release let its processes go on; whatever would not is named with the reason."""

import subprocess
from collections.abc import Callable

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

from tests.faults.scene import ROOT
from tests.upgrades import additive, released


def since_the_release() -> list[tuple[str, str]]:
    """Every migration of ours that the last release does not have, in an order in which they can be applied."""
    loader = MigrationLoader(None)
    plan = loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True)
    return [
        (app, name)
        for app, name in plan
        if app in released.MIGRATIONS and name[:4] > released.MIGRATIONS[app][:4]
    ]


def test_every_migration_since_the_last_release_lets_its_processes_go_on() -> None:
    loader = MigrationLoader(None)
    new_tables: dict[str, set[str]] = {app: set() for app in released.MIGRATIONS}
    found = {}
    for app, name in since_the_release():
        before = loader.project_state((app, name), at_end=False)
        operations = loader.get_migration(app, name).operations
        faults = list(additive.faults(operations, app=app, before=before, new_tables=new_tables[app]))
        if faults and (app, name) not in released.ARGUED:
            found[app, name] = faults
    assert found == {}


def test_what_is_argued_is_a_migration_that_needs_it() -> None:
    assert set(released.ARGUED) <= set(since_the_release())
    assert all(len(why) > 20 for why in released.ARGUED.values())


def test_the_last_release_ends_where_its_commit_does() -> None:
    for app, last in released.MIGRATIONS.items():
        names = subprocess.run(
            ["git", "ls-tree", "--name-only", released.COMMIT, f"{app}/migrations/"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if names.returncode:
            pytest.skip("this copy has no history with the last release in it")
        numbered = [name.rpartition("/")[2] for name in names.stdout.split() if name[-3:] == ".py"]
        assert max(name for name in numbered if name[0].isdigit()) == f"{last}.py"


def known() -> ProjectState:
    state = ProjectState()
    state.add_model(
        ModelState(
            "requests_app",
            "Thing",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=50)),
                ("at", models.DateTimeField(null=True)),
                ("kept", models.BooleanField(default=False, db_default=False)),
            ],
        )
    )
    return state


Make = Callable[[], Operation]
BEARABLE: list[Make] = [
    lambda: migrations.AddField("thing", "x", models.CharField(max_length=5, null=True)),
    lambda: migrations.AddField("thing", "x", models.BooleanField(default=True, db_default=True)),
    lambda: migrations.AddIndex("thing", models.Index(fields=["name"], name="i")),
    lambda: migrations.AlterField("thing", "name", models.CharField(max_length=90)),
    lambda: migrations.AlterField("thing", "name", models.CharField(max_length=50, null=True)),
    lambda: migrations.AlterModelOptions("thing", {"verbose_name": "something"}),
    lambda: migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
]
UNBEARABLE: list[Make] = [
    lambda: migrations.AddField("thing", "x", models.CharField(max_length=5)),
    # Django's own default fills the rows that are there, and is then dropped from the column.
    lambda: migrations.AddField("thing", "x", models.CharField(max_length=5, default="")),
    lambda: migrations.RemoveField("thing", "name"),
    lambda: migrations.RenameField("thing", "name", "title"),
    lambda: migrations.RenameModel("Thing", "Something"),
    lambda: migrations.DeleteModel("Thing"),
    lambda: migrations.AlterModelTable("thing", "something"),
    lambda: migrations.AlterField("thing", "name", models.CharField(max_length=20)),
    lambda: migrations.AlterField("thing", "name", models.CharField(max_length=50, unique=True)),
    lambda: migrations.AlterField("thing", "name", models.IntegerField()),
    lambda: migrations.AlterField("thing", "at", models.DateTimeField()),
    lambda: migrations.AlterField("thing", "kept", models.BooleanField(default=False)),
    lambda: migrations.AddConstraint(
        "thing", models.CheckConstraint(condition=~models.Q(name=""), name="a_thing_has_a_name")
    ),
    lambda: migrations.AlterUniqueTogether("thing", {("name", "at")}),
    lambda: migrations.RunPython(migrations.RunPython.noop),
    lambda: migrations.RunSQL("SELECT 1"),
    lambda: migrations.SeparateDatabaseAndState([]),
]


@pytest.mark.parametrize(("operations", "is_bearable"), [(BEARABLE, True), (UNBEARABLE, False)])
def test_the_rule_tells_what_the_last_release_bears(operations: list[Make], is_bearable: bool) -> None:
    for make in operations:
        faults = list(additive.faults([make()], app="requests_app", before=known(), new_tables=set()))
        assert bool(faults) is not is_bearable, make().describe()


def test_a_table_that_the_last_release_does_not_know_is_free() -> None:
    made = migrations.CreateModel(
        "Other", [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=5))]
    )
    operations = [
        made,
        migrations.AddField("other", "x", models.CharField(max_length=5)),
        migrations.AddConstraint("other", models.CheckConstraint(condition=~models.Q(name=""), name="c")),
        migrations.RemoveField("other", "x"),
    ]
    assert not list(additive.faults(operations, app="requests_app", before=known(), new_tables=set()))
