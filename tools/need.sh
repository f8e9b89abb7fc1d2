#!/bin/sh
# Makes sure that programs are there. Usage: need.sh PROGRAM[=DEBIAN_PACKAGE]...
# Installs what is missing when it may (root on Debian); else names it and fails.
set -eu
missing=
for entry in "$@"; do
    command -v "${entry%%=*}" >/dev/null 2>&1 || missing="$missing ${entry#*=}"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    # shellcheck disable=SC2086 - one word a package is what is wanted
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
else
    echo "Missing, please install:$missing" >&2
    exit 1
fi
