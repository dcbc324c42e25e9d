#!/bin/sh
# Creates or upgrades Temporal's two databases; safe to run at every start.
set -eu

prepare() {
  database=$1 schema=$2
  tool="temporal-sql-tool --plugin postgres12 --ep postgres --port 5432 --user perennial --db $database"
  $tool create
  $tool setup-schema -v 0.0
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$schema/versioned"
}

prepare temporal temporal
prepare temporal_visibility visibility
