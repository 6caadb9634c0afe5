#!/usr/bin/env bash
# Builds Citus for a PostgreSQL of this machine, for `npm run test:citus`:
#
#   scripts/build-citus.sh FOLDER
#
# FOLDER gets a copy of that PostgreSQL with the extension in it; the one of the machine stays as it is. It needs, as
# Debian and Ubuntu name them:
#   postgresql-15 (or 16, 17) postgresql-server-dev-15 build-essential autoconf flex git
#   libcurl4-openssl-dev liblz4-dev libzstd-dev libssl-dev libkrb5-dev libxml2-dev libreadline-dev
# and the source of Citus: CITUS_SOURCE names a clone of it (a bare one will do), else it is cloned.
# PG_CONFIG names the pg_config of the PostgreSQL, CITUS_VERSION a tag of Citus. Where a package or the source is missing,
# it ends with code 2.
set -euo pipefail

VERSION=${CITUS_VERSION:-v13.2.2}
OFFICIAL=https://github.com/citusdata/citus.git

skip() {
  echo "CITUS IS NOT BUILT: $1" >&2
  exit 2
}

[ $# = 1 ] || { echo "usage: scripts/build-citus.sh FOLDER" >&2; exit 1; }
mkdir -p "$1"
into=$(cd "$1" && pwd)

pg_config=${PG_CONFIG:-$(ls /usr/lib/postgresql/{15,16,17}/bin/pg_config 2>/dev/null | head -1 || true)}
[ -x "$pg_config" ] || skip "there is no PostgreSQL 15, 16 or 17 with pg_config (apt-get install postgresql-15 postgresql-server-dev-15)"
[ -f "$("$pg_config" --includedir-server)/postgres.h" ] || skip "the headers of PostgreSQL are missing (apt-get install postgresql-server-dev-15)"
for tool in git gcc make flex; do command -v "$tool" >/dev/null || skip "$tool is missing"; done
for header in curl/curl.h lz4.h zstd.h openssl/ssl.h krb5.h; do
  echo "#include <$header>" | gcc -E -x c - -I/usr/include/x86_64-linux-gnu >/dev/null 2>&1 || skip "the header $header is missing"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=${CITUS_SOURCE:-}
if [ -z "$source" ]; then
  source=$work/clone
  git clone --quiet --bare --depth 1 --branch "$VERSION" "$OFFICIAL" "$source" || skip "$OFFICIAL cannot be cloned; name a clone by CITUS_SOURCE"
fi
mkdir "$work/citus"
git -C "$source" archive "$VERSION" | tar x -C "$work/citus" || skip "$source has no version $VERSION"
cd "$work/citus"

# The newest minor versions of PostgreSQL have a function of this name themselves.
if grep -qs 'have_createdb_privilege' "$("$pg_config" --includedir-server)/commands/dbcommands.h"; then
  sed -i 's/^have_createdb_privilege(void)/citus_&/' src/include/pg_version_compat.h
fi

# A copy of PostgreSQL finds its files from the path of its program, so all keeps its place below FOLDER.
for part in bindir pkglibdir sharedir; do
  path=$("$pg_config" --$part)
  mkdir -p "$into$path"
  cp -rL "$path/." "$into$path"
done
./configure --quiet --with-extra-version= PG_CONFIG="$pg_config"
make --silent -j"${JOBS:-$(nproc)}" install DESTDIR="$into" with_llvm=no
ln -sfn "$into$("$pg_config" --bindir)" "$into/bin"
echo "Citus $VERSION and $("$pg_config" --version) are in $into. Now: PERSONALITE_CITUS=$into npm run test:citus"
