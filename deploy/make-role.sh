#!/bin/sh
# Runs once, in a new database server: makes the portal's own role, which is no superuser, so that
# row security and refused rights mean something.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$PORTAL_PASSWORD" --username postgres <<'SQL'
CREATE ROLE portal LOGIN PASSWORD :'password';
CREATE DATABASE portal OWNER portal;
SQL
