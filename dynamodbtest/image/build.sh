#!/usr/bin/env bash
# Builds a container image of a dynoxide program without a registry of images.
# The image has only the program and the shared libraries that it is linked
# against. It listens on port 8000, as DynamoDB Local does.
#
#   dynamodbtest/image/build.sh PROGRAM [TAG]
#
# Needs ldd and a Docker daemon. Prints the tag.
set -euo pipefail

program=$(readlink -f "$1")
tag=${2:-dystore/dynoxide}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/bin" "$root/tmp"
chmod 1777 "$root/tmp"
cp "$program" "$root/bin/dynoxide"

# Every library, the loader included, at the path where the loader looks for it.
ldd "$program" | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }' |
	while read -r lib; do
		mkdir -p "$root$(dirname "$lib")"
		cp -L "$lib" "$root$lib"
	done

cat >"$work/Dockerfile" <<'END'
FROM scratch
COPY root/ /
EXPOSE 8000
ENTRYPOINT ["/bin/dynoxide"]
CMD ["--host", "0.0.0.0", "--port", "8000"]
END
# The old builder needs only the daemon. It prints a deprecation notice each time.
DOCKER_BUILDKIT=0 docker build --tag "$tag" "$work" >"$work/log" 2>&1 || { cat "$work/log" >&2 && exit 1; }
echo "$tag"
