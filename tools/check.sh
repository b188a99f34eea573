#!/usr/bin/env bash
# Runs every linter and type checker, all of them even when one finds something; ends with 1 if any did.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/.venv/bin:$PATH PYTHONUTF8=1
LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT
found=()

check() {
  local name=$1
  shift
  if "$@" >"$LOG" 2>&1; then
    printf '✓ %s\n' "$name"
  else
    cat "$LOG"
    printf '✗ %s\n' "$name"
    found+=("$name")
  fi
}

check "ruff" ruff check .
check "mypy --strict" mypy
check "import-linter" lint-imports
check "djlint" djlint src --lint --quiet
check "tsc" node_modules/.bin/tsc --noEmit -p frontend
check "vitest" npm run --silent test

if ((${#found[@]})); then
  printf '✗ not clean: %s\n' "${found[*]}" >&2
  exit 1
fi
