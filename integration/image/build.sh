#!/usr/bin/env bash
# Builds a container image of DynamoDB Local where no registry of images can be
# reached: a trimmed Java runtime, the jars from Maven, and the shared libraries
# they need, on nothing else. It starts with the same command as
# amazon/dynamodb-local.
#
#   integration/image/build.sh [TAG]          DYSTORE_TEST_JAR: jars to use instead of Maven's
#
# Needs a JDK of 17 or later, ldd, tar and a Docker daemon. Prints the tag.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pom=$here/../dynamodblocal/pom.xml
tag=${1:-dystore/dynamodb-local:3.1.0}

# Java lists its own: what DynamoDB Local's 80 jars use of it.
modules=java.base,java.desktop,java.logging,java.management,java.naming,java.net.http,java.scripting
modules+=,java.security.jgss,java.sql,java.xml,jdk.crypto.ec,jdk.unsupported

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
app=$root/home/dynamodblocal
mkdir -p "$app" "$root/tmp" "$root/etc"
chmod 1777 "$root/tmp"

jlink=$(readlink -f "$(command -v java)" | sed 's|/java$|/jlink|')
[ -x "$jlink" ] || jlink=jlink
"$jlink" --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages --output "$root/opt/java"

if [ -n "${DYSTORE_TEST_JAR:-}" ]; then
	cp -r "$DYSTORE_TEST_JAR" "$app/lib"
else
	mvn -q -B -Dstyle.color=never -f "$pom" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$app/lib"
fi
rm -f "$app"/lib/*.dll "$app"/lib/*.dylib "$app"/lib/*-i386-*

# The launcher: a jar that has nothing but the way to the others.
{
	echo "Main-Class: software.amazon.dynamodb.services.local.main.ServerRunner"
	(cd "$app" && ls lib/*.jar) | tr '\n' ' ' | sed 's/ $//; s/^/Class-Path: /' | fold -b -w 70 | sed '2,$s/^/ /'
	echo
} >"$work/manifest"
jar=$(dirname "$jlink")/jar
[ -x "$jar" ] || jar=jar
"$jar" --create --file "$app/DynamoDBLocal.jar" --manifest "$work/manifest"

# Every shared library that anything in there is linked against, the loader
# included, at the path where it is looked for.
find "$root/opt/java" "$app/lib" -type f \( -perm -u+x -o -name '*.so' \) -print0 |
	xargs -0 -n1 ldd 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }' | sort -u |
	while read -r lib; do
		case $lib in
		"$root"/*) continue ;;
		esac
		mkdir -p "$root$(dirname "$lib")"
		cp -L "$lib" "$root$lib"
	done

tar -C "$root" -c . | docker import \
	--change 'ENV PATH=/opt/java/bin' \
	--change 'WORKDIR /home/dynamodblocal' \
	--change 'EXPOSE 8000' \
	--change 'ENTRYPOINT ["/opt/java/bin/java", "-Djava.library.path=lib", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]' \
	--change 'CMD ["-jar", "DynamoDBLocal.jar", "-inMemory", "-sharedDb"]' \
	- "$tag" >/dev/null
echo "$tag"
