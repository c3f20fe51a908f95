#!/bin/sh
# Resolve pyproject.toml anew and write constraints/*.txt: every version exact, every file of a release by its hash.
# The lists name no package index: pip takes the one it is set up with.
set -eu
cd "$(dirname "$0")/.."
venv=$(mktemp -d)
trap 'rm -rf "$venv"' EXIT
"${PYTHON:-python3}" -m venv "$venv"
"$venv/bin/pip" install --quiet 'pip-tools==7.6.2'
export CUSTOM_COMPILE_COMMAND="make pins"
pin() {
    out=$1
    shift
    "$venv/bin/pip-compile" --quiet --generate-hashes --allow-unsafe --strip-extras --no-annotate \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
        --output-file "$out" "$@" pyproject.toml
    # The header names the interpreter that resolved, which is of no concern to who installs.
    { printf '# Made by `make pins`. Do not edit.\n'; sed '/^#/d' "$out"; } > "$out.new"
    mv "$out.new" "$out"
}
pin constraints/runtime.txt "$@"
pin constraints/build.txt --build-deps-for wheel --only-build-deps --constraint constraints/runtime.txt "$@"
pin constraints/extras.txt --extra warc --extra server --extra mcp --constraint constraints/runtime.txt "$@"
pin constraints/dev.txt --extra dev --extra warc --extra server --extra mcp --constraint constraints/extras.txt --constraint constraints/build.txt "$@"
pin constraints/frameworks.txt --extra langchain --extra llamaindex --constraint constraints/dev.txt "$@"
