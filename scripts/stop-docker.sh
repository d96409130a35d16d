#!/usr/bin/env bash
# Ends the Docker engine that scripts/start-docker.sh started below the given directory, if it did.
set -euo pipefail
directory=$1
[ -f "$directory/docker.pid" ] || exit 0
pid=$(cat "$directory/docker.pid")
kill "$pid"
while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
rm -rf "$directory"
