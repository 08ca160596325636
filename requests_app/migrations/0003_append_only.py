"""Let the database itself keep history and decisions: rows are added, never changed and never removed.

Two changes are let through, for privacy. A line of history may lose its person, its name and its note; a
decision may lose its address, reason, text, facts and salt (all of them to blank), after which its signature
still verifies. Nothing else of them changes, except what no signature covers: a decision's receipt link.

The retention run therefore blanks and deletes nothing here: it sets those columns to blank (`evidence.erase`
for decisions) and leaves the rows, and with them their request. A person who is deleted is taken out of the
lines by the foreign key's SET NULL. Whoever must empty a whole installation migrates back to 0002 first.

On SQLite a later migration that alters one of these two tables rebuilds it without its triggers: it has to
add them again (a test notices).
"""

from django.db import migrations

HISTORY = "requests_app_historyline"
DECISION = "requests_app_decision"
FIXED = {
    HISTORY: ("id", "request_id", "at", "event", "actor", "before", "after"),
    DECISION: (
        "id",
        "sequence",
        "request_id",
        "nomination_id",
        "answer",
        "statement_version",
        "facts_version",
        "link_id",
        "challenge_id",
        "decided_at",
        "record",
        "key_id",
        "signature",
    ),
}
# Column and the one value it may be changed to.
ERASABLE = {
    HISTORY: {"person_id": "NULL", "actor_name": "''", "note": "''"},
    DECISION: {"address": "''", "reason": "''", "text": "''", "facts": "'{}'", "salt": "''"},
}
WHY = {HISTORY: "history is only added to", DECISION: "a recorded decision is never changed"}


def _changes(table: str, differs: str) -> str:
    fixed = [f'NEW."{column}" {differs} OLD."{column}"' for column in FIXED[table]]
    erased = [
        f'(NEW."{column}" {differs} OLD."{column}" AND NEW."{column}" {differs} {blank})'
        for column, blank in ERASABLE[table].items()
    ]
    return " OR ".join(fixed + erased)


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION requests_app_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$",
            params=None,
        )
    for table, why in WHY.items():
        if schema_editor.connection.vendor == "postgresql":
            act = f"EXECUTE FUNCTION requests_app_refuse('{why}')"
            differs = "IS DISTINCT FROM"
        else:
            act = f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
            differs = "IS NOT"
        schema_editor.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table}"
            f" FOR EACH ROW WHEN ({_changes(table, differs)}) {act}",
            params=None,
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_remains BEFORE DELETE ON {table} FOR EACH ROW {act}", params=None
        )


def unguard(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in WHY:
        of_table = f" ON {table}" if is_postgresql else ""
        for name in ("stays", "remains"):
            schema_editor.execute(f"DROP TRIGGER {table}_{name}{of_table}", params=None)
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION requests_app_refuse()", params=None)


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0002_due_indexes")]
    operations = [migrations.RunPython(guard, unguard)]
