#!/bin/sh
# Creates the namespace and the search attributes of Perennial; safe to run at every start.
set -eu

until temporal operator cluster health; do sleep 1; done
temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null ||
  temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention 30d

for name in PerennialModel PerennialStage PerennialTrigger PerennialVerdict PerennialVersion; do
  # A new namespace reaches the server's cache after some seconds; one that has the attribute answers at once.
  until temporal operator search-attribute create -n "$TEMPORAL_NAMESPACE" --name "$name" --type Keyword; do sleep 2; done
done
