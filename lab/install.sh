#!/usr/bin/env bash
# What do the probes of the laboratory need? Builds and installs them from the registries into .clients/lab/, each in the version that
# its manifest in probes/ or package.json says, the rest by apt as root. Run it again at will: after a version was changed, for one.
# On two cores it takes a quarter of an hour the first time, nearly all of it for Rust.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD/.clients/lab
probes=$PWD/lab/probes
mkdir -p "$here"

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends awscli restic s3fs openjdk-17-jdk-headless python3-venv >/dev/null
  command -v go >/dev/null || apt-get install -y -qq --no-install-recommends golang-go >/dev/null
  command -v mvn >/dev/null || apt-get install -y -qq --no-install-recommends maven >/dev/null
  command -v cargo >/dev/null || apt-get install -y -qq --no-install-recommends cargo >/dev/null
fi

# What cannot be built is left out, and its cells in the matrix say so.
try() { "$@" || echo "failed: $*" >&2; }

python=$(command -v python3.11 || command -v python3)
# Apart from each other, because some want a botocore of their own.
for manifest in "$probes"/python/*.txt; do
  client=$here/$(basename "$manifest" .txt)
  [ -x "$client/bin/python" ] || "$python" -m venv "$client"
  try "$client/bin/pip" install -q --disable-pip-version-check -r "$manifest"
done

try npm ci --prefix lab --no-audit --no-fund --silent

for probe in aws-v2 aws-v1 minio; do
  CGO_ENABLED=0 try go build -C "$probes/go" -o "$here/bin/go-$probe" "./$probe"
done

rm -rf "$here/java"
try mvn -q -B -f "$probes/java" dependency:copy-dependencies -DoutputDirectory="$here/java/jars"
try javac -cp "$here/java/jars/*" -d "$here/java/classes" "$probes"/java/*.java

try cargo build --quiet --manifest-path "$probes/rust/Cargo.toml" --target-dir "$here/rust-target"
