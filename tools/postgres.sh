#!/usr/bin/env bash
# Runs a command against a PostgreSQL cluster of its own: on a free port of 127.0.0.1, in a temporary folder, gone afterwards.
# PostgreSQL refuses to run as root: then the cluster runs as the user postgres, which Debian's package makes.
set -euo pipefail
# runuser and its like stand where a plain PATH does not look.
export PATH=$PATH:/usr/sbin:/sbin
programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[[ -n $programs ]] || programs=$(dirname "$(command -v initdb || true)")
[[ -x $programs/initdb ]] || { echo "✗ 缺少 PostgreSQL / PostgreSQL is missing: apt-get install postgresql" >&2; exit 1; }

folder=$(mktemp -d)
as_server() { "$@"; }
if [[ $(id -u) = 0 ]]; then
  chown postgres "$folder"
  as_server() { (cd "$folder" && runuser -u postgres -- "$@"); }
fi
stop() {
  as_server "$programs/pg_ctl" --pgdata "$folder/data" --mode immediate --silent stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT

port=$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as_server "$programs/initdb" --pgdata "$folder/data" --auth trust --username tongzhou --locale C.UTF-8 --encoding UTF8 >/dev/null
# Nothing here outlives the run: no need to wait for the disk.
as_server "$programs/pg_ctl" --pgdata "$folder/data" --log "$folder/log" --silent --wait \
  --options "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60" start >/dev/null
TONGZHOU_DATABASE_URL=postgresql://tongzhou@127.0.0.1:$port/postgres "$@"
