#!/bin/sh
# A job of cron's: one command, again and again. What it complains of is told in one line.
while :; do
  said=$("$@" 2>&1 >/dev/null) || echo "status $?: $(echo "$said" | tr -s '[:space:]' ' ' | tail -c 300)" >&2
  sleep "${PROBE_PAUSE_SECONDS:-600}"
done
