#!/bin/sh
# Walks the whole tree of an instance with curl, IMDSv2, and prints each path with what stands there.
# Usage: walk.sh http://127.0.0.1:1338
set -eu
imds=$1
token=$(curl -sfX PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 300" "$imds/latest/api/token")

walk() {
  printf 'GET %s\n' "$1"
  curl -sf -H "X-aws-ec2-metadata-token: $token" "$imds$1" | sed 's/^/  /'
  printf '\n'
  case $1 in
    */) for entry in $(curl -sf -H "X-aws-ec2-metadata-token: $token" "$imds$1"); do
          case $entry in
            [0-9]*=*) walk "$1${entry%%=*}/" ;;   # public-keys/ lists 0=name
            *) walk "$1$entry" ;;
          esac
        done ;;
  esac
}

walk /latest/meta-data/
walk /latest/dynamic/
curl -sf -H "X-aws-ec2-metadata-token: $token" "$imds/latest/user-data" | sed '1i GET /latest/user-data
s/^/  /' || true
