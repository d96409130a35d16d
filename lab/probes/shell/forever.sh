#!/bin/sh
# A job of cron's: one command at once, and then whenever a multiple of the pause has passed since. What it complains of is told in one line.
pause="${PROBE_PAUSE_SECONDS:-600}"
began=$(date +%s)
while :; do
  said=$("$@" 2>&1 >/dev/null) || echo "status $?: $(echo "$said" | tr -s '[:space:]' ' ' | tail -c 300)" >&2
  sleep "$((pause - ($(date +%s) - began) % pause))"
done
