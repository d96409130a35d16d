#!/bin/sh
# A bucket that is mounted with s3fs, and looked into again and again.
mounted=$(mktemp -d)
s3fs mybucket "$mounted" -o iam_role=auto -o url=https://s3.us-east-1.amazonaws.com -o stat_cache_expire=1 -f >&2 &
until grep -q "$mounted" /proc/mounts; do
  sleep 0.1
  kill -0 $! || exit 1
done
exec "$(dirname "$0")/forever.sh" ls "$mounted"
