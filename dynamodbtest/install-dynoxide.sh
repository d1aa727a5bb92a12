#!/usr/bin/env bash
# Installs dynoxide, the second engine, into the user's cache directory, where
# the tests look for it. Uses cargo and takes some four minutes. Does nothing
# if it is installed already. Prints the path of the program.
#
#   dynamodbtest/install-dynoxide.sh
#
# Needs cargo and rustc 1.88 or later, and a C compiler for the SQLite inside.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(sed -nE 's/^\tVersion += "(.*)"$/\1/p' "$here/dynoxide.go")
rust=1.88
home=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/dystore/dynoxide-$version
program=$home/bin/dynoxide

if [ ! -x "$program" ]; then
	die() { printf 'dynoxide %s: %s\n' "$version" "$1" >&2 && exit 1; }
	command -v cargo >/dev/null || die "no cargo: install Rust $rust or later"
	found=$(rustc --version | awk '{ print $2 }')
	oldest=$(printf '%s\n%s\n' "$rust" "$found" | sort -V | head -1)
	[ "$oldest" = "$rust" ] || die "needs Rust $rust or later; this is $found"
	# cargo moves the program to its place when it is complete.
	cargo install dynoxide-rs --version "$version" --locked --quiet \
		--no-default-features --features native-sqlite,http-server,cli --root "$home" >&2
fi
printf '%s\n' "$program"
