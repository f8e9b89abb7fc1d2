#!/bin/sh
# Puts the environment tool `uv` into .tools, with nothing but Python. Usage: get-uv.sh PYTHON
set -eu
python=$1
version=0.13.9

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Depesha needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3" >&2
    exit 1
}
if "$python" -m venv .tools >/dev/null 2>&1; then
    .tools/bin/python -m pip install --quiet --disable-pip-version-check "uv==$version"
elif "$python" -m pip --version >/dev/null 2>&1; then
    # A Python whose venv module was split off by its packager still has pip.
    rm -rf .tools
    "$python" -m pip install --quiet --disable-pip-version-check --target .tools "uv==$version"
else
    rm -rf .tools
    echo "This Python has neither venv nor pip; on Debian: apt-get install python3-venv" >&2
    exit 1
fi
