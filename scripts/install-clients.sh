#!/usr/bin/env bash
# What do the tests in test/clients/ and test/system/ and the peers in bench/ need beyond npm? Installs it from the registries:
# Python's, Go's, Java's and Rust's into .clients/ beside the sources, the rest by apt as root. Run it again at will. Rust's AWS SDK wants
# a newer Cargo than Debian's.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends \
    awscli docker.io docker-compose iptables iproute2 util-linux curl openssl python3 python3-venv \
    rclone restic s3fs gdal-bin cloud-guest-utils openjdk-17-jdk-headless prometheus chromium oathtool >/dev/null
  # Its data source is run by the tests; of itself it must do nothing on this machine.
  mkdir -p /etc/cloud && touch /etc/cloud/cloud-init.disabled
  apt-get install -y -qq --no-install-recommends cloud-init >/dev/null
  command -v go >/dev/null || apt-get install -y -qq --no-install-recommends golang-go >/dev/null
  command -v mvn >/dev/null || apt-get install -y -qq --no-install-recommends maven >/dev/null
fi

python=$(command -v python3.11 || command -v python3)
# Apart, because AWS CLI v1 wants a botocore of its own, and both shall be the newest.
install() {
  [ -x ".clients/$1/bin/python" ] || "$python" -m venv ".clients/$1"
  ".clients/$1/bin/pip" install -q --disable-pip-version-check "${@:2}"
}
install python boto3 "moto[server]==5.2.1" check-jsonschema $(grep -v ^boto3 examples/testcontainers/python/requirements.txt)
install awscli awscli

# The SDK wants Go 1.24; an older Go brings one along as a module, in which it does not know what is a program.
if ! go version | grep -qE 'go1\.(2[4-9]|[3-9][0-9])'; then
  newer=$(go mod download -json "golang.org/toolchain@v0.0.1-go1.24.4.linux-$(dpkg --print-architecture)" |
    sed -n 's/.*"Dir": "\(.*\)",/\1/p')
  chmod -R u+x "$newer/bin" "$newer/pkg/tool"
  PATH="$newer/bin:$PATH"
fi
# Static, as many programs on instances are; and what the clients share is then compiled once.
export CGO_ENABLED=0
# Two or three minutes the first time, nearly all of it for EC2.
go build -C test/clients/aws-sdk-go -o "$PWD/.clients/go/bin/aws-sdk-go" . ||
  echo "the AWS SDK for Go could not be built" >&2
rm -rf .clients/java
mvn -q -B -f test/clients/aws-sdk-java dependency:copy-dependencies -DoutputDirectory="$PWD/.clients/java" ||
  echo "the AWS SDK for Java could not be had" >&2

# The services of test/clients/exercised/. Rust's takes a minute or two the first time.
exercised=test/clients/exercised
go build -C $exercised/go -o "$PWD/.clients/go/bin/exercised" . || echo "exercised/go could not be built" >&2
javac -cp ".clients/java/*" -d .clients/java-exercised $exercised/java/*.java || echo "exercised/java could not be built" >&2
cargo build -q --release --locked --manifest-path $exercised/rust/Cargo.toml --target-dir .clients/rust ||
  echo "exercised/rust could not be built" >&2

# The examples for testcontainers: what they need is in the caches then, and compiled.
go vet -C examples/testcontainers/go ./... || echo "testcontainers for Go could not be built" >&2
mvn -q -B -f examples/testcontainers/java test -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false ||
  echo "testcontainers for Java could not be had" >&2

# Only the benchmark compares with it, and goes on without it.
GOBIN=$PWD/.clients/go/bin go install github.com/aws/amazon-ec2-metadata-mock/cmd/ec2-metadata-mock@v1.13.0 ||
  echo "ec2-metadata-mock could not be built" >&2
