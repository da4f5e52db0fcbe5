#!/bin/sh
# Makes the namespace TEMPORAL_NAMESPACE and its search attributes; running it again changes only the retention.
# TEMPORAL_ADDRESS names the server.
set -eu
: "${TEMPORAL_NAMESPACE:?names the namespace}"
: "${TEMPORAL_RETENTION:?how long closed workflows are kept, as in 168h}"

# The server answers before all its parts do, and a new namespace is known everywhere only some seconds later.
patiently() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -lt 30 ] || return 1
        sleep 2
    done
}

# This command alone does not read TEMPORAL_NAMESPACE.
keep_for() {
    temporal operator namespace "$1" --namespace "$TEMPORAL_NAMESPACE" --retention "$TEMPORAL_RETENTION"
}

patiently temporal operator cluster health
keep_for create || patiently keep_for update

# The names of workflows/search.py. One at a time: of several in one call, server 1.32.0 keeps only the first.
for name in PytakeTenant PytakePlatform PytakeStatus PytakeOwner PytakeFlow; do
    patiently temporal operator search-attribute create --name "$name" --type Keyword
done
