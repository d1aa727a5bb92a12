#!/usr/bin/env bash
# Installs dynalite, a DynamoDB without transactions, into the user's cache
# directory, where the tests look for it. Uses npm and takes some seconds. Does
# nothing if it is installed already. Prints the path of the program.
#
#   dynamodbtest/install-dynalite.sh
#
# Needs npm and Node.js 20 or later. dynalite/package-lock.json has the versions
# and the digests of all packages. No script of a package runs: in memory,
# dynalite needs nothing that has to be compiled.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(sed -nE 's/^const DynaliteVersion = "(.*)"$/\1/p' "$here/dynalite.go")
node=20
home=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/dystore/dynalite-$version
program=$home/node_modules/.bin/dynalite

if [ ! -x "$program" ]; then
	die() { printf 'dynalite %s: %s\n' "$version" "$1" >&2 && exit 1; }
	command -v npm >/dev/null || die "no npm: install Node.js $node or later"
	found=$(node --version)
	found=${found#v}
	[ "${found%%.*}" -ge "$node" ] || die "needs Node.js $node or later; this is $found"
	# The directory gets its name when it is complete.
	mkdir -p "$(dirname "$home")"
	fresh=$(mktemp -d "$home.XXXXXX")
	trap 'rm -rf "$fresh"' EXIT
	cp "$here/dynalite/package.json" "$here/dynalite/package-lock.json" "$fresh"
	npm ci --prefix "$fresh" --ignore-scripts --no-audit --no-fund --silent >&2 || die "npm cannot install it"
	rm -rf "$home"
	mv "$fresh" "$home"
fi
printf '%s\n' "$program"
