#!/usr/bin/env bash
# Builds the programs of test/clients that need building, and installs an old boto3: scripts/build-clients.sh FOLDER
# Then `PERSONALITE_CLIENTS=FOLDER npm test` runs them too. What this machine has no tools for is left out, and said.
set -uo pipefail
mkdir -p "$1" && folder=$(cd "$1" && pwd) && cd "$(dirname "$0")/../test/clients" || exit
failed=0

build() {
  local name=$1 tool=$2
  shift 2
  if ! command -v "$tool" >/dev/null; then
    echo "LEFT OUT: the program of $name, as there is no $tool"
    return
  fi
  local began=$SECONDS
  if "$@"; then
    echo "built: the program of $name, $((SECONDS - began)) s"
  else
    echo "FAILED: the program of $name"
    failed=1
  fi
}

old_boto3() {
  python3 -m venv "$folder/boto3-old" && "$folder/boto3-old/bin/pip" install --quiet --disable-pip-version-check \
    -r python/requirements-old.txt
}

build 'an old boto3' python3 old_boto3
build Java mvn mvn -q -B -f java/pom.xml "-Dbuild=$folder/java" compile
build Go go go build -C go -o "$folder/go/shop" .
build Rust cargo cargo build --quiet --locked --manifest-path rust/Cargo.toml --target-dir "$folder/rust"
exit "$failed"
