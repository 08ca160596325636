"""The last release beside this one: its workers on the new schema, and what a migration may do to it."""
