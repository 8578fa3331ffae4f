#!/usr/bin/env bash
# A real Redis (or Valkey) on loopback, with nothing kept on disk.
#
#   redis.sh check   exits 0 if it can run, else prints the Debian package that is missing and exits 3
#   redis.sh start   starts it (again) and prints {"endpoint"} as one line of JSON
#   redis.sh stop    stops it and removes its folder
#
# Several can run side by side with another folder and another port: REDIS_DIR, REDIS_PORT (6399)
set -euo pipefail

dir=${REDIS_DIR:-${TMPDIR:-/tmp}/mesibo-files-redis}
port=${REDIS_PORT:-6399}

check() {
  command -v redis-server >/dev/null && command -v redis-cli >/dev/null && return 0
  echo "missing Debian package: redis-server (apt-get install --no-install-recommends redis-server)" >&2
  exit 3
}

stop() {
  [ -f "$dir/redis.pid" ] && kill "$(cat "$dir/redis.pid")" 2>/dev/null || true
  rm -rf "$dir"
}

start() {
  check
  stop
  mkdir -p "$dir"
  redis-server --bind 127.0.0.1 --port "$port" --daemonize yes --dir "$dir" --pidfile "$dir/redis.pid" \
    --logfile "$dir/redis.log" --save '' --appendonly no >"$dir/start.out" 2>&1
  for _ in $(seq 100); do
    if redis-cli -p "$port" ping 2>/dev/null | grep -q PONG; then
      printf '{"endpoint":"redis://127.0.0.1:%s"}\n' "$port"
      return
    fi
    sleep 0.1
  done
  tail -n 20 "$dir/redis.log" >&2
  exit 1
}

case ${1:-} in
  check) check ;;
  start) start ;;
  stop) stop ;;
  *) echo "usage: redis.sh check|start|stop" >&2; exit 2 ;;
esac
