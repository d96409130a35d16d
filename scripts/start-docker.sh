#!/usr/bin/env bash
# A Docker engine for the sidecar tests: uses the one that answers, else starts one of its own below the given directory. Prints
# the DOCKER_HOST to use; `scripts/stop-docker.sh DIR` ends the one that it started.
set -euo pipefail
directory=$1
if docker info >/dev/null 2>&1; then
  docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null || echo unix:///var/run/docker.sock
  exit
fi
mkdir -p "$directory"
socket=unix://$directory/docker.sock
dockerd --data-root "$directory/data" --exec-root "$directory/exec" --pidfile "$directory/docker.pid" \
  --host "$socket" >"$directory/docker.log" 2>&1 &
for _ in $(seq 100); do
  if DOCKER_HOST=$socket docker info >/dev/null 2>&1; then
    echo "$socket"
    exit
  fi
  sleep 0.3
done
tail -n 5 "$directory/docker.log" >&2
exit 1
