#!/bin/sh
# Runs once, when the database is created: the role the application runs as; the owner only migrates.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set=password="$APP_PASSWORD" <<'SQL'
CREATE ROLE salesops_app LOGIN PASSWORD :'password';
SQL
