#!/bin/sh
# Dump the database of DATABASE_URL into BACKUP_DIR and forget dumps older than BACKUP_DAYS days.
# The keys are not in it, on purpose: keep /etc/smart-accounts/environment elsewhere, apart from the dumps.
# DATABASE_URL stands on pg_dump's command line: let it hold no password (socket, or ~/.pgpass).
set -eu
umask 077
name="$BACKUP_DIR/smart-accounts-$(date -u +%Y%m%dT%H%M%SZ).dump"
trap 'rm -f "$name.part"' EXIT
pg_dump --format=custom --no-owner --dbname="$DATABASE_URL" --file="$name.part"
# A dump that cannot be read is none.
pg_restore --list "$name.part" >/dev/null
mv "$name.part" "$name"
find "$BACKUP_DIR" -name 'smart-accounts-*.dump' -mtime "+${BACKUP_DAYS:-14}" -delete
echo "wrote $name ($(wc -c <"$name") bytes)"
