"""Judge what a migration does to the processes of the last release, which run on while and after it is applied.

They insert without the new columns and read only what they know. So a table or column may come and none may go; a
new column must be filled without them; a constraint must not refuse what they write.
"""

from collections.abc import Iterator

from django.db import connection, migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

HARMLESS = (
    migrations.AddIndex,
    migrations.RemoveIndex,
    migrations.RenameIndex,
    migrations.RemoveConstraint,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
    migrations.AlterModelTableComment,
)
BREAKS = {
    migrations.RemoveField: "takes a column away that the last release reads and writes",
    migrations.DeleteModel: "takes a table away that the last release reads and writes",
    migrations.RenameField: "renames a column that the last release knows by its old name",
    migrations.RenameModel: "renames a table that the last release knows by its old name",
    migrations.AlterModelTable: "renames a table that the last release knows by its old name",
    migrations.AlterUniqueTogether: "may refuse what the last release writes",
    migrations.AlterOrderWithRespectTo: "adds a column that the last release does not fill",
    migrations.RunPython: "changes rows; say why the last release bears it",
    migrations.RunSQL: "runs statements that nobody can judge; say why the last release bears them",
    migrations.SeparateDatabaseAndState: "hides what it does; say why the last release bears it",
}


def faults(
    operations: list[Operation], *, app: str, before: ProjectState, new_tables: set[str]
) -> Iterator[str]:
    """Yield a sentence for each operation that the last release may not bear.

    `new_tables` are the lower-case names of models that it does not know; those made here are added."""
    state = before.clone()
    for operation in operations:
        name = str(getattr(operation, "model_name", getattr(operation, "name", ""))).lower()
        if isinstance(operation, migrations.CreateModel):
            new_tables.add(name)
        elif name not in new_tables and (fault := _fault(operation, app, name, state)):
            yield f"{operation.describe()}: {fault}"
        operation.state_forwards(app, state)


def _fault(operation: Operation, app: str, name: str, state: ProjectState) -> str:
    match operation:
        case migrations.AddField():
            return "" if is_filled(operation.field) else "the last release cannot fill this column"
        case migrations.AlterField():
            known = state.models[app, name].fields[operation.name.lower()]
            return _narrowed(known, operation.field)
        case migrations.AddConstraint():
            return "may refuse what the last release writes"
    if isinstance(operation, HARMLESS):
        return ""
    return BREAKS.get(type(operation), "is of a sort that nobody has judged yet")


def is_filled(field: models.Field) -> bool:  # type: ignore[type-arg]
    """Whether the database fills the column of a row that is inserted without it."""
    return bool(field.null or field.has_db_default() or field.many_to_many)


def _narrowed(known: models.Field, wanted: models.Field) -> str:  # type: ignore[type-arg]
    if known.null and not wanted.null:
        return "refuses the empty values that the last release writes"
    if wanted.unique and not known.unique:
        return "may refuse what the last release writes"
    if known.has_db_default() and not wanted.has_db_default():
        return "no longer fills the column for the last release"
    if _type_of(known) != _type_of(wanted):
        return "changes the column's type"
    if (wanted.max_length or 0) < (known.max_length or 0):
        return "makes the column too short for what the last release writes"
    return ""


def _type_of(field: models.Field) -> str:  # type: ignore[type-arg]
    return (field.db_type(connection) or "").partition("(")[0]
